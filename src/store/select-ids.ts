import type { ListFilter, Page } from '../crm/store.ts';
import { findStart } from './count.ts';
import { type Db, nothing, type Sql, sql } from './sql.ts';

/** Up to so many changed records are sorted; in a wider window the first page comes sooner by reading along the ids. */
const narrowWindow = 20_000;

/** The ids of a page, from narrow indexes alone: only its own rows are then read. Undefined: there can be none. */
export async function selectIds(
  db: Db,
  account: number,
  kind: number,
  filter: ListFilter,
  { limit, offset }: Page,
): Promise<Sql | undefined> {
  const { dialect } = db;
  const { terms } = filter;
  const byResponsible = isByResponsible(filter);
  const byUpdated = !byResponsible && terms === undefined && (await isNarrow(db, account, kind, filter));
  const where = filterSql(db, filter, { byResponsible, byUpdated });
  if (terms !== undefined) return dialect.searchIds(db, { account, kind, terms, where, limit, offset });
  const start = where === nothing ? await findStart(db, account, kind, offset) : { id: 0, skip: offset };
  const byStatus = filter.statuses !== undefined && !byUpdated && !byResponsible;
  const index = byUpdated
    ? 'entity_by_updated'
    : byResponsible
      ? 'entity_by_responsible'
      : byStatus
        ? 'entity_by_status'
        : 'entity_live';
  return sql`select e.id from entity e ${dialect.useIndex(index)}
    where e.account_id = ${account} and e.kind = ${kind} and e.is_deleted = 0 and e.id >= ${start.id} ${where}
    order by e.id limit ${limit} offset ${start.skip}`;
}

/** One responsible user has an index of his own. */
export function isByResponsible({ responsible, terms }: ListFilter): boolean {
  return responsible.length === 1 && responsible[0]!.length === 1 && terms === undefined;
}

/** The conditions on rows `e`; only those of the named index may be taken from one. */
export function filterSql(
  { dialect }: Db,
  filter: ListFilter,
  { byResponsible, byUpdated }: { readonly byResponsible: boolean; readonly byUpdated: boolean },
): Sql {
  const updated = byUpdated ? sql`e.updated_at` : dialect.unindexed(sql`e.updated_at`);
  const owner = byResponsible ? sql`e.responsible_user_id` : dialect.unindexed(sql`e.responsible_user_id`);
  let where = nothing;
  for (const users of filter.responsible) where = sql`${where} and ${dialect.isIn(owner, users)}`;
  if (filter.updatedAfter !== undefined) where = sql`${where} and ${updated} > ${filter.updatedAfter}`;
  if (filter.updated) where = sql`${where} and ${updated} >= ${filter.updated.from}`;
  if (filter.updated?.to !== undefined) where = sql`${where} and ${updated} <= ${filter.updated.to}`;
  if (filter.created) where = sql`${where} and e.created_at >= ${filter.created.from}`;
  if (filter.created?.to !== undefined) where = sql`${where} and e.created_at <= ${filter.created.to}`;

  if (filter.pipeline !== undefined) where = sql`${where} and e.pipeline_id = ${filter.pipeline}`;
  // With a single one an index by stage has its rows in order.
  if (filter.statuses?.length === 1) where = sql`${where} and e.status_id = ${filter.statuses[0]!}`;
  else if (filter.statuses) where = sql`${where} and ${dialect.isIn(sql`e.status_id`, filter.statuses)}`;
  if (filter.notStatuses) where = sql`${where} and not ${dialect.isIn(sql`e.status_id`, filter.notStatuses)}`;
  if (filter.nextDate) where = sql`${where} and e.next_date >= ${filter.nextDate.from}`;
  if (filter.nextDate?.to !== undefined) where = sql`${where} and e.next_date <= ${filter.nextDate.to}`;
  if (filter.hasOpenTask !== undefined) {
    where = sql`${where} and (e.closest_task_at > 0) = (${Number(filter.hasOpenTask)} = 1)`;
  }
  return where;
}

/** SQLite's planner takes the index on updated_at however many rows it gives, and sorts them all: so the choice is made here. */
async function isNarrow(db: Db, account: number, kind: number, filter: ListFilter): Promise<boolean> {
  const after = filter.updatedAfter ?? (filter.updated ? filter.updated.from - 1 : undefined);
  if (after === undefined) return false;
  const [row] = await db.all<{
    n: number;
  }>(sql`select count(*) as n from (select 1 from entity ${db.dialect.useIndex('entity_by_updated')}
    where account_id = ${account} and kind = ${kind} and is_deleted = 0 and updated_at > ${after} limit ${narrowWindow + 1}) w`);
  return row!.n <= narrowWindow;
}
