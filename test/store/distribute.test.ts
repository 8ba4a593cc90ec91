import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { findMigrations } from '../../src/store/migrate.ts';
import { distributePostgres, openPostgres } from '../../src/store/postgres.ts';
import { tablesIn } from '../support/migration-rules.ts';
import { newTestDatabase } from '../support/postgres.ts';

// No package has Citus: its two functions and its catalogue are stood in for by ones that write down what they are asked for,
// and refuse what Citus refuses.
const citus = `
  create table pg_dist_partition (logicalrelid regclass primary key, partmethod text not null);
  create table asked (number bigint generated always as identity, call text);
  create function create_reference_table(name regclass) returns void language plpgsql as $$
  begin
    insert into pg_dist_partition values (name, 'n');
    insert into asked (call) values ('reference ' || name);
  end $$;
  create function create_distributed_table(name regclass, distribution_column text) returns void language plpgsql as $$
  begin
    if exists (select 1 from pg_constraint where conrelid = name and contype = 'f'
      and confrelid not in (select logicalrelid from pg_dist_partition)) then
      raise exception '% refers to a table that is not distributed', name;
    end if;
    insert into pg_dist_partition values (name, 'h');
    insert into asked (call) values (distribution_column || ' of ' || name);
  end $$;`;

async function onDatabase(body: (url: string, query: (text: string) => Promise<unknown[][]>) => Promise<void>) {
  const { url, remove } = await newTestDatabase();
  const client = new pg.Client(url);
  await client.connect();
  try {
    await body(url, async (text) => (await client.query({ text, rowMode: 'array' })).rows);
  } finally {
    await client.end();
    await remove();
  }
}

test('global tables become reference tables, all others are distributed by account, what is referred to first', () =>
  onDatabase(async (url, query) => {
    await query(citus);
    const done = await distributePostgres(url);
    const calls = (await query('select call from asked order by number')).flat();
    const { distributed, global } = tablesIn(findMigrations('postgres').flatMap(({ statements }) => statements));
    const references = global.filter((table) => table !== 'schema_version');
    assert.deepEqual(calls.slice(0, references.length).sort(), references.map((table) => `reference ${table}`).sort());
    assert.deepEqual(
      calls.slice(references.length).sort(),
      distributed.map((table) => `account_id of ${table}`).sort(),
    );
    assert.equal(done?.length, calls.length);
    assert.deepEqual(await distributePostgres(url), []);
  }));

test('a table that comes later is distributed when the database is opened', () =>
  onDatabase(async (url, query) => {
    await query(citus);
    await distributePostgres(url);
    await query('create table later (account_id bigint not null references account (id), id bigint)');
    await (await openPostgres(url)).close();
    assert.deepEqual((await query('select call from asked order by number desc limit 1')).flat(), [
      'account_id of later',
    ]);
  }));

test('a database that nobody has distributed is left alone, also where Citus is there', () =>
  onDatabase(async (url, query) => {
    await query(citus);
    await (await openPostgres(url)).close();
    assert.deepEqual(await query('select call from asked'), []);
  }));

test('without Citus nothing is distributed', () =>
  onDatabase(async (url) => {
    assert.equal(await distributePostgres(url), undefined);
  }));
