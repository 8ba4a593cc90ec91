import type { KindName } from '../crm/entity.ts';
import { getKindByElementType, kinds } from '../crm/kinds.ts';
import type { EntityChange, ReadTx, StoredDocument, WriteTx } from '../crm/store.ts';
import { selectIds } from './select-ids.ts';
import { type Db, type Sql, sql } from './sql.ts';

export function documentReads(db: Db): Pick<ReadTx, 'documents'> {
  return {
    async documents(account, kind, version, from) {
      const { elementType } = kinds[kind];
      const ids =
        'ids' in from
          ? sql`select id from entity where account_id = ${account} and kind = ${elementType} and is_deleted = 0
              and id in ${db.dialect.list(from.ids)}`
          : await selectIds(db, account, elementType, from.filter, from.page);
      if (ids === undefined) return [];
      return db.all<StoredDocument>(sql`select p.id, d.document from (${ids}) p
        left join entity_document d
        on d.account_id = ${account} and d.kind = ${elementType} and d.id = p.id and d.version = ${version}
        order by p.id`);
    },
  };
}

export function documentWrites(db: Db): Pick<WriteTx, 'saveDocuments'> {
  const { rows, column } = db.dialect;
  return {
    async saveDocuments(account, kind, version, documents) {
      if (documents.length === 0) return;
      await db.run(sql`insert into entity_document (account_id, kind, id, version, document)
        select ${account}, ${kinds[kind].elementType}, ${column(0)}, ${version}, ${db.dialect.bytes(column(1))}
        from ${rows(documents.map(({ id, document }) => [id, document]))} where true
        on conflict (account_id, kind, id) do update set version = excluded.version, document = excluded.document`);
    },
  };
}

interface RecordKey {
  readonly kind: KindName;
  readonly id: number;
}

/** Drops the documents of records: they may show what is no longer so. */
export async function dropDocuments(db: Db, account: number, records: readonly RecordKey[]): Promise<void> {
  if (records.length === 0) return;
  const { column } = db.dialect;
  await db.run(sql`delete from entity_document where rowid in (
    select d.rowid from ${keysOf(db, records)} cross join entity_document d
    on d.account_id = ${account} and d.kind = ${column(0)} and d.id = ${column(1)})`);
}

/** After rows have changed: drops their documents, and those of neighbours that show their name or their being there. */
export async function dropChanged(db: Db, account: number, changes: readonly EntityChange[]): Promise<void> {
  const known = changes.filter(({ before }) => before !== null);
  const shown = known.filter(
    ({ before, after }) => before?.name !== after.name || before.isDeleted !== after.isDeleted,
  );
  const records = known.map(({ after }) => after);
  const neighbours = await neighboursOf(
    db,
    account,
    shown.map(({ after }) => after),
  );
  await dropDocuments(db, account, [...records, ...neighbours]);
}

async function neighboursOf(db: Db, account: number, records: readonly RecordKey[]): Promise<RecordKey[]> {
  if (records.length === 0) return [];
  const keys = keysOf(db, records);
  const { column } = db.dialect;
  const rows = await db.all<{ kind: number; id: number }>(sql`
    select l.second_kind as kind, l.second_id as id from ${keys} cross join link l
    on l.account_id = ${account} and l.first_kind = ${column(0)} and l.first_id = ${column(1)}
    union
    select l.first_kind, l.first_id from ${keys} cross join link l
    on l.account_id = ${account} and l.second_kind = ${column(0)} and l.second_id = ${column(1)}`);
  return rows.map(({ kind, id }) => ({ kind: getKindByElementType(kind), id }));
}

function keysOf({ dialect }: Db, records: readonly RecordKey[]): Sql {
  return dialect.rows(records.map(({ kind, id }) => [kinds[kind].elementType, id]));
}
