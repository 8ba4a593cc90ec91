import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type Administration,
  createAdministration,
  createClient,
  createPasswords,
  KontoraError,
} from '../../client/client.ts';
import { login, startServer, type TestServer, testToken } from '../support/server.ts';

let server: TestServer;
let admin: Administration;
before(async () => {
  server = await startServer();
  admin = createAdministration(createClient({ baseUrl: server.url, auth: { token: testToken } }));
});
after(() => server.close());

const asWhom = (login: string, key: string) => createClient({ baseUrl: server.url, auth: { login, key } });

test('users are listed, added and changed, and get new keys', async () => {
  assert.deepEqual(
    (await admin.users.list()).map((user) => user.login),
    [login],
  );
  const { user, apiKey } = await admin.users.add({ login: 'olga@example.com', rights: { company_view: 'D' } });
  assert.deepEqual(await asWhom(user.login, apiKey).companies.list(), []);
  const changed = await admin.users.update({ id: user.id, name: 'Ольга', rights: { company_view: 'A' } });
  assert.deepEqual([changed.name, changed.rights['company_view']], ['Ольга', 'A']);
  assert.ok((await asWhom(user.login, apiKey).companies.list()).length > 0);
  const key = await admin.users.renewKey(user.id);
  await assert.rejects(asWhom(user.login, apiKey).account(), (error: KontoraError) => error.code === 110);
  assert.equal((await asWhom(user.login, key).account()).current_user, user.id);
  await assert.rejects(admin.users.add({ login: 'OLGA@example.com' }), (error) => {
    assert.ok(error instanceof KontoraError);
    assert.deepEqual([error.status, error.code], [400, 431]);
    return true;
  });
});

test('groups are listed, added, renamed and deleted', async () => {
  const { id } = await admin.groups.add('Опт');
  const { user } = await admin.users.add({ login: 'petr@example.com', group_id: id });
  assert.deepEqual(await admin.groups.rename(id, 'Розница'), { id, name: 'Розница' });
  assert.deepEqual((await admin.groups.list()).at(-1), { id, name: 'Розница', users: 1 });
  assert.equal(await admin.groups.delete(id), 1);
  assert.equal((await admin.users.list()).find((one) => one.id === user.id)?.group_id, 0);
});

test('fields are listed, changed and deleted', async () => {
  const client = createClient({ baseUrl: server.url, auth: { token: testToken } });
  const draft = { name: 'Размер', field_type: 4, element_type: 3, origin: 'test', enums: ['S', 'L'] };
  const [made] = await client.fields.add([draft]);
  const [small, large] = (await admin.fields.list()).find(({ id }) => id === made!.id)!.enums;
  const enums = [small!, { value: 'M' }, { ...large!, value: 'XL' }];
  const changed = await admin.fields.update({ id: made!.id, name: 'Size', enums });
  assert.deepEqual([changed.name, ...changed.enums.map(({ value }) => value)], ['Size', 'S', 'M', 'XL']);
  await admin.fields.delete(made!.id);
  assert.ok(!(await admin.fields.list()).some(({ id }) => id === made!.id));
});

test('passwords are set by a link, changed, and signed in with', async () => {
  const { user } = await admin.users.add({ login: 'pass@example.com' });
  const { path } = await admin.users.addPasswordLink(user.id);
  const anybody = createPasswords(createClient({ baseUrl: server.url, auth: 'cookie' }));
  const token = path.split('#')[1]!;
  assert.deepEqual(await anybody.readLink(token), {
    login: user.login,
    name: user.login,
    language: 'ru',
    is_set: false,
  });
  assert.equal((await anybody.setByLink(token, 'a long password')).is_set, true);
  await assert.rejects(anybody.setByLink(token, 'another password'), (error: KontoraError) => error.code === 440);
  const mine = createClient({ baseUrl: server.url, auth: { login: user.login, password: 'a long password' } });
  assert.equal((await mine.account()).current_user, user.id);
  await createPasswords(mine).change('a long password', 'another password');
  const wrong = createClient({ baseUrl: server.url, auth: { login: user.login, password: 'a long password' } });
  await assert.rejects(wrong.account(), (error: KontoraError) => error.code === 110);
  assert.equal((await admin.users.list()).find(({ id }) => id === user.id)?.has_password, true);
});

test('tags are listed, renamed, merged and deleted to the end', async () => {
  const crm = createClient({ baseUrl: server.url, auth: { token: testToken } });
  const names = async () => (await admin.tags.list('companies')).map(({ name, count }) => [name, count]);
  await crm.companies.add(
    Array.from({ length: 501 }, (_, index) => ({ name: `к ${index}`, tags: index ? 'а' : 'а, б' })),
  );
  assert.deepEqual(await names(), [
    ['а', 501],
    ['б', 1],
  ]);
  const [a, b] = await admin.tags.list('companies');
  assert.equal((await admin.tags.rename('companies', b!.id, 'в')).name, 'в');
  assert.equal(await admin.tags.merge('companies', [a!.id], b!.id), 501);
  assert.deepEqual(await names(), [['в', 501]]);
  assert.equal(await admin.tags.delete('companies', [b!.id]), 501);
  assert.deepEqual(await admin.tags.list('companies', { query: 'в', limit_rows: 5 }), []);
});

test('integrations and deliveries', async () => {
  const { id, secret } = await admin.integrations.add({ name: 'Магазин', redirect_uri: 'https://shop.example/' });
  assert.equal((await admin.integrations.list()).find((one) => one.id === id)?.is_own, true);
  assert.notEqual(await admin.integrations.renewSecret(id), secret);
  assert.equal(await admin.integrations.delete(id), true);
  const crm = createClient({ baseUrl: server.url, auth: { token: testToken } });
  await crm.webhooks.subscribe([{ url: 'https://hook.example/', events: ['add_lead'] }]);
  await crm.leads.add([{ name: 'Весть' }]);
  const [delivery] = await admin.deliveries.list({ status: 'pending' });
  assert.deepEqual((await admin.deliveries.find(delivery!.id))?.log, []);
  assert.deepEqual(await admin.deliveries.redeliver([delivery!.id]), [delivery!.id]);
});

test('lists by tag and by field', async () => {
  const crm = createClient({ baseUrl: server.url, auth: { token: testToken } });
  const vip = (value: number) => [{ id: 3789654, values: [{ value }] }];
  const [one, two] = await crm.companies.add([
    { name: 'первая', tags: ['фильтр', 'иной'], custom_fields: vip(2615948) },
    { name: 'вторая', tags: ['фильтр'] },
  ]);
  const ids = async (filter: object) => (await crm.companies.list({ filter })).map(({ id }) => id);
  assert.deepEqual(await ids({ tag: 'Фильтр' }), [one!.id, two!.id]);
  assert.deepEqual(await ids({ tag: ['иной', 'нет'] }), [one!.id]);
  assert.deepEqual(await ids({ tag: 'фильтр', custom_fields: { 3789654: [2615948] } }), [one!.id]);
});
