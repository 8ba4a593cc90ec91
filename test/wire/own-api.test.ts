import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { addUser } from '../support/accounts.ts';
import { assertProblem, assertRefused } from '../support/refusals.ts';
import { type Credentials, startServer, type TestServer, testNow } from '../support/server.ts';

// What amoCRM has not: /api/kontora/count, ids, bin, changes, history. Whose are they, and what does bad input do?

let server: TestServer;
let seller: Credentials & { id: number };
/** May delete nothing. */
let reader: Credentials & { id: number };
before(async () => {
  server = await startServer();
  const own = { company_view: 'M', company_edit: 'M', company_delete: 'M' } as const;
  seller = await addUser(server.store, 'bin-seller', own);
  reader = await addUser(server.store, 'bin-reader', { company_delete: 'D' });
});
after(() => server.close());

async function addCompany(name: string, responsible: number): Promise<number> {
  const add = [{ name, responsible_user_id: responsible }];
  const id = (await server.post('/api/v2/companies', { add })).json._embedded.items[0].id;
  return id;
}

const remove = (...ids: number[]) => server.post('/ajax/companies/multiple/delete/', { ID: ids });
const restore = (ids: number[], as?: Credentials) =>
  server.post('/api/kontora/bin/restore', { companies: ids }, {}, as);
const purge = (ids: number[], as?: Credentials) => server.post('/api/kontora/bin/purge', { companies: ids }, {}, as);
const history = (id: number, at: number, as?: Credentials) =>
  server.get(`/api/kontora/history?entity=companies&id=${id}&at=${at}`, {}, as);

async function binned(as?: Credentials): Promise<number[]> {
  const reply = await server.get('/api/kontora/bin?entity=companies', {}, as);
  return reply.json.items.map((item: { id: number }) => item.id);
}

describe('counts and orders of lists', () => {
  const count = async (query: string, as?: Credentials) =>
    (await server.get(`/api/kontora/count?entity=companies${query}`, {}, as)).json;
  const ids = async (query: string, as?: Credentials): Promise<number[]> =>
    (await server.get(`/api/kontora/ids?entity=companies${query}`, {}, as)).json.ids;

  test('are of what their reader sees, under the filters of the list', async () => {
    const mine = [await addCompany('счётная один', seller.id), await addCompany('счётная два', seller.id)];
    const theirs = await addCompany('счётная три', 504141);
    await server.post('/api/v2/companies', { update: [{ id: mine[0], updated_at: testNow + 100 }] });
    const word = `&query=${encodeURIComponent('счётная')}`;
    assert.deepEqual(await count(word), { count: 3, is_exact: true });
    assert.deepEqual(await count('', seller), { count: 2, is_exact: true });
    assert.deepEqual(await count(`&responsible_user_id=${seller.id}`), { count: 2, is_exact: true });
    assert.deepEqual(await count(`&filter[date_modify][from]=${testNow + 100}`), { count: 1, is_exact: true });
    const all = (await server.get('/api/v2/companies')).json._embedded.items.length;
    assert.deepEqual(await count(''), { count: all, is_exact: true });
    assert.deepEqual(await ids('', seller), mine);
    assert.deepEqual(await ids('&sort=-id', seller), mine.toReversed());
    assert.deepEqual(await ids(`${word}&sort=-updated_at`), [mine[0], theirs, mine[1]]);
    assert.deepEqual(await ids(`${word}&sort=updated_at&limit_rows=1&limit_offset=1`), [theirs]);
    await remove(...mine, theirs);
    assert.deepEqual(await count(word), { count: 0, is_exact: true });
    await purge([...mine, theirs]);
  });
});

describe('the bin', () => {
  test('shows and gives back what its reader could see and may delete', async () => {
    const [mine, theirs] = [await addCompany('моя', seller.id), await addCompany('чужая', 504141)];
    await remove(mine, theirs);
    assert.deepEqual(await binned(), [mine, theirs]);
    assert.deepEqual(await binned(seller), [mine]);
    assert.deepEqual((await restore([mine, theirs], seller)).json, { companies: [mine] });
    assert.deepEqual((await restore([theirs], reader)).json, { refused: [theirs] });
    assert.deepEqual((await restore([theirs])).json, { companies: [theirs] });
    assert.deepEqual((await restore([theirs])).json, {});
    assert.deepEqual(await binned(), []);
  });

  test('links come back with a record, on both sides', async () => {
    const id = await addCompany('со связью', 504141);
    await server.post('/api/v2/companies', { update: [{ id, updated_at: testNow, contacts_id: [1099181] }] });
    const contact = async () => (await server.get('/api/v2/contacts?id=1099181')).json._embedded.items[0].company;
    assert.equal((await contact()).id, id);
    await remove(id);
    assert.deepEqual(await contact(), []);
    await restore([id]);
    assert.equal((await contact()).id, id);
  });

  test('only administrators purge, and only what is in the bin', async () => {
    const [kept, gone] = [await addCompany('остаётся', 504141), await addCompany('уходит', 504141)];
    await remove(gone);
    assertProblem(await purge([gone], seller), 403, 244);
    assert.deepEqual((await purge([kept, gone])).json, { companies: [gone] });
    assert.equal((await server.get(`/api/v2/companies?id=${kept}`)).status, 200);
    assert.deepEqual((await restore([gone])).json, {});
    assert.equal((await server.get(`/api/v2/companies?query=${encodeURIComponent('уходит')}`)).status, 204);
  });
});

