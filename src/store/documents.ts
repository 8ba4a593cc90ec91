import { idsByKind } from '../crm/element.ts';
import type { KindName } from '../crm/entity.ts';
import { getKindByElementType, kinds } from '../crm/kinds.ts';
import type { EntityChange, ReadTx, StoredDocument, WriteTx } from '../crm/store.ts';
import { markPage } from './page-marks.ts';
import { selectIds } from './select-ids.ts';
import { type Columns, type Db, insertRows, sql } from './sql.ts';

export function documentReads(db: Db): Pick<ReadTx, 'documents'> {
  return {
    async documents(account, kind, version, from) {
      const { elementType } = kinds[kind];
      const ids =
        'ids' in from
          ? sql`select id from entity where account_id = ${account} and kind = ${elementType} and is_deleted = 0
              and ${db.dialect.isIn(sql`id`, from.ids)}`
          : await selectIds(db, account, elementType, from.filter, from.page);
      if (ids === undefined) return [];
      const documents = await db.all<StoredDocument>(sql`select p.id, d.document from (${ids}) p
        left join entity_document d on ${db.dialect.isDocumentOf(account, elementType, sql`p.id`)} and d.version = ${version}
        order by p.id`);
      if ('filter' in from) await markPage(db, account, elementType, from.filter, from.page, documents);
      return documents;
    },
  };
}

export function documentWrites(db: Db): Pick<WriteTx, 'saveDocuments'> {
  const { documentKey } = db.dialect;
  const ofKey: Columns = documentKey ? { key: 'integer' } : {};
  const columns: Columns = { kind: 'integer', id: 'integer', version: 'integer', document: 'bytes', ...ofKey };
  return {
    saveDocuments(account, kind, version, documents) {
      const { elementType } = kinds[kind];
      const rows = documents.map(({ id, document }) => {
        const row = [elementType, id, version, document];
        return documentKey ? [...row, documentKey(account, elementType, id)] : row;
      });
      return insertRows(db, account, 'entity_document', columns, rows, ['kind', 'id']);
    },
  };
}

interface RecordKey {
  readonly kind: KindName;
  readonly id: number;
}

/** Drops the documents of records: they may show what is no longer so. */
export async function dropDocuments(db: Db, account: number, records: readonly RecordKey[]): Promise<void> {
  for (const [kind, ids] of idsByKind(records)) {
    await db.run(sql`delete from entity_document where account_id = ${account} and kind = ${kinds[kind].elementType}
      and ${db.dialect.isIn(sql`id`, ids)}`);
  }
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
  const { isIn } = db.dialect;
  const neighbours: RecordKey[] = [];
  for (const [kind, ids] of idsByKind(records)) {
    const { elementType } = kinds[kind];
    // Not "union": to give each once, SQLite would read all links in order.
    const rows = await db.all<{ kind: number; id: number }>(sql`
      select second_kind as kind, second_id as id from link
      where account_id = ${account} and first_kind = ${elementType} and ${isIn(sql`first_id`, ids)}
      union all
      select first_kind, first_id from link
      where account_id = ${account} and second_kind = ${elementType} and ${isIn(sql`second_id`, ids)}`);
    neighbours.push(...rows.map(({ kind, id }) => ({ kind: getKindByElementType(kind), id })));
  }
  return neighbours;
}
