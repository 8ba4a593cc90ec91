import type { FieldValue } from '../crm/custom-field.ts';
import type { EntityRow, Own } from '../crm/entity.ts';
import { getKindByElementType, kinds } from '../crm/kinds.ts';
import type { EntityChange, ReadTx, WriteTx } from '../crm/store.ts';
import { countEntities } from './count.ts';
import { dropChanged } from './documents.ts';
import { selectIds } from './select-ids.ts';
import { type Db, nothing, type Sql, sql } from './sql.ts';

type Reads = Pick<ReadTx, 'entities' | 'list' | 'listDeleted' | 'count'>;
type Writes = Pick<WriteTx, 'saveEntities'>;

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
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly pipeline_id: number | null;
  readonly status_id: number | null;
  readonly sale: number | null;
  readonly closed_at: number | null;
  readonly loss_reason_id: number | null;
  readonly next_date: number | null;
  readonly next_price: number | null;
  readonly periodicity: number | null;
  readonly period_id: number | null;
}

const columns = sql`kind, id, name, responsible_user_id, created_by, updated_by, created_at, updated_at, closest_task_at, is_deleted, fields,
  first_name, last_name, pipeline_id, status_id, sale, closed_at, loss_reason_id, next_date, next_price, periodicity, period_id`;

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

    listDeleted(account, kind, { responsible, ids }, { limit, offset }) {
      const { elementType } = kinds[kind];
      const seen =
        responsible === 'all' ? nothing : sql`and e.responsible_user_id in ${db.dialect.list([...responsible])}`;
      const named = ids ? sql`and e.id in ${db.dialect.list(ids)}` : nothing;
      return rowsOf(
        account,
        elementType,
        sql`select e.id from entity e where e.account_id = ${account} and e.kind = ${elementType} and e.is_deleted = 1 ${seen} ${named}
          order by e.id limit ${limit} offset ${offset}`,
      );
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
    own: ownOf(row),
  };
}

function ownOf(row: Row): Own {
  const { first_name: firstName, last_name: lastName, pipeline_id: pipelineId, status_id: statusId } = row;
  const { sale, closed_at: closedAt, loss_reason_id: lossReasonId } = row;
  const { next_date: nextDate, next_price: nextPrice, periodicity, period_id: periodId } = row;
  const stage = { pipelineId, statusId, sale, closedAt, lossReasonId };
  const own = { firstName, lastName, ...stage, nextDate, nextPrice, periodicity, periodId };
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null));
}

export function entityWrites(db: Db): Writes {
  const { rows, column } = db.dialect;
  return {
    async saveEntities(account, changes) {
      if (changes.length === 0) return;
      await db.run(sql`insert into entity (account_id, ${columns})
        select ${account}, ${column(0)}, ${column(1)}, ${column(2)}, ${column(3)}, ${column(4)}, ${column(5)}, ${column(6)},
          ${column(7)}, ${column(8)}, ${column(9)}, ${column(10)}, ${column(11)}, ${column(12)}, ${column(13)}, ${column(14)},
          ${column(15)}, ${column(16)}, ${column(17)}, ${column(18)}, ${column(19)}, ${column(20)}, ${column(21)}
        from ${rows(changes.map(({ after }) => rowOf(after)))} where true
        on conflict (account_id, kind, id) do update set name = excluded.name,
          responsible_user_id = excluded.responsible_user_id, created_by = excluded.created_by,
          updated_by = excluded.updated_by, created_at = excluded.created_at, updated_at = excluded.updated_at,
          closest_task_at = excluded.closest_task_at, is_deleted = excluded.is_deleted, fields = excluded.fields,
          first_name = excluded.first_name, last_name = excluded.last_name, pipeline_id = excluded.pipeline_id,
          status_id = excluded.status_id, sale = excluded.sale, closed_at = excluded.closed_at,
          loss_reason_id = excluded.loss_reason_id, next_date = excluded.next_date, next_price = excluded.next_price,
          periodicity = excluded.periodicity, period_id = excluded.period_id`);
      await countEntities(db, account, changes);
      await dropChanged(db, account, changes);
      await saveSearchTexts(db, account, changes);
    },
  };
}

function rowOf(row: EntityRow) {
  const { firstName, lastName, pipelineId, statusId, sale, closedAt, lossReasonId } = row.own;
  const { nextDate, nextPrice, periodicity, periodId } = row.own;
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
    firstName ?? null,
    lastName ?? null,
    pipelineId ?? null,
    statusId ?? null,
    sale ?? null,
    closedAt ?? null,
    lossReasonId ?? null,
    nextDate ?? null,
    nextPrice ?? null,
    periodicity ?? null,
    periodId ?? null,
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
