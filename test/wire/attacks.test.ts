import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { documentAccountId, documentUserId } from '../../seed/document.ts';
import { acme, acmeAdministrator, addAcme } from '../support/accounts.ts';
import type { Probe, Thing, Things } from '../support/probes.ts';
import { ask, assertPrototypesClean, kindPaths, rawHead } from '../support/refusals.ts';
import { startServer, type TestServer, testNow, testToken } from '../support/server.ts';
import { bearer, groups, isTaken, makeSettings, makeThings, send } from '../support/things.ts';

const administrator = bearer(testToken);
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

/** The first request for each place. */
const oneOfEach = (probes: readonly Probe[]): Probe[] => [
  ...new Map(probes.toReversed().map((probe) => [probe.place, probe])).values(),
];

describe('what nobody is asked for is not taken', () => {
  let server: TestServer;
  let things: Things;
  before(async () => {
    server = await startServer();
    await addAcme(server.store);
    const settings = await makeSettings(server, documentAccountId, administrator, 'ours');
    things = await makeThings(server, administrator, documentUserId, 'ours', settings);
  });
  after(() => server.close());

  /** Keys of answers and of tables, with values that would show. `created_by` and `created_at` may be given: reference §5.4. */
  const stolen = {
    ...{ account_id: acme.id, accountId: acme.id, updated_by: 101, updatedBy: 101, group_id: 7, groupId: 7 },
    ...{ is_deleted: true, isDeleted: true, is_system: true, isSystem: true, closest_task_at: 5, closestTaskAt: 5 },
    ...{ closed_at: 5, closedAt: 5, is_editable: true, is_admin: true, isAdmin: true, rights: { lead_view: 'A' } },
    ...{ kind: 'lead', own: { sale: 5 }, values: [5], search: 'stolen', result_note_id: 5, resultNoteId: 5 },
    ...{ _links: { self: { href: '/stolen' } }, _embedded: { items: [] }, hash: 'x', key: 'x', secret: 'x' },
  };
  const shown = async (path: string, id: number) =>
    (await server.get(`/api/v2/${path}id=${id}`)).json._embedded.items[0];
  const added = async (path: string, item: object): Promise<number> => {
    const reply = await server.post(`/api/v2/${path}`, { add: [item] });
    assert.equal(reply.status, 200, reply.text);
    return reply.json._embedded.items[0].id;
  };
  const texts = (thing: object, id: number) => JSON.stringify(thing).replace(new RegExp(`\\b${id}\\b`, 'g'), 'ID');

  const lists = {
    ...Object.fromEntries(kindPaths.map((path) => [path, { item: { name: 'x' }, list: `${path}?` }])),
    tasks: { item: { text: 'x', element_type: 3 }, list: 'tasks?' },
    notes: { item: { text: 'x', element_type: 3, note_type: 4 }, list: 'notes?type=company&' },
  };
  for (const [path, { item, list }] of Object.entries(lists)) {
    test(`${path}: neither by an add nor by an update`, async () => {
      const named = path === 'tasks' || path === 'notes' ? { ...item, element_id: things.companies } : item;
      const theirs = async () => (await server.get(`/api/v2/${list}`, {}, acmeAdministrator)).text;
      const before = await theirs();
      const [honest, greedy] = [await added(path, named), await added(path, { ...stolen, ...named, id: 77 })];
      assert.notEqual(greedy, 77);
      assert.equal(texts(await shown(list, greedy), greedy), texts(await shown(list, honest), honest));
      const change = { updated_at: testNow + 5 };
      for (const update of [[{ id: honest, ...change }], [{ ...stolen, id: greedy, ...change }]]) {
        assert.ok(isTaken(await server.post(`/api/v2/${path}`, { update })));
      }
      assert.equal(texts(await shown(list, greedy), greedy), texts(await shown(list, honest), honest));
      assert.equal(await theirs(), before);
    });
  }

  test('fields and pipelines: a new one is no system field, is of this account, and has an id of the server’s', async () => {
    const field = { name: 'x', field_type: 1, element_type: 3, origin: 'o' };
    const made = await server.post('/api/v2/fields', { add: [{ ...stolen, ...field, id: 77, code: 'PHONE' }] });
    const { id } = made.json._embedded.items[0];
    assert.notEqual(id, 77);
    const fields = (await server.get('/api/v2/account?with=custom_fields')).json._embedded.custom_fields;
    const { is_system, code } = fields.companies[id];
    assert.deepEqual([is_system, code], [false, '']);
    const draft = { ...stolen, name: 'x', statuses: { 0: { name: 'x', color: '#fffeb2', ...stolen } } };
    const pipelines = { request: { pipelines: { add: [draft] } } };
    assert.ok(isTaken(await server.post('/private/api/v2/json/pipelines/set', pipelines)));
    assert.ok(
      !(await server.get('/api/v2/account?with=custom_fields,pipelines', {}, acmeAdministrator)).text.includes('"x"'),
    );
  });
});

