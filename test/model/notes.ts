import { type Expected, found, nothing, type Refusal, refused, self } from './answers.ts';
import { type Fate, frame, frameItems } from './framing.ts';
import type { Kind } from './kinds.ts';
import { type Paging, page } from './pages.ts';
import { presentNote } from './present.ts';
import { may, seesRef, seesTask } from './rights.ts';
import { knownCreator } from './saving.ts';
import { type Account, byId, type Note, takeId, type User } from './state.ts';

/** docs: notes; source: reference §12 */

export interface NoteDraft {
  readonly element?: Note['element'] | undefined;
  readonly type?: number | undefined;
  readonly text?: string | undefined;
  readonly params?: object | undefined;
  readonly responsible?: number | undefined;
  readonly createdBy?: number | undefined;
  readonly createdAt?: number | undefined;
  readonly updatedAt?: number | undefined;
  readonly requestId?: number | string | undefined;
}

export interface NoteBatch {
  readonly add: readonly NoteDraft[];
  readonly update: readonly (NoteDraft & { readonly id: number })[];
}

/** Texts that people write, and how a task went. */
const common = 4;
const result = 13;
const withParams = [10, 11, 25, 102, 103];

export function addNote(account: Account, note: Omit<Note, 'id'>): Note {
  const id = takeId(account, 'note');
  const made = { ...note, id };
  account.notes.set(id, made);
  return made;
}

export function saveNotes(account: Account, user: User, { add, update }: NoteBatch, now: number): Expected {
  const reasons = [
    ...add.flatMap((draft, index) => refusalsOf(account, user, draft, `add/${index}`)),
    ...update.flatMap(({ responsible }, index) =>
      responsible === undefined || account.users.has(responsible)
        ? []
        : [{ status: 400, code: 212, place: `update/${index}` }],
    ),
  ];
  if (reasons.length > 0) return refused(...reasons);
  const added = add.map((draft) => {
    const isText = draft.type === common || draft.type === result;
    const note = addNote(account, {
      element: draft.element!,
      type: draft.type!,
      text: isText ? draft.text! : null,
      params: isText ? null : (draft.params ?? { text: draft.text }),
      responsible: draft.responsible ?? user.id,
      createdBy: knownCreator(account, draft) ?? user.id,
      createdAt: draft.createdAt ?? now,
      updatedAt: draft.updatedAt ?? now,
    });
    // The newest one tells the task's result. docs: tasks
    if (draft.type === result) account.tasks.get(draft.element!.id)!.result = note.id;
    return { id: note.id, requestId: draft.requestId, fate: 'saved' as Fate };
  });
  const updated = update.map((draft) => {
    // What is added beside it has no id yet that it could name.
    const isNew = added.some(({ id }) => id === draft.id);
    const fate = isNew ? 'missing' : change(account, user, draft);
    return { id: draft.id, updatedAt: draft.updatedAt, requestId: draft.requestId, fate };
  });
  const { items, errors } = frameItems(account.profile, 'notes', added, updated);
  return frame('notes', items, errors);
}

function change(account: Account, user: User, draft: NoteDraft & { readonly id: number }): Fate {
  const note = account.notes.get(draft.id);
  if (!note || !seesElement(account, user, note.element)) return 'missing';
  if (note.type !== common || !(note.createdBy === user.id || mayEditElement(account, user, note))) return 'forbidden';
  if (draft.updatedAt === undefined || draft.updatedAt < note.updatedAt) return 'stale';
  note.text = draft.text || note.text;
  note.responsible = draft.responsible ?? note.responsible;
  note.createdBy = knownCreator(account, draft) || note.createdBy;
  note.createdAt = draft.createdAt ?? note.createdAt;
  note.updatedAt = draft.updatedAt;
  return 'saved';
}

function mayEditElement(account: Account, user: User, { element: { kind, id } }: Note): boolean {
  return kind !== 'task' && may(account, user, 'edit', account.records[kind].get(id)!);
}

function seesElement(account: Account, user: User, { kind, id }: Note['element']): boolean {
  return kind === 'task' ? seesTask(account, user, account.tasks.get(id)) : seesRef(account, user, { kind, id });
}

function refusalsOf(account: Account, user: User, draft: NoteDraft, place: string): Refusal[] {
  const { element, type, text, params, responsible } = draft;
  const refuse = (code: number): Refusal => ({ status: 400, code, place });
  const reasons: Refusal[] = [];
  if (responsible !== undefined && !account.users.has(responsible)) reasons.push(refuse(205));
  const isText = type === common || type === result;
  const fits = (isText || withParams.includes(type ?? 0)) && (type === result) === (element?.kind === 'task');
  if (!fits) reasons.push(refuse(400));
  else if (isText ? !text : !params && !text) reasons.push(refuse(400));
  if (element === undefined) reasons.push({ status: 400, code: 232 });
  else if (!seesElement(account, user, element)) {
    reasons.push(refuse(element.kind === 'contact' ? 233 : element.kind === 'lead' ? 234 : 226));
  }
  return reasons;
}

export interface NoteFilter extends Paging {
  /** Undefined: none was said, or what is no such word. */
  readonly kind?: Kind | 'task' | undefined;
  readonly ids?: readonly number[] | undefined;
  readonly elements?: readonly number[] | undefined;
  readonly types?: readonly number[] | undefined;
  readonly since?: number | undefined;
}

export function listNotes(account: Account, user: User, filter: NoteFilter, url: string): Expected {
  const { kind, ids, elements, types, since } = filter;
  if (kind === undefined) return refused({ status: 400, code: 221 });
  const all = byId(account.notes.values()).filter(
    (note) => note.element.kind === kind && seesElement(account, user, note.element),
  );
  const chosen = ids
    ? all.filter(({ id }) => ids.includes(id))
    : page(
        all.filter(
          (note) =>
            (elements?.includes(note.element.id) ?? true) &&
            (types?.includes(note.type) ?? true) &&
            (since === undefined || note.updatedAt > since),
        ),
        filter,
      );
  if (chosen.length === 0) return nothing;
  return found({ _links: self(url), _embedded: { items: chosen.map((note) => presentNote(account, note)) } });
}
