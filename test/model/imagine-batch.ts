import type { Batch, Draft, FieldDraft, TagRef } from './batches.ts';
import type { Dice } from './dice.ts';
import { type Kind, kinds, linkKeys, paths } from './kinds.ts';
import { type Sent, spellIds, spellList, spellNumber, spellPost } from './spelling.ts';
import type { Account, Own, Rec } from './state.ts';
import { imagineValues } from './values.ts';
import { imagineField, imagineId, imagineIds, imagineName, imagineUser, noField } from './words.ts';

/** A batch as it is meant, and as it is sent. */
export function imagineBatch(dice: Dice, account: Account, kind: Kind, now: number): { batch: Batch; sent: Sent } {
  const shape = dice.whole(9);
  const adds = shape < 3 ? 1 + dice.whole(3) : shape === 9 ? 1 : 0;
  const updates = shape < 3 ? 0 : 1 + dice.whole(2);
  const add = Array.from({ length: adds }, () => imagineDraft(dice, account, kind, now, undefined));
  const update = Array.from({ length: updates }, () => {
    const id = imagineId(dice, account, kind);
    const { draft, item } = imagineDraft(dice, account, kind, now, account.records[kind].get(id) ?? null);
    return { draft: { ...draft, id }, item: { id: spellNumber(dice, id), ...item } };
  });
  const remove = kind === 'customer' && dice.chance(0.12) ? imagineIds(dice, account, kind, 3) : [];
  const items = (list: readonly { item: object }[]) =>
    spellList(
      dice,
      list.map(({ item }) => item),
    );
  const body = {
    ...(add.length > 0 && { add: items(add) }),
    ...(update.length > 0 && { update: items(update) }),
    ...(remove.length > 0 && { delete: spellIds(dice, remove) }),
  };
  const batch = { kind, add: add.map(({ draft }) => draft), update: update.map(({ draft }) => draft), remove };
  return { batch, sent: spellPost(dice, `/api/v2/${paths[kind]}`, body) };
}

interface Said {
  readonly draft: Draft;
  readonly item: object;
}

/** @param before the record to update; null: there is none; undefined: it is added */
function imagineDraft(dice: Dice, account: Account, kind: Kind, now: number, before: Rec | null | undefined): Said {
  const isUpdate = before !== undefined;
  const name = !isUpdate || dice.chance(0.4) ? imagineNewName(dice, isUpdate) : undefined;
  const [times, timeItem] = imagineTimes(dice, now, before);
  const [people, peopleItem] = imaginePeople(dice, account);
  const [tags, tagItem] = dice.chance(0.4) ? imagineTags(dice, account, kind) : [undefined, {}];
  const [fields, fieldItem] = dice.chance(0.45) ? imagineFields(dice, account, kind) : [[], {}];
  const [link, linkItem] = dice.chance(0.4) ? imagineLinks(dice, account, kind) : [{}, {}];
  const [unlink, unlinkItem] = isUpdate && dice.chance(0.3) ? imagineLinks(dice, account, kind) : [{}, undefined];
  const [own, ownItem] = imagineOwn(dice, account, kind, now);
  const companyName = kind === 'contact' && dice.chance(0.12) ? imagineName(dice) : undefined;
  const [requestId, requestItem] = imagineRequestId(dice);
  return {
    draft: { name, ...times, ...people, tags, fields, link, unlink, companyName, own, requestId },
    item: {
      ...{ name, ...timeItem, ...peopleItem, ...tagItem, ...fieldItem, ...linkItem, ...ownItem, ...requestItem },
      ...(unlinkItem && { unlink: unlinkItem }),
      ...(companyName !== undefined && { company_name: companyName }),
      // What clients send back without meaning it.
      ...(dice.chance(0.1) && { account_id: 1, group_id: 5, closest_task_at: 9, updated_by: 0, is_deleted: true }),
    },
  };
}

