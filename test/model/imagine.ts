import { accountWords } from './account.ts';
import { encode, refused } from './answers.ts';
import type { Update } from './batches.ts';
import type { Dice } from './dice.ts';
import { imagineBin, imagineDeletion, imagineNotes, imagineTargets, imagineTasks } from './imagine-activity.ts';
import { imagineFieldBatch, imaginePipeline } from './imagine-administration.ts';
import { imagineBatch } from './imagine-batch.ts';
import { imagineList, imagineNoteList, imagineTaskList } from './imagine-list.ts';
import { contactsOfLead, elementTypes, paths } from './kinds.ts';
import { presentNote, presentRecord, presentTask } from './present.ts';
import type { Meaning } from './requests.ts';
import { sees, seesTask } from './rights.ts';
import { type Sent, spellGet, spellPost } from './spelling.ts';
import type { Account, Rec, User } from './state.ts';
import { imagineId, imagineKind, imagineName } from './words.ts';

/** A request with what it means. */
export interface Asked {
  readonly meaning: Meaning;
  readonly sent: Sent;
}

type Imagine = (dice: Dice, account: Account, user: User, now: number) => Asked;

/** How often what is asked. The first is what a step without dice does. */
const mix: readonly (readonly [weight: number, imagine: Imagine])[] = [
  [
    300,
    (dice, account, _user, now) => {
      const { batch, sent } = imagineBatch(dice, account, imagineKind(dice), now);
      return { meaning: { do: 'save', batch }, sent };
    },
  ],
  [
    210,
    (dice, account, _user, now) => {
      const kind = imagineKind(dice);
      const { filter, sent } = imagineList(dice, account, kind, now);
      return { meaning: { do: 'list', kind, filter }, sent };
    },
  ],
  [
    95,
    (dice, account, _user, now) => {
      const { batch, sent } = imagineTasks(dice, account, now);
      return { meaning: { do: 'save tasks', batch }, sent };
    },
  ],
  [
    60,
    (dice, account, _user, now) => {
      const { filter, sent } = imagineTaskList(dice, account, now);
      return { meaning: { do: 'list tasks', filter }, sent };
    },
  ],
  [
    50,
    (dice, account, user, now) => {
      const { batch, sent } = imagineNotes(dice, account, user, now);
      return { meaning: { do: 'save notes', batch }, sent };
    },
  ],
  [
    60,
    (dice, account, _user, now) => {
      const { filter, sent } = imagineNoteList(dice, account, now);
      return { meaning: { do: 'list notes', filter }, sent };
    },
  ],
  [
    50,
    (dice, account) => {
      const { kind, ids, actions, sent } = imagineDeletion(dice, account);
      return { meaning: kind ? { do: 'delete', kind, ids } : { do: 'act', actions }, sent };
    },
  ],
  [
    40,
    (dice, account) => {
      const { targets, sent } = imagineTargets(dice, account, 'restore');
      return { meaning: { do: 'restore', targets }, sent };
    },
  ],
  [
    8,
    (dice, account) => {
      const { targets, sent } = imagineTargets(dice, account, 'purge');
      return { meaning: { do: 'purge', targets }, sent };
    },
  ],
  [
    12,
    (dice) => {
      const { filter, sent } = imagineBin(dice);
      return { meaning: { do: 'list bin', filter }, sent };
    },
  ],
  [60, echo],
  [
    20,
    (dice) => {
      const words = dice.some([...accountWords, 'free_users'], 7);
      const sent = spellGet(dice, '/api/v2/account', { with: words.length > 0 ? words.join(',') : undefined });
      return { meaning: { do: 'show account', words }, sent };
    },
  ],
  [
    6,
    (dice, account) => {
      const ids = dice.chance(0.5) ? [dice.pick(account.pipelines).id, 1] : undefined;
      return { meaning: { do: 'list pipelines', ids }, sent: spellGet(dice, '/api/v2/pipelines', { id: ids }) };
    },
  ],
  [
    16,
    (dice, account) => {
      const { batch, sent } = imagineFieldBatch(dice, account);
      return { meaning: { do: 'define fields', batch }, sent };
    },
  ],
  [20, (dice, account) => imaginePipeline(dice, account)],
  [4, crowd],
  [14, (dice, account) => fail(dice, account)],
];

const sum = mix.reduce((whole, [weight]) => whole + weight, 0);

export function imagine(dice: Dice, account: Account, user: User, now: number): Asked {
  let rest = (dice.next() * sum) / 1000;
  for (const [weight, one] of mix) {
    rest -= weight;
    if (rest < 0) return one(dice, account, user, now);
  }
  throw new Error('the dice show too much');
}

