import type { Action, Targets } from './bin.ts';
import type { Dice } from './dice.ts';
import { imaginePeople, imagineRequestId } from './imagine-batch.ts';
import { elementTypes, type Kind, kinds, paths } from './kinds.ts';
import type { NoteBatch, NoteDraft } from './notes.ts';
import { type Sent, spellGet, spellIds, spellNumber, spellPost } from './spelling.ts';
import type { Account, User } from './state.ts';
import type { TaskBatch, TaskDraft } from './tasks.ts';
import { imagineId, imagineIds, imagineKind, imagineName } from './words.ts';

/** Tasks, notes and the bin, as they are meant and as they are sent. */

const words: Readonly<Record<Kind | 'task', string>> = {
  ...{ contact: 'contact', lead: 'lead', company: 'company', customer: 'customer', task: 'task' },
};

export function imagineTasks(dice: Dice, account: Account, now: number): { batch: TaskBatch; sent: Sent } {
  const updates = account.tasks.size > 0 && dice.chance(0.6) ? 1 + dice.whole(1) : 0;
  const adds = updates === 0 ? 1 + dice.whole(1) : dice.whole(1);
  const add = Array.from({ length: adds }, () => imagineTask(dice, account, now, undefined));
  const update = Array.from({ length: updates }, () => {
    const id = imagineTaskId(dice, account);
    const { draft, item } = imagineTask(dice, account, now, account.tasks.get(id)?.updatedAt ?? now);
    return { draft: { ...draft, id }, item: { id: spellNumber(dice, id), ...item } };
  });
  return sentAs(dice, '/api/v2/tasks', add, update);
}

export function imagineTaskId(dice: Dice, { tasks, next }: Account): number {
  return dice.chance(0.05) || tasks.size === 0 ? 1 + dice.whole(next.task) : dice.pick([...tasks.keys()]);
}

function sentAs<D>(
  dice: Dice,
  url: string,
  add: readonly { draft: D; item: object }[],
  update: readonly { draft: D & { id: number }; item: object }[],
): { batch: { add: D[]; update: (D & { id: number })[] }; sent: Sent } {
  const body = {
    ...(add.length > 0 && { add: add.map(({ item }) => item) }),
    ...(update.length > 0 && { update: update.map(({ item }) => item) }),
  };
  const batch = { add: add.map(({ draft }) => draft), update: update.map(({ draft }) => draft) };
  return { batch, sent: spellPost(dice, url, body, true) };
}

function imagineTask(dice: Dice, account: Account, now: number, stored?: number): { draft: TaskDraft; item: object } {
  const isUpdate = stored !== undefined;
  const kind = imagineKind(dice);
  const element = dice.chance(isUpdate ? 0.2 : 0.85) ? { kind, id: imagineId(dice, account, kind) } : undefined;
  const till = dice.chance(0.7) ? now - 50 + dice.whole(100) : undefined;
  const [people, peopleItem] = imaginePeople(dice, account);
  const [times, timesItem] = imagineTimes(dice, now, stored);
  const text = dice.chance(0.6) ? imagineName(dice).trim() : undefined;
  const type = dice.chance(0.3) ? dice.pick([1, 2, 3, 77]) : undefined;
  const isCompleted = dice.chance(0.4) ? dice.chance(0.6) : undefined;
  const result = dice.chance(0.25) ? imagineName(dice).trim() : undefined;
  const [requestId, requestItem] = imagineRequestId(dice);
  return {
    draft: { element, ...people, ...times, till, text, type, isCompleted, result, requestId },
    item: {
      ...peopleItem,
      ...timesItem,
      ...requestItem,
      ...(element && {
        element_id: spellNumber(dice, element.id),
        element_type: spellNumber(dice, elementTypes[kind]),
      }),
      ...(till !== undefined && { [dice.pick(['complete_till_at', 'complete_till'])]: spellNumber(dice, till) }),
      ...(text !== undefined && { text }),
      ...(type !== undefined && { task_type: spellNumber(dice, type) }),
      ...(isCompleted !== undefined && { is_completed: dice.pick([isCompleted, Number(isCompleted)]) }),
      ...(result !== undefined && { result: dice.chance(0.5) ? { text: result } : result }),
    },
  };
}

function imagineTimes(dice: Dice, now: number, stored?: number): [Pick<TaskDraft, 'createdAt' | 'updatedAt'>, object] {
  const createdAt = dice.chance(0.1) ? now - 1000 + dice.whole(900) : undefined;
  const item = createdAt === undefined ? {} : { created_at: createdAt };
  if (stored === undefined) return [{ createdAt }, item];
  const updatedAt = dice.pick([stored, Math.max(stored, now), stored + 1, stored, stored - 1, undefined]);
  return [
    { createdAt, updatedAt },
    { ...item, ...(updatedAt !== undefined && { updated_at: spellNumber(dice, updatedAt) }) },
  ];
}

export function imagineNotes(dice: Dice, account: Account, user: User, now: number): { batch: NoteBatch; sent: Sent } {
  const updates = account.notes.size > 0 && dice.chance(0.4) ? 1 + dice.whole(1) : 0;
  const add = Array.from({ length: updates === 0 ? 1 + dice.whole(1) : dice.whole(1) }, () =>
    imagineNote(dice, account, now, undefined),
  );
  const common = [...account.notes.values()].filter(({ type }) => type === 4);
  const own = common.filter(({ createdBy }) => createdBy === user.id);
  const update = Array.from({ length: updates }, () => {
    const note = dice.pick(
      own.length > 0 && dice.chance(0.4)
        ? own
        : common.length > 0 && dice.chance(0.8)
          ? common
          : [...account.notes.values()],
    );
    const id = dice.chance(0.05) ? 55_555 : note.id;
    const { draft, item } = imagineNote(dice, account, now, note.updatedAt);
    return { draft: { ...draft, id }, item: { id: spellNumber(dice, id), ...item } };
  });
  return sentAs(dice, '/api/v2/notes', add, update);
}

