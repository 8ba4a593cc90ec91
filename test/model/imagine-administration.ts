import type { FieldBatch, NewField, PipelineDraft } from './administration.ts';
import type { Dice } from './dice.ts';
import type { Asked } from './imagine.ts';
import { imagineRequestId } from './imagine-batch.ts';
import { elementTypes } from './kinds.ts';
import { type Sent, spellIds, spellNumber, spellPost } from './spelling.ts';
import type { Account } from './state.ts';
import { imagineKind, noField } from './words.ts';

/** Fields and pipelines, as they are meant and as they are sent. docs: fields, pipelines */

const types = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 17];

export function imagineFieldBatch(dice: Dice, account: Account): { batch: FieldBatch; sent: Sent } {
  const own = account.fields.filter(({ origin }) => origin !== null);
  const removes = own.length > 0 && dice.chance(0.35);
  const add = Array.from({ length: removes ? dice.whole(1) : 1 + dice.whole(2) }, () => imagineNewField(dice));
  const remove = removes ? [imagineRemoval(dice, own)] : [];
  const body = {
    ...(add.length > 0 && { add: add.map(({ item }) => item) }),
    ...(remove.length > 0 && { delete: remove }),
  };
  return { batch: { add: add.map(({ draft }) => draft), remove }, sent: spellPost(dice, '/api/v2/fields', body) };
}

/** Now and then what does not name a field. */
function imagineRemoval(dice: Dice, own: Account['fields']): FieldBatch['remove'][number] {
  const { id, origin } = dice.pick(own);
  const named = { id, origin: origin! };
  return dice.chance(0.15)
    ? dice.pick([
        { ...named, id: noField },
        { ...named, origin: 'чужой' },
      ])
    : named;
}

function imagineNewField(dice: Dice): { draft: NewField; item: object } {
  const kind = imagineKind(dice);
  const type = dice.pick(types);
  const name = `Поле ${dice.next()}`;
  const origin = dice.pick(['test', 'widget']);
  const options = dice.chance(0.03) ? [] : dice.pick([['один'], ['Ёж', 'два', 'три'], ['a', 'b', 'c', 'd']]);
  const isRequired = dice.chance(0.2) ? true : undefined;
  const isEditable = dice.chance(0.2) ? false : undefined;
  const [requestId, requestItem] = imagineRequestId(dice);
  return {
    draft: { name, type, kind, origin, options, isRequired, isEditable, requestId },
    item: {
      ...{ name, [dice.pick(['field_type', 'type'])]: spellNumber(dice, type), origin, ...requestItem },
      element_type: spellNumber(dice, elementTypes[kind]),
      ...(options.length > 0 && { enums: options }),
      ...(isRequired !== undefined && { is_required: dice.pick([true, 1]) }),
      ...(isEditable !== undefined && { is_editable: dice.pick([false, 0]) }),
    },
  };
}

export function imaginePipeline(dice: Dice, account: Account): Asked {
  if (dice.chance(0.25)) {
    const ids = [dice.chance(0.1) ? 31_337 : dice.pick(account.pipelines).id];
    const body = { request: { id: spellIds(dice, ids) } };
    return {
      meaning: { do: 'delete pipelines', ids },
      sent: spellPost(dice, '/private/api/v2/json/pipelines/delete', body, true),
    };
  }
  const draft = imagineDraft(dice, account);
  const { id, name, isMain, statuses } = draft;
  // A key that is no stage's makes a new one.
  const stages = statuses?.map((status, index) => [status.id ?? index, { name: status.name }] as const);
  const item = { name, ...(isMain && { is_main: 'on' }), ...(stages && { statuses: Object.fromEntries(stages) }) };
  const pipelines = id === undefined ? { add: [item] } : { update: { [id]: item } };
  const body = { request: { pipelines } };
  return {
    meaning: { do: 'set pipeline', draft },
    sent: spellPost(dice, '/private/api/v2/json/pipelines/set', body, true),
  };
}

function imagineDraft(dice: Dice, account: Account): PipelineDraft {
  const name = `Воронка ${dice.next()}`;
  const isMain = dice.chance(0.2);
  const added = Array.from({ length: dice.whole(2) }, (_, index) => ({ name: `Этап ${index}` }));
  if (account.pipelines.length < 4 && dice.chance(0.5)) {
    return {
      name: dice.chance(0.05) ? '' : name,
      isMain,
      statuses: dice.chance(0.05) ? [] : [{ name: 'Первый' }, ...added],
    };
  }
  const { id, statuses } = dice.pick(account.pipelines);
  if (dice.chance(0.05)) return { id: 31_337, name, isMain };
  if (dice.chance(0.3)) return { id, name, isMain };
  const own = statuses.filter(({ isEditable }) => isEditable);
  const kept = own.filter(() => !dice.chance(0.3)).map((status) => ({ id: status.id, name: status.name }));
  // A pipeline takes a hundred stages.
  return { id, name, isMain, statuses: [...kept, ...(own.length < 20 ? added : [])] };
}
