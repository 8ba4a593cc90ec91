import type { KindName } from '../crm/entity.ts';
import { kinds } from '../crm/kinds.ts';
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

/** Ends of links and owners of changed rows: their documents may show what is no longer so. */
export async function dropDocuments(
  db: Db,
  account: number,
  records: readonly { readonly kind: KindName; readonly id: number }[],
): Promise<void> {
  if (records.length === 0) return;
  await db.run(dropped(account, endsOf(db, records)));
}

/** After rows have changed: drops their documents, and those of neighbours that show their name or their being there. */
export async function dropChanged(db: Db, account: number, changes: readonly EntityChange[]): Promise<void> {
  const known = changes.filter(({ before }) => before !== null);
  await dropDocuments(
    db,
    account,
    known.map(({ after }) => after),
  );
  const shown = known.filter(
    ({ before, after }) => before?.name !== after.name || before.isDeleted !== after.isDeleted,
  );
  if (shown.length === 0) return;
  const ends = endsOf(
    db,
    shown.map(({ after }) => after),
  );
  await db.run(
    dropped(
      account,
      sql`select second_kind, second_id from link where account_id = ${account} and (first_kind, first_id) in (${ends})
        union select first_kind, first_id from link where account_id = ${account} and (second_kind, second_id) in (${ends})`,
    ),
  );
}

function dropped(account: number, ends: Sql): Sql {
  return sql`delete from entity_document where account_id = ${account} and (kind, id) in (${ends})`;
}

function endsOf({ dialect }: Db, records: readonly { readonly kind: KindName; readonly id: number }[]): Sql {
  const { column, rows } = dialect;
  return sql`select ${column(0)}, ${column(1)} from ${rows(records.map(({ kind, id }) => [kinds[kind].elementType, id]))}`;
}
