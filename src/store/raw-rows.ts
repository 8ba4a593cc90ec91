import { Checksum, lineOf, type Row, type Sum } from './checksum.ts';
import { type Columns, type Db, insertRows, namesOf, nothing, type Param, raw, type Sql, sql } from './sql.ts';
import { accountTables, findTables, integrationTable, type Table } from './tables.ts';

/** Rows at a time: enough for speed, and few enough for memory. */
export const batchRows = 4000;

/** The rows of one table that belong to one account, or, of integrations, that a copy of that scope takes along. */
export interface Part {
  readonly table: string;
  readonly account: number;
}

/** A whole server. No account has that id. */
export const wholeServer = 0;

/** Everything that a copy takes along, in its order. `scope`: an account, or the whole server. */
export async function findParts(db: Db, scope: number): Promise<Part[]> {
  const all = sql`select id from account order by id`;
  const accounts = scope === wholeServer ? (await db.all<{ id: number }>(all)).map(({ id }) => id) : [scope];
  return [
    { table: integrationTable, account: scope },
    ...accounts.flatMap((account) => accountTables.map((table) => ({ table, account }))),
  ];
}

export type Key = readonly (string | number)[];

/** Rows behind a key, in the order of keys. */
export async function readRows(db: Db, part: Part, after: Key | null, limit = batchRows): Promise<Row[]> {
  const { name, columns, key } = findTables().get(part.table)!;
  const table = raw(name);
  const keys = raw(key.join(', '));
  const values: Sql = { text: key.map(() => '?').join(', '), params: after ?? [] };
  const behind = after && key.length > 0 ? sql`and (${keys}) > (${values})` : nothing;
  const order = key.length > 0 ? sql`order by ${keys}` : nothing;
  const rows = await db.all<Record<string, Param>>(sql`select ${namesOf(columns)} from ${table}
    where ${rowsOf(part)} ${behind} ${order} limit ${limit}`);
  const names = Object.keys(columns);
  return rows.map((row) => names.map((column) => row[column]!));
}

/** The key of a row, beside its account. */
export function keyOf({ table }: Part, row: Row): Key {
  const { columns, key } = findTables().get(table)!;
  const names = Object.keys(columns);
  return key.map((column) => row[names.indexOf(column)] as string | number);
}

export async function countRows(db: Db, part: Part): Promise<number> {
  const table = raw(part.table);
  const [row] = await db.all<{ n: number }>(sql`select count(*) as n from ${table} where ${rowsOf(part)}`);
  return row!.n;
}

export async function sumRows(db: Db, part: Part): Promise<Sum> {
  const checksum = new Checksum();
  for await (const rows of pagesOf(db, part)) for (const row of rows) checksum.add(lineOf(part.table, row));
  return checksum.sum;
}

/** All rows of a part, some thousand at a time. */
export async function* pagesOf(
  db: Db,
  part: Part,
  after: Key | null = null,
  limit = batchRows,
): AsyncGenerator<Row[], void> {
  const isOne = findTables().get(part.table)!.key.length === 0;
  for (let last = after; ; ) {
    const rows = await readRows(db, part, last, limit);
    if (rows.length > 0) yield rows;
    if (rows.length < limit || isOne) return;
    last = keyOf(part, rows.at(-1)!);
  }
}

/** Adds rows as they are, and has them found by searches. */
export async function addRows(db: Db, { table: name, account }: Part, rows: readonly Row[]): Promise<void> {
  const table = findTables().get(name)!;
  if (table.account !== 'account_id') return addGlobalRows(db, table, rows);
  const place = Object.keys(table.columns).indexOf(table.account);
  const own = rows.map((row) => row.toSpliced(place, 1));
  const { account_id, ...columns }: Columns = table.columns;
  await insertRows(db, account, name, columns, own);
  if (name === 'entity_search') {
    const texts = own.map(([kind, id, text]) => ({ kind: kind as number, id: id as number, text: text as string }));
    await db.dialect.indexSearch(
      db,
      account,
      texts.map((text) => ({ ...text, isNew: true })),
    );
  }
}

/** Removes so many rows of a part. @returns how many it were */
export async function removeRows(db: Db, part: Part, limit: number): Promise<number> {
  const { name, columns, key } = findTables().get(part.table)!;
  const rows = await readRows(db, part, null, limit);
  if (rows.length === 0) return 0;
  const table = raw(name);
  const keyColumns: Columns = Object.fromEntries(key.map((column) => [column, columns[column]!]));
  const keys = rows.map((row) => keyOf(part, row));
  if (name === 'entity_search') {
    const records = keys.map(([kind, id]) => ({ kind: kind as number, id: id as number }));
    await db.dialect.unindexSearch(db, part.account, records);
  }
  const these =
    key.length === 0
      ? nothing
      : sql`and (${namesOf(keyColumns)}) in (select ${namesOf(keyColumns, 'r.')} from ${db.dialect.rows(keyColumns, keys)})`;
  await db.run(sql`delete from ${table} where (${rowsOf(part)}) ${these}`);
  return rows.length;
}

/** Removes what is not copied of an account, but may have come since. */
export async function removeAccountRows(db: Db, account: number): Promise<void> {
  await db.run(sql`delete from entity_document where account_id = ${account}`);
  await db.run(sql`delete from id_counter where account_id = ${account}`);
}

/** Integrations that are there already stay as they are. */
async function addGlobalRows(db: Db, { name, columns }: Table, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const { dialect } = db;
  const table = raw(name);
  const stays = name === integrationTable ? sql`on conflict (id) do nothing` : nothing;
  await db.run(sql`insert into ${table} (${namesOf(columns)})
    select ${namesOf(columns, 'r.')} from ${dialect.rows(columns, rows)} where true ${stays} ${dialect.returning}`);
}

function rowsOf({ table, account }: Part): Sql {
  if (table === integrationTable) return account === wholeServer ? sql`true` : integrationsOf(account);
  if (table === 'account') return sql`id = ${account}`;
  // The other row of that name is what one engine counts its transactions by, on one server.
  const own = table === 'id_counter' ? sql`and sequence <> 'write'` : nothing;
  return sql`account_id = ${account} ${own}`;
}

/** Its own, and those that its tokens and grants name. */
function integrationsOf(account: number): Sql {
  return sql`owner_id = ${account} or id in (select integration_id from token where account_id = ${account} and integration_id is not null
    union select integration_id from oauth_grant where account_id = ${account})`;
}
