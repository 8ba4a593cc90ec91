import type { Actor } from './account.ts';
import { commit } from './commit.ts';
import type { Compound } from './custom-field.ts';
import { type ElementRef, elementKey, elementNotFound, elementsVisibleTo, loadElements } from './element.ts';
import { isCurrent, type Outcome, type Outcomes } from './entity.ts';
import { CrmError } from './errors.ts';
import { noteTypes } from './note-type.ts';
import { checkUser, covers, knownCreator, scopeOf } from './rights.ts';
import type { NoteChange, NoteFilter, Page, ReadTx, Store, TaskChange } from './store.ts';
import type { Task } from './task.ts';

/** Times are unix seconds. */
export interface Note {
  readonly id: number;
  readonly element: ElementRef;
  /** A number of `noteTypes`. */
  readonly noteType: number;
  /** A note has a text or params. */
  readonly text: string | null;
  readonly params: Compound | null;
  readonly responsibleUserId: number;
  readonly createdBy: number;
  readonly updatedBy: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What is absent stays as it is, or gets its default. */
export interface NoteDraft {
  readonly path: string;
  readonly element?: ElementRef | undefined;
  readonly noteType?: number | undefined;
  readonly text?: string | undefined;
  readonly params?: Compound | undefined;
  readonly responsibleUserId?: number | undefined;
  readonly createdBy?: number | undefined;
  readonly createdAt?: number | undefined;
  readonly updatedAt?: number | undefined;
}

export interface NoteBatch {
  readonly add: readonly NoteDraft[];
  readonly update: readonly (NoteDraft & { readonly id: number })[];
}

const common = 4;
const result = 13;
const byId = new Map(noteTypes.map((type) => [type.id, type]));

/** Only notes that people write can be changed. doc: notes */
export function isEditable({ noteType }: Pick<Note, 'noteType'>): boolean {
  return noteType === common;
}

/** The notes of one sort of elements that the actor may see, in the order of their ids. */
export function readNotes(
  store: Store,
  actor: Actor,
  filter: Omit<NoteFilter, 'visible'>,
  page: Page,
): Promise<Note[]> {
  const account = actor.account.id;
  return store.read((tx) => tx.listNotes(account, { ...filter, visible: elementsVisibleTo(actor) }, page), account);
}

/**
 * Adds and updates notes, all in one transaction.
 * @throws CrmError note_element_not_found, note_contact_not_found, note_lead_not_found, note_type_wrong, text_required, user_not_found; then nothing is written
 */
export function saveNotes(store: Store, actor: Actor, batch: NoteBatch, now: number): Promise<Outcomes> {
  const account = actor.account.id;
  return store.write(async (tx) => {
    const loaded = await tx.notes(account, [...new Set(batch.update.map((draft) => draft.id))]);
    const known = new Map(loaded.map((note) => [note.id, note]));
    const refs = [...batch.add.flatMap((draft) => draft.element ?? []), ...loaded.map((note) => note.element)];
    const elements = await loadElements(tx, actor, refs);
    const owners = await responsibleUsers(tx, account, loaded);
    for (const draft of batch.add) checkAdd(actor, draft, elements);
    for (const draft of batch.update) checkUser(actor, draft);
    const ids = (await tx.nextIds(account, 'note', batch.add.length)).values();
    const changes = new Map<number, NoteChange>();
    const write = (before: Note | null, after: Note): Outcome => {
      changes.set(after.id, { before: changes.get(after.id)?.before ?? before, after });
      // What is added has no id that an update beside it could name.
      if (before) known.set(after.id, after);
      return after;
    };
    const outcomes = {
      add: batch.add.map((draft) => write(null, newNote(ids.next().value!, draft, actor, now))),
      update: batch.update.map((draft): Outcome => {
        const before = known.get(draft.id);
        if (!before || !elements.has(elementKey(before.element)))
          return { id: draft.id, updatedAt: 0, issue: 'not_found' };
        const { id, updatedAt } = before;
        if (!isEditable(before) || !mayEdit(actor, before, owners)) return { id, updatedAt, issue: 'no_right' };
        if (!isCurrent(draft, before)) return { id, updatedAt, issue: 'stale' };
        return write(before, updated(before, draft, draft.updatedAt, actor));
      }),
    };
    const taskResults = await resultsOf(tx, account, [...changes.values()]);
    await commit(tx, actor, { notes: [...changes.values()], tasks: taskResults }, now);
    return outcomes;
  });
}

/** Who is responsible for the elements of notes, by elementKey. */
async function responsibleUsers(tx: ReadTx, account: number, notes: readonly Note[]): Promise<Map<string, number>> {
  const owners = new Map<string, number>();
  for (const kind of new Set(notes.map((note) => note.element.kind))) {
    const ids = notes.filter((note) => note.element.kind === kind).map((note) => note.element.id);
    const things = kind === 'task' ? await tx.tasks(account, ids) : await tx.neighbours(account, kind, ids);
    for (const { id, responsibleUserId } of things) owners.set(elementKey({ kind, id }), responsibleUserId);
  }
  return owners;
}

/** A note is changed by who wrote it, or may edit what it is about. */
function mayEdit(actor: Actor, note: Note, owners: ReadonlyMap<string, number>): boolean {
  const scope = scopeOf(actor, note.element.kind, 'edit');
  return note.createdBy === actor.user.id || covers(scope, owners.get(elementKey(note.element)) ?? 0);
}

function checkAdd(actor: Actor, draft: NoteDraft, elements: ReadonlySet<string>): void {
  const { element, noteType, text, params, path } = draft;
  checkUser(actor, draft);
  const type = byId.get(noteType ?? 0);
  // The result of a task, and nothing else, is written on a task. doc: notes
  const fits = type?.write && (type.id === result) === (element?.kind === 'task');
  if (!fits) throw new CrmError('note_type_wrong', `${path}/note_type`, String(noteType ?? ''));
  if (!element || !elements.has(elementKey(element)))
    throw elementNotFound('note', element ?? { kind: 'contact', id: 0 }, path);
  if (type?.write === 'text' && !text) throw new CrmError('text_required', `${path}/text`);
  if (type?.write === 'params' && !params) throw new CrmError('text_required', `${path}/params`);
}

/** A note as a draft tells it. */
export function newNote(id: number, draft: NoteDraft, actor: Actor, now: number): Note {
  const type = byId.get(draft.noteType ?? 0);
  return {
    id,
    element: draft.element!,
    noteType: draft.noteType!,
    text: type?.write === 'params' ? null : (draft.text ?? null),
    params: type?.write === 'text' ? null : (draft.params ?? null),
    responsibleUserId: draft.responsibleUserId ?? actor.user.id,
    createdBy: knownCreator(actor, draft) ?? actor.user.id,
    updatedBy: actor.user.id,
    createdAt: draft.createdAt ?? now,
    updatedAt: draft.updatedAt ?? now,
  };
}

function updated(before: Note, draft: NoteDraft, updatedAt: number, actor: Actor): Note {
  return {
    ...before,
    text: draft.text || before.text,
    responsibleUserId: draft.responsibleUserId ?? before.responsibleUserId,
    createdBy: knownCreator(actor, draft) || before.createdBy,
    updatedBy: actor.user.id,
    createdAt: draft.createdAt ?? before.createdAt,
    updatedAt,
  };
}

/** The note that tells a task's result. */
export function taskResult({ id }: Pick<Task, 'id'>, text: string): NoteDraft {
  return { path: '', element: { kind: 'task', id }, noteType: result, text };
}

/** Tasks point at the newest note of their result. */
async function resultsOf(tx: ReadTx, account: number, changes: readonly NoteChange[]): Promise<TaskChange[]> {
  const results = new Map(
    changes
      .map(({ after }) => after)
      .filter((note) => note.element.kind === 'task')
      .map((note) => [note.element.id, note.id]),
  );
  const tasks = await tx.tasks(account, [...results.keys()]);
  return tasks.map((before) => ({ before, after: { ...before, resultNoteId: results.get(before.id)! } }));
}
