import type { ListFilter, Order, Page, StageTotal } from '../crm/store.ts';
import { countAll, findStart } from './count.ts';
import {
  type FoundFilter,
  filterSql,
  findTags,
  hasTag,
  isByResponsible,
  isEmpty,
  taggedId,
  taggedSql,
} from './select-ids.ts';
import { type Db, nothing, type Sql, sql } from './sql.ts';

/** How many undeleted records pass a filter, from narrow indexes where there is one; of a search no more than `atMost`. */
export async function countFiltered(
  db: Db,
  account: number,
  kind: number,
  asked: ListFilter,
  atMost: number,
): Promise<number> {
  const filter = await findTags(db, account, kind, asked);
  const found =
    filter.terms === undefined
      ? sql`select e.id ${matching(db, account, kind, filter, isByResponsible(filter), 'id')}`
      : await hits(db, account, kind, filter, atMost);
  if (found === undefined) return 0;
  const [row] = await db.all<{ n: number }>(sql`select count(*) as n from (${found}) f`);
  return row!.n;
}

/** A page of ids in an order; of a search the first `atMost` hits are put in order. */
export async function sortedIds(
  db: Db,
  account: number,
  kind: number,
  asked: ListFilter,
  order: Order,
  page: Page,
  atMost: number,
): Promise<number[]> {
  const filter = await findTags(db, account, kind, asked);
  if (filter.terms === undefined) {
    const { tagIds } = filter;
    const isFew = order.by === 'updated' && (await matchFew(db, account, kind, filter));
    if (isFew || (order.by === 'id' && tagIds)) {
      return read(db, matching(db, account, kind, filter, false, 'id'), order, page, tagIds && taggedId(tagIds));
    }
    const byResponsible = isByResponsible(filter) && (order.by === 'id' || (await hasFew(db, account, kind, filter)));
    const from = matching(db, account, kind, filter, byResponsible, order.by);
    return !tagIds && isUnfiltered(db, filter)
      ? fromNearerEnd(db, account, kind, from, order, page)
      : read(db, from, order, page);
  }
  const from = await hitsAs(db, account, kind, filter, atMost);
  return from === undefined ? [] : read(db, from, order, page);
}

/** The rows `e` that a search finds. */
async function hitsAs(
  db: Db,
  account: number,
  kind: number,
  filter: FoundFilter,
  atMost: number,
): Promise<Sql | undefined> {
  const found = await hits(db, account, kind, filter, atMost);
  const among = found && db.dialect.isAmong(sql`e.id`, found);
  return among && sql`from entity e where e.account_id = ${account} and e.kind = ${kind} and ${among}`;
}

function hits(db: Db, account: number, kind: number, filter: FoundFilter, atMost: number): Promise<Sql | undefined> {
  const where = whereSql(db, account, kind, filter, { byResponsible: false, byUpdated: false });
  return db.dialect.searchIds(db, {
    account,
    kind,
    terms: filter.terms!,
    where,
    start: { id: 0, skip: 0 },
    limit: atMost,
  });
}

function isUnfiltered(db: Db, filter: FoundFilter): boolean {
  return isEmpty(filterSql(db, filter, { byResponsible: false, byUpdated: false }));
}

/** All conditions on rows `e`, the tags among them. */
function whereSql(
  db: Db,
  account: number,
  kind: number,
  filter: FoundFilter,
  indexed: Parameters<typeof filterSql>[2],
): Sql {
  const tagged = filter.tagIds ? hasTag(db, account, kind, filter.tagIds) : nothing;
  return sql`${filterSql(db, filter, indexed)} ${tagged}`;
}

/**
 * Up to so many records with a tag or a value are sorted; of more, a page comes sooner by reading along the change dates. Along these rows
 * are far from each other, so that a rare value is looked for along the ids.
 */
async function matchFew(db: Db, account: number, kind: number, filter: FoundFilter): Promise<boolean> {
  if (!filter.tagIds && !filter.values) return false;
  const from = matching(db, account, kind, filter, false, 'id');
  const [row] = await db.all<{ n: number }>(
    sql`select count(*) as n from (select 1 ${from} limit ${fewRecords + 1}) f`,
  );
  return row!.n <= fewRecords;
}

/** Up to so many records of one responsible user are sorted; of more, a page comes sooner by reading along the change dates. */
const fewRecords = 20_000;

async function hasFew(db: Db, account: number, kind: number, { responsible }: FoundFilter): Promise<boolean> {
  const [row] = await db.all<{ n: number }>(sql`select count(*) as n from (
    select 1 from entity e ${db.dialect.useIndex('entity_by_responsible')} where e.account_id = ${account}
    and e.kind = ${kind} and e.is_deleted = 0 and e.responsible_user_id = ${responsible[0]![0]!} limit ${fewRecords + 1}) f`);
  return row!.n <= fewRecords;
}

