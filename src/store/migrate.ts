import { readdirSync, readFileSync } from 'node:fs';
import { type Db, raw, sql } from './sql.ts';

const folder = new URL('./migrations/', import.meta.url);

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
}

/** The migrations of an engine, in order. Files: migrations/NNNN-name.<engine>.sql */
export function findMigrations(engine: string): Migration[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(`.${engine}.sql`))
    .sort()
    .map((file) => ({
      version: Number(file.slice(0, 4)),
      name: file.slice(5, -`.${engine}.sql`.length),
      statements: statementsOf(readFileSync(new URL(file, folder), 'utf8')),
    }));
}

/** Brings a database up to the newest version, in the caller's transaction; refuses one that a newer program has written. */
export async function migrate(db: Db, engine: string): Promise<void> {
  await db.run(
    sql`create table if not exists schema_version (version integer not null, name text not null,
      constraint schema_version_pkey primary key (version))`,
  );
  const migrations = findMigrations(engine);
  const have = await readSchemaVersion(db);
  const known = migrations.at(-1)?.version ?? 0;
  if (have > known) {
    throw new Error(`the database is of schema version ${have}, this program knows ${known}: use a newer Kontora`);
  }
  for (const { version, name, statements } of migrations.filter((m) => m.version > have)) {
    // Of several processes that start at once all but the first wait here.
    const mine = await db.all(sql`insert into schema_version (version, name) values (${version}, ${name})
      on conflict (version) do nothing returning version`);
    for (const text of mine.length > 0 ? statements : []) await db.run(raw(text));
  }
}

/** 0: nothing is there yet. */
export async function readSchemaVersion(db: Db): Promise<number> {
  const [newest] = await db.all<{ version: number | null }>(sql`select max(version) as version from schema_version`);
  return newest?.version ?? 0;
}

function statementsOf(file: string): string[] {
  const code = file.replace(/^\s*--.*$/gm, '');
  return code
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
