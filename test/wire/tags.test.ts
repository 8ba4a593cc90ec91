import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { addUser } from '../support/accounts.ts';
import { answerFaults } from '../support/api-description.ts';
import { assertProblem, assertRefused } from '../support/refusals.ts';
import { type Credentials, startServer, type TestServer, testNow } from '../support/server.ts';

// Tags as administrators keep them in order.

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

async function post(path: string, body: unknown, as?: Credentials) {
  const url = `/api/kontora/tags/${path}`;
  const reply = await server.post(url, body, {}, as);
  const type = reply.headers.get('content-type');
  assert.equal(answerFaults({ method: 'POST', url }, { status: reply.status, type, body: reply.text }), undefined);
  return reply;
}

type Listed = { id: number; name: string; count?: number };
async function list(query = '', entity = 'companies', as?: Credentials): Promise<Listed[]> {
  const url = `/api/kontora/tags?entity=${entity}${query}`;
  const reply = await server.get(url, {}, as);
  const type = reply.headers.get('content-type');
  assert.equal(answerFaults({ method: 'GET', url }, { status: reply.status, type, body: reply.text }), undefined);
  return reply.json.tags;
}

async function add(...tags: string[]): Promise<number[]> {
  const reply = await server.post('/api/v2/companies', {
    add: tags.map((text) => ({ name: `с ${text}`, tags: text })),
  });
  return reply.json._embedded.items.map(({ id }: { id: number }) => id);
}

async function tagsOf(...ids: number[]): Promise<string[][]> {
  const reply = await server.get(`/api/v2/companies?id=${ids}`);
  return reply.json._embedded.items.map(({ tags }: { tags: Listed[] }) => tags.map(({ name }) => name));
}

const idOf = async (name: string) => (await list()).find((tag) => tag.name === name)!.id;

test('are listed by name with how many records have each, a page or those in which a text occurs', async () => {
  const ids = await add('опт, склад', 'Опт', 'розница');
  await server.post('/ajax/companies/multiple/delete', { ID: ids[1] });
  const counted = (await list()).map(({ name, count }) => [name, count]);
  assert.deepEqual(counted, [
    ['опт', 2],
    ['розница', 1],
    ['склад', 1],
  ]);
  assert.deepEqual(
    (await list('&query=ОЗНИ')).map(({ name }) => name),
    ['розница'],
  );
  assert.deepEqual((await list('&query=%25')).length, 0);
  assert.deepEqual(
    (await list('&limit_rows=1&limit_offset=2')).map(({ name }) => name),
    ['склад'],
  );
  assert.deepEqual(await list('', 'leads'), []);
});

test('who does not see all records sees the tags of those that he sees, without numbers', async () => {
  const [seller, mate, guest, blind] = [
    await addUser(server.store, 'seller', { company_view: 'M' }, { groupId: 5 }),
    await addUser(server.store, 'mate', { company_view: 'G' }, { groupId: 5 }),
    await addUser(server.store, 'guest', {}),
    await addUser(server.store, 'blind', { company_view: 'D' }),
  ];
  const before = (await list()).map(({ id, name }) => ({ id, name }));
  assert.deepEqual([await list('', 'companies', seller), await list('', 'companies', mate)], [[], []]);
  assert.deepEqual(await list('', 'companies', guest), before);
  const responsible_user_id = seller.id;
  const reply = await server.post('/api/v2/companies', {
    add: [
      { name: 'а', tags: 'опт, личный', responsible_user_id },
      { name: 'б', tags: 'выброшенный', responsible_user_id },
      { name: 'в', tags: 'тайный' },
    ],
  });
  const [own, binned] = reply.json._embedded.items.map(({ id }: { id: number }) => id);
  await server.post('/ajax/companies/multiple/delete', { ID: [binned] });
  for (const as of [seller, mate]) {
    const seen = await list('', 'companies', as);
    assert.deepEqual(
      seen.map(({ name, count }) => [name, count]),
      [
        ['личный', undefined],
        ['опт', undefined],
      ],
    );
    // Hidden is as absent.
    for (const query of ['тайн', 'розниц', 'выброш', 'нетакого']) {
      assert.deepEqual(await list(`&query=${query}`, 'companies', as), [], query);
    }
  }
  assert.deepEqual(await list('', 'companies', blind), []);
  await server.post('/ajax/companies/multiple/delete', { ID: [own] });
  assert.deepEqual(await list('', 'companies', seller), []);
});

