import { type Expected, found, nothing, type Refusal, refused, self } from './answers.ts';
import { type Fate, frame, frameItems } from './framing.ts';
import type { Kind } from './kinds.ts';
import { addNote } from './notes.ts';
import { isIn, type Paging, page, type Range } from './pages.ts';
import { presentTask } from './present.ts';
import { mayWithTask, seesRef, seesTask } from './rights.ts';
import { knownCreator } from './saving.ts';
import { type Account, byId, type Ref, type Task, takeId, type User } from './state.ts';

/** docs: tasks; source: reference §11 */

export interface TaskDraft {
  readonly element?: Ref | undefined;
  readonly responsible?: number | undefined;
  readonly createdBy?: number | undefined;
  readonly createdAt?: number | undefined;
  readonly updatedAt?: number | undefined;
  readonly type?: number | undefined;
  readonly till?: number | undefined;
  readonly text?: string | undefined;
  readonly isCompleted?: boolean | undefined;
  readonly result?: string | undefined;
  readonly requestId?: number | string | undefined;
}

export interface TaskBatch {
  readonly add: readonly TaskDraft[];
  readonly update: readonly (TaskDraft & { readonly id: number })[];
}

/** Every account has these. source: reference §6 */
export const taskTypes: ReadonlyMap<number, string> = new Map([
  [1, 'Звонок'],
  [2, 'Встреча'],
  [3, 'Письмо'],
]);

export function saveTasks(account: Account, user: User, { add, update }: TaskBatch, now: number): Expected {
  const reasons = [
    ...add.flatMap((draft, index) => refusalsOf(account, user, draft, `add/${index}`, 205)),
    ...update.flatMap((draft, index) => refusalsOf(account, user, draft, `update/${index}`, 212)),
  ];
  if (reasons.length > 0) return refused(...reasons);
  const results: [Task, string][] = [];
  const added = add.map((draft) => {
    const task: Task = {
      id: takeId(account, 'task'),
      element: draft.element ?? null,
      responsible: draft.responsible ?? user.id,
      createdBy: knownCreator(account, draft) ?? user.id,
      createdAt: draft.createdAt ?? now,
      updatedAt: draft.updatedAt ?? now,
      type: draft.type ?? 1,
      till: draft.till ?? now,
      text: draft.text ?? '',
      isCompleted: draft.isCompleted ?? false,
      result: 0,
      isDeleted: false,
    };
    if (draft.result) results.push([task, draft.result]);
    return { task, written: { id: task.id, requestId: draft.requestId, fate: 'saved' as Fate } };
  });
  const updated = update.map((draft) => {
    const fate = change(account, user, draft);
    if (fate === 'saved' && draft.result) results.push([account.tasks.get(draft.id)!, draft.result]);
    return { id: draft.id, updatedAt: draft.updatedAt, requestId: draft.requestId, fate };
  });
  for (const { task } of added) account.tasks.set(task.id, task);
  for (const [task, text] of results) {
    const who = { responsible: user.id, createdBy: user.id, createdAt: now, updatedAt: now };
    task.result = addNote(account, { ...who, element: { kind: 'task', id: task.id }, type: 13, text, params: null }).id;
  }
  const { items, errors } = frameItems(
    account.profile,
    'tasks',
    added.map(({ written }) => written),
    updated,
  );
  return frame('tasks', items, errors);
}

function change(account: Account, user: User, draft: TaskDraft & { readonly id: number }): Fate {
  const task = account.tasks.get(draft.id);
  if (!seesTask(account, user, task)) return 'missing';
  if (!mayWithTask(account, user, 'edit', task)) return 'forbidden';
  if (draft.updatedAt === undefined || draft.updatedAt < task.updatedAt) return 'stale';
  task.element = draft.element ?? task.element;
  task.responsible = draft.responsible ?? task.responsible;
  task.createdBy = knownCreator(account, draft) || task.createdBy;
  task.createdAt = draft.createdAt ?? task.createdAt;
  task.updatedAt = draft.updatedAt;
  task.type = draft.type ?? task.type;
  task.till = draft.till ?? task.till;
  task.text = draft.text || task.text;
  task.isCompleted = draft.isCompleted ?? task.isCompleted;
  return 'saved';
}

function refusalsOf(account: Account, user: User, draft: TaskDraft, place: string, unknownUser: number): Refusal[] {
  const { element, type, responsible } = draft;
  const refuse = (code: number): Refusal => ({ status: 400, code, place });
  const reasons: Refusal[] = [];
  if (responsible !== undefined && !account.users.has(responsible)) reasons.push(refuse(unknownUser));
  if (type !== undefined && !taskTypes.has(type)) reasons.push(refuse(400));
  if (element && !seesRef(account, user, element)) reasons.push(refuse(element.kind === 'lead' ? 237 : 236));
  return reasons;
}

/** By multiactions. @returns those that he sees and may not delete. docs: deletion */
export function removeTasks(account: Account, user: User, ids: readonly number[]): number[] {
  const seen = byId(account.tasks.values()).filter((task) => ids.includes(task.id) && seesTask(account, user, task));
  const mine = seen.filter((task) => mayWithTask(account, user, 'delete', task));
  for (const task of mine) task.isDeleted = true;
  return seen.filter((task) => !mine.includes(task)).map(({ id }) => id);
}

export interface TaskFilter extends Paging {
  readonly ids?: readonly number[] | undefined;
  readonly kind?: Kind | 'wrong' | undefined;
  readonly elements?: readonly number[] | undefined;
  readonly responsible?: readonly number[] | undefined;
  readonly createdBy?: readonly number[] | undefined;
  readonly types?: readonly number[] | undefined;
  readonly isCompleted?: boolean | undefined;
  readonly created?: Range | undefined;
  readonly updated?: Range | undefined;
  readonly since?: number | undefined;
  /** About leads in these. */
  readonly stages?: readonly { readonly pipeline: number; readonly status: number }[] | undefined;
}

export function listTasks(account: Account, user: User, filter: TaskFilter, url: string): Expected {
  const { ids } = filter;
  if (!ids && filter.kind === 'wrong') return refused({ status: 400, code: 400 });
  const all = byId(account.tasks.values()).filter((task) => seesTask(account, user, task));
  const chosen = ids
    ? all.filter(({ id }) => ids.includes(id))
    : page(
        all.filter((task) => passes(account, task, filter)),
        filter,
      );
  if (chosen.length === 0) return nothing;
  return found({ _links: self(url), _embedded: { items: chosen.map((task) => presentTask(account, task)) } });
}

function passes(account: Account, task: Task, filter: TaskFilter): boolean {
  const own = task.element?.kind === 'lead' ? account.records.lead.get(task.element.id)!.own : undefined;
  return (
    (filter.kind === undefined || task.element?.kind === filter.kind) &&
    (filter.elements?.includes(task.element?.id ?? 0) ?? true) &&
    (filter.responsible?.includes(task.responsible) ?? true) &&
    (filter.createdBy?.includes(task.createdBy) ?? true) &&
    (filter.types?.includes(task.type) ?? true) &&
    (filter.isCompleted === undefined || task.isCompleted === filter.isCompleted) &&
    isIn(task.createdAt, filter.created) &&
    isIn(task.updatedAt, filter.updated) &&
    (filter.since === undefined || task.updatedAt > filter.since) &&
    (filter.stages?.some(({ pipeline, status }) => own?.pipeline === pipeline && own.status === status) ?? true)
  );
}