function imagineNote(dice: Dice, account: Account, now: number, stored?: number): { draft: NoteDraft; item: object } {
  const isUpdate = stored !== undefined;
  const onTask = !isUpdate && account.tasks.size > 0 && dice.chance(0.2);
  const kind = onTask ? 'task' : imagineKind(dice);
  const id = kind === 'task' ? imagineTaskId(dice, account) : imagineId(dice, account, kind);
  const element = isUpdate ? undefined : ({ kind, id } as const);
  const usual = kind === 'task' ? [13] : [4, 10, 11, 25, 102, 103];
  const type = isUpdate ? undefined : dice.chance(0.05) ? dice.pick([13, 4, 3, 5]) : dice.pick(usual);
  const [people, peopleItem] = imaginePeople(dice, account);
  const [times, timesItem] = imagineTimes(dice, now, stored);
  const isText = type === undefined || type === 4 || type === 13;
  const text = (isText ? !dice.chance(0.04) : dice.chance(0.3)) ? imagineName(dice).trim() : undefined;
  const params = !isText && dice.chance(0.85) ? imagineParams(dice) : undefined;
  const [requestId, requestItem] = imagineRequestId(dice);
  return {
    draft: { element, type, ...people, ...times, text, params, requestId },
    item: {
      ...peopleItem,
      ...timesItem,
      ...requestItem,
      ...(element && { element_id: spellNumber(dice, id), element_type: spellNumber(dice, elementTypes[kind]) }),
      ...(type !== undefined && { note_type: spellNumber(dice, type) }),
      ...(text !== undefined && { text }),
      ...(params && { params }),
    },
  };
}

function imagineParams(dice: Dice): object {
  const phone = { PHONE: '+79261234567', DURATION: dice.next(), UNIQ: 'a1' };
  return dice.pick([
    { text: imagineName(dice), service: '1С' },
    phone,
    { text: 'Спасибо', isSent: true, nothing: null },
  ]);
}

/** By any of the calls that the web interface has. */
export function imagineDeletion(
  dice: Dice,
  account: Account,
): { actions: Action[]; kind?: Kind; ids: number[]; sent: Sent } {
  const kind = dice.pick(['company', 'contact', 'lead'] as const);
  const ids = imagineIds(dice, account, kind, 3);
  const some = ids.length > 0 ? ids : [imagineId(dice, account, kind)];
  const action = dice.chance(0.5) ? { ACTION: 'DELETE' } : {};
  if (kind === 'lead' && dice.chance(0.3)) {
    return {
      kind,
      ids: some,
      actions: [],
      sent: spellPost(dice, '/private/deals/delete.php', { ...action, ID: some.join(',') }),
    };
  }
  if (dice.chance(0.5)) {
    const body = { ...action, ID: spellIds(dice, some) };
    return { kind, ids: some, actions: [], sent: spellPost(dice, `/ajax/${paths[kind]}/multiple/delete`, body) };
  }
  const actions: Action[] = [{ kind, ids: some }];
  if (account.tasks.size > 0 && dice.chance(0.6)) actions.push({ kind: 'task', ids: [imagineTaskId(dice, account)] });
  const numbers = { lead: 2, company: 3, contact: 17, task: 4, customer: 0 };
  const add = actions.map((one) => ({
    entity_type: numbers[one.kind],
    multiaction_type: 4,
    data: { data: { ACTION: 'DELETE' } },
    ids: spellIds(dice, one.ids),
  }));
  return {
    ids: [],
    actions,
    sent: spellPost(dice, '/ajax/v1/multiactions/set', { request: { multiactions: { add } } }),
  };
}

export function imagineTargets(
  dice: Dice,
  account: Account,
  call: 'restore' | 'purge',
): { targets: Targets; sent: Sent } {
  const deleted = kinds.map((kind) => {
    const ids = [...account.records[kind].values()].filter(({ isDeleted }) => isDeleted).map(({ id }) => id);
    return [kind, dice.some(ids, call === 'purge' ? 2 : 6)] as const;
  });
  const some = deleted.filter(([, ids]) => ids.length > 0);
  const kind = imagineKind(dice);
  const chosen = some.length > 0 ? some : [[kind, [imagineId(dice, account, kind)]] as const];
  const body = Object.fromEntries(chosen.map(([one, ids]) => [paths[one], spellIds(dice, ids)]));
  return { targets: Object.fromEntries(chosen), sent: spellPost(dice, `/api/kontora/bin/${call}`, body) };
}

export function imagineBin(dice: Dice) {
  const kind = dice.chance(0.03) ? undefined : imagineKind(dice);
  const limit = dice.chance(0.3) ? 1 + dice.whole(3) : undefined;
  const offset = dice.chance(0.5) ? dice.whole(3) : undefined;
  const parameters = { entity: kind && paths[kind], limit_rows: limit, limit_offset: offset };
  return { filter: { kind, limit, offset }, sent: spellGet(dice, '/api/kontora/bin', parameters) };
}

export { words as kindWords };
