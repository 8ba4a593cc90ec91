import { renderVersion } from '../../src/cli/check.ts';
import { checkAll } from '../../src/store/check/check.ts';
import type { RawDatabase } from '../../src/store/raw-database.ts';
import type { Db } from '../../src/store/sql.ts';

/** What `kontora check` tells of a database, which is closed then. */
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
