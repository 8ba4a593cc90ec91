import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { acmeAdministrator, addAcme, addUser } from '../support/accounts.ts';
import { assertRefused } from '../support/refusals.ts';
import { type Credentials, type Reply, startServer, type TestServer, testNow } from '../support/server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

let origins = 0;
let origin = '';
beforeEach(() => {
  origins += 1;
  origin = `origin ${origins}`;
});

const text = (parts: object = {}) => ({ name: 'Поле', field_type: 1, element_type: 3, origin, ...parts });
const post = (body: unknown, as?: Credentials) => server.post('/api/v2/fields', body, {}, as);

async function add(parts: object = {}): Promise<number> {
  const reply = await post({ add: [text(parts)] });
  assert.equal(reply.status, 200, reply.text);
  return reply.json._embedded.items[0].id;
}

async function fieldsOf(path: string): Promise<Record<string, { id: number; name: string }>> {
  return (await server.get('/api/v2/account?with=custom_fields')).json._embedded.custom_fields[path];
}

async function company(values: unknown, id: number): Promise<Reply> {
  return server.post('/api/v2/companies', { add: [{ name: 'x', custom_fields: [{ id, values }] }] });
}

describe('a new field', () => {
  test('takes values that are shown and found at once, and is gone at once when it is deleted', async () => {
    const id = await add();
    const made = (await company([{ value: 'снегоуборщик' }], id)).json._embedded.items[0].id;
    const shown = async () => (await server.get(`/api/v2/companies?id=${made}`)).json._embedded.items[0].custom_fields;
    assert.deepEqual(await shown(), [{ id, name: 'Поле', values: [{ value: 'снегоуборщик' }], is_system: false }]);
    const found = await server.get(`/api/v2/companies?query=${encodeURIComponent('негоуборщ')}`);
    assert.deepEqual(
      found.json._embedded.items.map((item: { id: number }) => item.id),
      [made],
    );
    const deleted = await post({ delete: [{ id, origin }] });
    assert.deepEqual(
      deleted.json._embedded.items.map((item: { id: number }) => item.id),
      [id],
    );
    assert.deepEqual(await shown(), []);
    assert.ok(!(id in (await fieldsOf('companies'))));
    assert.equal((await company([{ value: 'x' }], id)).status, 400);
  });

  test('a value that was written before stays hidden when another field gets the origin', async () => {
    const first = await add();
    const made = (await company([{ value: 'старое' }], first)).json._embedded.items[0].id;
    await post({ delete: [{ id: first, origin }] });
    const second = await add();
    assert.notEqual(second, first);
    await server.post('/api/v2/companies', {
      update: [{ id: made, updated_at: testNow, custom_fields: [{ id: second, values: [{ value: 'новое' }] }] }],
    });
    const { custom_fields } = (await server.get(`/api/v2/companies?id=${made}`)).json._embedded.items[0];
    assert.deepEqual(
      custom_fields.map((field: { id: number }) => field.id),
      [second],
    );
  });

  test('belongs to its element type alone', async () => {
    for (const [element, path] of [
      [1, 'contacts'],
      [2, 'leads'],
      ['3', 'companies'],
      [12, 'customers'],
    ] as const) {
      const id = await add({ element_type: element, origin: `${origin} ${path}` });
      for (const other of ['contacts', 'leads', 'companies', 'customers']) {
        assert.equal(id in (await fieldsOf(other)), other === path, `${path} ${other}`);
      }
    }
  });

  test('of every type takes a value of that type', async () => {
    const values: Record<number, unknown> = { 2: '5', 3: 1, 6: '2017-10-26', 7: 'company.moc', 14: '1999/10/21' };
    for (const type of [1, 2, 3, 6, 7, 8, 9, 11, 13, 14]) {
      const id = await add({ field_type: type, origin: `${origin} ${type}` });
      assert.equal((await company([{ value: values[type] ?? 'текст' }], id)).status, 200, String(type));
    }
    for (const type of [15, 17]) {
      const id = await add({ type, field_type: '', origin: `${origin} ${type}` });
      assert.equal((await company([{ value: { name: 'ООО' } }], id)).status, 200, String(type));
    }
    for (const [type, enums] of [
      [4, ['да', 'нет']],
      [5, 'да, нет'],
      [10, { 3: 'да', 7: 'нет', 9: ' ' }],
    ] as const) {
      const id = await add({ field_type: type, enums, origin: `${origin} ${type}` });
      const field = (await fieldsOf('companies'))[id] as { enums?: Record<string, string> };
      assert.deepEqual(Object.values(field.enums!), ['да', 'нет']);
      assert.equal((await company([Number(Object.keys(field.enums!)[0])], id)).status, 200);
    }
  });

  test('has the flags that were sent, in any spelling; of nothing sent it has the usual ones', async () => {
    const flags = ['is_editable', 'is_required', 'is_deletable', 'is_visible'];
    const of = async (parts: object, suffix: string) => {
      const id = await add({ ...parts, origin: `${origin} ${suffix}` });
      const field = (await fieldsOf('companies'))[id] as unknown as Record<string, boolean>;
      return flags.map((flag) => field[flag]);
    };
    assert.deepEqual(await of({}, 'none'), [true, false, true, true]);
    const sent = { is_editable: '', is_required: null };
    assert.deepEqual(await of(sent, 'blank'), [true, false, true, true]);
    for (const yes of [true, 1, '1', 'true']) {
      assert.deepEqual(await of(Object.fromEntries(flags.map((flag) => [flag, yes])), `y${typeof yes}${yes}`), [
        true,
        true,
        true,
        true,
      ]);
    }
    for (const no of [false, 0, '0', 'false']) {
      assert.deepEqual(await of(Object.fromEntries(flags.map((flag) => [flag, no])), `n${typeof no}${no}`), [
        false,
        false,
        false,
        false,
      ]);
    }
  });

  test('the same origin sent many times at once makes as many fields', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => post({ add: [text()] })));
    assert.equal(new Set(replies.map(({ json }) => json._embedded.items[0].id)).size, 8);
  });
});

