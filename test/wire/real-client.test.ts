import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { key, login, startServer, type TestServer } from '../support/server.ts';

// A public client as it comes from the registry. It insists on https://<account>.amocrm.ru: only where its requests go is changed,
// as a proxy would.
const AmoCRM = createRequire(import.meta.url)('amocrm-js');

describe('amocrm-js, a public client, works unchanged', () => {
  const original = https.request;
  let server: TestServer;
  // biome-ignore lint/suspicious/noExplicitAny: the client has no types
  let crm: any;

  before(async () => {
    server = await startServer();
    const { hostname, port } = new URL(server.url);
    const toServer = (options: https.RequestOptions, callback: (response: http.IncomingMessage) => void) => {
      const headers = { ...options.headers, host: options.hostname } as http.OutgoingHttpHeaders;
      return http.request({ ...options, hostname, port, headers }, callback);
    };
    Object.assign(https, { request: toServer });
    crm = new AmoCRM({ domain: 'test', auth: { login, hash: key } });
  });
  after(async () => {
    crm.disconnect();
    Object.assign(https, { request: original });
    await server.close();
  });

  test('it signs in, and is told when its key is wrong', async () => {
    assert.equal(await crm.connect(), true);
    const stranger = new AmoCRM({ domain: 'test', auth: { login, hash: 'wrong' } });
    await assert.rejects(stranger.connect(), { message: 'Auth Error' });
    assert.equal((await crm.request.get('/api/v2/account', { with: 'users' })).current_user, 504141);
  });

  test('it adds, reads and searches companies by free requests', async () => {
    const fields = [{ id: 4396819, values: [{ value: 'Info@Wabeco.com', enum: 'WORK' }] }];
    const company = { name: 'Wabeco', request_id: 7, custom_fields: fields };
    const added = await crm.request.post('/api/v2/companies', { add: [company] });
    const [{ id, request_id }] = added._embedded.items;
    assert.equal(request_id, 7);
    const found = async (data: object) => {
      const answer = await crm.request.get('/api/v2/companies', data);
      return answer._embedded?.items.map((item: { id: number }) => item.id) ?? [];
    };
    assert.deepEqual(await found({ id }), [id]);
    assert.deepEqual(await found({ id: [id, 41389], limit_rows: 1 }), [41389, id]);
    assert.deepEqual(await found({ query: 'INFO@wabeco' }), [id]);
    assert.deepEqual(await found({ id: 5 }), []);
  });

  test('its lead saves, reads back, changes, and hears that it is stale', async () => {
    const lead = new crm.Lead({ name: 'Сделка', status_id: 142, sale: 5000 });
    await lead.save();
    const read = await crm.Lead.findById(lead.id);
    assert.deepEqual([read.name, read.sale, read.status_id], ['Сделка', 5000, 142]);
    Object.assign(read, { name: 'Новое имя', updated_at: read.updated_at + 10 });
    await read.save();
    assert.equal((await crm.Lead.findById(lead.id)).name, 'Новое имя');
    read.updated_at = 1;
    await assert.rejects(read.save(), /Last modified date is older than in database/);
  });

  test('its contact is linked, found and removed', async () => {
    const contact = new crm.Contact({ name: 'Walter White', company_id: 41389 });
    await contact.save();
    const found = await crm.Contact.find({ query: 'walter' });
    assert.deepEqual(
      found.map((item: { id: number }) => item.id),
      [contact.id],
    );
    const company = (await server.get('/api/v2/companies?id=41389')).json._embedded.items[0];
    assert.deepEqual(company.contacts.id, [contact.id]);
    await contact.remove();
    assert.equal((await server.get(`/api/v2/contacts?id=${contact.id}`)).status, 204);
  });

  test('its factories insert, update, find and remove many', async () => {
    const inserted = await crm.Lead.insert([{ name: 'Одна' }, { name: 'Две' }]);
    const ids: number[] = inserted.getItems().map((item: { id: number }) => item.id);
    assert.equal(ids.length, 2);
    const later = Math.floor(Date.now() / 1000) + 10;
    await crm.Lead.update(ids.map((id) => ({ id, updated_at: later, sale: 700 })));
    const found = await crm.Lead.find({ id: ids });
    assert.deepEqual(
      found.map((lead: { name: string; sale: number }) => [lead.name, lead.sale]),
      [
        ['Одна', 700],
        ['Две', 700],
      ],
    );
    await crm.Lead.remove(ids);
    assert.equal((await server.get(`/api/v2/leads?id=${ids}`)).status, 204);
    const made = crm.Contact.of({ name: 'Скайлер' });
    await made.save();
    await made.fetch();
    assert.equal(made.name, 'Скайлер');
  });

  test('tasks, notes, fields, pipelines and webhooks go by free requests', async () => {
    const idOf = (answer: { _embedded: { items: { id: number }[] } }) => answer._embedded.items[0]!.id;
    const about = { element_id: 41389, element_type: 3 };
    const task = idOf(
      await crm.request.post('/api/v2/tasks', { add: [{ ...about, text: 'Позвонить', complete_till: 1900000000 }] }),
    );
    const tasks = await crm.request.get('/api/v2/tasks', {
      type: 'company',
      element_id: 41389,
      filter: { status: [0] },
    });
    assert.equal(idOf(tasks), task);
    await crm.request.post('/api/v2/notes', { add: [{ ...about, note_type: 4, text: 'Поговорили' }] });
    const notes = await crm.request.get('/api/v2/notes', { type: 'company', note_type: 4 });
    assert.equal(notes._embedded.items[0].text, 'Поговорили');
    const field = { name: 'Цвет', field_type: 4, element_type: 3, origin: 'amocrm-js', enums: ['красный', 'синий'] };
    const fieldId = idOf(await crm.request.post('/api/v2/fields', { add: [field] }));
    const account = await crm.request.get('/api/v2/account', { with: 'custom_fields' });
    assert.deepEqual(Object.values(account._embedded.custom_fields.companies[fieldId].enums), ['красный', 'синий']);
    const pipeline = { name: 'Вторая', statuses: { 0: { name: 'Начало', sort: 20, color: '#fffeb2' } } };
    const set = await crm.request.post('/private/api/v2/json/pipelines/set', {
      request: { pipelines: { add: [pipeline] } },
    });
    const [id] = Object.keys(set.response.pipelines.add.pipelines);
    assert.equal((await crm.request.get('/api/v2/pipelines', { id }))._embedded.items[id!].name, 'Вторая');
    const hook = { url: 'https://example.com/hook', events: ['add_lead'] };
    const hooked = await crm.request.post('/api/v2/webhooks/subscribe', { subscribe: [hook] });
    assert.deepEqual(hooked._embedded.items, [{ url: hook.url, result: true }]);
  });
});
