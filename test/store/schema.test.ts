import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import pg from 'pg';
import { findMigrations } from '../../src/store/migrate.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { tablesIn } from '../support/migration-rules.ts';
import { newTestDatabase } from '../support/postgres.ts';
import {
  checkSchema,
  onlyPostgres,
  onlySqlite,
  type Query,
  readForbiddenThings,
  readPostgresSchema,
  readSqliteSchema,
} from '../support/schema.ts';

const migrated = async (url: string) => (await openPostgres(url)).close();

/** Looks at the schema as the migrations and, behind them, a change have made it. */
async function onPostgres<T>(look: (query: Query) => Promise<T>, change = ''): Promise<T> {
  const { url, remove } = await newTestDatabase(migrated);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('begin');
    if (change !== '') await client.query(change);
    const seen = await look(async (text) => (await client.query(text)).rows);
    // The next test gets the same database.
    await client.query('rollback');
    return seen;
  } finally {
    await client.end();
    await remove();
  }
}

async function onSqlite<T>(look: (query: Query) => Promise<T>, change = ''): Promise<T> {
  const database = new DatabaseSync(':memory:');
  const statements = findMigrations('sqlite').flatMap((migration) => migration.statements);
  for (const text of [...statements, change.replaceAll('bigint', 'integer')]) database.exec(text);
  return look(async (text) => database.prepare(text).all());
}

test('each migration is there for both engines', () => {
  const names = (engine: string) => findMigrations(engine).map(({ version, name }) => `${version} ${name}`);
  assert.deepEqual(names('postgres'), names('sqlite'));
});

test('both engines have the same tables, columns, keys, indexes and checks', async () => {
  const [postgres, sqlite] = [await onPostgres(readPostgresSchema), await onSqlite(readSqliteSchema)];
  assert.ok(sqlite.length > 25);
  assert.deepEqual(postgres, sqlite);
});

test('what only one engine has is there', async () => {
  const tables = await onSqlite((query) =>
    query("select name from sqlite_schema where name like 'entity_trigram%' order by name"),
  );
  assert.deepEqual(
    tables.map((row) => (row as { name: string }).name),
    onlySqlite,
  );
  const indexes = await onPostgres((query) =>
    query("select indexname as name from pg_indexes where indexdef ilike '% using gin %'"),
  );
  assert.deepEqual(
    indexes.map((row) => (row as { name: string }).name),
    onlyPostgres,
  );
});

test('the schema of PostgreSQL can be spread by account', async () => {
  const tables = tablesIn(findMigrations('postgres').flatMap(({ statements }) => statements));
  await onPostgres(async (query) => {
    assert.deepEqual(checkSchema(await readPostgresSchema(query), tables), []);
    assert.deepEqual(await readForbiddenThings(query), []);
  });
});

/** Pairs of changes that differ in one thing alone, and that both engines take. */
const changes: Readonly<Record<string, readonly [one: string, other: string]>> = {
  'a table': ['create table more (id bigint primary key)', 'create table least (id bigint primary key)'],
  'a column': ['alter table tag add column more text', 'alter table tag add column least text'],
  'the order of columns': ['create table more (a text, b text)', 'create table more (b text, a text)'],
  'a type': ['alter table tag add column more text', 'alter table tag add column more bigint'],
  'a null': [
    "alter table tag add column more text default ''",
    "alter table tag add column more text not null default ''",
  ],
  'a default': ['alter table tag add column more bigint default 7', 'alter table tag add column more bigint default 8'],
  'an empty default': ["alter table tag add column more text default ''", 'alter table tag add column more text'],
  'a check': [
    'create table more (id bigint check (id in (1, 2)))',
    'create table more (id bigint check (id in (1, 3)))',
  ],
  'the bounds of a check': [
    'create table more (id bigint check (id between 1 and 17179869183))',
    'create table more (id bigint check (id between 1 and 17179869184))',
  ],
  'the words of a check': [
    "create table more (id text check (id in ('a', 'b') or id is null))",
    "create table more (id text check (id in ('a', 'c') or id is null))",
  ],
  'the sense of a check': [
    'create table more (id bigint, check (id > 1 and id is not null))',
    'create table more (id bigint, check (id > 1 or id is not null))',
  ],
  'the primary key': [
    'create table more (a bigint not null, b bigint not null, primary key (a, b))',
    'create table more (a bigint not null, b bigint not null, primary key (b, a))',
  ],
  'a unique constraint': [
    'create table more (a bigint, b bigint, unique (a, b))',
    'create table more (a bigint, b bigint, unique (a))',
  ],
  'a unique index': [
    'create unique index more on tag (account_id, name)',
    'create index more on tag (account_id, name)',
  ],
  'the name of an index': ['create index more on tag (account_id)', 'create index least on tag (account_id)'],
  'the order of an index': ['create index more on tag (name)', 'create index more on tag (name desc)'],
  'the condition of an index': [
    'create index more on tag (name) where kind = 1',
    'create index more on tag (name) where kind = 2',
  ],
  'where a reference points': [
    'create table more (id bigint references account (id))',
    'create table more (id text references integration (id))',
  ],
  'the columns of a reference': [
    'create table more (a bigint, b bigint, foreign key (a, b) references tag (account_id, id))',
    'create table more (a bigint, b bigint, foreign key (b, a) references tag (account_id, id))',
  ],
  'what a deletion does': [
    'create table more (id bigint references account (id) on delete cascade)',
    'create table more (id bigint references account (id))',
  ],
};
for (const [difference, [one, other]] of Object.entries(changes)) {
  test(`the comparison sees ${difference}`, async () => {
    const postgres = await onPostgres(readPostgresSchema, one);
    assert.deepEqual(postgres, await onSqlite(readSqliteSchema, one));
    assert.notDeepEqual(postgres, await onPostgres(readPostgresSchema, other));
    assert.notDeepEqual(postgres, await onSqlite(readSqliteSchema, other));
  });
}

const forbidden: Readonly<Record<string, string>> = {
  trigger: `create function more() returns trigger language plpgsql as $$begin return new; end$$;
    create trigger more before insert on tag for each row execute function more()`,
  sequence: 'create sequence more',
  view: 'create view more as select 1 as id',
  function: 'create function more() returns bigint language sql as $$select 1$$',
  identity: 'alter table tag alter column id add generated always as identity',
  inheritance: 'create table more () inherits (tag)',
  rule: 'create rule more as on insert to tag do nothing',
  collation: 'alter table tag add column more text collate "POSIX"',
  policy: 'create policy more on tag',
  exclusion: 'alter table tag add exclude using btree (account_id with =)',
};
for (const [kind, text] of Object.entries(forbidden)) {
  test(`what cannot be spread is seen: ${kind}`, async () => {
    const things = await onPostgres(readForbiddenThings, text);
    assert.ok(
      things.some((thing) => thing.startsWith(kind)),
      things.join(),
    );
  });
}
