import { renderVersion } from '../../src/cli/check.ts';
import { checkAll } from '../../src/store/check/check.ts';
import { openPostgresRaw } from '../../src/store/postgres.ts';
import type { RawDatabase } from '../../src/store/raw-database.ts';
import type { Db } from '../../src/store/sql.ts';
import { openSqliteRaw } from '../../src/store/sqlite.ts';

/** What `kontora check` tells of a data folder, or of the database with this address. */
export async function problemsAt(place: string): Promise<string[]> {
  return problemsOf(await (place.includes('://') ? openPostgresRaw(place, 'source') : openSqliteRaw(place, 'source')));
}

/** The same of a database that is open, and is closed then. */
export async function problemsOf(database: RawDatabase): Promise<string[]> {
  try {
    return await database.read((db) => problemsIn(database, db));
  } finally {
    await database.close();
  }
}

export async function problemsIn(database: RawDatabase, db: Db): Promise<string[]> {
  const problems: string[] = [];
  for await (const { table, key, says } of checkAll(database, db, renderVersion, () => undefined)) {
    problems.push(`${table}${key.length > 0 ? ` ${key.join('/')}` : ''}: ${says}`);
  }
  return problems;
}
