import { type Db, sql } from './sql.ts';
import { schemaVersion } from './tables.ts';

/** A database as it is, without the port: to be copied from or into. */
export interface RawDatabase {
  /** Tells it from others and can be shown: without user and password. */
  readonly name: string;
  /** Reads one moment, however long it takes. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** One transaction. `work` may be done again, when the database has undone it. */
  write<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Call when much has been written: what a planner has to know of it by then. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A source is only read, a target is made and brought up to the newest schema. */
export type RawUse = 'source' | 'target';

/** What is to be copied cannot be, or not to there. Nothing has been changed. */
export class CopyRefused extends Error {}

/** @throws CopyRefused unless the database is of this program's schema */
export async function checkSchemaOf(db: Db, name: string): Promise<void> {
  const [newest] = await db
    .all<{ version: number | null }>(sql`select max(version) as version from schema_version`)
    .catch((error) => {
      throw new CopyRefused(`${name} holds no data of Kontora (${error.message})`);
    });
  const version = newest?.version ?? 0;
  if (version < schemaVersion) {
    throw new CopyRefused(
      `${name} is of schema version ${version}, this program of ${schemaVersion}: start this version's server on it once`,
    );
  }
  if (version > schemaVersion) {
    throw new CopyRefused(
      `${name} is of schema version ${version}, this program knows ${schemaVersion}: use a newer Kontora`,
    );
  }
}