/** The leads of a pipeline that pass a filter, by stage. */
export async function stageTotals(
  db: Db,
  account: number,
  kind: number,
  asked: ListFilter,
  atMost: number,
): Promise<StageTotal[]> {
  const filter = await findTags(db, account, kind, asked);
  const from =
    filter.terms === undefined
      ? matching(db, account, kind, filter, false, 'id')
      : await hitsAs(db, account, kind, filter, atMost);
  if (from === undefined) return [];
  // Budgets may be as high as a number goes: added up as whole numbers they would overflow.
  return db.all<StageTotal>(sql`select e.status_id as "statusId", count(*) as count,
    coalesce(sum(cast(e.sale as double precision)), 0) as sum ${from} group by e.status_id order by e.status_id`);
}

/** How many records that pass a filter were created before each of ascending times and not before the one ahead of it, and from the last on. */
export async function countCreated(
  db: Db,
  account: number,
  kind: number,
  asked: ListFilter,
  times: readonly number[],
): Promise<number[]> {
  const filter = await findTags(db, account, kind, asked);
  const where = whereSql(db, account, kind, filter, { byResponsible: false, byUpdated: false });
  const ends = [0, ...times, Number.MAX_SAFE_INTEGER];
  const periods = ends.slice(1).map((to, index) => [index, ends[index]!, to]);
  const columns = { period: 'integer', since: 'integer', till: 'integer' } as const;
  const rows = await db.all<{ n: number }>(sql`select (select count(*)
    from entity e ${db.dialect.useIndex('entity_by_created')}
    where e.account_id = ${account} and e.kind = ${kind} and e.is_deleted = 0
    and e.created_at >= r.since and e.created_at < r.till ${where}) as n
    from ${db.dialect.rows(columns, periods)} order by r.period`);
  return rows.map(({ n }) => n);
}

/** The rows `e` that pass a filter. Whoever counts needs no order, so that the index by change date serves any window. */
function matching(
  db: Db,
  account: number,
  kind: number,
  filter: FoundFilter,
  byResponsible: boolean,
  by: Order['by'],
): Sql {
  if (filter.tagIds && by === 'id') {
    const where = filterSql(db, filter, { byResponsible: false, byUpdated: false });
    return sql`from ${taggedSql(db, account, kind, filter.tagIds)} ${where}`;
  }
  const byStage = filter.pipeline !== undefined && filter.terms === undefined;
  if (byStage) byResponsible = false;
  const byUpdated =
    !byResponsible &&
    !byStage &&
    (by === 'updated' || (!filter.values && (filter.updatedAfter !== undefined || !!filter.updated)));
  const index = byStage
    ? 'entity_by_stage'
    : byResponsible
      ? 'entity_by_responsible'
      : byUpdated
        ? 'entity_by_updated'
        : 'entity_live';
  return sql`from entity e ${db.dialect.useIndex(index)}
    where e.account_id = ${account} and e.kind = ${kind} and e.is_deleted = 0
    ${whereSql(db, account, kind, filter, { byResponsible, byUpdated })}`;
}

/** Of all records: no more than half of them are stepped over, by ids fewer than 2^8. */
async function fromNearerEnd(
  db: Db,
  account: number,
  kind: number,
  from: Sql,
  order: Order,
  { limit, offset }: Page,
): Promise<number[]> {
  const total = await countAll(db, account, kind);
  const isFlipped = order.by === 'id' ? order.descending : offset > total / 2;
  const page = isFlipped
    ? { limit: Math.min(limit, total - offset), offset: Math.max(0, total - offset - limit) }
    : { limit, offset };
  if (page.limit <= 0) return [];
  const way = { by: order.by, descending: order.descending !== isFlipped };
  if (order.by === 'updated') {
    const ids = await read(db, from, way, page);
    return isFlipped ? ids.reverse() : ids;
  }
  const start = await findStart(db, account, kind, page.offset);
  const ids = await read(db, sql`${from} and e.id >= ${start.id}`, way, { limit: page.limit, offset: start.skip });
  return isFlipped ? ids.reverse() : ids;
}

async function read(
  db: Db,
  from: Sql,
  { by, descending }: Order,
  { limit, offset }: Page,
  id = sql`e.id`,
): Promise<number[]> {
  const way = descending ? sql`desc` : nothing;
  const order = by === 'updated' ? sql`e.updated_at ${way}, ${id} ${way}` : sql`${id} ${way}`;
  const rows = await db.all<{ id: number }>(sql`select e.id ${from} order by ${order} limit ${limit} offset ${offset}`);
  return rows.map(({ id }) => id);
}
