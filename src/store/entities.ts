import type { FieldValue } from '../crm/custom-field.ts';
import type { EntityRow } from '../crm/entity.ts';
import { getKindByElementType, kinds } from '../crm/kinds.ts';
import type { EntityChange, ListFilter, Page, ReadTx, WriteTx } from '../crm/store.ts';
import { countEntities, findStart } from './count.ts';
import { type Db, nothing, type Sql, sql } from './sql.ts';

type Reads = Pick<ReadTx, 'entities' | 'list' | 'count'>;
type Writes = Pick<WriteTx, 'saveEntities'>;

/** Up to so many changed records are sorted; in a wider window the first page comes sooner by reading along the ids. */
const narrowWindow = 20_000;

interface Row {
  readonly kind: number;
  readonly id: number;
  readonly name: string;
  readonly responsible_user_id: number;
  readonly created_by: number;
  readonly updated_by: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly closest_task_at: number;
  readonly is_deleted: number;
  readonly fields: string;
}

const columns = sql`kind, id, name, responsible_user_id, created_by, updated_by, created_at, updated_at, closest_task_at, is_deleted, fields`;

export function entityReads(db: Db): Reads {
  const rowsOf = async (account: number, kind: number, ids: Sql): Promise<EntityRow[]> => {
    const rows = await db.all<Row>(sql`select ${columns} from entity
      where account_id = ${account} and kind = ${kind} and id in (${ids}) order by id`);
    return rows.map(entityOf);
  };
  return {
    entities: async (account, kind, ids) =>
      ids.length === 0 ? [] : rowsOf(account, kinds[kind].elementType, db.dialect.list(ids)),

    async list(account, kind, filter, page) {
      const { elementType } = kinds[kind];
      const ids = await selectIds(db, account, elementType, filter, page);
      return ids === undefined ? [] : rowsOf(account, elementType, ids);
    },

    async count(account, kind) {
      const [row] = await db.all<{ n: number | null }>(sql`select sum(n) as n from entity_count
        where account_id = ${account} and kind = ${kinds[kind].elementType} and level = 1`);
      return row?.n ?? 0;
    },
  };
}

function entityOf(row: Row): EntityRow {
  return {
    kind: getKindByElementType(row.kind),
    id: row.id,
    name: row.name,
    responsibleUserId: row.responsible_user_id,
    createdBy: row.created_by,
    updatedBy: row.updated_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    closestTaskAt: row.closest_task_at,
    isDeleted: row.is_deleted === 1,
    values: JSON.parse(row.fields) as FieldValue[],
  };
}

/** The ids of a page, from narrow indexes alone: only its own rows are then read. Undefined: there can be none. */
async function selectIds(
  db: Db,
  account: number,
  kind: number,
  filter: ListFilter,
  { limit, offset }: Page,
): Promise<Sql | undefined> {
  const { dialect } = db;
  const { responsible, terms } = filter;
  const byResponsible = responsible.length === 1 && responsible[0]!.length === 1 && terms === undefined;
  const byUpdated = !byResponsible && terms === undefined && (await isNarrow(db, account, kind, filter));
  const updated = byUpdated ? sql`e.updated_at` : dialect.unindexed(sql`e.updated_at`);
  const owner = byResponsible ? sql`e.responsible_user_id` : dialect.unindexed(sql`e.responsible_user_id`);
  let where = nothing;
  for (const users of responsible) where = sql`${where} and ${owner} in ${dialect.list(users)}`;
  if (filter.updatedAfter !== undefined) where = sql`${where} and ${updated} > ${filter.updatedAfter}`;
  if (filter.updated) where = sql`${where} and ${updated} >= ${filter.updated.from}`;
  if (filter.updated?.to !== undefined) where = sql`${where} and ${updated} <= ${filter.updated.to}`;
  if (filter.created) where = sql`${where} and e.created_at >= ${filter.created.from}`;
  if (filter.created?.to !== undefined) where = sql`${where} and e.created_at <= ${filter.created.to}`;

  if (terms !== undefined) return dialect.searchIds(db, { account, kind, terms, where, limit, offset });
  const start = where === nothing ? await findStart(db, account, kind, offset) : { id: 0, skip: offset };
  const index = byUpdated ? 'entity_by_updated' : byResponsible ? 'entity_by_responsible' : 'entity_live';
  return sql`select e.id from entity e ${dialect.useIndex(index)}
    where e.account_id = ${account} and e.kind = ${kind} and e.is_deleted = 0 and e.id >= ${start.id} ${where}
    order by e.id limit ${limit} offset ${start.skip}`;
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

export function entityWrites(db: Db): Writes {
  const { rows, column } = db.dialect;
  return {
    async saveEntities(account, changes) {
      if (changes.length === 0) return;
      await db.run(sql`insert into entity (account_id, ${columns})
        select ${account}, ${column(0)}, ${column(1)}, ${column(2)}, ${column(3)}, ${column(4)}, ${column(5)}, ${column(6)},
          ${column(7)}, ${column(8)}, ${column(9)}, ${column(10)}
        from ${rows(changes.map(({ after }) => rowOf(after)))} where true
        on conflict (account_id, kind, id) do update set name = excluded.name,
          responsible_user_id = excluded.responsible_user_id, created_by = excluded.created_by,
          updated_by = excluded.updated_by, created_at = excluded.created_at, updated_at = excluded.updated_at,
          closest_task_at = excluded.closest_task_at, is_deleted = excluded.is_deleted, fields = excluded.fields`);
      await countEntities(db, account, changes);
      await saveSearchTexts(db, account, changes);
    },
  };
}

function rowOf(row: EntityRow) {
  return [
    kinds[row.kind].elementType,
    row.id,
    row.name,
    row.responsibleUserId,
    row.createdBy,
    row.updatedBy,
    row.createdAt,
    row.updatedAt,
    row.closestTaskAt,
    Number(row.isDeleted),
    JSON.stringify(row.values),
  ];
}

async function saveSearchTexts(db: Db, account: number, changes: readonly EntityChange[]): Promise<void> {
  const texts = changes.flatMap(({ before, after, search }) =>
    search === undefined
      ? []
      : [{ kind: kinds[after.kind].elementType, id: after.id, text: search, isNew: before === null }],
  );
  if (texts.length === 0) return;
  const { rows, column, indexSearch } = db.dialect;
  await db.run(sql`insert into entity_search (account_id, kind, id, text)
    select ${account}, ${column(0)}, ${column(1)}, ${column(2)}
    from ${rows(texts.map(({ kind, id, text }) => [kind, id, text]))} where true
    on conflict (account_id, kind, id) do update set text = excluded.text`);
  await indexSearch(db, account, texts);
}
