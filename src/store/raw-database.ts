import type { Check } from './check/problem.ts';
import { readSchemaVersion } from './migrate.ts';
import type { Db } from './sql.ts';
import { findSchemaVersion } from './tables.ts';

/** A database as it is, without the port: to be copied from or into. */
export interface RawDatabase {
  /** Tells it from others and can be shown: without user and password. */
  readonly name: string;
  /** Reads one moment, however long it takes. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /**
   * One transaction. `work` may be done again, when the database has undone it. `account`: which nobody else changes meanwhile.
   */
  write<T>(work: (db: Db) => Promise<T>, account?: number): Promise<T>;
  /** Call when much has been written: what a planner has to know of it by then. */
  settle(): Promise<void>;
  /** Finds what only this engine can have wrong. */
  readonly checkEngine: Check;
  /** Makes the search index again from the search texts, where that is not the engine's own business. */
  rebuildSearch(db: Db): Promise<void>;
  close(): Promise<void>;
}

/** A source is only read, a target is made and brought up to the newest schema. */
export type RawUse = 'source' | 'target';

/** What is to be copied cannot be, or not to there. Nothing has been changed. */
export class CopyRefused extends Error {}

/** @throws CopyRefused unless the database is of this program's schema */
export async function checkSchemaOf(db: Db, name: string): Promise<void> {
  const version = await readSchemaVersion(db).catch((error) => {
    throw new CopyRefused(`${name} holds no data of Kontora (${error.message})`);
  });
  const known = findSchemaVersion();
  if (version < known) {
    throw new CopyRefused(
      `${name} is of schema version ${version}, this program of ${known}: start this version's server on it once`,
    );
  }
  if (version > known) {
    throw new CopyRefused(`${name} is of schema version ${version}, this program knows ${known}: use a newer Kontora`);
  }
}
