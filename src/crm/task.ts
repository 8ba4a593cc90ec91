import type { Actor } from './account.ts';
import { commit } from './commit.ts';
import { type ElementRef, elementKey, elementNotFound, elementsVisibleTo, loadElements, seesTask } from './element.ts';
import { isCurrent, type KindName, type Outcome, type Outcomes } from './entity.ts';
import { CrmError } from './errors.ts';
import { type Note, newNote, taskResult } from './note.ts';
import { checkUser, covers, knownCreator, scopeOf } from './rights.ts';
import type { Page, ReadTx, Store, TaskChange, TaskFilter, WriteTx } from './store.ts';

/** Times are unix seconds. */
export interface Task {
  readonly id: number;
  /** The record that it is about; null: it stands alone. */
  readonly element: { readonly kind: KindName; readonly id: number } | null;
  readonly responsibleUserId: number;
  readonly createdBy: number;
  readonly updatedBy: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly taskType: number;
  /** Until when it is to be done; 23:59 of a day means any time of that day. */
  readonly completeTill: number;
  readonly text: string;
  readonly isCompleted: boolean;
  /** The note that tells its result; 0: none. */
  readonly resultNoteId: number;
  readonly isDeleted: boolean;
}

/** What is absent stays as it is, or gets its default. */
export interface TaskDraft {
  readonly path: string;
  readonly element?: ElementRef<KindName> | undefined;
  readonly responsibleUserId?: number | undefined;
  readonly createdBy?: number | undefined;
  readonly createdAt?: number | undefined;
  readonly updatedAt?: number | undefined;
  readonly taskType?: number | undefined;
  readonly completeTill?: number | undefined;
  readonly text?: string | undefined;
  readonly isCompleted?: boolean | undefined;
  /** `id`: of the note in which it was read. */
  readonly result?: { readonly id?: number | undefined; readonly text: string } | undefined;
}

export interface TaskBatch {
  readonly add: readonly TaskDraft[];
  readonly update: readonly (TaskDraft & { readonly id: number })[];
}

/** Call. doc: tasks */
const defaultType = 1;

/**
 * Adds and updates tasks, all in one transaction, together with the notes of their results.
 * @throws CrmError task_element_not_found, task_lead_not_found, user_not_found, task_type_not_found; then nothing is written
 */
export function saveTasks(store: Store, actor: Actor, batch: TaskBatch, now: number): Promise<Outcomes> {
  const account = actor.account.id;
  return store.write(async (tx) => {
    const loaded = await tx.tasks(account, [...new Set(batch.update.map((draft) => draft.id))]);
    const known = new Map(loaded.map((task) => [task.id, task]));
    const drafts = [...batch.add, ...batch.update];
    const elements = await loadElements(tx, actor, [
      ...drafts.flatMap((draft) => draft.element ?? []),
      ...loaded.flatMap((task) => task.element ?? []),
    ]);
    for (const draft of drafts) check(actor, draft, elements);
    const results = await readResults(tx, actor, loaded);
    const ids = (await tx.nextIds(account, 'task', batch.add.length)).values();
    const changes = new Map<number, TaskChange>();
    const told: { readonly id: number; readonly text: string }[] = [];
    const write = (draft: TaskDraft, before: Task | null, after: Task): Outcome => {
      changes.set(after.id, { before: changes.get(after.id)?.before ?? before, after });
      // What is added has no id that an update beside it could name.
      if (before) known.set(after.id, after);
      if (draft.result && !isShown(draft.result, before, results)) told.push({ id: after.id, text: draft.result.text });
      return after;
    };
    const outcomes = {
      add: batch.add.map((draft) => write(draft, null, added(ids.next().value!, draft, actor, now))),
      update: batch.update.map((draft): Outcome => {
        const before = known.get(draft.id);
        if (!before || !seesTask(actor, before, elements)) return { id: draft.id, updatedAt: 0, issue: 'not_found' };
        const { id, updatedAt } = before;
        if (!covers(scopeOf(actor, 'task', 'edit'), before.responsibleUserId))
          return { id, updatedAt, issue: 'no_right' };
        if (!isCurrent(draft, before)) return { id, updatedAt, issue: 'stale' };
        return write(draft, before, updated(before, draft, draft.updatedAt, actor));
      }),
    };
    const noteIds = await tx.nextIds(account, 'note', told.length);
    const notes = told.map(({ id, text }, index) => newNote(noteIds[index]!, taskResult({ id }, text), actor, now));
    for (const { id, element } of notes) {
      const change = changes.get(element.id)!;
      changes.set(element.id, { ...change, after: { ...change.after, resultNoteId: id } });
    }
    const newNotes = notes.map((after) => ({ before: null, after }));
    await commit(tx, actor, { tasks: [...changes.values()], notes: newNotes }, now);
    return outcomes;
  });
}

