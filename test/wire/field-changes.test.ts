import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addUser } from '../support/accounts.ts';
import { startServer, type TestServer } from '../support/server.ts';

// docs/api/fields.md: what API v2 cannot do with fields.

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

interface Option {
  readonly id: number;
  readonly value: string;
}

const change = (body: object) => server.post('/api/kontora/fields/update', body);
const listed = async (id: number) =>
  (await server.get('/api/kontora/fields')).json.fields.find((field: Option) => field.id === id);
const found = async (query: string, kind = 'companies') => {
  const { text } = await server.get(`/api/v2/${kind}?query=${encodeURIComponent(query)}`);
  return text === '' ? [] : JSON.parse(text)._embedded.items.map(({ id }: Option) => id);
};
const company = async (id: number) => (await server.get(`/api/v2/companies?id=${id}`)).json._embedded.items[0];

async function defineField(name: string, type: number, enums: readonly string[] = []): Promise<number> {
  const add = [{ name, field_type: type, element_type: 3, origin: 'test', enums }];
  return (await server.post('/api/v2/fields', { add })).json._embedded.items[0].id;
}

async function addCompany(name: string, id: number, value: unknown): Promise<number> {
  const add = [{ name, custom_fields: [{ id, values: [{ value }] }] }];
  return (await server.post('/api/v2/companies', { add })).json._embedded.items[0].id;
}

test('a field gets another name and place; answers that were kept show it', async () => {
  const first = await defineField('Прежнее', 1);
  const second = await defineField('Второе', 1);
  const id = await addCompany('С полем', first, 'x');
  assert.equal((await company(id)).custom_fields[0].name, 'Прежнее');
  assert.equal((await company(id)).custom_fields[0].name, 'Прежнее');
  const { json } = await change({ id: first, name: ' Новое ', sort: (await listed(second)).sort + 1 });
  assert.deepEqual([json.field.name, json.field.entities, json.field.origin], ['Новое', ['companies'], 'test']);
  assert.equal((await company(id)).custom_fields[0].name, 'Новое');
  const ids = (await server.get('/api/kontora/fields')).json.fields.map((field: Option) => field.id);
  assert.ok(ids.indexOf(first) > ids.indexOf(second));
});

test('options are renamed, added and put in order; records keep theirs and are found by the new name alone', async () => {
  const field = await defineField('Источник', 4, ['Выставка', 'Сайт']);
  const [fair, site] = (await listed(field)).enums as [Option, Option];
  const ids = [];
  for (let index = 0; index < 3; index += 1) ids.push(await addCompany(`Гость ${index}`, field, fair.id));
  const binned = await addCompany('Удалённый гость', field, fair.id);
  await server.post('/ajax/companies/multiple/delete', { ID: [binned] });
  const named = await addCompany('Выставка достижений', field, site.id);
  assert.deepEqual(await found('выставка'), [...ids, named]);

  const enums = [{ value: 'Звонок' }, { id: site.id, value: site.value }, { id: fair.id, value: 'Ярмарка' }];
  const { json } = await change({ id: field, enums });
  assert.deepEqual(
    json.field.enums.map(({ value }: Option) => value),
    ['Звонок', 'Сайт', 'Ярмарка'],
  );
  assert.deepEqual(json.field.enums.slice(1), [site, { id: fair.id, value: 'Ярмарка' }]);
  assert.deepEqual((await listed(field)).enums, json.field.enums);
  assert.equal((await company(ids[0]!)).custom_fields[0].values[0].value, 'Ярмарка');
  assert.deepEqual(await found('ярмарка'), ids);
  assert.deepEqual(await found('выставка'), [named]);
  await server.post('/api/kontora/bin/restore', { companies: [binned] });
  assert.deepEqual(await found('ярмарка'), [...ids, binned]);
  // A name that holds the one before is looked for among the same records.
  await change({ id: field, enums: [...json.field.enums.slice(0, 2), { id: fair.id, value: 'Ярмарка весной' }] });
  assert.deepEqual(await found('ярмарка весной'), [...ids, binned]);
  await addCompany('Позвонил', field, json.field.enums[0].id);
});

test('a field is deleted, whoever has made it', async () => {
  const id = await defineField('Лишнее', 1);
  assert.deepEqual((await server.post('/api/kontora/fields/delete', { id })).json, { id });
  assert.equal(await listed(id), undefined);
  const again = await server.post('/api/kontora/fields/delete', { id });
  assert.deepEqual([again.status, again.json.detail], [400, 'Код ошибки 204. Дополнительное поле не найдено (id)']);
});

test('what is wrong is refused, and nothing is changed', async () => {
  const field = await defineField('Список', 5, ['а', 'б']);
  const plain = await defineField('Текст', 1);
  const { enums } = await listed(field);
  const phone = (await server.get('/api/kontora/fields')).json.fields.find(
    ({ code }: { code: string }) => code === 'PHONE',
  );
  const before = await listed(field);
  for (const [body, status, code] of [
    [{ id: field, name: ' ' }, 400, 205],
    [{ id: field, enums: [enums[0]] }, 400, 451],
    [{ id: field, enums: [...enums, enums[0]] }, 400, 203],
    [{ id: field, enums: [...enums, { id: 1, value: 'чужой' }] }, 400, 203],
    [{ id: field, enums: [...enums, { value: ' ' }] }, 400, 205],
    [{ id: field, enums: 'а,б' }, 400, 400],
    [{ id: field, enums: ['а'] }, 400, 400],
    [{ id: field, sort: -1 }, 400, 400],
    [{ id: field, name: 'я'.repeat(10_000) }, 400, 400],
    [{ id: plain, enums: [{ value: 'а' }] }, 400, 450],
    [{ id: phone.id, name: 'Телефончик' }, 400, 452],
    [{ id: 99, name: 'Нет' }, 400, 204],
    [{ name: 'Без id' }, 400, 400],
    [[], 400, 400],
  ] as const) {
    const answer = await change(body);
    assert.equal(answer.status, status, JSON.stringify(body));
    assert.match(answer.json.detail, new RegExp(`^Код ошибки ${code}\\.`), JSON.stringify(body));
  }
  assert.deepEqual(await listed(field), before);
  const deleted = await server.post('/api/kontora/fields/delete', { id: phone.id });
  assert.equal(deleted.status, 400);
  const reader = await addUser(server.store, 'reader', {});
  for (const path of ['update', 'delete']) {
    assert.equal((await server.post(`/api/kontora/fields/${path}`, { id: field }, {}, reader)).status, 403);
  }
  assert.equal((await server.get('/api/kontora/fields', {}, reader)).status, 403);
});
