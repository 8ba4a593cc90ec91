import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { documentUserId } from '../../seed/document.ts';
import { addUser } from '../support/accounts.ts';
import { startServer, type TestServer, testNow } from '../support/server.ts';

interface Item {
  readonly id: number;
}

/** The shortest histories in which the server and the oracle of test/model had differed. */
describe('what random histories have found', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  const idsOf = async (path: string): Promise<number[]> => {
    const reply = await server.get(path);
    return reply.status === 204 ? [] : reply.json._embedded.items.map(({ id }: Item) => id);
  };

  test('a name of blanks says nothing on update, also beside a last name', async () => {
    const update = [{ id: 1099181, updated_at: testNow, name: '   ', last_name: 'Ёлкина' }];
    assert.equal((await server.post('/api/v2/contacts', { update })).status, 200);
    const [contact] = (await server.get('/api/v2/contacts?id=1099181')).json._embedded.items;
    assert.deepEqual([contact.name, contact.last_name], ['Анна Смирнова', 'Ёлкина']);
  });

  test('a task that is sent back as it was read gets no second note of its result; another text is one', async () => {
    const add = [{ text: 'позвонить', result: 'дозвонился' }];
    const { id } = (await server.post('/api/v2/tasks', { add })).json._embedded.items[0];
    const read = async () => (await server.get(`/api/v2/tasks?id=${id}`)).json._embedded.items[0];
    const results = `/api/v2/notes?type=task&element_id=${id}`;
    const task = await read();
    await server.post('/api/v2/tasks', { update: [task] });
    assert.deepEqual(await read(), task);
    assert.deepEqual(await idsOf(results), [task.result.id]);
    await server.post('/api/v2/tasks', { update: [{ ...task, result: { ...task.result, text: 'не дозвонился' } }] });
    assert.equal((await read()).result.text, 'не дозвонился');
    assert.equal((await idsOf(results)).length, 2);
  });

  test('filters of customers narrow each other: main_user and responsible_user_id, date and date_create', async () => {
    const other = await addUser(server.store, 'other', {});
    const add = [
      { name: 'мой', created_at: 1700000000 },
      { name: 'чужой', created_at: 1700000000, responsible_user_id: other.id },
    ];
    const [mine] = (await server.post('/api/v2/customers', { add })).json._embedded.items;
    const list = '/api/v2/customers?';
    assert.deepEqual(await idsOf(`${list}responsible_user_id=${documentUserId}&filter[main_user]=${other.id}`), []);
    assert.deepEqual(
      await idsOf(`${list}responsible_user_id=${documentUserId}&filter[main_user][]=${documentUserId}`),
      [mine.id],
    );
    const day = 'filter[date][from]=2023-11-14&filter[date][to]=2023-11-15';
    assert.equal((await idsOf(`${list}${day}`)).length, 2);
    assert.deepEqual(await idsOf(`${list}${day}&filter[date_create][from]=1700000001`), []);
    assert.deepEqual(await idsOf(`${list}${day}&filter[date_create][from]=1&filter[date_create][to]=1699999999`), []);
    assert.equal((await idsOf(`${list}${day}&filter[date_create][from]=1700000000`)).length, 2);
  });
});
