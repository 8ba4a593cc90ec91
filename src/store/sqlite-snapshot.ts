import { existsSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { CopyRefused } from './raw-database.ts';
import { findSchemaVersion } from './tables.ts';

/** Pages between two tellings of progress. */
const rate = 256;
const patienceMs = 10_000;

/**
 * Copies the database of a folder page by page into another folder, as it is at one moment, whoever writes to it meanwhile. Nobody waits
 * for it; what is written until it ends stays in the write-ahead log. @throws CopyRefused
 */
export async function takeSnapshot(
  from: string,
  to: string,
  progress: (copied: number, total: number) => void,
): Promise<void> {
  if (!existsSync(`${from}/kontora.db`)) throw new CopyRefused(`${from} holds no data of Kontora`);
  const source = new DatabaseSync(`${from}/kontora.db`, { readOnly: true, timeout: patienceMs });
  try {
    // The transaction holds the moment. Without it the copy would begin anew after each write of a server.
    source.exec('begin');
    refuseUnfinished(source, from);
    await backup(source, `${to}/kontora.db`, {
      rate,
      progress: ({ totalPages, remainingPages }) => progress(totalPages - remainingPages, totalPages),
    });
  } finally {
    source.close();
  }
  const copy = new DatabaseSync(`${to}/kontora.db`);
  // One file, without a log beside it.
  copy.exec('pragma journal_mode = delete');
  copy.close();
}

/**
 * Whether a folder's database is one of Kontora, whole, and of a schema that this program can bring up to its own.
 * @returns its schema version @throws CopyRefused
 */
export function checkDatabase(folder: string, name: string): number {
  const database = new DatabaseSync(`${folder}/kontora.db`, { readOnly: true });
  try {
    const version = schemaOf(database, name);
    const known = findSchemaVersion();
    if (version > known) {
      throw new CopyRefused(
        `${name} is of schema version ${version}, this program knows ${known}: use a newer Kontora`,
      );
    }
    const [found] = database.prepare('pragma quick_check(1)').all();
    if (found?.['quick_check'] !== 'ok') throw new CopyRefused(`${name} is damaged: ${found?.['quick_check']}`);
    return version;
  } finally {
    database.close();
  }
}

function refuseUnfinished(database: DatabaseSync, name: string): void {
  schemaOf(database, name);
  // The table is younger than the first databases.
  const [table] = database.prepare("select name from sqlite_schema where name = 'copy_progress'").all();
  const [half] = table ? database.prepare('select source from copy_progress').all() : [];
  if (half) throw new CopyRefused(`${name} holds an unfinished copy of ${half['source']}`);
}

function schemaOf(database: DatabaseSync, name: string): number {
  try {
    return Number(database.prepare('select max(version) as version from schema_version').get()!['version']);
  } catch (error) {
    throw new CopyRefused(`${name} holds no data of Kontora (${(error as Error).message})`);
  }
}