/** The tasks that the actor may see, in the order of their ids, and the notes of their results by id. */
export function readTasks(
  store: Store,
  actor: Actor,
  filter: Omit<TaskFilter, 'visible'>,
  page: Page,
): Promise<{ readonly tasks: readonly Task[]; readonly results: ReadonlyMap<number, Note> }> {
  return store.read(async (tx) => {
    const tasks = await tx.listTasks(actor.account.id, { ...filter, visible: elementsVisibleTo(actor) }, page);
    return { tasks, results: await readResults(tx, actor, tasks) };
  }, actor.account.id);
}

/** The notes that tell the results of tasks, by id. */
export async function readResults(tx: ReadTx, actor: Actor, tasks: readonly Task[]): Promise<Map<number, Note>> {
  const ids = tasks.map((task) => task.resultNoteId).filter((id) => id > 0);
  return new Map((await tx.notes(actor.account.id, ids)).map((note) => [note.id, note]));
}

/**
 * Takes tasks away, in the caller's transaction. Ids that do not exist for the actor are passed over.
 * @returns the ids that he sees but may not delete; these stay
 */
export async function deleteTasks(tx: WriteTx, actor: Actor, ids: readonly number[], now: number): Promise<number[]> {
  const tasks = await tx.tasks(actor.account.id, [...new Set(ids)]);
  const elements = await loadElements(
    tx,
    actor,
    tasks.flatMap((task) => task.element ?? []),
  );
  const seen = tasks.filter((task) => seesTask(actor, task, elements));
  const scope = scopeOf(actor, 'task', 'delete');
  const mine = seen.filter((task) => covers(scope, task.responsibleUserId));
  const after = { isDeleted: true, updatedBy: actor.user.id, updatedAt: now };
  await commit(tx, actor, { tasks: mine.map((before) => ({ before, after: { ...before, ...after } })) }, now);
  return seen.filter((task) => !covers(scope, task.responsibleUserId)).map((task) => task.id);
}

/** What GET gave of a result, sent back, says nothing. */
function isShown(
  { id, text }: NonNullable<TaskDraft['result']>,
  before: Task | null,
  results: ReadonlyMap<number, Note>,
): boolean {
  return id !== undefined && id === before?.resultNoteId && results.get(id)?.text === text;
}

function check(actor: Actor, draft: TaskDraft, elements: ReadonlySet<string>): void {
  const { element, taskType, path } = draft;
  checkUser(actor, draft);
  if (element && !elements.has(elementKey(element))) throw elementNotFound('task', element, path);
  if (taskType !== undefined && !actor.settings.taskTypes.has(taskType)) {
    throw new CrmError('task_type_not_found', `${path}/task_type`, String(taskType));
  }
}

function added(id: number, draft: TaskDraft, actor: Actor, now: number): Task {
  return {
    id,
    element: draft.element ?? null,
    responsibleUserId: draft.responsibleUserId ?? actor.user.id,
    createdBy: knownCreator(actor, draft) ?? actor.user.id,
    updatedBy: actor.user.id,
    createdAt: draft.createdAt ?? now,
    updatedAt: draft.updatedAt ?? now,
    taskType: draft.taskType ?? defaultType,
    completeTill: draft.completeTill ?? now,
    text: draft.text ?? '',
    isCompleted: draft.isCompleted ?? false,
    resultNoteId: 0,
    isDeleted: false,
  };
}

function updated(before: Task, draft: TaskDraft, updatedAt: number, actor: Actor): Task {
  return {
    ...before,
    element: draft.element ?? before.element,
    responsibleUserId: draft.responsibleUserId ?? before.responsibleUserId,
    createdBy: knownCreator(actor, draft) || before.createdBy,
    updatedBy: actor.user.id,
    createdAt: draft.createdAt ?? before.createdAt,
    updatedAt,
    taskType: draft.taskType ?? before.taskType,
    completeTill: draft.completeTill ?? before.completeTill,
    text: draft.text || before.text,
    isCompleted: draft.isCompleted ?? before.isCompleted,
  };
}
