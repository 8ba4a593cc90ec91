import assert from 'node:assert/strict';
import { get as getByHttp } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { documentAccountId, documentUserId } from '../../seed/document.ts';
import type { Store } from '../../src/crm/store.ts';
import { hashKey, hashToken, newToken } from '../../src/http/keys.ts';
import { openTestStore, startServer, type TestServer, type TestStore, testNow, testToken } from '../support/server.ts';

// What is answered at once is no other answer than any other, and nobody gets one longer than he may.
let opened: TestStore;
let server: TestServer;
/** As another process, such as a command, has it. */
let other: Store;
const bearer = { authorization: `Bearer ${testToken}` };
const get = (path: string, headers: Record<string, string> = bearer) => server.get(path, headers, null);

before(async () => {
  opened = await openTestStore();
  server = await startServer({ open: async () => opened });
  other = await opened.openAgain();
  const add = Array.from({ length: 30 }, (_, index) => ({ name: `Компания ${index}`, tags: 'аренда' }));
  assert.equal((await server.post('/api/v2/companies', { add }, bearer, null)).status, 200);
});
after(async () => {
  await other.close();
  await server.close();
});

describe('the answer is the same, byte for byte and header for header, the first time and when it is kept', () => {
  const paths = [
    '/api/v2/companies',
    '/api/v2/companies/',
    '/api/v2/companies?limit_rows=7&limit_offset=3',
    '/api/v2/companies?limit_rows=7&limit_offset=99999',
    '/api/v2/companies?id=1099264',
    '/api/v2/companies?id[]=1099270&id[]=1099265&id[]=1',
    '/api/v2/companies?id=1',
    '/api/v2/companies?id=x',
    '/api/v2/companies?%D0%B0=%22\\',
    '/api/v2/contacts?id=1099181',
    '/api/v2/leads',
  ];
  for (const path of paths) {
    test(path, async () => {
      const shown = async () => {
        const { status, headers, text } = await get(path);
        return { status, text, headers: [...headers].filter(([name]) => name !== 'date') };
      };
      const first = await shown();
      for (let round = 0; round < 20; round += 1) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        assert.deepEqual(await shown(), first);
      }
    });
  }
});

test('a change is in the next answer', async () => {
  for (let round = 1; round <= 5; round += 1) {
    const update = [{ id: 1099264, updated_at: testNow + 1000 + round, name: `Имя ${round}` }];
    await server.post('/api/v2/companies', { update }, bearer, null);
    for (const path of ['/api/v2/companies?id=1099264', '/api/v2/companies?limit_rows=500']) {
      for (let time = 0; time < 3; time += 1) {
        const items: { id: number; name: string }[] = (await get(path)).json._embedded.items;
        assert.equal(items.find(({ id }) => id === 1099264)?.name, `Имя ${round}`);
      }
    }
  }
});