function imagineNewName(dice: Dice, isUpdate: boolean): string | undefined {
  if (dice.chance(0.03)) return isUpdate || dice.chance(0.5) ? '' : undefined;
  return imagineName(dice);
}

/** `updated_at` is older than the stored one only now and then. */
function imagineTimes(dice: Dice, now: number, before: Rec | null | undefined): [Partial<Draft>, object] {
  const createdAt = dice.chance(0.15) ? now - 1000 + dice.whole(900) : undefined;
  const item = createdAt === undefined ? {} : { created_at: spellNumber(dice, createdAt) };
  if (before === undefined) {
    const updatedAt = dice.chance(0.15) ? now - 50 + dice.whole(100) : undefined;
    return [
      { createdAt, updatedAt },
      { ...item, ...(updatedAt !== undefined && { updated_at: spellNumber(dice, updatedAt) }) },
    ];
  }
  const stored = before?.updatedAt ?? now;
  if (dice.chance(0.03)) return [{ createdAt }, { ...item, ...(dice.chance(0.5) && { updated_at: 0 }) }];
  const updatedAt = dice.pick([
    stored,
    Math.max(stored, now),
    stored + 1,
    stored,
    stored + 5,
    Math.max(stored, now),
    stored - 1,
    now + 100,
  ]);
  return [
    { createdAt, updatedAt },
    { ...item, updated_at: spellNumber(dice, updatedAt) },
  ];
}

/** Who is responsible and who made it; blanks say nothing. */
export function imaginePeople(dice: Dice, account: Account): [Pick<Draft, 'responsible' | 'createdBy'>, object] {
  const responsible = dice.chance(0.3) ? imagineUser(dice, account) : undefined;
  const createdBy = dice.chance(0.12) ? (dice.chance(0.3) ? 0 : imagineUser(dice, account)) : undefined;
  const blank = dice.chance(0.05) ? { responsible_user_id: dice.pick([0, '', null]) } : {};
  return [
    { responsible, createdBy },
    {
      ...(responsible === undefined ? blank : { responsible_user_id: spellNumber(dice, responsible) }),
      ...(createdBy !== undefined && { created_by: spellNumber(dice, createdBy) }),
    },
  ];
}

export function imagineRequestId(dice: Dice): [number | string | undefined, object] {
  if (!dice.chance(0.2)) return [undefined, {}];
  const requestId = dice.pick([dice.next(), 'a-1']);
  return [requestId, { request_id: typeof requestId === 'number' ? spellNumber(dice, requestId) : requestId }];
}

const tagNames = ['аренда', 'Аренда', 'ёж', 'Еж', 'sale', 'VIP', '7', 'с/л'];

function imagineTags(dice: Dice, account: Account, kind: Kind): [TagRef[], object] {
  const names = dice.some(tagNames, 3);
  const refs = names.map((name) => ({ name }));
  const known = [...account.tags.values()].filter((tag) => tag.kind === kind);
  switch (dice.whole(4)) {
    case 1:
      return [refs.map((ref) => withId(ref, known)), { tags: spellList(dice, names) }];
    case 2: {
      const chosen = dice.some(known, 3);
      const tags = chosen.map(({ id, name }) => ({ id: spellNumber(dice, id), name }));
      return [chosen.map(({ id, name }) => ({ id, name })), { tags }];
    }
    case 3: {
      const ids = dice.some(known, 2).map(({ id }) => id);
      return [ids.map((id) => ({ id, name: String(id) })), { tags: ids.map((id) => spellNumber(dice, id)) }];
    }
    default:
      return [refs, { tags: names.join(dice.pick([',', ', '])) }];
  }
}

/** Digits in a list are the id of a tag, if there is one. source: reference §3.4 */
function withId(ref: TagRef, known: readonly { readonly id: number }[]): TagRef {
  const id = Number(ref.name);
  return known.some((tag) => tag.id === id) ? { ...ref, id } : ref;
}

