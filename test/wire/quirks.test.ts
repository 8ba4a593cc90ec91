import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { key, login, request, startServer, type TestServer, testNow } from '../support/server.ts';

// The 25 things that a naive server gets wrong. source: reference §23, whose numbers the tests have.

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Json = any;

const phone = 4396818;
const address = 4400115;
const contact = 1099181;
const leads = [1090408, 1090409] as const;

let server: TestServer;
/** The same with the recorded profile, for what live servers send. */
let live: TestServer;
before(async () => {
  server = await startServer();
  live = await startServer({ wire: 'recorded' });
});
after(async () => {
  await server.close();
  await live.close();
});

async function add(path: string, item: object, on = server): Promise<number> {
  const reply = await on.post(`/api/v2/${path}`, { add: [item] });
  assert.equal(reply.status, 200, reply.text);
  return reply.json._embedded.items[0].id;
}

async function read(path: string, id: number, on = server): Promise<Json> {
  return (await on.get(`/api/v2/${path}?id=${id}`)).json._embedded.items[0];
}

async function update(path: string, item: object, on = server): Promise<Json> {
  return (await on.post(`/api/v2/${path}`, { update: [item] })).json._embedded;
}

async function fieldsOf(on: TestServer): Promise<Json> {
  return (await on.get('/api/v2/account?with=custom_fields')).json._embedded.custom_fields;
}

