import type { Actor } from './account.ts';
import { commit, log } from './commit.ts';
import type { EntityRow, KindName } from './entity.ts';
import { covers, requireAdministrator, scopeOf, visibleTo } from './rights.ts';
import type { Page, Store } from './store.ts';

/** Records of one kind by their ids. */
export interface Targets {
  readonly kind: KindName;
  readonly ids: readonly number[];
}

/** Records that were dealt with, and the ids of those that the actor sees but may not touch. */
export interface Disposed {
  readonly done: readonly EntityRow[];
  readonly refused: readonly number[];
}

/** The deleted records that the actor could see, in the order of their ids. */
export function readBin(store: Store, actor: Actor, kind: KindName, page: Page): Promise<EntityRow[]> {
  return store.read((tx) => tx.listDeleted(actor.account.id, kind, scopeOf(actor, kind, 'view'), page));
}

/**
 * Moves records to the bin, all in one transaction: they and the links to them are seen no more, and are kept. Ids that do not exist
 * for the actor are passed over.
 */
export function deleteEntities(
  store: Store,
  actor: Actor,
  targets: readonly Targets[],
  now: number,
): Promise<Disposed> {
  return move(store, actor, targets, true, now);
}

/** Takes records out of the bin, with the links that they had. It needs the right to delete them. */
export function restoreEntities(
  store: Store,
  actor: Actor,
  targets: readonly Targets[],
  now: number,
): Promise<Disposed> {
  return move(store, actor, targets, false, now);
}

function move(
  store: Store,
  actor: Actor,
  targets: readonly Targets[],
  isDeleted: boolean,
  now: number,
): Promise<Disposed> {
  return store.write(async (tx) => {
    const done: EntityRow[] = [];
    const refused: number[] = [];
    const sees = visibleTo(actor);
    const after = { isDeleted, updatedBy: actor.user.id, updatedAt: now };
    for (const { kind, ids } of targets) {
      const rows = await tx.entities(actor.account.id, kind, [...new Set(ids)]);
      const seen = rows.filter((row) => row.isDeleted !== isDeleted && sees({ ...row, isDeleted: false }));
      const scope = scopeOf(actor, kind, 'delete');
      const mine = seen.filter((row) => covers(scope, row.responsibleUserId));
      const entities = mine.map((before) => ({ before, after: { ...before, ...after } }));
      await commit(tx, actor, { entities }, now);
      done.push(...mine);
      refused.push(...seen.filter((row) => !covers(scope, row.responsibleUserId)).map((row) => row.id));
    }
    return { done, refused };
  });
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