function imagineFields(dice: Dice, account: Account, kind: Kind): [FieldDraft[], object] {
  const drafts: FieldDraft[] = [];
  const items: object[] = [];
  for (let count = 1 + dice.whole(2); count > 0; count -= 1) {
    const field = imagineField(dice, account, kind);
    const isOthers = field !== undefined && !field.kinds.includes(kind);
    if (isOthers && !dice.chance(0.3)) continue;
    const id = field?.id ?? noField;
    if (drafts.some((draft) => draft.id === id)) continue;
    const { json, means } = field ? imagineValues(dice, field) : { json: [{ value: 'x' }], means: [] };
    // An entry without values says nothing. source: reference §1.2
    if (field && dice.chance(0.03)) {
      items.push({ id: spellNumber(dice, id) });
      continue;
    }
    drafts.push({ id, means });
    items.push({ id: spellNumber(dice, id), values: json, ...(dice.chance(0.1) && { name: 'x', is_system: true }) });
  }
  return [drafts, { custom_fields: spellList(dice, items) }];
}

function imagineLinks(dice: Dice, account: Account, kind: Kind): [Draft['link'], Record<string, unknown>] {
  const link: Partial<Record<Kind, number[]>> = {};
  const item: Record<string, unknown> = {};
  for (const other of kinds) {
    const key = linkKeys[kind][other];
    if (key === undefined || !dice.chance(0.6)) continue;
    const ids = imagineIds(dice, account, other, other === 'company' ? 1 : 3);
    link[other] = ids;
    item[key] = spellIds(dice, ids);
  }
  return [link, item];
}

function imagineOwn(dice: Dice, account: Account, kind: Kind, now: number): [Own, object] {
  const number = (share: number) => (dice.chance(share) ? dice.next() : undefined);
  if (kind === 'contact') {
    const firstName = dice.chance(0.2) ? dice.pick(['Анна', 'Пётр', '']) : undefined;
    const lastName = dice.chance(0.2) ? dice.pick(['Ёлкина', 'Smith']) : undefined;
    return [defined({ firstName, lastName }), defined({ first_name: firstName, last_name: lastName })];
  }
  if (kind === 'lead') {
    const [pipeline, status] = dice.chance(0.6) ? imagineStage(dice, account) : [undefined, undefined];
    const [sale, lossReason] = [number(0.3), dice.chance(0.2) ? dice.whole(6) : undefined];
    const saleKey = dice.pick(['sale', 'price']);
    return [
      defined({ pipeline, status, sale, lossReason }),
      defined({ pipeline_id: pipeline, status_id: status, [saleKey]: sale, loss_reason_id: lossReason }),
    ];
  }
  if (kind === 'customer') {
    const nextDate = dice.chance(0.3) ? now + 3600 * (dice.whole(100) - 50) : undefined;
    const [nextPrice, periodicity, period] = [number(0.2), number(0.2), number(0.2)];
    return [
      defined({ nextDate, nextPrice, periodicity, period }),
      defined({ next_date: nextDate, next_price: nextPrice, periodicity, period_id: period }),
    ];
  }
  return [{}, {}];
}

function imagineStage(dice: Dice, { pipelines }: Account): [number | undefined, number | undefined] {
  const pipeline = dice.pick(pipelines);
  const ids = pipeline.statuses.map(({ id }) => id);
  // As often won or lost as anywhere else.
  const status = dice.chance(0.4) ? dice.pick(ids.slice(-2)) : dice.pick(ids);
  const way = dice.whole(13);
  if (way === 11)
    return dice.pick<[number | undefined, number | undefined]>([
      [777_777, undefined],
      [undefined, 777_777],
    ]);
  if (way < 5) return [undefined, status];
  if (way < 8) return [pipeline.id, status];
  if (way < 10) return [pipeline.id, undefined];
  if (way > 11) return [pipeline.id, dice.pick([142, 143])];
  // A stage of one with the number of another.
  return [dice.pick(pipelines).id, status];
}

function defined<T extends object>(parts: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as never;
}
