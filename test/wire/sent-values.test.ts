import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startServer, type TestServer } from '../support/server.ts';

// What clients send that is not as the documents have it, and has to be taken.

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

/** The record that the body adds, as a list shows it. */
async function added(path: string, body: string) {
  const reply = await server.post(`/api/v2/${path}`, body);
  assert.equal(reply.status, 200, reply.text);
  const [item] = reply.json._embedded.items;
  return { item, record: (await server.get(`/api/v2/${path}?id=${item.id}`)).json._embedded.items[0] };
}

describe('whole numbers of more digits than a number of JavaScript holds', () => {
  const long = '23851234567890123';
  const longer = '89701990123456789012';

  test('stay as they are as text', async () => {
    const fields = '{"id":4396818,"values":[{"value":89701990123456789012,"enum":"WORK"}]}';
    const { item, record } = await added(
      'companies',
      `{"add":[{"name":${long},"request_id":${long},"tags":[${longer}],"custom_fields":[${fields}]}]}`,
    );
    const [field] = record.custom_fields;
    const seen = [item.request_id, record.name, record.tags[0].name, field.values[0].value];
    assert.deepEqual(seen, [long, long, longer, longer]);
  });

  test('in lines of an import, too', async () => {
    const reply = await server.post('/api/kontora/import/companies?with=ids', `{"name":${long}}\n`);
    const { id } = JSON.parse(reply.text.split('\n')[0]!);
    assert.equal((await server.get(`/api/v2/companies?id=${id}`)).json._embedded.items[0].name, long);
  });

  for (const [what, item] of [
    ['an id', `{"id":${longer},"updated_at":1}`],
    ['a time', `{"id":41389,"updated_at":${longer}}`],
    ['a user', `{"id":41389,"updated_at":1999999999,"responsible_user_id":${long}9}`],
  ]) {
    test(`are refused as ${what}`, async () => {
      assert.equal((await server.post('/api/v2/companies', `{"update":[${item}]}`)).status, 400);
    });
  }
});

describe('a budget', () => {
  for (const [sent, kept] of [
    ['"1500.00"', 1500],
    ['1500.99', 1500],
    ['"0.5"', 0],
    ['1e3', 1000],
  ] as const) {
    test(`of ${sent} is ${kept}`, async () => {
      assert.equal((await added('leads', `{"add":[{"name":"x","sale":${sent}}]}`)).record.sale, kept);
      const customer = `{"add":[{"name":"x","next_price":${sent}}]}`;
      assert.equal((await added('customers', customer)).record.next_price, kept);
    });
  }

  test('of a form that is a list is refused', async () => {
    assert.equal((await server.post('/api/v2/leads', 'add[0][name]=x&add[0][sale][0]=5000')).status, 400);
  });

  for (const wrong of ['-0.5', '"1.5.5"', '"1,5"', '[1.5]', '1e300', '"1234567890123456.5"']) {
    test(`of ${wrong} is refused`, async () => {
      assert.equal((await server.post('/api/v2/leads', `{"add":[{"name":"x","sale":${wrong}}]}`)).status, 400);
    });
  }
});

test('type=json, which some send to every address, says nothing of tasks', async () => {
  await added('tasks', '{"add":[{"text":"x"}]}');
  const plain = (await server.get('/api/v2/tasks')).json._embedded.items;
  assert.equal(plain.length, 1);
  assert.deepEqual((await server.get('/api/v2/tasks?type=json')).json._embedded.items, plain);
});

test('customers have the list of catalog elements when it is asked for', async () => {
  const { item } = await added('customers', '{"add":[{"name":"x"}]}');
  const path = `/api/v2/customers?id=${item.id}`;
  const [plain] = (await server.get(path)).json._embedded.items;
  const [shown] = (await server.get(`${path}&with=catalog_elements_links`)).json._embedded.items;
  assert.deepEqual(shown, { ...plain, _embedded: { catalog_elements_links: [] } });
});

test('a sign-in that cannot be read has the envelope of the sign-in', async () => {
  for (const send of [
    () => server.post('/private/api/auth.php', '{"USER'),
    () => server.post('/private/api/auth.php', 'garbage'),
  ]) {
    const { status, json } = await send();
    assert.deepEqual([status, json.response.error_code], [400, '400']);
    assert.match(json.response.error, /^Код ошибки 400\. ./);
  }
});

test('no request_id that is generated is like one that was sent', async () => {
  const add = [{ name: 'a', request_id: 1 }, { name: 'b' }, { name: 'c' }, { name: 'd', request_id: 5 }];
  const { items } = (await server.post('/api/v2/companies', { add })).json._embedded;
  const ids = items.map((item: { request_id: number }) => item.request_id);
  assert.deepEqual(ids, [1, 9, 2, 5]);
});
