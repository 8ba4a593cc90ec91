import type { Actor } from './account.ts';
import { commit, log } from './commit.ts';
import type { Disposed, EntityRow, KindName } from './entity.ts';
import { covers, requireAdministrator, scopeOf, visibleTo } from './rights.ts';
import type { Page, Store, WriteTx } from './store.ts';
import { deleteTasks } from './task.ts';

/** Records of one kind by their ids. */
export interface Targets {
  readonly kind: KindName;
  readonly ids: readonly number[];
}

/** Tasks are deleted with records, but do not come back. */
export interface TaskTargets {
  readonly kind: 'task';
  readonly ids: readonly number[];
}

/** The deleted records that the actor could see, all or of these ids, in the order of their ids. */
export function readBin(
  store: Store,
  actor: Actor,
  kind: KindName,
  page: Page,
  ids?: readonly number[],
): Promise<EntityRow[]> {
  const scope = scopeOf(actor, kind, 'view');
  const account = actor.account.id;
  return store.read((tx) => tx.listDeleted(account, kind, { responsible: scope, ids }, page), account);
}

/**
 * Moves records to the bin, and deletes tasks, all in one transaction: records and the links to them are seen no more, and are kept. Ids that do not exist
 * for the actor are passed over.
 */
export function deleteEntities(
  store: Store,
  actor: Actor,
  targets: readonly (Targets | TaskTargets)[],
  now: number,
): Promise<Disposed> {
  return moveAll(store, actor, targets, true, now);
}

/** Takes records out of the bin, with the links that they had. It needs the right to delete them. */
export function restoreEntities(
  store: Store,
  actor: Actor,
  targets: readonly Targets[],
  now: number,
): Promise<Disposed> {
  return moveAll(store, actor, targets, false, now);
}

function moveAll(
  store: Store,
  actor: Actor,
  targets: readonly (Targets | TaskTargets)[],
  isDeleted: boolean,
  now: number,
): Promise<Disposed> {
  return store.write(async (tx) => {
    const moved: Disposed[] = [];
    for (const { kind, ids } of targets) {
      moved.push(
        kind === 'task'
          ? { done: [], refused: await deleteTasks(tx, actor, ids, now) }
          : await moveEntities(tx, actor, { kind, ids }, isDeleted, now),
      );
    }
    return { done: moved.flatMap(({ done }) => done), refused: moved.flatMap(({ refused }) => refused) };
  });
}

/** Into the bin or out of it, in the caller's transaction. */
export async function moveEntities(
  tx: WriteTx,
  actor: Actor,
  { kind, ids }: Targets,
  isDeleted: boolean,
  now: number,
): Promise<Disposed> {
  const sees = visibleTo(actor);
  const rows = await tx.entities(actor.account.id, kind, [...new Set(ids)]);
  const seen = rows.filter((row) => row.isDeleted !== isDeleted && sees({ ...row, isDeleted: false }));
  const scope = scopeOf(actor, kind, 'delete');
  const [mine, refused] = [true, false].map((may) =>
    seen.filter((row) => covers(scope, row.responsibleUserId) === may),
  );
  const entities = mine!.map((before) => {
    const updatedAt = Math.max(now, before.updatedAt);
    return { before, after: { ...before, isDeleted, updatedBy: actor.user.id, updatedAt } };
  });
  await commit(tx, actor, { entities }, now);
  return { done: mine!, refused: refused!.map((row) => row.id) };
}

/**
 * Takes records out of the bin for good, with everything that hangs on them and with their history.
 * @throws CrmError administrators_only
 */
export function purgeEntities(store: Store, actor: Actor, targets: readonly Targets[], now: number): Promise<Disposed> {
  requireAdministrator(actor);
  return store.write(async (tx) => {
    const done: EntityRow[] = [];
    for (const { kind, ids } of targets) {
      const rows = await tx.entities(actor.account.id, kind, [...new Set(ids)]);
      const purged = rows.filter((row) => row.isDeleted);
      await tx.purgeEntities(
        actor.account.id,
        kind,
        purged.map(({ id }) => id),
      );
      const changes = purged.map(({ id }) => ({ subject: kind, id, action: 'purge', before: {}, after: {} }) as const);
      await log(tx, actor, changes, now);
      done.push(...purged);
    }
    return { done, refused: [] };
  });
}
