import type { FieldFilter, ListFilter, Page } from '../crm/store.ts';
import { findStart } from './count.ts';
import { markedStart } from './page-marks.ts';
import { type Db, join, nothing, type Sql, sql } from './sql.ts';

/** Up to so many changed records are sorted; in a wider window the first page comes sooner by reading along the ids. */
const narrowWindow = 20_000;

/** A filter whose tags have been looked up. */
export type FoundFilter = Omit<ListFilter, 'tags'> & { readonly tagIds?: readonly number[] | undefined };

export async function findTags(
  db: Db,
  account: number,
  kind: number,
  { tags, ...filter }: ListFilter,
): Promise<FoundFilter> {
  if (tags === undefined) return filter;
  const { isIn } = db.dialect;
  const found = await db.all<{ id: number }>(sql`select id from tag
    where account_id = ${account} and kind = ${kind} and ${isIn(sql`id`, tags.ids)}
    union select id from tag where account_id = ${account} and kind = ${kind} and ${isIn(sql`folded`, tags.folded)}`);
  return { ...filter, tagIds: found.map(({ id }) => id) };
}

/**
 * Behind "from", up to "and": the rows `e` that have one of the tags. A single tag's are read along its index, so that a page stops early
 * when it is in the order of `taggedId`; those of several are put together first.
 */
export function taggedSql({ dialect }: Db, account: number, kind: number, tagIds: readonly number[]): Sql {
  const [first, ...others] = tagIds;
  const live = sql`entity e ${dialect.useIndex('entity_live')}`;
  if (first !== undefined && others.length === 0) {
    return sql`entity_tag g ${dialect.useIndex('entity_tag_by_tag')} cross join ${live}
      where g.account_id = ${account} and g.kind = ${kind} and g.tag_id = ${first}
      and e.account_id = ${account} and e.kind = ${kind} and e.id = g.entity_id and e.is_deleted = 0`;
  }
  const ids = sql`select entity_id from entity_tag ${dialect.useIndex('entity_tag_by_tag')}
    where account_id = ${account} and kind = ${kind} and ${dialect.isIn(sql`tag_id`, tagIds)}`;
  return sql`${live} where e.account_id = ${account} and e.kind = ${kind} and e.is_deleted = 0 and ${dialect.isAmong(sql`e.id`, ids)}`;
}

/** The id of such a row. SQLite does not see that the two are the same, and would sort all of them by the other. */
export function taggedId(tagIds: readonly number[]): Sql {
  return tagIds.length === 1 ? sql`g.entity_id` : sql`e.id`;
}

/**
 * The ids of a page, from narrow indexes alone: only its own rows are then read. Undefined: there can be none. Tell `markPage` of the rows.
 */
export async function selectIds(
  db: Db,
  account: number,
  kind: number,
  asked: ListFilter,
  page: Page,
): Promise<Sql | undefined> {
  const { dialect } = db;
  const { limit, offset } = page;
  const { tagIds, ...filter } = await findTags(db, account, kind, asked);
  const { terms } = filter;
  const byResponsible = isByResponsible(filter);
  const byUpdated = !byResponsible && terms === undefined && (await isNarrow(db, account, kind, filter));
  const marked = await markedStart(db, account, kind, asked, page);
  if (tagIds && terms === undefined && !byUpdated) {
    const where = filterSql(db, filter, { byResponsible: false, byUpdated });
    const id = taggedId(tagIds);
    return sql`select e.id from ${taggedSql(db, account, kind, tagIds)} ${where} and ${id} >= ${marked.id}
      order by ${id} limit ${limit} offset ${marked.skip}`;
  }
  const tagged = tagIds ? hasTag(db, account, kind, tagIds) : nothing;
  const where = sql`${filterSql(db, filter, { byResponsible, byUpdated })} ${tagged}`;
  if (terms !== undefined) return dialect.searchIds(db, { account, kind, terms, where, start: marked, limit });
  const start = isEmpty(where) ? await findStart(db, account, kind, offset) : marked;
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
export function isByResponsible({ responsible, terms }: FoundFilter): boolean {
  return responsible.length === 1 && responsible[0]!.length === 1 && terms === undefined;
}

/** The conditions on rows `e`; only those of the named index may be taken from one. */
export function filterSql(
  { dialect }: Db,
  filter: FoundFilter,
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
  for (const one of filter.values ?? [])
    where = sql`${where} and ${one.anyOf.length === 0 ? sql`false` : hasValue(one)}`;
  return where;
}

/** One of the tags is on a row `e`, which is found by something else. */
export function hasTag({ dialect }: Db, account: number, kind: number, tagIds: readonly number[]): Sql {
  return sql`and exists (select 1 from entity_tag g where g.account_id = ${account} and g.kind = ${kind}
    and g.entity_id = e.id and ${dialect.isIn(sql`g.tag_id`, tagIds)})`;
}

/**
 * One of the values is in a field of a row `e`, as the JSON of its fields has it. No index knows them: a page is read along the ids until
 * it is full. Only a legal entity that somebody has given such keys could be taken for one.
 */
function hasValue({ fieldId, anyOf, isAlone }: FieldFilter): Sql {
  const texts = anyOf.map((value) => JSON.stringify(isAlone ? { fieldId, values: [value] } : value));
  return sql`(${join(
    ' or ',
    texts.map((text) => sql`replace(e.fields, ${text}, '') <> e.fields`),
  )})`;
}

export function isEmpty({ text }: Sql): boolean {
  return text.trim() === '';
}

/** SQLite's planner takes the index on updated_at however many rows it gives, and sorts them all: so the choice is made here. */
async function isNarrow(db: Db, account: number, kind: number, filter: FoundFilter): Promise<boolean> {
  const after = filter.updatedAfter ?? (filter.updated ? filter.updated.from - 1 : undefined);
  if (after === undefined) return false;
  const [row] = await db.all<{
    n: number;
  }>(sql`select count(*) as n from (select 1 from entity ${db.dialect.useIndex('entity_by_updated')}
    where account_id = ${account} and kind = ${kind} and is_deleted = 0 and updated_at > ${after} limit ${narrowWindow + 1}) w`);
  return row!.n <= narrowWindow;
}