describe('the past', () => {
  test('is shown by the rights of then and of today', async () => {
    const id = await addCompany('переходящая', seller.id);
    server.setNow(testNow + 100);
    await server.post('/api/v2/companies', { update: [{ id, updated_at: testNow + 1, responsible_user_id: 504141 }] });
    assert.equal((await history(id, testNow, seller)).status, 204);
    server.setNow(testNow + 200);
    await server.post('/api/v2/companies', {
      update: [{ id, updated_at: testNow + 2, responsible_user_id: seller.id }],
    });
    assert.equal((await history(id, testNow, seller)).status, 200);
    assert.equal((await history(id, testNow + 150, seller)).status, 204);
    assert.equal((await history(id, testNow + 200, seller)).status, 200);
    assert.equal((await history(id, testNow - 1)).status, 204);
    server.setNow(testNow);
  });

  test('of tasks and notes follows their elements', async () => {
    const id = await addCompany('с делом', 504141);
    const task = { element_id: id, element_type: 3, text: 'Было' };
    const taskId = (await server.post('/api/v2/tasks', { add: [task] })).json._embedded.items[0].id;
    server.setNow(testNow + 100);
    await server.post('/api/v2/tasks', { update: [{ id: taskId, updated_at: testNow, text: 'Стало' }] });
    const read = (as?: Credentials) =>
      server.get(`/api/kontora/history?entity=tasks&id=${taskId}&at=${testNow}`, {}, as);
    assert.equal((await read()).json._embedded.items[0].text, 'Было');
    assert.equal((await read(seller)).status, 204);
    server.setNow(testNow);
  });

  test('a cursor walks the whole log once, whatever the page', async () => {
    const ids = async (limit: number) => {
      const walked: number[] = [];
      for (let after = 0; ; ) {
        const reply = await server.get(`/api/kontora/changes?after=${after}&limit_rows=${limit}`);
        if (reply.json.changes.length === 0) return walked;
        walked.push(...reply.json.changes.map((change: { id: number }) => change.id));
        after = reply.json.after;
      }
    };
    const all = await ids(500);
    assert.ok(all.length > 10);
    assert.deepEqual(await ids(7), all);
    assert.deepEqual(
      all,
      [...new Set(all)].sort((a, b) => a - b),
    );
  });
});

describe('bad input', () => {
  test('is refused with 400 and changes nothing', async () => {
    const odd = ['-1', 'x', '1e3', '%00', '[]', '99999999999999999999'];
    const urls = [
      ...odd.map((value) => `/api/kontora/changes?after=${value}`),
      ...[
        '/api/kontora/changes?entity=houses',
        '/api/kontora/changes?entity[]=companies',
        '/api/kontora/changes?after[a]=1',
      ],
      ...['/api/kontora/changes?entity=companies&id=abc', '/api/kontora/changes?id=5'],
      ...['/api/kontora/bin', '/api/kontora/bin?entity=tasks', '/api/kontora/bin?entity[a]=companies'],
      ...['/api/kontora/count', '/api/kontora/count?entity=tasks', '/api/kontora/count?entity=companies&id=5'],
      ...['/api/kontora/ids', '/api/kontora/ids?entity[]=companies', '/api/kontora/ids?entity=companies&sort=name'],
      '/api/kontora/ids?entity=companies&sort[a]=id',
      '/api/kontora/ids?entity=companies&query=%00',
      ...[
        '/api/kontora/history',
        '/api/kontora/history?entity=companies&id=1',
        '/api/kontora/history?entity=companies&at=1',
      ],
      '/api/kontora/history?entity=companies&id[a][b]=1&at=1',
      `/api/kontora/history?entity=companies&at=1&id=${Array.from({ length: 501 }, (_, id) => id + 1)}`,
    ];
    await assertRefused(
      server,
      urls.map((url) => () => server.get(url)),
    );
    const lists = [5.5, -1, 'x', { a: 1 }, [[1]], [{}], [null, 'x'], '1,x'];
    const bodies = [undefined, '', '5', '[]', '{}', ...lists.map((companies) => ({ companies })), { tasks: [1] }];
    const many = { companies: Array.from({ length: 501 }, (_, id) => id + 1) };
    for (const path of ['restore', 'purge']) {
      await assertRefused(
        server,
        [...bodies, many].map((body) => () => server.post(`/api/kontora/bin/${path}`, body)),
      );
    }
  });
});