describe('the quirks of API v2', () => {
  test('1 nothing found is 204 with an empty body, for lists, unknown ids and offsets past the end', async () => {
    const paths = [
      'companies?id=5',
      'companies?limit_rows=1&limit_offset=99999',
      'companies?query=никого',
      'tasks?id=5',
    ];
    for (const path of [...paths, 'notes?type=customer', 'customers?id=5', 'webhooks', 'pipelines?id=5']) {
      const reply = await server.get(`/api/v2/${path}`);
      assert.deepEqual([reply.status, reply.text], [204, ''], path);
    }
  });

  test('2 a refused update is 200, its reason in errors.update by id', async () => {
    const id = await add('companies', { name: 'Свежая' });
    const { items, errors } = await update('companies', { id, updated_at: testNow - 1, name: 'x' });
    assert.deepEqual([items, errors], [[], { update: { [id]: 'Last modified date is older than in database' } }]);
  });

  test('3 there is no errors key on full success', async () => {
    for (const path of ['companies', 'contacts', 'leads', 'customers']) {
      const reply = await server.post(`/api/v2/${path}`, { add: [{ name: 'x' }] });
      assert.equal('errors' in reply.json._embedded, false);
    }
    assert.equal('errors' in (await server.post('/api/v2/tasks', { add: [{ text: 'x' }] })).json._embedded, false);
  });

  test('4 the client’s updated_at is stored, be it in the future or absurd', async () => {
    const id = await add('companies', { name: 'Из будущего' });
    for (const updatedAt of [testNow + 100, 1619342253000]) {
      const { items } = await update('companies', { id, updated_at: updatedAt, name: 'y' });
      assert.equal(items[0].updated_at, updatedAt);
      assert.equal((await read('companies', id)).updated_at, updatedAt);
    }
  });

  test('5 updates answer id and updated_at, adds id and the request_id that was sent', async () => {
    const reply = await live.post('/api/v2/companies', { add: [{ name: 'x', request_id: '77' }, { name: 'y' }] });
    const [first, second] = reply.json._embedded.items;
    assert.deepEqual(
      [first.request_id, Object.keys(first), Object.keys(second)],
      [77, ['id', 'request_id', '_links'], ['id', '_links']],
    );
    const { items } = await update('companies', { id: first.id, updated_at: testNow }, live);
    assert.deepEqual(Object.keys(items[0]), ['id', 'updated_at', '_links']);
  });

  test('6 empty collections are {} on live servers, [] in the documents', async () => {
    const keys = ['tags', 'custom_fields', 'leads', 'contacts', 'customers'];
    for (const [on, empty] of [
      [live, {}],
      [server, []],
    ] as const) {
      const company = await read('companies', await add('companies', { name: 'Пустая' }, on), on);
      assert.deepEqual(
        keys.map((key) => company[key]),
        keys.map(() => empty),
      );
      assert.deepEqual((await read('contacts', await add('contacts', { name: 'Пуст' }, on), on)).company, empty);
      assert.deepEqual((await read('tasks', await add('tasks', { text: 'x' }, on), on)).result, empty);
    }
  });

  test('7 a value is a string, an enum an integer, a subtype a numeric string, whatever was sent', async () => {
    const fields = [
      { id: phone, values: [{ value: 79261234567, enum: 'WORK' }] },
      { id: address, values: [{ value: 'Москва', subtype: 'city' }] },
    ];
    const id = await add('companies', { name: 'x', custom_fields: fields }, live);
    const { custom_fields } = await read('companies', id, live);
    assert.deepEqual(
      custom_fields.map((field: Json) => field.values),
      [[{ value: '79261234567', enum: 3685087 }], [{ value: 'Москва', subtype: '3' }]],
    );
  });

  test('8 numbers come as strings, lists as "1,2", scalars or lists', async () => {
    for (const leads_id of ['1090408,1090409', [1090408, '1090409'], { 0: 1090408, 2: 1090409 }]) {
      const id = await add('companies', {
        name: 'x',
        leads_id,
        responsible_user_id: '504141',
        created_at: String(testNow),
      });
      assert.deepEqual((await read('companies', id)).leads.id, [...leads]);
    }
    assert.deepEqual((await read('companies', await add('companies', { name: 'x', leads_id: '1090408' }))).leads.id, [
      leads[0],
    ]);
  });

  test('9 adds come as form data, JSON comes as text/plain or without a type', async () => {
    const form =
      'add[0][name]=Форма&add[0][custom_fields][0][id]=4396818&add[0][custom_fields][0][values][0][value]=112';
    const reply = await server.post('/api/v2/companies', form, { 'Content-Type': 'application/x-www-form-urlencoded' });
    const company = await read('companies', reply.json._embedded.items[0].id);
    assert.deepEqual([company.name, company.custom_fields[0].values[0].value], ['Форма', '112']);
    for (const type of ['text/plain; charset=utf-8', 'hal/json', '']) {
      const plain = await server.post('/api/v2/companies', '{"add":[{"name":"x"}]}', { 'Content-Type': type });
      assert.equal(plain.status, 200, type);
    }
  });

  test('10 link keys only add; unlink alone removes, and its company_id is a scalar', async () => {
    const id = await add('companies', { name: 'x', leads_id: [leads[0]] });
    await update('companies', { id, updated_at: testNow, leads_id: [leads[1]] });
    assert.deepEqual((await read('companies', id)).leads.id, [...leads]);
    await update('companies', { id, updated_at: testNow, leads_id: [], unlink: { leads_id: [leads[0]] } });
    assert.deepEqual((await read('companies', id)).leads.id, [leads[1]]);
    await update('contacts', { id: contact, updated_at: testNow, company_id: id });
    await update('contacts', { id: contact, updated_at: testNow, unlink: { company_id: id } });
    assert.deepEqual((await read('contacts', contact)).company, []);
  });

  test('11 tags replace the whole set, and "" clears it', async () => {
    const id = await add('companies', { name: 'x', tags: 'один, два' });
    const names = async () => (await read('companies', id)).tags.map((tag: { name: string }) => tag.name);
    await update('companies', { id, updated_at: testNow, tags: ['два', 'три'] });
    assert.deepEqual(await names(), ['два', 'три']);
    await update('companies', { id, updated_at: testNow });
    assert.deepEqual(await names(), ['два', 'три']);
    await update('companies', { id, updated_at: testNow, tags: '' });
    assert.deepEqual(await names(), []);
  });

  test('12 a listed field is replaced as a whole, values [] clear it, unlisted ones stay', async () => {
    const email = 4396819;
    const both = [phone, email].map((id) => ({ id, values: [{ value: '1' }, { value: '2' }] }));
    const id = await add('companies', { name: 'x', custom_fields: both });
    await update('companies', { id, updated_at: testNow, custom_fields: [{ id: phone, values: [{ value: '3' }] }] });
    const values = async () =>
      (await read('companies', id)).custom_fields.map((field: Json) =>
        field.values.map((value: Json) => value.value).join(),
      );
    assert.deepEqual(await values(), ['3', '1,2']);
    await update('companies', { id, updated_at: testNow, custom_fields: [{ id: phone, values: [] }] });
    assert.deepEqual(await values(), ['1,2']);
  });

  test('13 multi-selects are bare ids, selects have the id in value; both read as text and enum', async () => {
    const options = ['да', 'нет'];
    const [select, multi] = [4, 5].map((type) => ({
      name: 'Выбор',
      type,
      element_type: 3,
      origin: 'quirk',
      enums: options,
    }));
    const reply = await live.post('/api/v2/fields', { add: [select, multi] });
    const ids: number[] = reply.json._embedded.items.map((item: { id: number }) => item.id);
    const defined = (await fieldsOf(live)).companies;
    const [[yes], [first, second]] = ids.map((id) => Object.keys(defined[id].enums)) as [string[], string[]];
    const custom_fields = [
      { id: ids[0], values: [{ value: yes }] },
      { id: ids[1], values: [first, Number(second)] },
    ];
    const company = await read('companies', await add('companies', { name: 'x', custom_fields }, live), live);
    assert.deepEqual(
      company.custom_fields.map((field: Json) => field.values),
      [
        [{ value: 'да', enum: Number(yes) }],
        [
          { value: 'да', enum: Number(first) },
          { value: 'нет', enum: Number(second) },
        ],
      ],
    );
  });

  test('14 an enum is written as a code and read as an id; on a field without enums it must not fail', async () => {
    const web = Object.values<Json>((await fieldsOf(live)).companies).find((field) => field.code === 'WEB');
    const custom_fields = [
      { id: phone, values: [{ value: '1', enum: 'MOB' }] },
      { id: web.id, values: [{ value: 'http://example.com', enum: 'WEB' }] },
    ];
    const company = await read('companies', await add('companies', { name: 'x', custom_fields }, live), live);
    assert.deepEqual(
      company.custom_fields.map((field: Json) => field.values[0].enum),
      [3685089, undefined],
    );
  });

  test('15 parts of an address are named on write, by name or number, and numbered on read', async () => {
    const [field] = (
      await live.post('/api/v2/fields', { add: [{ name: 'Адрес', type: 13, element_type: 3, origin: 'a' }] })
    ).json._embedded.items;
    const parts = ['address_line_1', 'address_line_2', 'city', 'state', 'zip', 6].map((subtype) => ({
      value: 'x',
      subtype,
    }));
    const id = await add('companies', { name: 'x', custom_fields: [{ id: field.id, values: parts }] }, live);
    const [read15] = (await read('companies', id, live)).custom_fields;
    assert.deepEqual(
      read15.values.map((value: Json) => value.subtype),
      ['1', '2', '3', '4', '5', '6'],
    );
  });

  test('16 id switches all other parameters off, limit_offset needs limit_rows, 500 is cap and default', async () => {
    const ids = (reply: Json) => reply.json._embedded.items.map((item: Json) => item.id);
    const byId = await server.get(
      '/api/v2/companies?id=41389&limit_rows=1&limit_offset=5&query=никто&responsible_user_id=5',
    );
    assert.deepEqual(ids(byId), [41389]);
    await server.post('/api/v2/companies', { add: Array.from({ length: 500 }, () => ({ name: 'Страница' })) });
    assert.equal(ids(await server.get('/api/v2/companies')).length, 500);
    assert.equal(ids(await server.get('/api/v2/companies?limit_rows=900')).length, 500);
    assert.deepEqual(
      ids(await server.get('/api/v2/companies?limit_offset=3')),
      ids(await server.get('/api/v2/companies')),
    );
  });

  test('17 If-Modified-Since is a filter in UTC, its zone optional, also a bare timestamp; 304 is never sent', async () => {
    await update('companies', { id: 41390, updated_at: 1900000001, name: 'x' });
    const id = await add('companies', { name: 'x', updated_at: 1900000001 });
    const dates = [
      'Sun, 17 Mar 2030 17:46:40',
      'Sun, 17 Mar 2030 17:46:40 UTC',
      'Sun, 17 Mar 2030 17:46:40 +0000',
      '1900000000',
    ];
    for (const date of dates) {
      const reply = await server.get('/api/v2/companies', { 'If-Modified-Since': date });
      assert.ok(
        reply.json._embedded.items.some((item: Json) => item.id === id),
        date,
      );
    }
    assert.equal((await server.get('/api/v2/notes?type=company', { 'If-Modified-Since': '4000000000' })).status, 204);
  });

  test('18 unauthenticated errors are the old envelope with a string error_code and 401, also on v2', async () => {
    for (const path of [
      '/api/v2/companies',
      '/api/v2/tasks',
      '/api/v2/notes?type=lead',
      '/api/v2/webhooks',
      '/api/kontora/changes',
    ]) {
      const reply = await server.get(path, {}, null);
      const { response } = reply.json;
      assert.deepEqual([reply.status, response.error_code, response.auth], [401, '110', false], path);
    }
  });

  test('19 credentials go into any query, under either name, and the cookies come back', async () => {
    for (const credentials of [
      { USER_LOGIN: login, USER_HASH: key },
      { login, api_key: key },
    ]) {
      const reply = await request('GET', `${server.url}/api/v2/account?${new URLSearchParams(credentials)}`);
      const [session, second] = reply.headers.getSetCookie();
      assert.equal(reply.status, 200);
      assert.match(session!, /^session_id=/);
      assert.match(second!, new RegExp(`^BITRIX_SM_LOGIN=${encodeURIComponent(login)}`));
    }
  });

  test('20 account data are maps by id', async () => {
    const { _embedded } = (
      await server.get('/api/v2/account?with=users,custom_fields,groups,pipelines,note_types,task_types')
    ).json;
    const [pipeline] = Object.values<Json>(_embedded.pipelines);
    const maps = [_embedded.users, _embedded.custom_fields.contacts, _embedded.groups, _embedded.pipelines];
    for (const map of [...maps, _embedded.note_types, _embedded.task_types, pipeline.statuses]) {
      for (const [id, thing] of Object.entries<Json>(map)) assert.equal(String(thing.id), id);
    }
    assert.equal(_embedded.custom_fields.contacts[phone].enums[3685087], 'WORK');
  });

  test('21 phone and e-mail have the same ids and enums for contacts and companies', async () => {
    const { contacts, companies } = await fieldsOf(server);
    for (const id of [4396818, 4396819]) assert.deepEqual(contacts[id], companies[id]);
  });

  test('22 company webhooks are contacts of type company: told in webhooks.test.ts, byte for byte of the form', async () => {
    const subscribe = [{ url: 'http://example.com/hook', events: ['add_company', 'note_company'] }];
    const { _embedded } = (await server.post('/api/v2/webhooks/subscribe', { subscribe })).json;
    assert.deepEqual(_embedded.items, [{ url: 'http://example.com/hook', result: true }]);
    await server.post('/api/v2/webhooks/unsubscribe', { unsubscribe: subscribe });
  });

  test('23 paths have a slash at their end or not, queries begin with &, types and clock are in the headers', async () => {
    for (const path of [
      '/api/v2/companies/?id=41389',
      '/api/v2/companies?&id=41389',
      '/api/v2/tasks/',
      '/api/v2/notes/?&type=lead',
    ]) {
      assert.ok([200, 204].includes((await live.get(path)).status), path);
    }
    const reply = await live.get('/api/v2/companies?id=41389');
    assert.deepEqual(
      [reply.headers.get('content-type'), reply.headers.get('runtime-timestamp')],
      ['application/hal+json', String(testNow)],
    );
    assert.match(reply.text, /"href":"\\\/api\\\/v2\\\/companies\?id=41389/);
  });

  test('24 contacts and companies share ids; deletion goes through ajax and is soft', async () => {
    const first = await add('companies', { name: 'x' });
    assert.equal(await add('contacts', { name: 'x' }), first + 1);
    assert.equal(await add('companies', { name: 'x' }), first + 2);
    assert.equal(
      (await server.post('/ajax/companies/multiple/delete/', `ACTION=DELETE&ID[]=${first}`)).json.status,
      'success',
    );
    assert.equal((await server.get(`/api/v2/companies?id=${first}`)).status, 204);
    await server.post('/api/kontora/bin/restore', { companies: [first] });
    assert.equal((await read('companies', first)).name, 'x');
    assert.equal((await server.post('/ajax/tasks/multiple/delete/', 'ID[]=1')).status, 404);
  });

  test('25 odd siblings: pipelines are a map, customers answer items.deleted, tasks take two spellings of the date, notes need type', async () => {
    const { items } = (await server.get('/api/v2/pipelines')).json._embedded;
    assert.deepEqual(Object.keys(items), ['10104']);
    const customer = await add('customers', { name: 'x' });
    const deleted = (await server.post('/api/v2/customers', { delete: [customer] })).json._embedded.items;
    assert.deepEqual(deleted, { deleted: [{ id: customer, name: 'x' }] });
    for (const key of ['complete_till', 'complete_till_at']) {
      assert.equal(
        (await read('tasks', await add('tasks', { text: 'x', [key]: testNow + 5 }))).complete_till_at,
        testNow + 5,
      );
    }
    assert.match((await server.get('/api/v2/notes')).json.detail, /^Код ошибки 221\./);
  });
});