describe('who may not any more is refused with the next request, whoever has changed that', () => {
  const path = '/api/v2/companies?limit_rows=2';
  const users = { key: 'a'.repeat(40), login: 'olga@example.com', id: 77 };
  const byKey = `${path}&USER_LOGIN=${encodeURIComponent(users.login)}&USER_HASH=${users.key}`;
  const token = newToken(documentAccountId);
  const byToken = { authorization: `Bearer ${token}` };
  const user = {
    ...{ id: users.id, login: users.login, name: 'Ольга', lastName: null, groupId: 0, language: 'ru' as const },
    ...{ phone: '', isAdmin: false, isActive: true, rights: {} },
  };

  before(async () => {
    await other.write(async (tx) => {
      await tx.addUser(documentAccountId, user, hashKey(users.key));
      await tx.addToken(documentAccountId, { hash: hashToken(token), userId: users.id, createdAt: 0 });
    });
  });

  /** Asks until answers come at once, and what they are then. */
  async function status(ask: () => ReturnType<typeof get>): Promise<number> {
    const statuses = [await ask(), await ask(), await ask()].map((reply) => reply.status);
    assert.equal(new Set(statuses).size, 1);
    return statuses[0]!;
  }
  const asks = { 'by key': () => get(byKey, {}), 'by token': () => get(path, byToken) };

  for (const [name, ask] of Object.entries(asks)) {
    test(`${name}: who is switched off, and on again`, async () => {
      for (const isActive of [true, false, true]) {
        await other.write((tx) => tx.setUser(documentAccountId, { ...user, isActive }));
        assert.equal(await status(ask), isActive ? 200 : 401);
      }
    });

    test(`${name}: whose rights hide everything`, async () => {
      await other.write((tx) => tx.setUser(documentAccountId, { ...user, rights: { company_view: 'D' } }));
      assert.equal(await status(ask), 204);
      await other.write((tx) => tx.setUser(documentAccountId, user));
      assert.equal(await status(ask), 200);
    });

    test(`${name}: who comes from another address than is allowed`, async () => {
      await other.write((tx) => tx.setAllowedIps(documentAccountId, ['10.1.2.3']));
      assert.equal(await status(ask), 403);
      await other.write((tx) => tx.setAllowedIps(documentAccountId, null));
      assert.equal(await status(ask), 200);
    });
  }

  test('a new key ends the old one', async () => {
    assert.equal(await status(asks['by key']), 200);
    await other.write((tx) => tx.setKey(documentAccountId, users.id, hashKey('b'.repeat(40))));
    assert.equal((await asks['by key']()).status, 401);
    await other.write((tx) => tx.setKey(documentAccountId, users.id, hashKey(users.key)));
    assert.equal(await status(asks['by key']), 200);
  });

  test('a session that is over, and a token', async () => {
    const issued = { integrationId: 'i', family: 'f', expiresAt: testNow + 100 };
    const short = newToken(documentAccountId);
    await other.write(async (tx) => {
      await tx.addIntegration({
        id: 'i',
        name: 'i',
        redirectUri: 'https://a.example/',
        secretHash: 'x',
        ownerId: null,
        createdAt: testNow,
      });
      await tx.addToken(documentAccountId, { hash: hashToken(short), userId: documentUserId, createdAt: 0, issued });
    });
    const cookie = (await get(byKey, {})).headers.getSetCookie()[0]!.split(';')[0]!;
    const bySession = () => get(path, { cookie });
    const byShort = () => get(path, { authorization: `Bearer ${short}` });
    assert.deepEqual([await status(bySession), await status(byShort)], [200, 200]);
    server.setNow(testNow + 100);
    assert.deepEqual([await status(bySession), await status(byShort)], [200, 401]);
    server.setNow(testNow + 100 + 16 * 60);
    assert.equal(await status(bySession), 401);
    server.setNow(testNow);
  });
});

describe('what is remembered of who asks takes no more memory the more he sends', () => {
  const junk = 'x'.repeat(200_000);
  const times = 100;
  const all: Readonly<Record<string, (n: number, cookie: string) => Record<string, string>>> = {
    'cookies beside the session': (n, cookie) => ({ cookie: `${n}=${junk}; ${cookie}` }),
    'cookies beside the session, under many names': (n, cookie) => ({ host: `n${n}`, cookie: `a=${junk}; ${cookie}` }),
    'an authorization that is none beside the session': (n, cookie) => ({ cookie, authorization: `${n} ${junk}` }),
    'the name of a host': (n) => ({ ...bearer, host: `${n}.${junk}` }),
  };
  for (const [name, headersOf] of Object.entries(all)) {
    test(name, async () => {
      const signedIn = await server.get('/api/v2/companies?limit_rows=1');
      const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
      const ask = (n: number) => statusOf(headersOf(n, cookie));
      assert.equal(await ask(0), 200);
      const before = memory();
      for (let n = 1; n <= times; n += 1) assert.equal(await ask(n), 200);
      const grown = memory() - before;
      assert.ok(grown < (times * junk.length) / 4, `${grown} bytes`);
    });
  }

  /** By a client that sends any host. */
  function statusOf(headers: Record<string, string>): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const sent = getByHttp(`${server.url}/api/v2/companies?limit_rows=1`, { headers, agent: false }, (reply) => {
        reply.resume().on('end', () => resolve(reply.statusCode));
      });
      sent.on('error', reject);
    });
  }

  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  function memory(): number {
    collect();
    return process.memoryUsage().heapUsed;
  }
});
