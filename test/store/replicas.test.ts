import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, mock, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { type Cluster, careless, startPostgres } from '../../bin/postgres.mjs';
import { type Store, StoreUncertain } from '../../src/crm/store.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { endProcess, processLogin, type ServerProcess, startProcess } from '../support/process.ts';
import { request } from '../support/server.ts';
import { ask, promote, startStandby } from '../support/standby.ts';
import { adding, anAccount, aRecord, listIds, save, span } from './builders.ts';

let primary: Cluster;
let standby: Cluster;
/** Two on the same servers, as two processes would have them. */
let store: Store;
let other: Store;

/** Ports that were asked about records, or were told of some. */
const asked = new Set<number>();
const query = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => unknown;
mock.method(pg.Client.prototype, 'query', function (this: pg.Client, ...args: unknown[]) {
  const { text } = args[0] as { text?: string };
  if (text !== undefined && /\bentity/.test(text)) asked.add(this.port);
  return query.apply(this, args);
});

before(async () => {
  primary = await startPostgres({ settings: { ...careless, synchronous_commit: 'on' } });
  standby = await startStandby(primary);
  store = await openPostgres(primary.url, standby.url);
  other = await openPostgres(primary.url, standby.url);
  for (const id of [1, 2]) await store.write((tx) => tx.addAccount(anAccount(id)));
  for (const id of [1, 2]) await save(store, id, adding(aRecord('lead', 1)));
  await caughtUp();
});

after(async () => {
  mock.restoreAll();
  await store?.close();
  await other?.close();
  await standby?.remove();
  await primary?.remove();
});

async function caughtUp(): Promise<void> {
  const [place] = await ask(primary, 'select pg_current_wal_lsn()');
  while (!(await ask(standby, `select pg_last_wal_replay_lsn() >= '${place}'`))[0]);
}

/** @returns its address on the primary and on the standby, which has it, too */
async function newDatabase(name: string): Promise<[string, string]> {
  await ask(primary, `create database ${name}`);
  await caughtUp();
  return [primary.url.replace(/postgres$/, name), standby.url.replace(/postgres$/, name)];
}

/** Which server gave a read's answer. */
async function counting(from: Store, account: number): Promise<{ leads: number; by: string }> {
  asked.clear();
  const leads = await from.read((tx) => tx.count(account, 'lead'), account);
  const ports = [...asked];
  assert.equal(ports.length, 1);
  return { leads, by: ports[0] === standby.port ? 'replica' : 'primary' };
}

async function paused(work: () => Promise<void>): Promise<void> {
  await ask(standby, 'select pg_wal_replay_pause()');
  while ((await ask(standby, 'select pg_get_wal_replay_pause_state()'))[0] !== 'paused');
  try {
    await work();
  } finally {
    await ask(standby, 'select pg_wal_replay_resume()');
  }
}

test('a read that names its account is answered by a replica, one that names none by the primary', async () => {
  assert.deepEqual(await counting(store, 1), { leads: 1, by: 'replica' });
  asked.clear();
  assert.deepEqual(await listIds(store, 1, 'lead'), [1]);
  assert.deepEqual([...asked], [primary.port]);
});

test('what a replica lacks of an account is read from the primary, whoever wrote it; other accounts stay with the replica', async () => {
  await paused(async () => {
    await save(store, 1, adding(aRecord('lead', 2)));
    for (const one of [store, other]) {
      assert.deepEqual(await counting(one, 1), { leads: 2, by: 'primary' });
      assert.deepEqual(await counting(one, 2), { leads: 1, by: 'replica' });
    }
    await other.write((tx) => tx.addGroups(1, [{ id: 5, name: 'Sales' }]));
    for (const one of [store, other]) {
      assert.deepEqual(await one.read(async (tx) => [...(await tx.settings(1)).groups.keys()], 1), [5]);
    }
  });
  await caughtUp();
  for (const one of [store, other]) assert.deepEqual(await counting(one, 1), { leads: 2, by: 'replica' });
});

test('a write that was undone sends nobody to the primary', async () => {
  await paused(async () => {
    const undone = store.write(async (tx) => {
      await tx.saveEntities(2, [adding(aRecord('lead', 9))]);
      throw new Error('changed my mind');
    });
    await assert.rejects(undone);
    assert.deepEqual(await counting(store, 2), { leads: 1, by: 'replica' });
  });
});

