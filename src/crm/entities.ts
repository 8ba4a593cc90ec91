import type { Actor } from './account.ts';
import { moveEntities } from './bin.ts';
import { commit } from './commit.ts';
import type { Batch, Entity, EntityRow, KindName, Neighbour, Outcomes } from './entity.ts';
import { kinds } from './kinds.ts';
import { loadBatch } from './load-batch.ts';
import type { Pipeline } from './pipeline.ts';
import { acceptBatch, countIds, planBatch } from './plan-batch.ts';
import { covers, type Scope, scopeOf, visibleTo } from './rights.ts';
import {
  groupByOwner,
  type ListFilter,
  type Order,
  type Page,
  type ReadTx,
  type StageTotal,
  type Store,
  type WriteTx,
} from './store.ts';
import type { Tag } from './tag.ts';
import { searchTerms } from './text.ts';

/** What a list shows, before rights: by ids (then nothing else filters), or by filters. */
export interface Query {
  readonly ids?: readonly number[] | undefined;
  readonly responsibleUserIds?: readonly number[] | undefined;
  /** The same under another name, which narrows it. */
  readonly mainUserIds?: readonly number[] | undefined;
  readonly text?: string | undefined;
  readonly updatedAfter?: number | undefined;
  readonly created?: ListFilter['created'];
  readonly updated?: ListFilter['updated'];
  readonly pipeline?: ListFilter['pipeline'];
  readonly statuses?: ListFilter['statuses'];
  readonly notStatuses?: ListFilter['notStatuses'];
  readonly nextDate?: ListFilter['nextDate'];
  readonly hasOpenTask?: ListFilter['hasOpenTask'];
  readonly tags?: ListFilter['tags'];
  readonly values?: ListFilter['values'];
}

/** The records that the actor may see, in the order of their ids. */
export async function readEntities(
  tx: ReadTx,
  actor: Actor,
  kind: KindName,
  query: Query,
  page: Page,
): Promise<Entity[]> {
  const scope = scopeOf(actor, kind, 'view');
  const rows = query.ids
    ? await findByIds(tx, actor, kind, query.ids, scope, page)
    : await tx.list(actor.account.id, kind, narrow(searchFilter(query), scope), page);
  return addSurroundings(tx, actor, kind, rows);
}

/** Of a search so many hits are counted and sorted at most: each is looked at. */
export const mostHits = 10_000;

/** How many records a query without ids finds for the actor; with `mostHits` of a search there may be more. */
export function countEntities(tx: ReadTx, actor: Actor, kind: KindName, query: Query): Promise<number> {
  const scope = scopeOf(actor, kind, 'view');
  const filter = searchFilter(query);
  if (scope === 'all' && isEverything(filter)) return tx.count(actor.account.id, kind);
  return tx.countList(actor.account.id, kind, narrow(filter, scope), mostHits);
}

/** The ids of what a query without ids finds for the actor. */
export function sortEntities(
  tx: ReadTx,
  actor: Actor,
  kind: KindName,
  query: Query,
  order: Order,
  page: Page,
): Promise<number[]> {
  const filter = narrow(searchFilter(query), scopeOf(actor, kind, 'view'));
  return tx.sortedIds(actor.account.id, kind, filter, order, page, mostHits);
}

/** Number and budgets of the leads of a pipeline that a query finds for the actor, by stage; those of its stages that have none are 0. */
export async function totalStages(
  tx: ReadTx,
  actor: Actor,
  { id, statuses }: Pipeline,
  query: Query,
): Promise<StageTotal[]> {
  const filter = { ...narrow(searchFilter(query), scopeOf(actor, 'lead', 'view')), pipeline: id };
  const found = await tx.stageTotals(actor.account.id, filter, mostHits);
  const byId = new Map(found.map((total) => [total.statusId, total]));
  return [...statuses.keys()].map((statusId) => byId.get(statusId) ?? { statusId, count: 0, sum: 0 });
}

export function isEverything({ responsible, ...rest }: ListFilter): boolean {
  return responsible.length === 0 && Object.values(rest).every((part) => part === undefined);
}

/** What a query without ids filters by. */
export function searchFilter({ ids: _, responsibleUserIds, mainUserIds, text, ...filters }: Query): ListFilter {
  const terms = text === undefined ? [] : searchTerms(text);
  const responsible = [responsibleUserIds, mainUserIds].filter((users) => users !== undefined);
  return { ...filters, responsible, ...(terms.length > 0 && { terms }) };
}

/**
 * Adds and updates records: load, plan, apply, all in one transaction, so that the check of `updated_at` cannot be overtaken.
 * @throws CrmError when the batch as a whole is refused; then nothing is written
 */
export function saveEntities(
  store: Store,
  asking: Actor,
  kind: KindName,
  batch: Batch,
  now: number,
): Promise<Outcomes> {
  return store.write(async (tx) => {
    const actor = await withCurrentSettings(tx, asking);
    const loaded = await loadBatch(tx, actor, kind, batch);
    const items = acceptBatch(actor, kind, batch, loaded, now);
    const { id } = actor.account;
    const counts = countIds(items, loaded);
    const ids = {
      entities: await tx.nextIds(id, kinds[kind].sequence, counts.entities),
      companies: await tx.nextIds(id, kinds.company.sequence, counts.companies),
      tags: await tx.nextIds(id, 'tag', counts.tags),
    };
    const plan = planBatch(actor, items, loaded, ids, now);
    const tags = {
      kind,
      new: plan.newTags,
      sets: plan.tagSets,
      before: loaded.tagsBefore,
      known: [...loaded.tags, ...plan.newTags],
    };
    await commit(tx, actor, { entities: plan.changes, tags, link: plan.link, unlink: plan.unlink }, now);
    const removed = batch.remove ? await moveEntities(tx, actor, { kind, ids: batch.remove }, true, now) : undefined;
    return { ...plan.outcomes, removed };
  });
}

/** Administrators may have changed them since the request was signed in: a stage that is gone takes no lead, a field no value. */
async function withCurrentSettings(tx: WriteTx, actor: Actor): Promise<Actor> {
  const { id } = actor.account;
  const isCurrent = (await tx.settingsVersion(id)) === actor.settings.version;
  return isCurrent ? actor : { ...actor, settings: await tx.settings(id) };
}

async function findByIds(
  tx: ReadTx,
  actor: Actor,
  kind: KindName,
  ids: readonly number[],
  scope: Scope,
  page: Page,
): Promise<EntityRow[]> {
  const rows = await tx.entities(actor.account.id, kind, [...new Set(ids)]);
  const visible = rows.filter((row) => !row.isDeleted && covers(scope, row.responsibleUserId));
  return visible.slice(page.offset, page.offset + page.limit);
}

function narrow(filter: ListFilter, scope: Scope): ListFilter {
  return scope === 'all' ? filter : { ...filter, responsible: [...filter.responsible, [...scope]] };
}

/** Tags, and the linked records that exist for this actor. */
async function addSurroundings(
  tx: ReadTx,
  actor: Actor,
  kind: KindName,
  rows: readonly EntityRow[],
): Promise<Entity[]> {
  const ids = rows.map((row) => row.id);
  const tags = groupByOwner<Tag>(await tx.tagsOf(actor.account.id, kind, ids));
  const visible = visibleTo(actor);
  const links = groupByOwner<Neighbour>((await tx.linksOf(actor.account.id, kind, ids)).filter(visible));
  return rows.map((row) => ({ ...row, tags: tags.get(row.id) ?? [], links: links.get(row.id) ?? [] }));
}
