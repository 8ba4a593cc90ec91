import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { documentAccount, documentAccountId } from '../../seed/document.ts';
import { createApp } from '../../src/cli/serve.ts';
import type { Store } from '../../src/crm/store.ts';
import { defaultRetrySeconds } from '../../src/crm/webhook.ts';
import { hashKey } from '../../src/http/keys.ts';
import { acme, acmeAdministrator, addAcme } from '../support/accounts.ts';
import { administrator, key, login, openTestStore, testNow } from '../support/server.ts';

const limit = 20;
const lockSeconds = 15 * 60;
const nobody = 'nobody@example.com';

interface Attempt {
  readonly login?: string;
  readonly key?: string;
  readonly ip?: string;
  readonly host?: string;
}

/** Tries to sign in. @returns the code of the refusal; undefined: let in */
type Try = (attempt?: Attempt) => Promise<string | undefined>;

describe('failures to sign in', () => {
  /** Two servers, each with connections of its own to one database. */
  let servers: [Try, Try];
  let store: Store;
  let now: number;
  let close: () => Promise<void>;
  let writes: number;
  beforeEach(async () => {
    now = testNow;
    writes = 0;
    const opened = await openTestStore();
    const other = await opened.openAgain();
    store = opened.store;
    const apps = [counting(store), other].map((each) =>
      createApp(each, 'documented', { allowPrivate: false, retrySeconds: defaultRetrySeconds }, () => now),
    );
    servers = apps.map(
      (app): Try =>
        async (attempt = {}) => {
          const { login: name = login, key: secret = key, ip = '203.0.113.1', host = 'localhost' } = attempt;
          const reply = await app.inject({
            method: 'POST',
            url: '/private/api/auth.php?type=json',
            payload: new URLSearchParams({ USER_LOGIN: name, USER_HASH: secret }).toString(),
            headers: { host },
            remoteAddress: ip,
          });
          return reply.json().response.error_code;
        },
    ) as [Try, Try];
    close = async () => {
      for (const app of apps) await app.close();
      for (const each of [store, other]) await each.close();
      await opened.remove();
    };
  });
  afterEach(() => close());

  function counting(inner: Store): Store {
    return {
      read: (work) => inner.read(work),
      write(work) {
        writes += 1;
        return inner.write(work);
      },
      check: () => inner.check(),
      close: () => inner.close(),
    };
  }

  async function fail(times: number, attempt: Attempt = {}): Promise<void> {
    for (let i = 0; i < times; i += 1) assert.equal(await servers[i % 2]!({ key: `x${i}`, ...attempt }), '110');
  }

  test('are limited over all servers of a database, for a quarter of an hour after the last', async () => {
    await documentAccount(store, administrator);
    await fail(limit - 1);
    now += 60;
    await fail(1);
    for (const server of servers) assert.equal(await server(), '111');
    now += lockSeconds - 1;
    for (const server of servers) assert.equal(await server(), '111');
    now += 1;
    for (const server of servers) assert.equal(await server(), undefined);
  });

  test('at the limit are not counted any more: it ends however often the client comes back', async () => {
    await documentAccount(store, administrator);
    await fail(limit);
    now += lockSeconds - 1;
    for (const server of servers) assert.equal(await server({ key: 'x' }), '111');
    now += 1;
    await fail(limit);
    assert.equal(await servers[0](), '111');
  });

  test('that come at once, at either server, are all counted', async () => {
    await documentAccount(store, administrator);
    const attempts = Array.from({ length: limit }, (_, i) => servers[i % 2]!({ key: `x${i}` }));
    assert.deepEqual(new Set(await Promise.all(attempts)), new Set(['110']));
    for (const server of servers) assert.equal(await server(), '111');
  });

  test('are forgotten when somebody signs in, at either server', async () => {
    await documentAccount(store, administrator);
    await fail(limit - 1);
    assert.equal(await servers[0](), undefined);
    await fail(limit - 1);
    assert.equal(await servers[1](), undefined);
  });

  test('lock out neither another address nor another login; letter case makes no other login', async () => {
    await documentAccount(store, administrator);
    await addAcme(store);
    await fail(limit, { login: login.toUpperCase() });
    assert.equal(await servers[0](), '111');
    assert.equal(await servers[0]({ ip: '203.0.113.2' }), undefined);
    assert.equal(await servers[0](acmeAdministrator), undefined);
    assert.equal(await servers[1](), '111');
  });

  test('are counted for a network of IPv6, which one client has to himself, and not for its neighbours', async () => {
    await documentAccount(store, administrator);
    for (let i = 0; i < limit; i += 1) await fail(1, { ip: `2001:db8:0:7::${i.toString(16)}` });
    for (const ip of ['2001:db8::7:ffff:0:0:1', '2001:db8:0:7:1:2:3:4'])
      assert.equal(await servers[0]({ ip }), '111', ip);
    for (const ip of ['2001:db8:0:8::1', '2001:db8::7', '::1']) assert.equal(await servers[0]({ ip }), undefined, ip);
  });

  test('tell a known login from an unknown one nowhere, also when they come to several accounts’ addresses', async () => {
    await documentAccount(store, administrator);
    await addAcme(store);
    const hosts = ['localhost', `${acme.subdomain}.amocrm.ru`, 'test.amocrm.ru', 'nowhere.amocrm.ru'];
    const codesOf = async (name: string) => {
      const codes = [];
      for (let i = 0; i < limit + 10; i += 1) {
        codes.push(await servers[i % 2]!({ login: name, key: 'x', host: hosts[i % hosts.length]! }));
      }
      return codes;
    };
    const codes = await codesOf(nobody);
    assert.deepEqual(codes.slice(-4), ['111', '111', '111', '111']);
    for (const known of [login, acmeAdministrator.login]) assert.deepEqual(await codesOf(known), codes);
  });

  test('of a login that two accounts have are counted once for both', async () => {
    await documentAccount(store, administrator);
    await addAcme(store);
    const [boss] = (await store.read((tx) => tx.settings(acme.id))).users.values();
    await store.write((tx) => tx.addUser(acme.id, { ...boss!, id: boss!.id + 1, login }, administrator.keyHash));
    const host = `${acme.subdomain}.amocrm.ru`;
    await fail(limit / 2, { host });
    await fail(limit / 2);
    assert.equal(await servers[0]({ host }), '111');
    assert.equal(await servers[1](), '111');
  });

  test('of one account are not forgotten for whoever is right in another that has the login', async () => {
    await documentAccount(store, administrator);
    await addAcme(store);
    const [boss] = (await store.read((tx) => tx.settings(acme.id))).users.values();
    const theirs = 'their-key';
    await store.write((tx) => tx.addUser(acme.id, { ...boss!, id: boss!.id + 1, login }, hashKey(theirs)));
    for (let round = 0; round < limit / 5; round += 1) {
      await fail(5);
      assert.equal(await servers[round % 2]!({ key: theirs }), undefined);
    }
    // The account that was attacked is not tried any more: to who has its key that looks as any wrong one.
    for (const server of servers) assert.equal(await server(), '110');
    assert.equal(await servers[0]({ key: theirs }), undefined);
    assert.equal(await servers[0]({ ip: '203.0.113.2' }), undefined);
    await fail(limit);
    for (const key of [theirs, administrator.keyHash]) assert.equal(await servers[0]({ key }), '111');
    now += lockSeconds;
    for (const server of servers) assert.equal(await server(), undefined);
  });

  test('of one account do not lock another, in which there were none since somebody was right', async () => {
    await documentAccount(store, administrator);
    await addAcme(store);
    const [boss] = (await store.read((tx) => tx.settings(acme.id))).users.values();
    await store.write((tx) => tx.addUser(acme.id, { ...boss!, id: boss!.id + 1, login }, hashKey('their-key')));
    for (let round = 0; round < 2 * limit; round += 1) {
      await fail(1);
      assert.equal(await servers[round % 2]!(), undefined);
    }
  });

  test('that come at once are no more than those that come one after the other', async () => {
    await documentAccount(store, administrator);
    const attempts = Array.from({ length: 3 * limit }, (_, i) => servers[i % 2]!({ key: `x${i}` }));
    const codes = (await Promise.all(attempts)).sort();
    assert.deepEqual(codes, [...Array(limit).fill('110'), ...Array(2 * limit).fill('111')]);
  });

  test('are 110 where there is no account yet, however many', async () => {
    await fail(limit + 1);
  });

  test('cost a write each below the limit and none above; a right key costs one more only after a failure', async () => {
    await documentAccount(store, administrator);
    const [server] = servers;
    const writesOf = async (attempt: Attempt) => {
      const before = writes;
      await server(attempt);
      return writes - before;
    };
    assert.equal(await writesOf({}), 1, 'a session');
    assert.equal(await writesOf({}), 1, 'another session');
    assert.equal(await writesOf({ key: 'x' }), 1);
    assert.equal(await writesOf({}), 2, 'forgets the failure');
    assert.equal(await writesOf({}), 1);
    await fail(limit);
    assert.equal(await writesOf({ key: 'x' }), 0);
  });

  test('that are over do not stay in the database', async () => {
    await documentAccount(store, administrator);
    const keys: string[] = [];
    const spying: Store = {
      ...counting(store),
      write: (work) =>
        store.write((tx) =>
          work({
            ...tx,
            addFailure: (account, failureKey, at, until) => {
              assert.equal(account, documentAccountId);
              assert.match(failureKey, /^[0-9a-f]{64}$/);
              keys.push(failureKey);
              return tx.addFailure(account, failureKey, at, until);
            },
          }),
        ),
    };
    const app = createApp(spying, 'documented', { allowPrivate: false, retrySeconds: defaultRetrySeconds }, () => now);
    for (const name of [nobody, login]) {
      await app.inject({ url: `/private/api/auth.php?USER_LOGIN=${name}&USER_HASH=x` });
      now += lockSeconds;
    }
    const found = await store.read((tx) => Promise.all(keys.map((each) => tx.findFailures(documentAccountId, each))));
    assert.deepEqual(
      found.map((failures) => failures?.count),
      [undefined, 1],
    );
    await app.close();
  });
});
