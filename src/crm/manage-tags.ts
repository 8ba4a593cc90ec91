import type { Actor } from './account.ts';
import { commit } from './commit.ts';
import type { KindName } from './entity.ts';
import { CrmError } from './errors.ts';
import { scopeOf } from './rights.ts';
import { groupByOwner, type Page, type ReadTx, type Store, type WriteTx } from './store.ts';
import { foldTagName, type Tag } from './tag.ts';
import { administrate } from './users.ts';

/** Records whose tags change in one transaction: whoever has more asks again. */
export const recordsAtATime = 500;

export interface CountedTag extends Tag {
  /** How many records have it, those in the bin among them; told to administrators. */
  readonly count?: number | undefined;
}

/**
 * Tags of a kind in whose names a text occurs, in the order of their names. Who does not see all records of the kind sees the tags of
 * those that he sees: the others would tell of what is hidden from him.
 */
export async function listTags(
  tx: ReadTx,
  actor: Actor,
  kind: KindName,
  text: string,
  page: Page,
): Promise<CountedTag[]> {
  const scope = scopeOf(actor, kind, 'view');
  if (scope !== 'all' && scope.size === 0) return [];
  const { id } = actor.account;
  const tags = await tx.listTags(id, kind, { folded: foldTagName(text), scope }, page);
  if (!actor.user.isAdmin) return tags;
  const ids = tags.map((tag) => tag.id);
  const counts = new Map((await tx.countTagged(id, kind, ids)).map((row) => [row.id, row.count]));
  return tags.map((tag) => ({ ...tag, count: counts.get(tag.id) ?? 0 }));
}

/** @throws CrmError name_required, tag_not_found, tag_taken: then they are to be merged */
export function renameTag(store: Store, actor: Actor, kind: KindName, { id, name }: Tag): Promise<Tag> {
  const account = actor.account.id;
  const trimmed = name.trim();
  const folded = foldTagName(trimmed);
  return administrate(store, actor, async (tx) => {
    if (trimmed === '') throw new CrmError('name_required', 'name');
    await findTags(tx, account, kind, [id]);
    const [same] = await tx.findTags(account, kind, { ids: [], folded: [folded] });
    if (same && same.id !== id) throw new CrmError('tag_taken', 'name', same.name);
    await tx.renameTag(account, kind, { id, name: trimmed, folded });
    return { id, name: trimmed };
  });
}

/**
 * Takes tags from the first of their records, up to `recordsAtATime`, and gives those records the tag `into` instead, if there is one.
 * With the last record the tags are gone. @throws CrmError tag_not_found
 */
export function removeTags(
  store: Store,
  actor: Actor,
  { kind, ids, into }: { readonly kind: KindName; readonly ids: readonly number[]; readonly into?: number | undefined },
  now: number,
): Promise<{ records: number; isDone: boolean }> {
  const account = actor.account.id;
  return administrate(store, actor, async (tx, settings) => {
    const removed = new Set(ids.filter((id) => id !== into));
    const known = await findTags(tx, account, kind, [...removed, ...(into === undefined ? [] : [into])]);
    const owners = await tx.taggedIds(account, kind, [...removed], recordsAtATime);
    const before = groupByOwner<Tag>(await tx.tagsOf(account, kind, owners));
    const sets = owners.map((ownerId) => ({
      ownerId,
      tagIds: replaced(
        (before.get(ownerId) ?? []).map(({ id }) => id),
        removed,
        into,
      ),
    }));
    const all = [...known, ...[...before.values()].flat()];
    const tags = { kind, new: [], sets, before, known: all };
    await commit(tx, { ...actor, settings }, { tags }, now);
    const isDone = owners.length < recordsAtATime;
    if (isDone) await tx.removeTags(account, kind, [...removed]);
    return { records: owners.length, isDone };
  });
}

/** Each once, in the order in which they were. */
function replaced(ids: readonly number[], removed: ReadonlySet<number>, into: number | undefined): number[] {
  const left = ids.flatMap((id) => (removed.has(id) ? (into ?? []) : id));
  return [...new Set(left)];
}

async function findTags(tx: WriteTx, account: number, kind: KindName, ids: readonly number[]): Promise<readonly Tag[]> {
  const found = await tx.findTags(account, kind, { ids, folded: [] });
  const missing = ids.find((id) => !found.some((tag) => tag.id === id));
  if (missing !== undefined) throw new CrmError('tag_not_found', 'id', String(missing));
  return found;
}
