import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { login, request, startServer, type TestServer, testNow } from '../support/server.ts';

// Each of these once crashed, hung or broke a running server.
describe('nothing that is sent makes the server fall over', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  const add = (item: object) => server.post('/api/v2/companies', { add: [{ name: 'x', ...item }] });
  const took = async (work: () => Promise<unknown>) => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };

  test('a login longer than any address is wrong, however often it is tried, and is not remembered', async () => {
    const signIn = (name: string) =>
      request('POST', `${server.url}/private/api/auth.php`, { USER_LOGIN: name, USER_HASH: 'x' });
    for (let i = 0; i < 25; i += 1) {
      const reply = await signIn(`${i}${'я'.repeat(20_000)}`);
      assert.equal(reply.json.response.error_code, '110');
    }
    const same = 'a'.repeat(255);
    for (let i = 0; i < 21; i += 1) assert.equal((await signIn(same)).json.response.error_code, '110');
    assert.equal((await signIn('я'.repeat(8_000_000))).status, 413);
  });

  test('a body is not read before its sender has signed in', async () => {
    const body = `{"add":[{"name":"${'x'.repeat(7_000_000)}"}]}`;
    const reply = await server.post('/api/v2/companies', body, {}, { login, key: 'wrong' });
    assert.equal(reply.status, 401);
  });

  test('a date header of many blanks is passed over at once', async () => {
    const header = { 'If-Modified-Since': `1 Jan 2020 10:10:10${' '.repeat(40_000)}!` };
    assert.ok((await took(() => server.get('/api/v2/companies', header))) < 500);
    assert.equal((await server.get('/api/v2/companies', header)).status, 200);
  });

  test('brackets without end are refused at once', async () => {
    const signIn = (body: string) => request('POST', `${server.url}/private/api/auth.php`, body);
    assert.equal((await signIn(`a${'[]'.repeat(30_000)}=1`)).status, 400);
    const pairs = await server.post('/api/v2/companies', 'a=1&'.repeat(1_500_000));
    assert.equal(pairs.status, 400);
  });

  test('objects where ids, words or parts belong name nothing or are refused', async () => {
    for (const path of ['companies?id[][a]=1', 'companies?responsible_user_id[][a]=1', 'pipelines?id[][a]=1']) {
      assert.equal((await server.get(`/api/v2/${path}`)).status, 204, path);
    }
    assert.ok((await server.get('/api/v2/account?with[]=users')).json._embedded.users);
    assert.equal((await server.get('/api/v2/account?with[][a]=users')).json._embedded, undefined);
    for (const subtype of [{ toString: 1, valueOf: 1 }, true, [1], 7]) {
      const reply = await add({ custom_fields: [{ id: 4400115, values: [{ value: 'v', subtype }] }] });
      assert.equal(reply.status, 400);
    }
  });

  test('lists and texts have an end', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `т${index}`);
    for (const item of [
      { name: 'я'.repeat(1001) },
      { tags: many(501) },
      { tags: many(501).join(',') },
      { tags: ['я'.repeat(1001)] },
      { leads_id: 'a,'.repeat(1_000_000) },
      { leads_id: Array.from({ length: 20_001 }, (_, index) => index + 1) },
      { custom_fields: [{ id: 4396818, values: many(501) }] },
      { custom_fields: [{ id: 4396820, values: [{ value: 'я'.repeat(10_001) }] }] },
    ]) {
      const elapsed = await took(async () => assert.equal((await add(item)).status, 400));
      assert.ok(elapsed < 1000, JSON.stringify(item).slice(0, 60));
    }
    assert.equal((await add({ name: 'я'.repeat(1000), tags: many(500) })).status, 200);
  });

  test('the tags of a request have an end', async () => {
    const tags = Array.from({ length: 500 }, (_, index) => `т${index}`);
    const items = (count: number) => Array.from({ length: count }, () => ({ name: 'x', tags }));
    assert.equal((await server.post('/api/v2/companies', { add: items(40) })).status, 200);
    const more = await server.post('/api/v2/companies', { add: [...items(40), { name: 'x', tags: 'ещё' }] });
    assert.equal(more.status, 400);
    assert.match(more.text, /не больше 20000 тегов/);
  });

  test('a number that is none is refused', async () => {
    for (const item of ['{"name":"x","tags":[1e400]}', '{"name":1e400}']) {
      assert.equal((await server.post('/api/v2/companies', `{"add":[${item}]}`)).status, 400);
    }
    const echoed = await server.post('/api/v2/companies', '{"add":[{"name":"x","request_id":1e400}]}');
    assert.equal(echoed.json._embedded.items[0].request_id, 0);
  });

  test('a multiaction that is no deletion deletes nothing', async () => {
    const action = { entity_type: 3, multiaction_type: 1, data: { data: { ACTION: 'DELETE' } }, ids: [41389] };
    const reply = await server.post('/ajax/v1/multiactions/set', { request: { multiactions: { add: [action] } } });
    assert.equal(reply.status, 400);
    assert.equal((await server.get('/api/v2/companies?id=41389')).status, 200);
  });

  test('deleted contacts do not count towards the forty of a lead', async () => {
    const contacts = Array.from({ length: 40 }, (_, index) => ({ name: `контакт ${index}`, leads_id: [45615] }));
    const { json } = await server.post('/api/v2/contacts', { add: contacts });
    const one = { name: 'ещё один', leads_id: [45615] };
    assert.equal((await server.post('/api/v2/contacts', { add: [one] })).status, 400);
    await server.post('/ajax/contacts/multiple/delete/', `ID[]=${json._embedded.items[0].id}`);
    assert.equal((await server.post('/api/v2/contacts', { add: [one] })).status, 200);
  });

  test('any Content-Type will do', async () => {
    for (const type of ['garbage', 'json', 'a/b/c', 'application/json; charset', 'hal/json', ';']) {
      const reply = await server.post('/api/v2/companies', '{"add":[{"name":"x"}]}', { 'Content-Type': type });
      assert.equal(reply.status, 200, type);
    }
  });

  test('Greek words are found whatever sigma they end with', async () => {
    await add({ name: 'qΑΣ ΣΑΣq', updated_at: testNow });
    const found = await server.get(`/api/v2/companies?query=${encodeURIComponent('ΑΣ ΣΑΣ')}`);
    assert.equal(found.status, 200);
  });
});