describe('ids that are none', () => {
  let server: TestServer;
  let things: Things;
  before(async () => {
    server = await startServer();
    const settings = await makeSettings(server, documentAccountId, administrator, 'ours');
    things = await makeThings(server, administrator, documentUserId, 'ours', settings);
  });
  after(() => server.close());

  const odd = [
    ...[-1, 1.5, 2 ** 31, 2 ** 53, 1e300, true, [[1]], { $gt: 0 }],
    ...['9223372036854775808', '1e3', "1' or '1'='1", '١٢', '%00'],
  ];

  for (const { title, isGet, last, probes } of groups) {
    test(`${title}${last ? ', what takes away' : ''}: are refused or name nothing`, async () => {
      for (const id of isGet ? odd.filter((each) => typeof each !== 'object') : odd) {
        const foreign = new Proxy({}, { get: () => id }) as Record<Thing, never>;
        for (const probe of oneOfEach(probes(things, foreign))) {
          const reply = await send(server, probe, administrator);
          assert.ok(reply.status < 500, `${probe.title} ${reply.text}`);
        }
      }
    });
  }
});

describe('keys that every object of JavaScript has', () => {
  let server: TestServer;
  let things: Things;
  before(async () => {
    server = await startServer();
    const settings = await makeSettings(server, documentAccountId, administrator, 'ours');
    things = await makeThings(server, administrator, documentUserId, 'ours', settings);
  });
  after(() => server.close());

  const evil = '"__proto__":{"isAdmin":true,"polluted":1},"constructor":{"prototype":{"polluted":1}}';

  for (const { title, isGet, last, probes } of groups.filter((group) => !group.isGet)) {
    assert.ok(!isGet);
    test(`${title}${last ? ', what takes away' : ''}: say nothing, in JSON and brackets`, async () => {
      await assertPrototypesClean(async () => {
        for (const probe of oneOfEach(probes(things, things)).slice(0, 4)) {
          const text = typeof probe.body === 'string' ? probe.body : JSON.stringify(probe.body ?? {});
          const poisoned = text.replaceAll('{', `{${evil},`).replaceAll(',}', '}');
          const reply = await server.post(probe.url, poisoned, administrator, null);
          assert.ok(reply.status < 500, `${poisoned} ${reply.text}`);
          const pairs = ['__proto__[polluted]=1', 'constructor[prototype][polluted]=1', 'add[__proto__][polluted]=1'];
          const posted = await server.post(probe.url, pairs.join('&'), { ...administrator, ...form }, null);
          assert.ok(posted.status < 500, posted.text);
        }
      });
      assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    });
  }

  test('say nothing in a query and in multipart', async () => {
    await assertPrototypesClean(async () => {
      const names = [
        '__proto__[polluted]',
        'constructor[prototype][polluted]',
        'filter[__proto__][polluted]',
        '__proto__',
      ];
      for (const name of names) {
        const query = new URLSearchParams({ [name]: '1' });
        assert.ok((await server.get(`/api/v2/companies?${query}`, administrator, null)).status < 500);
        const data = new FormData();
        data.append(name, '1');
        data.append('add[0][name]', 'x');
        const body = new Response(data);
        const headers = { ...administrator, 'Content-Type': body.headers.get('content-type')! };
        const reply = await server.post('/api/v2/companies', new Uint8Array(await body.arrayBuffer()), headers, null);
        assert.equal(reply.status, 200, reply.text);
      }
    });
  });
});

describe('patterns have no input that keeps them busy', () => {
  let server: TestServer;
  let quick: number;
  beforeEach(async () => {
    server ??= await startServer();
    const start = performance.now();
    await server.get('/api/v2/account', administrator, null);
    quick = performance.now() - start;
  });
  after(() => server.close());

  /** 200 KB, which a pattern that looks at everything from everywhere would take minutes for. */
  const many = (text: string | number[]) => Buffer.alloc(200_000, Buffer.from(text as string, 'latin1'));
  const headers: Record<string, (Buffer | string)[]> = {
    Authorization: ['Bearer ', many([0xa0]), 'x y'],
    Cookie: [many(' session_id'), '='],
    Origin: ['http://', many('a.'), '!'],
    'Content-Encoding': [many([0xa0]), 'x'],
    'Content-Type': ['multipart/form-data; boundary=', many('-')],
    'If-Modified-Since': ['1 Jan 2020 10:10:10', many([0xa0]), '!'],
    'If-None-Match': [many('"a",')],
    'Accept-Language': [many('ru_')],
    'X-Forwarded-For': [many('1,')],
  };
  for (const [name, value] of Object.entries(headers)) {
    for (const path of [
      '/api/v2/companies',
      '/api/kontora/import/companies',
      '/oauth2/access_token',
      '/oauth',
      '/docs',
    ]) {
      test(`${name} at ${path}`, async () => {
        const start = performance.now();
        const head = rawHead(`POST ${path}`, 'Connection: close', 'Content-Length: 2').slice(0, -4);
        const { status } = await ask(server, head, `\r\n${name}: `, ...value, '\r\n\r\n', '{}');
        assert.ok(status < 500);
        assert.ok(performance.now() - start < 1000 + 20 * quick);
      });
    }
  }

  test('Host', async () => {
    for (const value of [`${'a-'.repeat(100_000)}!`, 'a.'.repeat(100_000), `a:${'1'.repeat(200_000)}x`]) {
      const start = performance.now();
      const head = `GET /oauth2/account/subdomain HTTP/1.1\r\nHost: ${value}\r\nAuthorization: Bearer ${testToken}\r\n`;
      assert.equal((await ask(server, `${head}Connection: close\r\n\r\n`)).status, 200);
      assert.ok(performance.now() - start < 1000 + 20 * quick);
    }
  });
});