test('a renamed one is so in every answer, kept ones too; letter case can be changed', async () => {
  const [id] = await add('имя');
  await tagsOf(id!);
  const tag = await idOf('имя');
  assert.deepEqual((await post('update', { entity: 'companies', id: tag, name: ' Имя ' })).json.tag, {
    id: tag,
    name: 'Имя',
  });
  assert.deepEqual(await tagsOf(id!), [['Имя']]);
  await post('update', { entity: 'companies', id: tag, name: 'другое' });
  assert.deepEqual(await tagsOf(id!), [['другое']]);
  assertProblem(await post('update', { entity: 'companies', id: tag, name: 'ОПТ' }), 400, 442);
  const [again] = await add('имя');
  assert.notEqual(await idOf('имя'), tag);
  assert.deepEqual(await tagsOf(again!), [['имя']]);
});

test('merged ones become the one, in their places and once', async () => {
  const ids = await add('а1, а2, а3', 'а2', 'а3, а1', 'а4');
  await tagsOf(...ids);
  const [a1, a2, a3] = [await idOf('а1'), await idOf('а2'), await idOf('а3')];
  const reply = await post('merge', { entity: 'companies', ids: [a1, a2], into: a3 });
  assert.deepEqual(reply.json, { records: 3, is_done: true });
  assert.deepEqual(await tagsOf(...ids), [['а3'], ['а3'], ['а3'], ['а4']]);
  const names = (await list()).map(({ name }) => name);
  assert.ok(!names.includes('а1') && !names.includes('а2'));
  assert.deepEqual((await post('merge', { entity: 'companies', ids: [a3], into: a3 })).json, {
    records: 0,
    is_done: true,
  });
});

test('a deletion is told in the log, and to webhooks, as any change of a record', async () => {
  const [id] = await add('снимут, останется');
  const tag = await idOf('снимут');
  server.setNow(testNow + 50);
  assert.deepEqual((await post('delete', { entity: 'companies', ids: tag })).json, { records: 1, is_done: true });
  server.setNow(testNow);
  assert.deepEqual(await tagsOf(id!), [['останется']]);
  const { changes } = (await server.get(`/api/kontora/changes?entity=companies&id=${id}`)).json;
  const { before, after, at } = changes.at(-1);
  const namesOf = (side: { tags: Listed[] }) => side.tags.map(({ name }) => name);
  assert.deepEqual([namesOf(before), namesOf(after), at], [['снимут', 'останется'], ['останется'], testNow + 50]);
});

test('of many records it is done in parts, and the tag goes with the last', async () => {
  const ids = await add(...Array.from({ length: 500 }, () => 'много'));
  ids.push(...(await add('много', 'много')));
  const tag = await idOf('много');
  assert.deepEqual((await post('delete', { entity: 'companies', ids: [tag] })).json, { records: 500, is_done: false });
  assert.equal((await list('&query=много'))[0]!.count, 2);
  assert.deepEqual((await post('delete', { entity: 'companies', ids: [tag] })).json, { records: 2, is_done: true });
  assert.deepEqual(await list('&query=много'), []);
  assertProblem(await post('delete', { entity: 'companies', ids: [tag] }), 400, 441);
});

describe('bad input', () => {
  test('is refused with 400 and changes nothing', async () => {
    await add('стоит');
    const tag = await idOf('стоит');
    const bodies = [
      undefined,
      '[]',
      '5',
      '{}',
      { entity: 'tasks' },
      { entity: 'companies' },
      { entity: ['companies'] },
    ];
    const ids = ['x', -1, [tag, 'x'], 999_999, [], { a: 1 }, [999_999, tag]];
    await assertRefused(server, [
      ...['update', 'merge', 'delete'].flatMap((path) => bodies.map((body) => () => post(path, body))),
      ...ids.flatMap((bad) => [
        () => post('delete', { entity: 'companies', ids: bad }),
        () => post('merge', { entity: 'companies', ids: bad, into: tag }),
      ]),
      ...[0, 'x', 999_999, null, [tag]].map((into) => () => post('merge', { entity: 'companies', ids: [tag], into })),
      ...['', ' ', [], 'x'.repeat(1001)].map((name) => () => post('update', { entity: 'companies', id: tag, name })),
      () => post('update', { entity: 'contacts', id: tag, name: 'x' }),
      () => post('delete', { entity: 'contacts', ids: [tag] }),
      ...['', '?entity=tasks', '?entity[]=companies', '?entity=companies&query=%00'].map(
        (query) => () => server.get(`/api/kontora/tags${query}`),
      ),
    ]);
  });
});
