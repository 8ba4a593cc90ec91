import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { documentAccountId } from '../../seed/document.ts';
import { acme, acmeAdministrator, addAcme } from '../support/accounts.ts';
import { startServer, type TestServer, testNow } from '../support/server.ts';

const paths = ['companies', 'contacts', 'leads', 'customers'] as const;

describe('two accounts on one server: nothing of the one can be read, written or linked from the other', () => {
  let server: TestServer;
  /** One record of each kind in each account. */
  const own: Record<string, number> = {};
  const foreign: Record<string, number> = {};

  before(async () => {
    server = await startServer();
    await addAcme(server.store);
    for (const path of paths) {
      // The first ids of Acme are low; push them to where none of the document's account are, and the other way round.
      const add = [{ name: `секрет ${path}`, tags: `тайна ${path}` }];
      const ours = await server.post(`/api/v2/${path}`, { add: [{ name: `наш ${path}` }] });
      own[path] = ours.json._embedded.items[0].id;
      const sequence = path === 'leads' ? 'lead' : path === 'customers' ? 'customer' : 'contact';
      await server.store.write((tx) => tx.setCounter(acme.id, sequence, 5_000_000 + paths.indexOf(path)));
      const theirs = await server.post(`/api/v2/${path}`, { add }, {}, acmeAdministrator);
      foreign[path] = theirs.json._embedded.items[0].id;
    }
  });
  after(() => server.close());

  const theirState = async () => {
    const texts = [];
    for (const path of paths) texts.push((await server.get(`/api/v2/${path}`, {}, acmeAdministrator)).text);
    return texts.join('\n');
  };

  for (const path of paths) {
    test(`${path}: reading by id, list, search, tag name and date shows nothing`, async () => {
      const hidden = await server.get(`/api/v2/${path}?id=${foreign[path]}`);
      const missing = await server.get(`/api/v2/${path}?id=987654`);
      assert.deepEqual([hidden.status, hidden.text], [missing.status, missing.text]);
      assert.ok(!(await server.get(`/api/v2/${path}`)).text.includes('секрет'));
      for (const query of ['секрет', 'ек', 'с', String(foreign[path])]) {
        const found = await server.get(`/api/v2/${path}?query=${encodeURIComponent(query)}`);
        assert.ok(!found.text.includes('секрет'), query);
      }
      const since = await server.get(`/api/v2/${path}`, { 'If-Modified-Since': '1' });
      assert.ok(!since.text.includes('секрет'));
    });

    test(`${path}: updating and deleting its id is like that of none, and changes nothing`, async () => {
      const before = await theirState();
      const item = { updated_at: testNow + 5, name: 'взлом', tags: 'взлом' };
      const hidden = await server.post(`/api/v2/${path}`, { update: [{ id: foreign[path], ...item }] });
      const missing = await server.post(`/api/v2/${path}`, { update: [{ id: 987654, ...item }] });
      assert.equal(hidden.text.replaceAll(String(foreign[path]), '987654'), missing.text);
      if (path !== 'customers') await server.post(`/ajax/${path}/multiple/delete`, `ID[]=${foreign[path]}`);
      assert.equal(await theirState(), before);
    });
  }

  test('linking from every kind by every key makes no link on either side', async () => {
    const before = await theirState();
    const keys = ['contacts_id', 'leads_id', 'customers_id', 'company_id'];
    const target: Record<string, number> = {
      contacts_id: foreign['contacts']!,
      leads_id: foreign['leads']!,
      customers_id: foreign['customers']!,
      company_id: foreign['companies']!,
    };
    for (const path of paths) {
      for (const key of keys) {
        const update = [{ id: own[path], updated_at: testNow, [key]: target[key], unlink: { [key]: target[key] } }];
        assert.equal((await server.post(`/api/v2/${path}`, { update })).status, 200);
        const { text } = await server.get(`/api/v2/${path}?id=${own[path]}`);
        assert.ok(!text.includes(String(target[key])), `${path} ${key}`);
      }
    }
    assert.equal(await theirState(), before);
  });

  test('a tag id of the other account names nothing here', async () => {
    const theirs = (await server.get('/api/v2/companies', {}, acmeAdministrator)).json._embedded.items[0].tags[0];
    await server.store.write((tx) => tx.setCounter(documentAccountId, 'tag', 70_000));
    await server.post('/api/v2/companies', {
      update: [{ id: own['companies'], updated_at: testNow, tags: [theirs.id] }],
    });
    const [company] = (await server.get(`/api/v2/companies?id=${own['companies']}`)).json._embedded.items;
    assert.deepEqual(
      company.tags.map((tag: { name: string }) => tag.name),
      [String(theirs.id)],
    );
  });

  test('a field, an enum and a user of the other account are unknown here', async () => {
    const bodies = [
      { add: [{ name: 'x', custom_fields: [{ id: 1002, values: [{ value: '1' }] }] }] },
      { add: [{ name: 'x', responsible_user_id: 101 }] },
    ];
    for (const body of bodies) assert.equal((await server.post('/api/v2/companies', body)).status, 400);
  });

  test('a session or key of the one is refused at an address that names the other', async () => {
    const signed = await server.post(
      '/private/api/auth.php',
      { USER_LOGIN: acmeAdministrator.login, USER_HASH: acmeAdministrator.key },
      {},
      null,
    );
    assert.equal(signed.json.response.accounts.length, 1);
    const cookie = signed.headers.getSetCookie()[0]!.split(';')[0]!;
    const { get } = await import('node:http');
    const statusAt = (host: string) =>
      new Promise<number>((resolve, reject) => {
        get(`${server.url}/api/v2/companies`, { headers: { host, cookie } }, (response) => {
          response.resume();
          resolve(response.statusCode!);
        }).on('error', reject);
      });
    assert.equal(await statusAt('acme.amocrm.ru'), 200);
    assert.equal(await statusAt('test.amocrm.ru'), 401);
    assert.equal(await statusAt('unknown.amocrm.ru'), 401);
    assert.equal(await statusAt('localhost'), 200);
  });
});
