import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { addGroup, addUser } from '../support/accounts.ts';
import { assertProblem } from '../support/refusals.ts';
import { type Credentials, startServer, type TestServer, testNow } from '../support/server.ts';

type Person = Credentials & { id: number };
interface Item {
  id: number;
}

const ids = (reply: { status: number; json: { _embedded: { items: Item[] } } }): number[] =>
  reply.status === 204 ? [] : reply.json._embedded.items.map((item) => item.id);

/** anna and boris sit in group 1, vera in group 2; each is responsible for one record of every kind. */
describe('what a user may not see does not exist for him', () => {
  let server: TestServer;
  let anna: Person;
  let boris: Person;
  let vera: Person;
  let own: Person;
  let group: Person;
  let none: Person;
  const records = new Map<string, number>();
  const idOf = (key: string) => records.get(key)!;

  before(async () => {
    server = await startServer();
    await addGroup(server.store, 1);
    await addGroup(server.store, 2);
    const all = (level: 'A' | 'G' | 'M' | 'D') =>
      Object.fromEntries(['company', 'contact', 'lead', 'customer'].map((kind) => [`${kind}_view`, level]));
    anna = await addUser(server.store, 'anna', {}, { groupId: 1 });
    boris = await addUser(server.store, 'boris', {}, { groupId: 1 });
    vera = await addUser(server.store, 'vera', {}, { groupId: 2 });
    own = await addUser(server.store, 'own', all('M'), { groupId: 1 });
    group = await addUser(server.store, 'group', all('G'), { groupId: 1 });
    none = await addUser(server.store, 'none', all('D'), { groupId: 1 });
    for (const [name, person] of Object.entries({ anna, boris, vera, own, group })) {
      for (const path of ['contacts', 'leads', 'customers', 'companies']) {
        const item: Record<string, unknown> = {
          name: `${path} ${name}`,
          responsible_user_id: person.id,
          tags: 'общий',
        };
        if (path === 'companies') {
          const everyone = ['anna', 'boris', 'vera', 'own', 'group'];
          const linked = (kind: string) => everyone.flatMap((n) => records.get(`${kind} ${n}`) ?? []);
          Object.assign(item, {
            contacts_id: linked('contacts'),
            leads_id: linked('leads'),
            customers_id: linked('customers'),
          });
        }
        const reply = await server.post(`/api/v2/${path}`, { add: [item] });
        records.set(`${path} ${name}`, reply.json._embedded.items[0].id);
      }
    }
  });
  after(() => server.close());

  for (const path of ['companies', 'contacts', 'leads', 'customers']) {
    test(`M shows only his own ${path}, G those of his group, D none: in lists, by id and by search`, async () => {
      const visible = {
        own: ['own'],
        group: ['anna', 'boris', 'own', 'group'],
        none: [],
      };
      for (const [person, names] of [
        [own, visible.own],
        [group, visible.group],
        [none, visible.none],
      ] as const) {
        const wanted = names.map((name) => idOf(`${path} ${name}`)).sort((a, b) => a - b);
        const everyId = [...records].filter(([key]) => key.startsWith(path)).map(([, id]) => id);
        assert.deepEqual(ids(await server.get(`/api/v2/${path}`, {}, person)), wanted);
        assert.deepEqual(ids(await server.get(`/api/v2/${path}?id=${everyId}`, {}, person)), wanted);
        assert.deepEqual(ids(await server.get(`/api/v2/${path}?query=${path}`, {}, person)), wanted);
        const modified = { 'If-Modified-Since': String(testNow - 1) };
        assert.deepEqual(ids(await server.get(`/api/v2/${path}`, modified, person)), wanted);
      }
    });
  }

  test('links show only what he sees of the other side', async () => {
    const id = idOf('companies group');
    const reply = await server.get(`/api/v2/companies?id=${id}`, {}, group);
    const [company] = reply.json._embedded.items;
    assert.deepEqual(
      company.contacts.id,
      ['anna', 'boris', 'own', 'group'].map((name) => idOf(`contacts ${name}`)),
    );
    const contact = await server.get(`/api/v2/contacts?id=${idOf('contacts own')}`, {}, own);
    assert.deepEqual(contact.json._embedded.items[0].company, []);
  });

  test('he can neither link nor unlink what he does not see', async () => {
    const { json } = await server.post(
      '/api/v2/companies',
      { add: [{ name: 'своя', contacts_id: [idOf('contacts vera'), idOf('contacts own')] }] },
      {},
      own,
    );
    const { id } = json._embedded.items[0];
    const company = async () => (await server.get(`/api/v2/companies?id=${id}`)).json._embedded.items[0];
    assert.deepEqual((await company()).contacts.id, [idOf('contacts own')]);
    await server.post('/api/v2/companies', {
      update: [{ id, updated_at: testNow, contacts_id: [idOf('contacts vera')] }],
    });
    const unlink = { contacts_id: [idOf('contacts vera'), idOf('contacts own')] };
    await server.post('/api/v2/companies', { update: [{ id, updated_at: testNow, unlink }] }, {}, own);
    assert.deepEqual((await company()).contacts.id, [idOf('contacts vera')]);
  });

  test('what he does not see counts for the 40 contacts of a lead: SECURITY.md', async () => {
    const post = async (path: string, item: object, as?: Person) =>
      server.post(`/api/v2/${path}`, { add: [item] }, {}, as);
    const contact = async (person: Person) =>
      ids(await post('contacts', { name: 'один из многих', responsible_user_id: person.id }))[0]!;
    const hidden = await Promise.all(Array.from({ length: 39 }, () => contact(vera)));
    const lead = { name: 'многолюдная', responsible_user_id: own.id, contacts_id: hidden };
    const [id] = ids(await post('leads', lead));
    const mine = [await contact(own), await contact(own)];
    const link = (contacts_id: number[], seconds: number) =>
      server.post('/api/v2/leads', { update: [{ id, updated_at: testNow + seconds, contacts_id }] }, {}, own);
    assertProblem(await link(mine, 1), 400, 330);
    assert.equal((await link(mine.slice(1), 2)).status, 200);
    const [item] = (await server.get(`/api/v2/leads?id=${id}`, {}, own)).json._embedded.items;
    assert.deepEqual(item.contacts.id, mine.slice(1));
    assertProblem(await link(mine, 3), 400, 330);
  });
});

