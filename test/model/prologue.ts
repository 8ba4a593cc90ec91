import { Dice } from './dice.ts';
import type { Asked } from './imagine.ts';
import { elementTypes, kinds, paths } from './kinds.ts';
import { spellPost } from './spelling.ts';
import type { Account } from './state.ts';

const types = [1, 4, 8, 13, 2, 5, 6, 7, 15, 3, 10, 14, 9, 11, 17];
const perKind = 6;

/** What every history begins with, so that there is something to do: fields of all types, and a few records for everybody. */
export function prologue(account: Account, place: number): Asked[] {
  const dice = new Dice([]);
  const fields = kinds.flatMap((kind, number) =>
    Array.from({ length: perKind }, (_, index) => {
      const type = types[(place * perKind + number * 4 + index) % types.length]!;
      return { kind, type, name: `Поле ${type}`, origin: 'test', options: ['один', 'Ёж', 'три'] };
    }),
  );
  const add = fields.map(({ kind, type, name, origin, options }) => ({
    ...{ name, type, origin, element_type: elementTypes[kind], enums: options },
  }));
  const owners = [...account.users.keys()];
  const records = kinds.map((kind): Asked => {
    const drafts = owners.map((responsible) => ({ name: `${kind} ${responsible}`, responsible }));
    const items = drafts.map(({ name, responsible }) => ({ name, responsible_user_id: responsible }));
    const none = { fields: [], link: {}, unlink: {}, own: {} };
    const batch = { kind, add: drafts.map((draft) => ({ ...none, ...draft })), update: [], remove: [] };
    return { meaning: { do: 'save', batch }, sent: spellPost(dice, `/api/v2/${paths[kind]}`, { add: items }) };
  });
  return [
    {
      meaning: { do: 'define fields', batch: { add: fields, remove: [] } },
      sent: spellPost(dice, '/api/v2/fields', { add }),
    },
    secondPipeline(dice),
    ...records,
  ];
}

/** Won and lost are in both. */
function secondPipeline(dice: Dice): Asked {
  const draft = { name: 'Вторая', isMain: false, statuses: [{ name: 'Знакомство' }, { name: 'Договор' }] };
  const item = { name: draft.name, statuses: Object.fromEntries(draft.statuses.entries()) };
  const body = { request: { pipelines: { add: [item] } } };
  const sent = spellPost(dice, '/private/api/v2/json/pipelines/set', body, true);
  return { meaning: { do: 'set pipeline', draft }, sent };
}
