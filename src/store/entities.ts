import type { FieldValue } from '../crm/custom-field.ts';
import type { EntityRow, Own } from '../crm/entity.ts';
import { getKindByElementType, kinds } from '../crm/kinds.ts';
import type { EntityChange, ReadTx, WriteTx } from '../crm/store.ts';
import { countAll, countEntities } from './count.ts';
import { dropChanged } from './documents.ts';
import { markPage } from './page-marks.ts';
import { selectIds } from './select-ids.ts';
import { countCreated, countFiltered, sortedIds, stageTotals } from './sorted-ids.ts';
import { type Columns, type Db, insertRows, namesOf, nothing, type Sql, sql } from './sql.ts';

type Reads = Pick<
  ReadTx,
  'entities' | 'list' | 'listDeleted' | 'count' | 'countList' | 'sortedIds' | 'stageTotals' | 'countCreated'
>;
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

const columns = {
  ...{ kind: 'integer', id: 'integer', name: 'text', responsible_user_id: 'integer' },
  ...{ created_by: 'integer', updated_by: 'integer', created_at: 'integer', updated_at: 'integer' },
  ...{ closest_task_at: 'integer', is_deleted: 'integer', fields: 'text', first_name: 'text', last_name: 'text' },
  ...{ pipeline_id: 'integer', status_id: 'integer', sale: 'integer', closed_at: 'integer', loss_reason_id: 'integer' },
  ...{ next_date: 'integer', next_price: 'integer', periodicity: 'integer', period_id: 'integer' },
} as const satisfies Columns;

export function entityReads(db: Db): Reads {
  const { isIn, isAmong } = db.dialect;
  const rowsWhere = async (account: number, kind: number, where: Sql): Promise<EntityRow[]> => {
    const rows = await db.all<Row>(sql`select ${namesOf(columns)} from entity
      where account_id = ${account} and kind = ${kind} and ${where} order by id`);
    return rows.map(entityOf);
  };
  return {
    entities: async (account, kind, ids) =>
      ids.length === 0 ? [] : rowsWhere(account, kinds[kind].elementType, isIn(sql`id`, ids)),

    async list(account, kind, filter, page) {
      const { elementType } = kinds[kind];
      const ids = await selectIds(db, account, elementType, filter, page);
      if (ids === undefined) return [];
      const rows = await rowsWhere(account, elementType, isAmong(sql`id`, ids));
      await markPage(db, account, elementType, filter, page, rows);
      return rows;
    },

    listDeleted(account, kind, { responsible, ids }, { limit, offset }) {
      const { elementType } = kinds[kind];
      const seen = responsible === 'all' ? nothing : sql`and ${isIn(sql`e.responsible_user_id`, [...responsible])}`;
      const named = ids ? sql`and ${isIn(sql`e.id`, ids)}` : nothing;
      return rowsWhere(
        account,
        elementType,
        isAmong(
          sql`id`,
          sql`select e.id from entity e where e.account_id = ${account} and e.kind = ${elementType} and e.is_deleted = 1 ${seen} ${named}
          order by e.id limit ${limit} offset ${offset}`,
        ),
      );
    },

    count: (account, kind) => countAll(db, account, kinds[kind].elementType),
    countList: (account, kind, filter, atMost) => countFiltered(db, account, kinds[kind].elementType, filter, atMost),
    stageTotals: (account, ...how) => stageTotals(db, account, kinds.lead.elementType, ...how),
    countCreated: (account, kind, ...how) => countCreated(db, account, kinds[kind].elementType, ...how),
    sortedIds: (account, kind, ...how) => sortedIds(db, account, kinds[kind].elementType, ...how),
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
  return {
    async saveEntities(account, changes) {
      if (changes.length === 0) return;
      const rows = changes.map(({ after }) => rowOf(after));
      await insertRows(db, account, 'entity', columns, rows, ['kind', 'id']);
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
  const rows = texts.map(({ kind, id, text }) => [kind, id, text]);
  const columns = { kind: 'integer', id: 'integer', text: 'text' } as const;
  await insertRows(db, account, 'entity_search', columns, rows, ['kind', 'id']);
  await db.dialect.indexSearch(db, account, texts);
}
