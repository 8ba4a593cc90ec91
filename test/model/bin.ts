import { type Expected, type Json, plain, refused } from './answers.ts';
import { type Kind, kinds, paths } from './kinds.ts';
import { endOf } from './links.ts';
import { type Paging, page } from './pages.ts';
import { may, maySee, sees } from './rights.ts';
import { type Account, byId, type Rec, type User } from './state.ts';
import { removeTasks } from './tasks.ts';

/** Deleting, restoring and purging. docs: deletion */

export interface Disposed {
  readonly done: readonly Rec[];
  /** Seen, but not his to delete. */
  readonly denied: readonly number[];
}

export function removeRecords(account: Account, user: User, kind: Kind, ids: readonly number[], now: number): Disposed {
  const seen = byId(account.records[kind].values()).filter((rec) => ids.includes(rec.id) && sees(account, user, rec));
  return move(account, user, seen, true, now);
}

function restoreRecords(account: Account, user: User, kind: Kind, ids: readonly number[], now: number): Disposed {
  const deleted = byId(account.records[kind].values()).filter((rec) => ids.includes(rec.id) && rec.isDeleted);
  return move(
    account,
    user,
    deleted.filter((rec) => maySee(account, user, rec)),
    false,
    now,
  );
}

/** Its time of change is the server's, unless it was later already. adr/0002 */
function move(account: Account, user: User, seen: readonly Rec[], isDeleted: boolean, now: number): Disposed {
  const done = seen.filter((rec) => may(account, user, 'delete', rec));
  for (const rec of done) {
    rec.isDeleted = isDeleted;
    rec.updatedBy = user.id;
    rec.updatedAt = Math.max(now, rec.updatedAt);
  }
  return { done, denied: seen.filter((rec) => !done.includes(rec)).map(({ id }) => id) };
}

/** POST /ajax/<kind>/multiple/delete and /private/deals/delete.php */
export function deleteByKind(account: Account, user: User, kind: Kind, ids: readonly number[], now: number): Expected {
  const { denied } = removeRecords(account, user, kind, ids, now);
  if (denied.length === 0) return plain({ status: 'success', message: 'Удалено' });
  return plain({ status: 'error', message: `Нет прав на удаление: ${denied.join(', ')}` });
}

export interface Action {
  readonly kind: Kind | 'task';
  readonly ids: readonly number[];
}

/** POST /ajax/v1/multiactions/set */
export function runActions(account: Account, user: User, actions: readonly Action[], now: number): Expected {
  const denied = actions.flatMap(({ kind, ids }) =>
    kind === 'task' ? removeTasks(account, user, ids) : removeRecords(account, user, kind, ids, now).denied,
  );
  const errors = denied.map((id) => `Нет прав на удаление: ${id}`);
  return plain({ response: { multiactions: { set: { errors } } } });
}

/** GET /api/kontora/bin */
export function listBin(
  account: Account,
  user: User,
  filter: Paging & { readonly kind?: Kind | undefined; readonly ids?: readonly number[] | undefined },
): Expected {
  if (filter.kind === undefined) return refused({ status: 400, code: 400 });
  const items = binOf(account, user, filter.kind, filter).map((rec) => ({
    id: rec.id,
    name: rec.name,
    responsible_user_id: rec.responsible,
    updated_at: rec.updatedAt,
    updated_by: rec.updatedBy,
  }));
  return plain({ items });
}

/** What he could see if it were not deleted. */
export function binOf(
  account: Account,
  user: User,
  kind: Kind,
  { ids, ...paging }: Paging & { readonly ids?: readonly number[] | undefined },
): Rec[] {
  const deleted = byId(account.records[kind].values()).filter((rec) => rec.isDeleted && maySee(account, user, rec));
  return ids ? deleted.filter(({ id }) => ids.includes(id)) : page(deleted, paging);
}

export type Targets = Partial<Record<Kind, readonly number[]>>;

/** POST /api/kontora/bin/restore */
export function restore(account: Account, user: User, targets: Targets, now: number): Expected {
  const moved = kinds.map((kind) => restoreRecords(account, user, kind, targets[kind] ?? [], now));
  return plain(
    told(
      moved.flatMap(({ done }) => done),
      moved.flatMap(({ denied }) => denied),
    ),
  );
}

/** POST /api/kontora/bin/purge: with links, tasks, and notes of both. */
export function purge(account: Account, user: User, targets: Targets): Expected {
  if (!user.isAdmin) return refused({ status: 403, code: 244 });
  const done = kinds.flatMap((kind) =>
    byId(account.records[kind].values()).filter((rec) => rec.isDeleted && targets[kind]?.includes(rec.id)),
  );
  for (const rec of done) forget(account, rec);
  return plain(told(done, []));
}

function forget(account: Account, rec: Rec): void {
  const { kind, id } = rec;
  account.records[kind].delete(id);
  account.links = account.links.filter((link) => endOf(link, rec) === undefined);
  for (const task of account.tasks.values()) {
    if (task.element?.kind !== kind || task.element.id !== id) continue;
    account.tasks.delete(task.id);
    forgetNotes(account, 'task', task.id);
  }
  forgetNotes(account, kind, id);
}

function forgetNotes(account: Account, kind: Kind | 'task', id: number): void {
  for (const note of account.notes.values()) {
    if (note.element.kind === kind && note.element.id === id) account.notes.delete(note.id);
  }
}

function told(done: readonly Rec[], denied: readonly number[]): Json {
  const lists = kinds.map(
    (kind) => [paths[kind], done.filter((rec) => rec.kind === kind).map(({ id }) => id)] as const,
  );
  return {
    ...Object.fromEntries(lists.filter(([, ids]) => ids.length > 0)),
    ...(denied.length > 0 && { refused: denied }),
  };
}
