import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { startPostgres } from '../../bin/postgres.mjs';
import { newTestDatabase } from '../support/postgres.ts';
import { startStandby } from '../support/standby.ts';

/** A connection to a test's database; `leave` gives the database back while it is still open. */
async function connect(prepare?: (url: string) => Promise<void>) {
  const database = await newTestDatabase(prepare);
  const client = new pg.Client(database.url);
  client.on('error', () => {});
  await client.connect();
  const values = async (text: string) => (await client.query({ text, rowMode: 'array' })).rows.flat();
  return { values, database, leave: database.remove };
}

async function someTables(url: string) {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`
    create table parent (id int generated always as identity primary key, name text not null);
    create table child (parent_id int not null references parent, body bytea);
    insert into parent (name) values ('от миграции')`);
  await client.end();
}

test('a PostgreSQL answers, and its letters are those of Unicode', async () => {
  const { values, leave } = await connect();
  assert.match((await values('select version()'))[0], /^PostgreSQL \d+/);
  assert.deepEqual(await values(`select lower('ЁЛКА')`), ['ёлка']);
  await values('create extension pg_trgm');
  assert.ok((await values(`select show_trgm('ромашка')`))[0].length > 5);
  await leave();
});

test('a database that is given back is there for the next test as it was prepared, and without its connections', async () => {
  const first = await connect(someTables);
  await first.values(`insert into parent (name) select 'n' || g from generate_series(1, 30000) g`);
  await first.values(`insert into child select id, '\\x00' from parent where id < 5`);
  await first.values('begin');
  await first.values('delete from parent where id = 7');
  await first.leave();
  const second = await connect(someTables);
  assert.equal(second.database.url, first.database.url);
  await assert.rejects(first.values('commit'));
  assert.deepEqual(await second.values('select id, name from parent'), [1, 'от миграции']);
  assert.deepEqual(await second.values('select * from child'), []);
  assert.deepEqual(await second.values(`insert into parent (name) values ('x') returning id`), [2]);
  await assert.rejects(second.values('insert into child values (99)'), /foreign key/);
  await second.leave();
});

test('two tests at once have databases of their own', async () => {
  const both = [await connect(someTables), await connect(someTables)] as const;
  assert.notEqual(both[0].database.url, both[1].database.url);
  await both[0].values('truncate parent cascade');
  assert.deepEqual(await both[1].values('select count(*)::int from parent'), [1]);
  for (const { leave } of both) await leave();
});

test('a cluster of its own comes back after kill -9 with what was committed, and a standby follows it', async () => {
  const primary = await startPostgres({ settings: { fsync: 'off' } });
  const standby = await startStandby(primary);
  const ask = async (url: string, text: string) => {
    const client = new pg.Client(url);
    client.on('error', () => {});
    await client.connect();
    const { rows } = await client.query({ text, rowMode: 'array' });
    await client.end();
    return rows.flat();
  };
  try {
    await ask(primary.url, 'create table t as select 1 as n');
    primary.kill();
    await primary.start();
    assert.deepEqual(await ask(primary.url, 'select n from t'), [1]);
    const [place] = await ask(primary.url, 'select pg_current_wal_flush_lsn()');
    for (let caughtUp = false; !caughtUp; ) {
      [caughtUp] = await ask(standby.url, `select coalesce(pg_last_wal_replay_lsn() >= '${place}', false)`);
    }
    assert.deepEqual(await ask(standby.url, 'select n, pg_is_in_recovery() from t'), [1, true]);
    await primary.restart('immediate');
    assert.deepEqual(await ask(primary.url, 'select n from t'), [1]);
  } finally {
    await standby.remove();
    await primary.remove();
  }
});
