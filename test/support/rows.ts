import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { findTables } from '../../src/store/tables.ts';

/** All rows of all tables that are copied, each as JSON, in an order that no engine has a say in. */
export type AllRows = Readonly<Record<string, readonly string[]>>;

/** `place`: a data folder or a URL. Read without the store. */
export async function readAllRows(place: string): Promise<AllRows> {
  const all: Record<string, string[]> = {};
  const send = await connect(place);
  for (const { name, columns } of findTables().values()) {
    const rows = await send(`select ${Object.keys(columns).join(', ')} from ${name}`);
    const values = rows.map((row) =>
      Object.entries(columns).map(([column, type]) =>
        type === 'integer' && row[column] !== null ? Number(row[column]) : row[column],
      ),
    );
    // The one row that an engine keeps for itself.
    all[name] = values.map((row) => JSON.stringify(row)).filter((row) => !/^\[\d+,"write",\d+\]$/.test(row));
    all[name].sort();
  }
  await send('end');
  return all;
}

/** Sends statements to a database; 'end' closes it. */
export async function connect(place: string): Promise<(text: string) => Promise<Record<string, unknown>[]>> {
  if (!place.includes('://')) {
    const database = new DatabaseSync(`${place}/kontora.db`);
    return async (text) => {
      if (text !== 'end') return database.prepare(text).all();
      database.close();
      return [];
    };
  }
  const client = new pg.Client(place);
  await client.connect();
  return async (text) => {
    if (text !== 'end') return (await client.query(text)).rows;
    await client.end();
    return [];
  };
}

/** Those of some accounts, and the integrations of these names. */
export function rowsOfAccounts(all: AllRows, accounts: readonly number[], integrations: readonly string[]): AllRows {
  const isTheirs = (name: string) => (row: string) => {
    const values: unknown[] = JSON.parse(row);
    const { columns, account } = findTables().get(name)!;
    if (account === null) return integrations.includes(values[0] as string);
    return accounts.includes(values[Object.keys(columns).indexOf(account)] as number);
  };
  return Object.fromEntries(Object.entries(all).map(([name, rows]) => [name, rows.filter(isTheirs(name))]));
}
