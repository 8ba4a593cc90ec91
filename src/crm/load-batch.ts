import type { Actor } from './account.ts';
import type { Batch, Draft, EntityRow, KindName, Neighbour } from './entity.ts';
import { kinds } from './kinds.ts';
import { findRelation, type Link } from './link.ts';
import { visibleTo } from './rights.ts';
import { groupByOwner, type Owned, type StoredTag, type WriteTx } from './store.ts';
import { foldTagName, type Tag } from './tag.ts';

/** What the plan of a batch has to know, loaded in a constant number of statements. */
export interface LoadedBatch {
  /** The records to update, deleted or hidden ones left out. */
  readonly rows: ReadonlyMap<number, EntityRow>;
  readonly tags: readonly StoredTag[];
  /** The tags of the records whose tags the batch replaces. */
  readonly tagsBefore: ReadonlyMap<number, readonly Tag[]>;
  /** The link targets that exist for the actor, as `kind id`. */
  readonly targets: ReadonlySet<string>;
  readonly links: readonly Link[];
  /** Those of them that lead to a deleted record. */
  readonly hiddenLinks: ReadonlySet<Link>;
}

export async function loadBatch(tx: WriteTx, actor: Actor, kind: KindName, batch: Batch): Promise<LoadedBatch> {
  const account = actor.account.id;
  const drafts: readonly Draft[] = [...batch.add, ...batch.update];
  const visible = visibleTo(actor);
  const ids = unique(batch.update.map((draft) => draft.id));
  const rows = (await tx.entities(account, kind, ids)).filter(visible);
  const refs = drafts.flatMap((draft) => draft.tags ?? []);
  const tags = await tx.findTags(account, kind, {
    ids: unique(refs.flatMap((ref) => ref.id ?? [])),
    folded: unique(unique(refs.map((ref) => ref.name)).map(foldTagName)),
  });
  const retagged = unique(batch.update.filter((draft) => draft.tags).map((draft) => draft.id));
  const tagsBefore = groupByOwner<Tag>(await tx.tagsOf(account, kind, retagged));

  const targets = new Set<string>();
  const links: Link[] = [];
  const hiddenLinks = new Set<Link>();
  for (const { name: other } of Object.values(kinds)) {
    const ends = unique(drafts.flatMap((draft) => [...(draft.link[other] ?? []), ...(draft.unlink[other] ?? [])]));
    for (const end of (await tx.neighbours(account, other, ends)).filter(visible)) targets.add(`${other} ${end.id}`);
    // A single company is looked up from the record that has it: a company's own links may be many.
    const owners = other === 'company' ? [] : ends;
    const own = other === kind && kind !== 'company' ? unique(batch.update.map((draft) => draft.id)) : [];
    const owned = await tx.linksOf(account, other, unique([...owners, ...own]));
    for (const neighbour of owned) {
      const link = orient(other, neighbour);
      links.push(link);
      if (neighbour.isDeleted) hiddenLinks.add(link);
    }
  }
  return { rows: new Map(rows.map((row) => [row.id, row])), tags, tagsBefore, targets, links, hiddenLinks };
}

function orient(kind: KindName, { ownerId, kind: otherKind, id }: Owned<Neighbour>): Link {
  return findRelation(kind, otherKind)?.first === kind
    ? { first: kind, firstId: ownerId, second: otherKind, secondId: id }
    : { first: otherKind, firstId: id, second: kind, secondId: ownerId };
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
