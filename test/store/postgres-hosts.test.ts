import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { nameOf } from '../../src/config.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { hostsOf } from '../../src/store/postgres-address.ts';
import { Interrupted, PostgresHosts, prepared } from '../../src/store/postgres-hosts.ts';
import { newTestDatabase } from '../support/postgres.ts';
import { startRelay } from '../support/relay.ts';

interface Host {
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
}

const urls: readonly [what: string, url: string, ...hosts: Host[]][] = [
  ['one host', 'postgres://u@one:5433/name', { host: 'one', port: 5433, user: 'u', database: 'name' }],
  ['no port', 'postgres://u@one,two:6000/name', { host: 'one', port: 5432 }, { host: 'two', port: 6000 }],
  [
    'several hosts',
    'postgresql://u@a:1,b:2,c:3/name?x=1',
    ...[1, 2, 3].map((port) => ({ host: 'abc'[port - 1]!, port })),
  ],
  ['no user', 'postgres://one,two/name', { host: 'one', database: 'name' }, { host: 'two', database: 'name' }],
  [
    'addresses of IPv6',
    'postgres://u@[::1]:5433,[fe80::2]/name',
    { host: '::1', port: 5433 },
    { host: 'fe80::2', port: 5432 },
  ],
  ['a socket', 'postgres://u@/name?host=/run/postgresql', { host: '/run/postgresql', database: 'name' }],
  ['a socket and no user', 'postgres:///name?host=/run/postgresql', { host: '/run/postgresql', database: 'name' }],
  [
    'a password with every character that means something, encoded',
    'postgres://u:a%2Cb%40c%2Fd%3A%3F@one,two/name',
    { host: 'one', password: 'a,b@c/d:?' },
    { host: 'two', password: 'a,b@c/d:?' },
  ],
  [
    'a password with comma and @ as they are',
    'postgres://u:a,b@c@one,two/name',
    { host: 'one', password: 'a,b@c' },
    { host: 'two', password: 'a,b@c' },
  ],
];

for (const [what, url, ...hosts] of urls) {
  test(`an address of PostgreSQL with ${what} is understood`, () => {
    const understood = hostsOf(url).map((connectionString) => new pg.Client({ connectionString }));
    assert.equal(understood.length, hosts.length);
    for (const [place, host] of hosts.entries()) {
      const client = understood[place]! as unknown as Record<string, unknown>;
      for (const [key, value] of Object.entries(host)) assert.equal(client[key], value, key);
    }
  });
}

test('no password is shown, whatever it holds', () => {
  for (const password of ['secret', 'sec:ret', 'secret@', '@secret', 's,ecret', '%40secret']) {
    const shown = nameOf({ url: `postgres://u:${password}@one:1,two:2/name?password=secret` });
    assert.equal(shown, 'postgres://one:1,two:2/name');
  }
});

test('a host that refuses is passed over, and one that comes and goes gives way to the other', async () => {
  const { url, remove } = await newTestDatabase();
  const relays = [await startRelay(url), await startRelay(url)] as const;
  const both = url.replace(/@[^/]*/, `@127.0.0.1:${relays[0].port},127.0.0.1:${relays[1].port}`);
  await relays[0].cut();
  const store = await openPostgres(both);
  try {
    assert.deepEqual(await store.read((tx) => tx.accounts()), []);
    for (const [gone, there] of [
      [1, 0],
      [0, 1],
      [1, 0],
    ] as const) {
      await relays[there].mend();
      await relays[gone].cut();
      await store.write((tx) => tx.removeIntegration('there is none'));
      assert.deepEqual(await store.read((tx) => tx.accounts()), []);
    }
  } finally {
    await store.close();
    await relays[0].cut();
    await remove();
  }
});

test('a server that answers no more, and does not end the connection, is given up', async () => {
  const { url, remove } = await newTestDatabase();
  const relay = await startRelay(url);
  const hosts = new PostgresHosts(relay.url, { max: 1, use: 'read', answerMs: 2000 });
  const connection = await hosts.take();
  relay.freeze();
  await assert.rejects(connection.command('begin'), (error) => error instanceof Interrupted && !error.isUndone);
  connection.release();
  await hosts.close();
  await relay.cut();
  await remove();
});

test('a bound of statements is prepared, and what is beyond is asked all the same', () => {
  const texts = Array.from({ length: 5000 }, (_, n) => `select ${n} where ? = ?`);
  const queries = [...texts, ...texts].map((text) => prepared({ text, params: [1, 'a\0'] }));
  const names = queries.flatMap(({ name }) => name ?? []);
  assert.ok(names.length > 1000 && names.length <= 4000 && new Set(names).size === names.length / 2, `${names.length}`);
  assert.deepEqual([queries[0]!.text, queries[0]!.values], ['select 0 where $1 = $2', [1, 'a\uffff']]);
  assert.deepEqual(queries[9999], { text: 'select 4999 where $1 = $2', values: [1, 'a\uffff'] });
});
