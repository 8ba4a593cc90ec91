import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { createAccount } from '../../seed/empty.ts';
import type { Limits } from '../../src/http/limits.ts';
import { assertProblem, assertRefused } from '../support/refusals.ts';
import { administrator, key, type Reply, request, startServer, type TestServer, testToken } from '../support/server.ts';

const servers: TestServer[] = [];
after(() => Promise.all(servers.map((server) => server.close())));

async function start(limits: Partial<Limits>): Promise<TestServer> {
  const server = await startServer({ limits });
  servers.push(server);
  return server;
}

const named = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `x${index}` }));

test('each limit of what a request may be holds as it was set, and what is within it is done', async () => {
  const server = await start({
    ...{ body: 2000, openBody: 1024, head: 5000, depth: 8, jsonDepth: 16, jsonParts: 200, parameters: 120 },
    queryParameters: 100,
    ...{ items: 3, ids: 4, elements: 5, name: 100, text: 200, query: 50 },
  });
  const add = (...items: object[]) => server.post('/api/v2/companies', { add: items });
  const one = (item: object) => add({ name: 'x', ...item });
  const nested = (levels: number) => `{"add":[{"name":"x","zzz":${'['.repeat(levels)}${']'.repeat(levels)}}]}`;
  // Eight of them are around the list.
  const parts = (count: number) => `{"add":[{"name":"x","zzz":[${'1,'.repeat(count - 8)}1]}]}`;
  const brackets = (levels: number) => `add[0][name]=x&add[0]${'[a]'.repeat(levels - 2)}=x`;
  const pairs = (count: number) => `${'a=1&'.repeat(count - 1)}add[0][name]=x`;
  // Two are added, which say who is asking.
  const query = (count: number) => `/api/v2/companies?${'a=1&'.repeat(count - 3)}limit_rows=1`;
  const list = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const values = (length: number) => [{ id: 4396820, values: [{ value: 'x'.repeat(length) }] }];

  for (const reply of [
    await add(...named(3)),
    await one({ leads_id: list(4) }),
    await one({ tags: list(5).map(String) }),
    await one({ name: 'я'.repeat(100) }),
    await one({ custom_fields: values(200) }),
    await server.post('/api/v2/companies', nested(13)),
    await server.post('/api/v2/companies', parts(200)),
    await server.post('/api/v2/companies', brackets(8)),
    await server.post('/api/v2/companies', pairs(120)),
    await server.get('/api/v2/companies?id=41389,2,3,4'),
    await server.get('/api/v2/companies?limit_rows=1'),
    await server.get(query(100)),
  ]) {
    assert.equal(reply.status, 200, reply.text);
  }
  assert.equal((await server.get(`/api/v2/companies?query=${'z'.repeat(50)}`)).status, 204);

  await assertRefused(
    server,
    [
      () => add(...named(4)),
      () =>
        server.post('/api/v2/companies', { add: named(2), update: [...named(2)].map((item) => ({ ...item, id: 1 })) }),
      () => one({ leads_id: list(5) }),
      () => one({ tags: list(6).map(String) }),
      () => one({ name: 'я'.repeat(101) }),
      () => one({ custom_fields: values(201) }),
      () => server.post('/api/v2/tasks', { add: [{ text: 'я'.repeat(201) }] }),
      () => server.post('/api/v2/companies', nested(14)),
      () => server.post('/api/v2/companies', parts(201)),
      () => server.post('/api/v2/companies', brackets(9)),
      () => server.post('/api/v2/companies', pairs(121)),
      () => server.get(query(101)),
      () => server.get('/api/v2/companies?id=1,2,3,4,5'),
      () => server.get('/api/v2/companies?id[]=1,2,3&id[]=4,5'),
      () => server.get('/api/v2/tasks?element_id=1,2,3,4,5'),
      () => server.get(`/api/v2/companies?query=${'z'.repeat(51)}`),
      () => server.post('/api/kontora/bin/restore', { companies: list(4) }),
    ],
    400,
    400,
  );
  await assertRefused(server, [() => server.post('/api/v2/companies', ' '.repeat(2001))], 413, 400);
  await assertRefused(server, [() => request('POST', `${server.url}/oauth2/access_token`, ' '.repeat(1025))], 413, 400);
  await assertRefused(server, [() => server.get(`/api/v2/companies?x=${'x'.repeat(5000)}`)], 431, 400);
});

test('a compressed body is not decompressed, and told why', async () => {
  const server = await start({});
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, '{"add":[]}'), { level: 9 });
  for (const encoding of ['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'identity, gzip']) {
    const reply = await server.post('/api/v2/companies', bomb, { 'Content-Encoding': encoding });
    assertProblem(reply, 400, 400);
    assert.match(reply.json.detail, /Content-Encoding/);
  }
  const plain = { add: [{ name: 'x' }] };
  for (const encoding of ['identity', 'utf-8']) {
    assert.equal((await server.post('/api/v2/companies', plain, { 'Content-Encoding': encoding })).status, 200);
  }
});

/** Sent at once, in one second. */
function burst(count: number, send: () => Promise<Reply>): Promise<Reply[]> {
  return Promise.all(Array.from({ length: count }, send));
}

const statusesOf = (replies: readonly Reply[]) => replies.map(({ status }) => status).sort();

test('seven a second, also of what is answered at once; then 429 and when to come again; another account has its own', async () => {
  const server = await start({ rate: 7 });
  await createAccount(
    server.store,
    { id: 10_000_001, subdomain: 'acme', name: 'ACME', wire: null },
    { ...administrator, login: 'b@b.example' },
  );
  const get = () => server.get('/api/v2/companies?id=41389', { Authorization: `Bearer ${testToken}` }, null);
  const before = (await get()).text;
  await get();
  for (const send of [
    get,
    () => server.get('/api/v2/account'),
    () => server.post('/api/v2/companies', { add: [{ name: 'x' }] }),
  ]) {
    await setTimeout(1050);
    const replies = await burst(20, send);
    assert.deepEqual(statusesOf(replies), [...Array(7).fill(200), ...Array(13).fill(429)]);
    for (const refused of replies.filter(({ status }) => status === 429)) {
      assertProblem(refused, 429, 429);
      assert.equal(refused.headers.get('retry-after'), '1');
    }
    const other = await server.get('/api/v2/account', {}, { login: 'b@b.example', key });
    assert.equal(other.status, 200);
  }
  await setTimeout(1050);
  assert.equal((await get()).text, before);
  const { json } = await server.get('/api/v2/companies');
  assert.equal(json._embedded.items.length, 1 + 7);
});

test('who goes on is blocked for good, where that was asked for', async () => {
  const server = await start({ rate: 1, rateBlock: 5 });
  const get = () => server.get('/api/v2/companies?id=41389');
  const first = await burst(10, get);
  assert.deepEqual(statusesOf(first), [200, ...Array(4).fill(403), ...Array(5).fill(429)]);
  await setTimeout(1050);
  const blocked = await get();
  assert.equal(blocked.status, 403);
  const { error, ...rest } = blocked.json.response;
  assert.match(error, /^Код ошибки 403\. Аккаунт заблокирован/);
  assert.deepEqual([rest.error_code, rest.ip, rest.domain], ['403', '127.0.0.1', '127.0.0.1']);
});

test('without a setting nothing is counted', async () => {
  const server = await start({});
  assert.deepEqual(new Set(statusesOf(await burst(200, () => server.get('/api/v2/account')))), new Set([200]));
});
