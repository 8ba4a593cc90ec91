import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { startPostgres } from '../bin/postgres.mjs';
import { createLog } from '../src/cli/log.ts';
import { createApp } from '../src/cli/serve.ts';
import { openPostgres } from '../src/store/postgres.ts';
import { request } from './support/server.ts';

test('/readyz answers 503 within a second or so while PostgreSQL is away or takes no writes, and 200 by itself afterwards', async () => {
  const cluster = await startPostgres({ settings: { fsync: 'off' } });
  const store = await openPostgres(cluster.url);
  const webhooks = { allowPrivate: false, retrySeconds: [1] };
  const app = createApp(store, 'documented', webhooks, undefined, undefined, { log: createLog('silent') });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const ask = async () => {
    const start = performance.now();
    const { status, text } = await request('GET', `${url}/readyz`);
    const ms = performance.now() - start;
    assert.ok(ms < 3000, `${ms} ms`);
    return `${status} ${text}`;
  };
  const until = async (wanted: string) => {
    for (let tries = 0; (await ask()) !== wanted; tries += 1) {
      assert.ok(tries < 100, wanted);
      await setTimeout(100);
    }
  };
  const well = '200 {"status":"ok"}';
  try {
    assert.equal(await ask(), well);
    await cluster.stop();
    assert.equal(await ask(), '503 {"status":"unavailable","reason":"the database does not answer"}');
    assert.equal((await request('GET', `${url}/healthz`)).status, 200);
    await cluster.start();
    await until(well);
    const client = new pg.Client(cluster.url);
    await client.connect();
    const name = String((await client.query('select current_database() as name')).rows[0].name);
    await client.query(`alter database ${pg.escapeIdentifier(name)} set default_transaction_read_only = on`);
    // Those that are connected know it when they connect again.
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()');
    await client.end();
    assert.match(await ask(), /^503 /);
  } finally {
    await app.close();
    await store.close();
    await cluster.remove();
  }
});