/** Sends back what GET gave: that changes nothing, but who changed it last. The law of the round trip. */
function echo(dice: Dice, account: Account, user: User): Asked {
  const read = (json: object): Record<string, unknown> => JSON.parse(encode(json, account.profile));
  const way = dice.whole(5);
  const tasks = [...account.tasks.values()].filter((task) => seesTask(account, user, task));
  if (way === 4 && tasks.length > 0) {
    const task = dice.pick(tasks);
    const sent = spellPost(dice, '/api/v2/tasks', { update: [read(presentTask(account, task) as object)] }, true);
    return {
      meaning: { do: 'save tasks', batch: { add: [], update: [{ id: task.id, updatedAt: task.updatedAt }] } },
      sent,
    };
  }
  const notes = [...account.notes.values()].filter(({ type }) => type === 4);
  if (way === 5 && notes.length > 0) {
    const note = dice.pick(notes);
    const sent = spellPost(dice, '/api/v2/notes', { update: [read(presentNote(account, note) as object)] }, true);
    return {
      meaning: { do: 'save notes', batch: { add: [], update: [{ id: note.id, updatedAt: note.updatedAt }] } },
      sent,
    };
  }
  const kind = imagineKind(dice);
  const recs = [...account.records[kind].values()].filter((rec) => sees(account, user, rec));
  if (recs.length === 0)
    return { meaning: { do: 'list', kind, filter: {} }, sent: spellGet(dice, `/api/v2/${paths[kind]}`, {}) };
  const rec: Rec = dice.pick(recs);
  const draft: Update = { id: rec.id, updatedAt: rec.updatedAt, fields: [], link: {}, unlink: {}, own: {} };
  const sent = spellPost(
    dice,
    `/api/v2/${paths[kind]}`,
    { update: [read(presentRecord(account, user, rec) as object)] },
    true,
  );
  return { meaning: { do: 'save', batch: { kind, add: [], update: [draft], remove: [] } }, sent };
}

/** About as many contacts as a lead may have, at once. */
function crowd(dice: Dice, account: Account): Asked {
  const lead = imagineId(dice, account, 'lead');
  const count = contactsOfLead - 3 + dice.whole(4);
  const name = imagineName(dice).trim();
  const add = Array.from({ length: count }, () => ({ name, leads_id: lead }));
  const draft = { name, fields: [], link: { lead: [lead] }, unlink: {}, own: {} };
  const batch = { kind: 'contact', add: add.map(() => draft), update: [], remove: [] } as const;
  return { meaning: { do: 'save', batch }, sent: spellPost(dice, '/api/v2/contacts', { add }) };
}

/** Requests that are wrong in themselves. docs: errors, tasks, notes, deletion */
function fail(dice: Dice, account: Account): Asked {
  const kind = imagineKind(dice);
  const path = `/api/v2/${paths[kind]}`;
  const lead = kind === 'lead';
  const batchCodes = lead
    ? { none: 214, add: 213, update: 216, id: 217 }
    : { none: 206, add: 201, update: 208, id: 209 };
  const problem = (status: number, code: number, url: string, body?: object | string): Asked => ({
    meaning: { do: 'fail', expected: refused({ status, code, isOpen: status > 400 }) },
    sent: {
      method: body === undefined ? 'GET' : 'POST',
      url,
      headers: {},
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    },
  });
  const id = imagineId(dice, account, kind);
  const many = Array.from({ length: 501 }, () => ({ name: 'x' }));
  return dice.pick<() => Asked>([
    () => problem(400, batchCodes.none, path, {}),
    () => problem(400, batchCodes.add, path, { add: [] }),
    () => problem(400, batchCodes.update, path, { update: [] }),
    () => problem(400, batchCodes.add, path, { add: ['x'] }),
    () => problem(400, batchCodes.id, path, { update: [{ name: 'x', updated_at: 1 }] }),
    () => problem(400, 400, path, { add: [{ name: ['x'] }] }),
    () => problem(400, 400, path, { add: [{ name: 'x', created_at: 'вчера' }] }),
    () => problem(400, 400, path, { update: [{ id, updated_at: -1 }] }),
    () => problem(400, 400, path, { add: [{ name: 'x', tags: { a: 'b' } }] }),
    () => problem(400, 400, path, { add: [{ name: 'x'.repeat(1001) }] }),
    () => problem(400, 400, path, { add: many }),
    () => problem(400, 400, path, '{"add":[{"name":"x"}'),
    () => problem(400, 400, path, { add: [{ name: 'a\u0000b' }] }),
    () => problem(400, 228, '/api/v2/tasks', {}),
    () => problem(400, 227, '/api/v2/tasks', { add: [] }),
    () => problem(400, 230, '/api/v2/tasks', { update: [] }),
    () => problem(400, 231, '/api/v2/tasks', { update: [{ text: 'x', updated_at: 1 }] }),
    () => problem(400, 235, '/api/v2/tasks', { add: [{ text: 'x', element_id: id }] }),
    () => problem(400, 400, '/api/v2/tasks', { add: [{ text: 'x', is_completed: 'может' }] }),
    () => problem(400, 222, '/api/v2/notes', {}),
    () => problem(400, 218, '/api/v2/notes', { add: [] }),
    () => problem(400, 224, '/api/v2/notes', { update: [] }),
    () => problem(400, 225, '/api/v2/notes', { update: [{ text: 'x', updated_at: 1 }] }),
    () => problem(400, 232, '/api/v2/notes', { add: [{ text: 'x', note_type: 4, element_type: elementTypes[kind] }] }),
    () => problem(400, 400, '/ajax/companies/multiple/delete', { ID: [] }),
    () => problem(400, 400, '/api/kontora/bin/restore', {}),
    () => problem(404, 104, '/api/v2/nonsense'),
    () => problem(405, 207, '/api/v2/fields'),
  ])();
}