describe('who may define fields', () => {
  test('nobody but administrators, whatever else they may', async () => {
    const person = await addUser(server.store, 'field-seller', {});
    const id = await add();
    const bodies = [{ add: [text({ origin: 'person' })] }, { delete: [{ id, origin }] }];
    await assertRefused(
      server,
      bodies.map((body) => () => post(body, person)),
      403,
      244,
    );
  });

  test('each account has fields and origins of its own, and reaches no others', async () => {
    await addAcme(server.store);
    const ours = await add();
    const theirs = (await post({ add: [text()] }, acmeAdministrator)).json._embedded.items[0].id;
    const before = (await server.get('/api/v2/account?with=custom_fields')).text;
    const reply = await post({ delete: [{ id: ours, origin }] }, acmeAdministrator);
    assert.deepEqual(reply.json._embedded, { items: [], errors: { delete: { [ours]: 'Custom field not found' } } });
    assert.equal((await server.get('/api/v2/account?with=custom_fields')).text, before);
    const account = (await server.get('/api/v2/account?with=custom_fields', {}, acmeAdministrator)).json;
    assert.ok(theirs in account._embedded.custom_fields.companies);
    assert.ok(!(ours in account._embedded.custom_fields.companies));
  });
});

describe('bad input writes nothing', () => {
  const all = (bodies: readonly unknown[], code?: number) =>
    assertRefused(
      server,
      bodies.map((body) => () => post(body)),
      400,
      code,
    );

  test('what is no batch', async () => {
    await all(['', '{}', '[]', 'null', '5', '"x"', 'a=b', '{"update":[]}'], 206);
    await all(['{"add":[]}', '{"add":{}}', 'add=', { add: 5 }, { add: ['x'] }, { add: { x: text() } }], 201);
    const odd = [[], [5], ['5'], 5, { id: 1, origin: 'x' }].map((remove) => ({ delete: remove }));
    await all([...odd, { update: [{ id: 1 }] }, { add: [text()], update: [{ id: 1 }] }, { update: { a: 1 } }], 400);
  });

  test('of every key each wrong type, beside a good item', async () => {
    const objects = [{}, [], { a: 1 }, [[]]];
    const broken = ['a\0b', '\ud83d'];
    const wrong: Record<string, readonly unknown[]> = {
      name: [null, '', ' ', true, ...objects, ...broken, 'x'.repeat(1001)],
      origin: [null, '', ' ', false, ...objects, ...broken, 'x'.repeat(1001)],
      field_type: [0, -1, 12, 16, 18, 1.5, '1.5', 'TEXT', true, ...objects, '1e0', '99999999999999999'],
      type: [null, '', 12, 16, 99, 'x', ...objects],
      element_type: [null, '', 0, 4, 13, 4220, -3, '3.0', 'companies', true, ...objects],
      is_editable: ['yes', 'on', 2, -1, '01', ...objects],
      is_required: ['Y', 'null', ...objects],
      is_deletable: [10, ...objects],
      is_visible: ['нет', ...objects],
    };
    const bodies = Object.entries(wrong).flatMap(([key, values]) =>
      values.map((value) => {
        const item = text({ origin: `${origin} b`, [key]: value });
        return { add: [text(), key === 'type' ? { ...item, field_type: undefined } : item] };
      }),
    );
    await all(bodies, 400);
    const enums = [
      { a: 'x' },
      5,
      true,
      [['x']],
      [{ value: 'x' }],
      [...broken],
      ['x'.repeat(1001)],
      Array(501).fill('x'),
      'x,'.repeat(501),
    ];
    await all(
      enums.map((list) => ({ add: [text({ field_type: 5, enums: list })] })),
      400,
    );
    const none = [undefined, null, '', ' , ,', [], {}, ['', null]];
    await all(
      none.map((list) => ({ add: [text({ field_type: 4, enums: list })] })),
      205,
    );
  });

  test('deletions that name nothing properly, beside good ones', async () => {
    const id = await add();
    const keys = [
      {},
      { id },
      { origin },
      { id, origin: '' },
      { id, origin: [origin] },
      { id: 'x', origin },
      { id: [id], origin },
      { id: -id, origin },
      { id, origin: 'a\0' },
    ];
    await all(
      keys.map((key) => ({ add: [text({ origin: 'new' })], delete: [{ id, origin }, key] })),
      400,
    );
  });

  test('501 items; 500 are taken', async () => {
    const items = (count: number) => Array.from({ length: count }, (_, i) => text({ origin: `${origin} ${i}` }));
    const keys = (count: number) => Array.from({ length: count }, (_, i) => ({ id: i + 1, origin }));
    await all([{ add: items(501) }, { delete: keys(501) }, { add: items(250), delete: keys(251) }], 400);
    const reply = await post({ add: items(400), delete: keys(100) });
    assert.equal(reply.json._embedded.items.length, 400);
    assert.equal(Object.keys(reply.json._embedded.errors.delete).length, 100);
  });

  test('keys that JavaScript objects are born with', async () => {
    const item = JSON.stringify(text());
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      await all([`{"${name}":{"add":[${item}]}}`, `{"add":{"${name}":${item}}}`, `{"add":[{"${name}":${item}}]}`]);
    }
  });
});