test('two processes and a replica that lags: two hundred times what one has written the other shows at once', async () => {
  const [from, replica] = await newDatabase('served');
  await ask(standby, `alter system set recovery_min_apply_delay = '300ms'`);
  await ask(standby, 'select pg_reload_conf()');
  const environment = { KONTORA_DATABASE_READ: replica };
  const processes: ServerProcess[] = [];
  try {
    for (const _ of span(1, 2)) processes.push(await startProcess(from, environment));
    const url = (round: number, more = '') =>
      `${processes[round % 2]!.address}/api/v2/companies?${new URLSearchParams(processLogin)}${more}`;
    let id = 0;
    for (const round of span(1, 200)) {
      const name = `round ${round}`;
      const isNew = round % 20 === 1;
      const item = isNew ? { name } : { id, name, updated_at: 2_000_000_000 + round };
      const written = await request('POST', url(round), isNew ? { add: [item] } : { update: [item] });
      id = written.json._embedded.items[0].id;
      const shown = await request('GET', url(round + 1, `&id=${id}`));
      assert.equal(shown.json?._embedded.items[0].name, name);
    }
  } finally {
    await Promise.all(processes.map((process) => endProcess(process)));
    await ask(standby, 'alter system reset recovery_min_apply_delay');
    await ask(standby, 'select pg_reload_conf()');
  }
});

test('a replica that lacks the tables, or is no replica, makes no read fail', async () => {
  const [from, replica] = await newDatabase('late');
  await paused(async () => {
    for (const url of [replica, replica.replace('/late', '/nothing'), 'postgres://host:many/late']) {
      const late = await openPostgres(from, url);
      assert.deepEqual(await late.read((tx) => tx.findAccount(1), 1), undefined);
      await late.close();
    }
  });
});

test('a wrong password, or none, is an error at once', async () => {
  await ask(primary, `create role locked login password 'right'`);
  const rules = join(primary.folder, 'data', 'pg_hba.conf');
  writeFileSync(rules, `host all locked 127.0.0.1/32 scram-sha-256\n${readFileSync(rules, 'utf8')}`);
  await ask(primary, 'select pg_reload_conf()');
  const at = (password: string) => Object.assign(new URL(primary.url), { username: 'locked', password }).href;
  // So patient that only an error at once ends in time.
  await assert.rejects(openPostgres(at('kept-secret'), undefined, 3_600_000), (error: Error) => {
    assert.doesNotMatch(String(error.stack), /kept-secret/);
    return /password authentication failed/.test(error.message);
  });
  await assert.rejects(openPostgres(at(''), undefined, 3_600_000), /password must be/);
});

test('no read fails while a replica goes and comes, and in the end it is asked again', async () => {
  await caughtUp();
  let goes = true;
  const reading = (async () => {
    for (; goes; ) for (const one of [store, other]) assert.equal((await counting(one, 1)).leads, 2);
  })();
  // Where it fails, it fails below.
  reading.catch(() => undefined);
  await standby.stop('immediate');
  assert.deepEqual(await other.read((tx) => tx.count(1, 'lead'), 1), 2);
  await standby.start();
  goes = false;
  await reading;
  for (const one of [store, other]) while ((await counting(one, 1)).by !== 'replica');
});

test('of several hosts a standby is not written to, until it is promoted in the place of the first', async () => {
  await caughtUp();
  const url = primary.url.replace(/@[^/]*/, `@127.0.0.1:${standby.port},127.0.0.1:${primary.port}`);
  const both = await openPostgres(url);
  try {
    await save(both, 1, adding(aRecord('lead', 3)));
    asked.clear();
    await save(both, 1, adding(aRecord('lead', 4)));
    assert.deepEqual(await listIds(both, 1, 'lead'), [1, 2, 3, 4]);
    assert.deepEqual([...asked], [primary.port]);
    // What serves an open connection outlives the killed server for a moment. What it acknowledges must be on the standby,
    await ask(primary, `alter system set synchronous_standby_names = '*'`);
    await ask(primary, 'select pg_reload_conf()');
    while ((await ask(primary, 'select sync_state from pg_stat_replication'))[0] !== 'sync') await setTimeout(10);
    primary.kill();
    const write = () => save(both, 1, adding(aRecord('lead', 5)));
    // and of a commit that it died at nobody knows.
    const writing = write().then(
      () => true,
      (error) => (error instanceof StoreUncertain ? false : Promise.reject(error)),
    );
    await promote(standby);
    if (!(await writing) && !(await listIds(both, 1, 'lead')).includes(5)) await write();
    asked.clear();
    assert.deepEqual(await listIds(both, 1, 'lead'), [1, 2, 3, 4, 5]);
    assert.deepEqual([...asked], [standby.port]);
  } finally {
    await both.close();
  }
});
