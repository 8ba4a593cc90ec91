import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type FailingStatements, failStatements } from '../support/failing-statements.ts';
import { readAllRows } from '../support/rows.ts';
import { engine, openTestStore, startServer, type TestServer, testNow, testToken } from '../support/server.ts';

// Of a write whose k-th statement fails nothing is there, in the tables, in kept documents or in what the process remembers; the next one works.
const bearer = { authorization: `Bearer ${testToken}` };

const reads = [
  '/api/v2/companies',
  '/api/v2/contacts',
  '/api/v2/leads',
  '/api/v2/tasks',
  '/api/v2/notes?type=company',
  '/api/v2/companies?query=%D0%BF%D0%B0%D1%80%D1%82%D0%B8%D1%8F',
  '/api/v2/account?with=custom_fields,pipelines',
  '/api/v2/webhooks',
  '/api/kontora/bin?entity=companies',
  '/api/kontora/changes',
];

/** One after the other, each on what the one before has written. */
const writes: readonly (readonly [what: string, path: string, body: object | string])[] = [
  [
    'webhook',
    '/api/v2/webhooks/subscribe',
    { subscribe: [{ url: 'https://a.example/', events: ['add_company', 'update_company'] }] },
  ],
  [
    'field',
    '/api/v2/fields',
    { add: [{ name: 'Район', type: 4, element_type: 3, origin: 'x', enums: ['Юг', 'Север'] }] },
  ],
  [
    'companies, added',
    '/api/v2/companies',
    {
      add: Array.from({ length: 3 }, (_, index) => ({
        ...{ name: `партия ${index}`, tags: `аренда,новый ${index}`, contacts_id: [1099181] },
        custom_fields: [{ id: 4396818, values: [{ value: `8999123456${index}`, enum: 'WORK' }] }],
      })),
    },
  ],
  [
    'companies, changed',
    '/api/v2/companies',
    {
      update: [
        { id: 1099264, name: 'партия снова', updated_at: testNow + 9, unlink: { contacts_id: [1099181] } },
        { id: 1099265, tags: 'другой', updated_at: testNow + 9 },
      ],
    },
  ],
  ['contact with a new company', '/api/v2/contacts', { add: [{ name: 'Пётр', company_name: 'Новая', tags: 'vip' }] }],
  ['lead', '/api/v2/leads', { add: [{ name: 'Сделка', sale: 5, company_id: 1099264 }] }],
  [
    'task',
    '/api/v2/tasks',
    { add: [{ element_id: 1099264, element_type: 3, task_type: 1, text: 'x', complete_till_at: testNow + 5 }] },
  ],
  ['note', '/api/v2/notes', { add: [{ element_id: 1099264, element_type: 3, note_type: 4, text: 'партия' }] }],
  ['import', '/api/kontora/import/companies', '{"name":"партия ввезена"}\n{"name":"и ещё"}\n'],
  ['deletion', '/ajax/companies/multiple/delete', { ID: [1099264, 1099265] }],
  ['restoring', '/api/kontora/bin/restore', { companies: [1099264] }],
  ['purging', '/api/kontora/bin/purge', { companies: [1099265] }],
  [
    'pipeline',
    '/private/api/v2/json/pipelines/set',
    { request: { pipelines: { add: [{ name: 'Вторая', statuses: { a: { name: 'Начало' } } }] } } },
  ],
];

test('no space at the k-th statement: 507, nothing of it is there, and the next request works', async (t) => {
  await onServer(t, async ({ server, place, failing, post, shown }) => {
    let tried = 0;
    for (const [what, path, body] of writes) {
      const before = { rows: await readAllRows(place), shown: await shown() };
      for (let k = 1; ; k += 1) {
        await failing.quiet();
        failing.arm(engine === 'SQLite' && k % 2 === 0 ? 'full, undone by the engine' : 'full', k);
        const { status, text } = await post(path, body);
        if (!failing.disarm()) {
          assert.ok(status === 200 && k > 4, `${what}: ${text}`);
          break;
        }
        tried += 1;
        // The import has answered 200 before it reads.
        assert.equal(what === 'import' ? JSON.parse(text).status : status, 507, `${what}: ${text}`);
        assert.match(text, /нет места/);
        assert.deepEqual(await readAllRows(place), before.rows, `${what}, statement ${k}`);
        if (k % 5 === 0) assert.deepEqual(await shown(), before.shown, `${what}, statement ${k}`);
      }
      assert.notDeepEqual(await readAllRows(place), before.rows, what);
    }
    assert.match(
      (await server.get(`/api/v2/companies?query=${encodeURIComponent('ввезена')}`, bearer, null)).text,
      /партия/,
    );
    t.diagnostic(`${tried} statements`);
  });
});

// What only a database of several processes does.
for (const fault of engine === 'PostgreSQL' ? (['serialization', 'connection lost'] as const) : []) {
  test(`${fault} at the k-th statement: it is done again, and once; a commit that is lost is 503`, async (t) => {
    await onServer(t, async ({ server, failing, post }) => {
      const statuses: number[] = [];
      for (let k = 1; ; k += 1) {
        await failing.quiet();
        failing.arm(fault, k);
        const name = `раз${k}раз`;
        const { status, text } = await post('/api/v2/companies', {
          add: [{ name, tags: 'x', contacts_id: [1099181] }],
        });
        if (!failing.disarm()) break;
        const found = await server.get(`/api/v2/companies?query=${encodeURIComponent(name)}`, bearer, null);
        assert.equal(found.status === 204 ? 0 : found.json._embedded.items.length, status === 200 ? 1 : 0, text);
        if (status !== 200) assert.match(text, /неизвестно/);
        statuses.push(status);
      }
      assert.ok(statuses.length > 10);
      assert.deepEqual([...new Set(statuses.slice(0, -1))], [200]);
      assert.equal(statuses.at(-1), fault === 'serialization' ? 200 : 503);
    });
  });
}

if (engine === 'PostgreSQL') {
  test('the k-th statement is cancelled: 503, nothing of it is there, and the next request works', async (t) => {
    await onServer(t, async ({ place, failing, post }) => {
      const [, path, body] = writes[2]!;
      const before = await readAllRows(place);
      for (let k = 1; ; k += 1) {
        await failing.quiet();
        failing.arm('cancelled', k);
        const { status, text } = await post(path, body);
        if (!failing.disarm()) {
          assert.ok(status === 200 && k > 10, text);
          break;
        }
        assert.equal(status, 503, text);
        assert.deepEqual(await readAllRows(place), before, `statement ${k}`);
      }
    });
  });
}

interface Parts {
  readonly server: TestServer;
  readonly place: string;
  readonly failing: FailingStatements;
  readonly post: (path: string, body: object | string) => Promise<{ readonly status: number; readonly text: string }>;
  /** What is read through the server. */
  readonly shown: () => Promise<string[]>;
}

async function onServer(t: TestContext, work: (parts: Parts) => Promise<void>): Promise<void> {
  const opened = await openTestStore();
  const server = await startServer({ open: async () => opened });
  const failing = failStatements(t, engine);
  const shown = async () => {
    const texts: string[] = [];
    for (const path of reads) texts.push((await server.get(path, bearer, null)).text);
    return texts;
  };
  try {
    const post: Parts['post'] = (path, body) => server.post(path, body, bearer, null);
    await work({ server, place: opened.place, failing, post, shown });
  } finally {
    t.mock.restoreAll();
    await server.close();
  }
}