describe('rights to add, edit and delete', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  test('without the right to add the whole request is 403 with code 202, and nothing is written', async () => {
    const person = await addUser(server.store, 'noadd', { company_add: 'D' });
    const before = (await server.get('/api/v2/companies')).text;
    const reply = await server.post(
      '/api/v2/companies',
      { add: [{ name: 'x' }], update: [{ id: 41389, updated_at: testNow, name: 'y' }] },
      {},
      person,
    );
    assert.equal(reply.status, 403);
    assert.match(reply.json.detail, /202/);
    for (const [path, right, code] of [
      ['leads', 'lead_add', 244],
      ['customers', 'customer_add', 288],
    ] as const) {
      const other = await addUser(server.store, `no${right}`, { [right]: 'D' });
      assertProblem(await server.post(`/api/v2/${path}`, { add: [{ name: 'x' }] }, {}, other), 403, code);
    }
    const made = await server.post('/api/v2/contacts', { add: [{ name: 'x', company_name: 'y' }] }, {}, person);
    assert.equal(made.status, 403);
    assert.equal((await server.get('/api/v2/companies')).text, before);
  });

  test('an edit without the right is refused for its item, and the rest goes on', async () => {
    const person = await addUser(server.store, 'ownedits', { company_edit: 'M' });
    const { json } = await server.post('/api/v2/companies', { add: [{ name: 'моя' }] }, {}, person);
    const mine = json._embedded.items[0].id;
    const reply = await server.post(
      '/api/v2/companies',
      { update: [mine, 41389].map((id) => ({ id, updated_at: testNow, name: 'новое' })) },
      {},
      person,
    );
    assert.deepEqual(ids(reply), [mine]);
    assert.deepEqual(reply.json._embedded.errors, { update: { 41389: 'Access denied' } });
    assert.equal((await server.get('/api/v2/companies?id=41389')).json._embedded.items[0].name, 'ООО Ромашка');
  });

  test('a delete without the right is refused and told', async () => {
    const person = await addUser(server.store, 'nodelete', { company_delete: 'D' });
    const reply = await server.post('/ajax/companies/multiple/delete/', 'ID[]=41389', {}, person);
    assert.equal(reply.json.status, 'error');
    assert.equal((await server.get('/api/v2/companies?id=41389')).status, 200);
  });
});
