import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { documentAccountId, documentUserId } from '../../seed/document.ts';
import { acme, acmeAdministrator, addAcme, addGroup, addUser } from '../support/accounts.ts';
import { type Answered, assertRefused, kindPaths, listing } from '../support/refusals.ts';
import { type Credentials, type Reply, startServer, type TestServer, testNow } from '../support/server.ts';
import { blanks, emptyLists, everyType, numbers, objectText } from '../support/wrong-types.ts';

type Person = Credentials & { id: number };
interface Item {
  id: number;
}

const elementTypes = { contacts: 1, leads: 2, companies: 3, customers: 12 } as const;
const words = { contacts: 'contact', leads: 'lead', companies: 'company', customers: 'customer' } as const;

let server: TestServer;
before(async () => {
  server = await startServer();
  // Ids that occur in no other number of an answer.
  await server.store.write((tx) => tx.setCounter(documentAccountId, 'task', 30_000_001));
});
after(() => server.close());

function idsOf(reply: Reply): number[] {
  if (reply.status === 204) return [];
  assert.equal(reply.status, 200, reply.text);
  return reply.json._embedded.items.map((item: Item) => item.id);
}

function idOf(reply: Reply): number {
  const [id, ...rest] = idsOf(reply);
  assert.deepEqual(rest, []);
  return id!;
}

/** Makes a record and gives its id. */
async function add(path: string, item: object = {}, as?: Credentials): Promise<number> {
  return idOf(await server.post(`/api/v2/${path}`, { add: [{ name: 'x', ...item }] }, {}, as));
}

const addTask = (item: object, as?: Credentials) => add('tasks', item, as);
const about = (path: keyof typeof elementTypes, id: number) => ({ element_type: elementTypes[path], element_id: id });
const update = (items: readonly object[], as?: Credentials) => server.post('/api/v2/tasks', { update: items }, {}, as);
const errorsOf = (reply: Reply) => reply.json._embedded.errors?.update;

async function readTask(id: number) {
  return (await server.get(`/api/v2/tasks?id=${id}`)).json._embedded.items[0];
}

describe('closest_task_at of every kind follows the open tasks of the record, also when its document is kept', () => {
  for (const path of kindPaths) {
    test(path, async () => {
      const [one, other] = [await add(path), await add(path)];
      const read = async (id: number) => (await server.get(`/api/v2/${path}?id=${id}`)).text;
      /** What a task does to the records: `work` is done while both documents are kept. */
      const expect = async <T>(work: () => Promise<T>, ...expected: readonly [number, number]): Promise<T> => {
        const kept = [await read(one), await read(other)];
        // Keeping goes on behind the answer; a write waits for it.
        await server.store.write(async () => undefined);
        assert.deepEqual([await read(one), await read(other)], kept);
        const done = await work();
        const now = [await read(one), await read(other)];
        const items = now.map((text) => JSON.parse(text)._embedded.items[0]);
        assert.deepEqual(
          items.map((item) => item.closest_task_at),
          expected,
        );
        const earlier = kept.map((text) => JSON.parse(text)._embedded.items[0]);
        assert.deepEqual(
          items,
          earlier.map((item, index) => ({ ...item, closest_task_at: expected[index] })),
        );
        await server.store.write(async () => undefined);
        assert.deepEqual([await read(one), await read(other)], now);
        return done;
      };
      const change = async (id: number, parts: object) =>
        idOf(await update([{ id, updated_at: testNow + 5, text: 'x', ...parts }]));
      await expect(async () => undefined, 0, 0);
      await expect(() => addTask({ text: 'alone', complete_till_at: 1 }), 0, 0);
      const till = (at: number) => ({ ...about(path, one), complete_till_at: at });
      const first = await expect(() => addTask(till(testNow + 100)), testNow + 100, 0);
      const second = await expect(() => addTask(till(testNow + 50)), testNow + 50, 0);
      await expect(() => addTask({ ...till(testNow + 10), is_completed: true }), testNow + 50, 0);
      await expect(() => change(second, { is_completed: true }), testNow + 100, 0);
      await expect(() => change(second, { is_completed: false }), testNow + 50, 0);
      await expect(() => change(second, { complete_till_at: testNow + 200 }), testNow + 100, 0);
      await expect(() => change(first, { complete_till: testNow + 300 }), testNow + 200, 0);
      await expect(() => change(second, about(path, other)), testNow + 300, testNow + 200);
      await expect(() => change(first, { ...about(path, other), complete_till_at: 7 }), 0, 7);
      await expect(() => change(first, till(8)), 8, testNow + 200);
      await expect(() => removeTasks([first]), 0, testNow + 200);
      await expect(() => change(second, { responsible_user_id: documentUserId, text: 'y' }), 0, testNow + 200);
      await expect(() => removeTasks([first, second]), 0, 0);
    });
  }

  test('of records of several kinds at once', async () => {
    const records = await Promise.all(kindPaths.map(async (path) => [path, await add(path)] as const));
    const tasks = records.map(([path, id], index) => ({ ...about(path, id), complete_till_at: testNow + index }));
    await server.post('/api/v2/tasks', { add: [...tasks, ...tasks] });
    for (const [index, [path, id]] of records.entries()) {
      const reply = await server.get(`/api/v2/${path}?id=${id}`);
      assert.equal(reply.json._embedded.items[0].closest_task_at, testNow + index);
    }
  });

  for (const path of ['companies', 'contacts', 'leads'] as const) {
    test(`a deleted record of ${path} hides its tasks: they cannot be listed, changed or added to`, async () => {
      const id = await add(path);
      const task = await addTask({ ...about(path, id), text: 'hidden' });
      const entityTypes = { leads: 2, companies: 3, contacts: 17 };
      assert.equal((await remove(entityTypes[path], [id])).status, 200);
      for (const query of [`id=${task}`, `element_id=${id}`, `type=${words[path]}&element_id=${id}`]) {
        assert.equal((await server.get(`/api/v2/tasks?${query}`)).status, 204, query);
      }
      const reply = await update([{ id: task, updated_at: testNow + 9, text: 'changed' }]);
      assert.deepEqual(reply.json._embedded, { items: [], errors: { update: { [task]: 'Task not found' } } });
      const post = () => server.post('/api/v2/tasks', { add: [{ text: 'x', ...about(path, id) }] });
      await assertRefused(server, [post], 400, path === 'leads' ? 237 : 236);
    });
  }
});

/** Deletes as the web interface does. */
function remove(entity_type: number, ids: readonly number[], as?: Credentials): Promise<Reply> {
  const action = { entity_type, multiaction_type: 4, data: { data: { ACTION: 'DELETE' } }, ids };
  return server.post('/ajax/v1/multiactions/set', { request: { multiactions: { add: [action] } } }, {}, as);
}

/** Deletes tasks and gives what was refused. */
async function removeTasks(ids: readonly number[], as?: Credentials): Promise<string[]> {
  const reply = await remove(4, ids, as);
  assert.equal(reply.status, 200, reply.text);
  return reply.json.response.multiactions.set.errors;
}

describe('a task that is added', () => {
  test('has defaults for what is not said, and what is said otherwise', async () => {
    const plain = await readTask(await addTask({ text: 'x' }));
    const { id, _links, ...rest } = plain;
    assert.deepEqual(rest, {
      responsible_user_id: documentUserId,
      created_by: documentUserId,
      created_at: testNow,
      updated_at: testNow,
      account_id: documentAccountId,
      group_id: 0,
      element_type: 0,
      element_id: 0,
      is_completed: false,
      task_type: 1,
      complete_till_at: testNow,
      text: 'x',
      result: rest.result,
    });
    assert.deepEqual(Object.keys(rest.result), []);
    const said = {
      ...about('leads', 43510),
      created_by: 0,
      created_at: 5,
      updated_at: 6,
      is_completed: true,
      task_type: 3,
      complete_till_at: 7,
      text: 'Ромашка 🌼',
    };
    const full = await readTask(await addTask(said));
    assert.deepEqual({ ...full, ...said }, full);
  });

  test('can be sent as form data, and its date in either spelling', async () => {
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = 'add[0][text]=x&add[0][element_id]=43510&add[0][element_type]=2&add[0][is_completed]=1';
    const read = async (till: string) => {
      const { element_id, is_completed, complete_till_at } = await readTask(
        idOf(await server.post('/api/v2/tasks', `${body}${till}`, form)),
      );
      return [element_id, is_completed, complete_till_at];
    };
    assert.deepEqual(await read('&add[0][complete_till]=77'), [43510, true, 77]);
    assert.deepEqual(await read('&add[0][complete_till]=77&add[0][complete_till_at]=88'), [43510, true, 88]);
    assert.deepEqual(await read('&add[0][complete_till]=77&add[0][complete_till_at]='), [43510, true, 77]);
  });

  test('can have a result, which is a note on it; a newer result takes its place', async () => {
    const id = await addTask({ text: 'x', result: { text: 'done' } });
    const first = (await readTask(id)).result;
    assert.equal(first.text, 'done');
    assert.equal(idOf(await update([{ id, updated_at: testNow, text: 'y', result: 'done again' }])), id);
    const second = (await readTask(id)).result;
    assert.equal(second.text, 'done again');
    const notes = await server.get(`/api/v2/notes?type=task&element_id=${id}`);
    assert.deepEqual(idsOf(notes), [first.id, second.id]);
    assert.deepEqual(
      notes.json._embedded.items.map((note: { note_type: number; text: string }) => [note.note_type, note.text]),
      [
        [13, 'done'],
        [13, 'done again'],
      ],
    );
  });
});

describe('an update', () => {
  const stale = 'Last modified date is older than in database';

  test('changes what it names and nothing else', async () => {
    const id = await addTask({ ...about('leads', 43510), text: 'x', task_type: 2, complete_till_at: 5 });
    const earlier = await readTask(id);
    await update([{ id, updated_at: testNow + 3, text: '', responsible_user_id: '', element_id: 0 }]);
    assert.deepEqual(await readTask(id), { ...earlier, updated_at: testNow + 3 });
    await update([{ id, updated_at: testNow + 3, text: 'y', is_completed: 1 }]);
    assert.deepEqual(await readTask(id), { ...earlier, updated_at: testNow + 3, text: 'y', is_completed: true });
  });

  test('that is stale, without a time or of an unknown id is told of, and the good items beside it are written', async () => {
    const [good, old, timeless] = [
      await addTask({ text: 'a' }),
      await addTask({ text: 'b' }),
      await addTask({ text: 'c' }),
    ];
    const unknown = 9_007_199_254_740_991;
    const reply = await server.post('/api/v2/tasks', {
      add: [{ text: 'new', request_id: 5 }],
      update: [
        { id: old, updated_at: testNow - 1, text: 'lost' },
        { id: good, updated_at: testNow, text: 'kept' },
        { id: unknown, updated_at: testNow, text: 'lost' },
        { id: timeless, text: 'lost' },
      ],
    });
    assert.equal(reply.status, 200);
    const [added, changed, ...rest] = reply.json._embedded.items;
    assert.deepEqual([added.request_id, changed.id, changed.updated_at, rest.length], [5, good, testNow, 0]);
    assert.deepEqual(errorsOf(reply), { [old]: stale, [timeless]: stale, [unknown]: 'Task not found' });
    const texts = await Promise.all([added.id, good, old, timeless].map(async (id) => (await readTask(id)).text));
    assert.deepEqual(texts, ['new', 'kept', 'b', 'c']);
  });

  test('of the same task twice in one batch goes on from the first', async () => {
    const id = await addTask({ ...about('leads', 43510), text: 'a', complete_till_at: 5 });
    const both = await update([
      { id, updated_at: testNow + 1, text: 'b', result: 'first' },
      { id, updated_at: testNow + 2, complete_till_at: 6, result: 'second' },
    ]);
    assert.deepEqual(idsOf(both), [id, id]);
    const task = await readTask(id);
    assert.deepEqual([task.text, task.complete_till_at, task.updated_at], ['b', 6, testNow + 2]);
    assert.equal(task.result.text, 'second');
    const older = await update([
      { id, updated_at: testNow + 9, text: 'c' },
      { id, updated_at: testNow + 8, text: 'd' },
    ]);
    assert.deepEqual([idsOf(older), errorsOf(older)], [[id], { [id]: stale }]);
    assert.equal((await readTask(id)).text, 'c');
  });

  test('of the id that an add beside it gets is one of an unknown id', async () => {
    const next = 1 + (await addTask({ text: 'x' }));
    const body = { add: [{ text: 'new' }], update: [{ id: next, updated_at: testNow + 9, text: 'changed' }] };
    const reply = await server.post('/api/v2/tasks', body);
    assert.deepEqual([idsOf(reply), errorsOf(reply)], [[next], { [next]: 'Task not found' }]);
    assert.equal((await readTask(next)).text, 'new');
  });
});

describe('filters of the list', () => {
  test('each alone and several together; with ids nothing else filters', async () => {
    const own = await startServer();
    try {
      const lead = 43510;
      const { json } = await own.post('/api/v2/tasks', {
        add: [
          { text: '1', element_type: 2, element_id: lead, created_at: 10, updated_at: 60 },
          { text: '2', element_type: 3, element_id: 41389, created_at: 20, updated_at: 50, task_type: 2 },
          { text: '3', element_type: 1, element_id: 1099181, created_at: 30, updated_at: 40, is_completed: 1 },
          { text: '4', created_at: 40, updated_at: 30, created_by: 0, task_type: 3 },
        ],
      });
      const ids: number[] = json._embedded.items.map((item: Item) => item.id);
      const cases: readonly [string, number[]][] = [
        ['', [1, 2, 3, 4]],
        ['limit_rows=2', [1, 2]],
        ['limit_rows=2&limit_offset=3', [4]],
        [`id=${ids[3]}`, [4]],
        [`id[]=${ids[3]}&id[]=${ids[0]}&type=company&filter[status]=1`, [1, 4]],
        [`id=${ids[1]},${ids[0]},777`, [1, 2]],
        ['id=x', []],
        ['type=lead', [1]],
        ['type=company', [2]],
        ['type=3', [2]],
        ['type=customer', []],
        [`element_id=${lead}`, [1]],
        [`element_id=${lead}&type=contact`, []],
        [`responsible_user_id=${documentUserId}`, [1, 2, 3, 4]],
        ['responsible_user_id=1', []],
        ['filter[status][]=1', [3]],
        ['filter[status]=0', [1, 2, 4]],
        ['filter[status][]=0&filter[status][]=1', [1, 2, 3, 4]],
        ['filter[status][]=7', [1, 2, 3, 4]],
        ['filter[created_by][]=1', []],
        [`filter[created_by][]=${documentUserId}&filter[created_by][]=1`, [1, 2, 3]],
        ['filter[task_type][]=2&filter[task_type][]=3', [2, 4]],
        ['filter[date_create][from]=20&filter[date_create][to]=30', [2, 3]],
        ['filter[date_modify][from]=50', [1, 2]],
        ['filter[pipe][10104][]=8550001', [1]],
        ['filter[pipe][10104][]=8550002', []],
        ['filter[pipe][10105][]=8550001', []],
        [`filter[pipe][10104]=${Array.from({ length: 5000 }, (_, index) => 8_550_001 + index)}`, [1]],
        ['filter[status]=0&filter[task_type][]=2&type=company', [2]],
      ];
      for (const [query, expected] of cases) {
        const found = idsOf(await own.get(`/api/v2/tasks?${query}`)).map((id) => ids.indexOf(id) + 1);
        assert.deepEqual(found, expected, query);
      }
      const since = await own.get('/api/v2/tasks', { 'If-Modified-Since': '40' });
      assert.deepEqual(idsOf(since), ids.slice(0, 2));
    } finally {
      await own.close();
    }
  });

  test('a type that is none is refused, whatever it is made of', async () => {
    const queries = ['type=task', 'type=x', 'type=4', 'type[]=lead', 'type[a][b]=lead', 'type=__proto__'];
    const gets = queries.map((query) => (): Promise<Answered> => server.get(`/api/v2/tasks?${query}`));
    await assertRefused(server, gets, 400, 400);
  });

  test('filters that are no filters filter nothing, and never fail', async () => {
    const id = await addTask({ text: 'x' });
    const queries = [
      'filter=x',
      'filter[]=x',
      'filter[pipe]=x',
      'filter[status][a][b]=1',
      'filter[date_create]=x',
      'filter[date_create][from][a]=1',
      'filter[date_modify][to]=1',
      'filter[__proto__][status]=1',
      'limit_rows[a]=1',
    ];
    for (const query of queries) {
      assert.ok(idsOf(await server.get(`/api/v2/tasks?${query}&limit_rows=500`)).includes(id), query);
    }
    for (const query of ['filter[pipe][x][]=1', 'filter[pipe][1][a][b]=1', 'element_id[a][b]=1', 'id[a]=1']) {
      assert.equal((await server.get(`/api/v2/tasks?${query}`)).status, 204, query);
    }
  });
});

/** anna and boris sit in group 11, vera in 12; each is responsible for one record of every kind, and it has a task of the administrator. */
describe('rights', () => {
  const names = ['anna', 'boris', 'vera'] as const;
  const people = new Map<string, Person>();
  const records = new Map<string, number>();
  const tasks = new Map<string, number>();
  const person = (name: string) => people.get(name)!;
  const levels = { own: 'M', group: 'G', none: 'D' } as const;

  before(async () => {
    await addGroup(server.store, 11);
    await addGroup(server.store, 12);
    for (const [name, groupId] of Object.entries({ anna: 11, boris: 11, vera: 12 })) {
      people.set(name, await addUser(server.store, name, {}, { groupId }));
    }
    for (const path of kindPaths) {
      for (const [name, level] of Object.entries(levels)) {
        const user = await addUser(
          server.store,
          `${name}-${path}`,
          { [`${words[path]}_view`]: level },
          { groupId: 11 },
        );
        people.set(`${name} ${path}`, user);
      }
      for (const name of [...names, `own ${path}`]) {
        const id = await add(path, { responsible_user_id: person(name).id });
        records.set(`${path} ${name}`, id);
        tasks.set(`${path} ${name}`, await addTask({ ...about(path, id), text: `${path} ${name}` }));
      }
    }
  });

  for (const path of kindPaths) {
    test(`tasks about ${path} are seen by who sees the record: M his own, G his group's, D none`, async () => {
      const all = [...names, `own ${path}`].map((name) => tasks.get(`${path} ${name}`)!);
      const visible = { own: [`own ${path}`], group: ['anna', 'boris', `own ${path}`], none: [] };
      for (const [level, seen] of Object.entries(visible)) {
        const as = person(`${level} ${path}`);
        const expected = seen.map((name) => tasks.get(`${path} ${name}`)!);
        for (const query of [`id=${all}`, `type=${words[path]}`, `type=${words[path]}&filter[status]=0`]) {
          assert.deepEqual(idsOf(await server.get(`/api/v2/tasks?${query}`, {}, as)), expected, `${level} ${query}`);
        }
        const listed = idsOf(await server.get('/api/v2/tasks', {}, as));
        assert.deepEqual(
          all.filter((id) => listed.includes(id)),
          expected,
        );
      }
    });

    test(`what he does not see of ${path} is like what is not there: in updates, and as the element of a task`, async () => {
      const as = person(`own ${path}`);
      const [task, record] = [tasks.get(`${path} vera`)!, records.get(`${path} vera`)!];
      const earlier = await listing(server);
      const send = (id: number) => update([{ id, updated_at: testNow + 5, text: 'x' }], as);
      const [hidden, missing] = [await send(task), await send(7_777_777)];
      assert.equal(hidden.text.replaceAll(String(task), '7777777'), missing.text);
      const mine = tasks.get(`${path} own ${path}`)!;
      for (const body of [
        (id: number) => ({ add: [{ text: 'good' }, { text: 'x', ...about(path, id) }] }),
        (id: number) => ({ update: [{ id: mine, updated_at: testNow + 5, text: 'x', ...about(path, id) }] }),
      ]) {
        const answers = [];
        for (const id of [record, 7_777_777]) answers.push(await server.post('/api/v2/tasks', body(id), {}, as));
        assert.equal(answers[0]!.status, 400);
        assert.equal(answers[0]!.text.replaceAll(String(record), '7777777'), answers[1]!.text);
      }
      assert.equal(await listing(server), earlier);
    });
  }

  const editors: Readonly<Record<string, readonly string[]>> = {
    A: ['mine', 'mate', 'other'],
    G: ['mine', 'mate'],
    M: ['mine'],
    D: [],
  };
  for (const [level, allowed] of Object.entries(editors)) {
    test(`task_edit ${level} lets change ${allowed.join(', ') || 'none'}; the others are refused one by one`, async () => {
      const rights = { task_edit: level as 'A' | 'G' | 'M' | 'D' };
      const as = await addUser(server.store, `editor-${level.toLowerCase()}`, rights, { groupId: 11 });
      const owners = { mine: as.id, mate: person('anna').id, other: person('vera').id };
      const ids: Record<string, number> = {};
      for (const [name, id] of Object.entries(owners)) {
        ids[name] = await addTask({ ...about('leads', 43510), text: 'old', responsible_user_id: id });
      }
      const reply = await update(
        Object.values(ids).map((id) => ({ id, updated_at: testNow + 5, text: 'new' })),
        as,
      );
      assert.deepEqual(
        idsOf(reply),
        allowed.map((name) => ids[name]),
      );
      const refused = Object.keys(owners).filter((name) => !allowed.includes(name));
      const errors = refused.map((name) => [ids[name], 'Access denied']);
      assert.deepEqual(errorsOf(reply) ?? {}, Object.fromEntries(errors));
      for (const [name, id] of Object.entries(ids)) {
        assert.equal((await readTask(id)).text, allowed.includes(name) ? 'new' : 'old');
      }
    });
  }

  for (const [level, allowed] of Object.entries(editors)) {
    test(`task_delete ${level} lets delete ${allowed.join(', ') || 'none'}; the others stay and are told of`, async () => {
      const rights = { task_delete: level as 'A' | 'G' | 'M' | 'D', company_view: 'M' } as const;
      const as = await addUser(server.store, `deleter-${level.toLowerCase()}`, rights, { groupId: 11 });
      const owners = { mine: as.id, mate: person('anna').id, other: person('vera').id };
      const ids: Record<string, number> = {};
      for (const [name, id] of Object.entries(owners)) {
        ids[name] = await addTask({ ...about('leads', 43510), text: 'x', responsible_user_id: id });
      }
      const unseen = tasks.get('companies vera')!;
      const refused = Object.keys(owners).filter((name) => !allowed.includes(name));
      assert.deepEqual(
        await removeTasks([...Object.values(ids), unseen, 777_777_777], as),
        refused.map((name) => `Нет прав на удаление: ${ids[name]}`),
      );
      const left = idsOf(await server.get(`/api/v2/tasks?id=${[...Object.values(ids), unseen]}`));
      assert.deepEqual(new Set(left), new Set([...refused.map((name) => ids[name]!), unseen]));
      const [gone] = allowed.map((name) => ids[name]!);
      if (gone === undefined) return;
      const reply = await update([{ id: gone, updated_at: testNow + 5, text: 'back' }]);
      assert.deepEqual(errorsOf(reply), { [gone]: 'Task not found' });
    });
  }

  test('a task that stands alone is seen by who is responsible, who made it, and administrators', async () => {
    const id = await addTask({ text: 'alone', responsible_user_id: person('boris').id }, person('anna'));
    const sees = async (as?: Credentials) =>
      idsOf(await server.get('/api/v2/tasks?limit_rows=500', {}, as)).includes(id);
    const boss = await addUser(server.store, 'boss', {}, { isAdmin: true });
    assert.deepEqual([await sees(person('anna')), await sees(person('boris')), await sees(boss)], [true, true, true]);
    const others = ['vera', 'group leads', 'none contacts'];
    for (const name of others) {
      assert.equal(await sees(person(name)), false, name);
      const reply = await update([{ id, updated_at: testNow + 5, text: 'changed' }], person(name));
      assert.deepEqual(errorsOf(reply), { [id]: 'Task not found' });
    }
    const given = { id, updated_at: testNow + 5, responsible_user_id: person('vera').id };
    assert.deepEqual(idsOf(await update([given], person('boris'))), [id]);
    assert.deepEqual([await sees(person('boris')), await sees(person('vera'))], [false, true]);
  });
});

test('another account’s records, tasks and notes are not there: in adds, updates, lists and filters', async () => {
  const own = await startServer();
  try {
    await addAcme(own.store);
    for (const [index, sequence] of (['contact', 'lead', 'customer', 'task', 'note'] as const).entries()) {
      await own.store.write((tx) => tx.setCounter(acme.id, sequence, 5_000_000 + index * 1000));
    }
    const made: Record<string, number> = {};
    for (const path of kindPaths) {
      made[path] = idOf(await own.post(`/api/v2/${path}`, { add: [{ name: 'секрет' }] }, {}, acmeAdministrator));
    }
    const theirTasks = [
      ...kindPaths.map((path) => ({ ...about(path, made[path]!), text: 'секрет', result: 'секрет' })),
      { text: 'секрет alone' },
    ];
    const foreign = idsOf(await own.post('/api/v2/tasks', { add: theirTasks }, {}, acmeAdministrator));
    const theirState = async () => (await own.get('/api/v2/tasks', {}, acmeAdministrator)).text;
    const earlier = [await theirState(), await listing(own)];

    for (const path of kindPaths) {
      const [hidden, missing] = [made[path]!, 987_654_321];
      const post = async (id: number) =>
        (await own.post('/api/v2/tasks', { add: [{ text: 'x', ...about(path, id) }] })).text;
      assert.equal((await post(hidden)).replaceAll(String(hidden), String(missing)), await post(missing));
      const filters = [`element_id=${hidden}`, `type=${words[path]}&element_id=${hidden}`, `type=${words[path]}`];
      for (const query of filters) assert.equal((await own.get(`/api/v2/tasks?${query}`)).status, 204, query);
    }
    for (const query of [
      `id=${foreign}`,
      '',
      'filter[status]=0',
      'responsible_user_id=101',
      'filter[created_by]=101',
    ]) {
      assert.equal((await own.get(`/api/v2/tasks?${query}`)).status, 204, query);
    }
    const action = { entity_type: 4, multiaction_type: 4, data: { data: { ACTION: 'DELETE' } }, ids: foreign };
    await own.post('/ajax/v1/multiactions/set', { request: { multiactions: { add: [action] } } });
    for (const id of foreign) {
      const reply = await own.post('/api/v2/tasks', { update: [{ id, updated_at: testNow + 9e8, text: 'взлом' }] });
      assert.deepEqual(reply.json._embedded, { items: [], errors: { update: { [id]: 'Task not found' } } });
    }
    const bodies = [{ responsible_user_id: 101 }, { result: 'x', ...about('leads', made['leads']!) }];
    for (const body of bodies) {
      assert.equal((await own.post('/api/v2/tasks', { add: [{ text: 'x', ...body }] })).status, 400);
    }
    assert.deepEqual([await theirState(), await listing(own)], earlier);
  } finally {
    await own.close();
  }
});

describe('bad input', () => {
  const refused = (bodies: readonly unknown[], code?: number) => {
    const posts = bodies.map((body) => (): Promise<Answered> => server.post('/api/v2/tasks', body));
    return assertRefused(server, posts, 400, code);
  };
  const others = (...lists: readonly (readonly string[])[]) =>
    everyType.filter((value) => !lists.flat().includes(value));
  const number = { nothing: blanks, refused: others(blanks) };
  const keys: Readonly<Record<string, { readonly nothing: readonly string[]; readonly refused: readonly string[] }>> = {
    element_id: number,
    responsible_user_id: number,
    created_by: number,
    created_at: number,
    task_type: number,
    complete_till: number,
    complete_till_at: number,
    is_completed: { nothing: [...blanks, 'false', '0'], refused: others(blanks, ['true']) },
    text: { nothing: blanks, refused: others(blanks, numbers, ['"x"']) },
    result: {
      nothing: [...blanks, ...emptyLists, '{"a":1}'],
      refused: others(blanks, emptyLists, numbers, ['"x"', '{"a":1}']),
    },
    request_id: { nothing: everyType, refused: [] },
    zzz: { nothing: everyType, refused: [] },
  };

  for (const [key, { nothing, refused: wrong }] of Object.entries(keys)) {
    if (wrong.length > 0) {
      test(`${key} is refused as ${wrong.join(' ')}`, async () => {
        const id = String(await addTask({ text: 'x' }));
        const bodies = wrong.flatMap((value) => [
          `{"add":[{"text":"good"},${objectText({ text: '"x"', [key]: value })}]}`,
          `{"update":[${objectText({ id, updated_at: String(testNow), [key]: value })}]}`,
        ]);
        await refused(bodies, 400);
      });
    }
    test(`${key} says nothing as ${nothing.join(' ')}`, async () => {
      const shown = async (id: number) => {
        const { id: _id, _links, ...rest } = await readTask(id);
        return rest;
      };
      const plain = await shown(await addTask({}));
      for (const value of nothing) {
        const added = await server.post('/api/v2/tasks', `{"add":[${objectText({ [key]: value })}]}`);
        assert.deepEqual(await shown(idOf(added)), plain, value);
      }
    });
  }

  test('element_type is refused in every type but the numbers and words of kinds', async () => {
    const wrong = [
      ...everyType,
      '4',
      '5',
      '"task"',
      '[2]',
      '["lead"]',
      '{"toString":1}',
      '{"toString":null,"valueOf":0}',
    ];
    const item = (value: string) => objectText({ text: '"x"', element_id: '43510', element_type: value });
    await refused(wrong.map((value) => `{"add":[{"text":"good"},${item(value)}]}`));
    await refused(['{"add":[{"element_id":43510}]}', ...blanks.map((value) => `{"add":[${item(value)}]}`)], 235);
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const pairs = 'add[0][element_id]=43510&add[0][element_type][a]=2';
    await assertRefused(server, [() => server.post('/api/v2/tasks', pairs, form)], 400, 400);
    for (const right of ['2', '"2"', '"lead"']) idOf(await server.post('/api/v2/tasks', `{"add":[${item(right)}]}`));
  });

  test('what is no batch has its code', async () => {
    await refused(['', '{}', '[]', 'null', '"x"', '5', '{"delete":[1]}'], 228);
    await refused(['{"add":[]}', '{"add":{}}', '{"add":""}', '{"add":[5]}', '{"add":"x"}', '{"add":{"a":1}}'], 227);
    await refused(['{"update":[]}', '{"update":[[]]}', '{"update":true}'], 230);
    const updates = ['{}', '{"id":null}', '{"id":0,"updated_at":5}', '{"updated_at":5,"text":"x"}'];
    await refused(
      updates.map((item) => `{"add":[{"text":"good"}],"update":[${item}]}`),
      231,
    );
    await refused(everyType.map((value) => `{"update":[${objectText({ id: value, updated_at: '5' })}]}`));
    const id = String(await addTask({}));
    const times = everyType.filter((value) => !blanks.includes(value));
    await refused(
      times.map((value) => `{"update":[${objectText({ id, updated_at: value })}]}`),
      400,
    );
  });

  test('a user or task type that is not in the account, and an element that is not there, refuse the whole batch', async () => {
    const id = await addTask({});
    const cases: readonly [object, number, number][] = [
      [{ responsible_user_id: 5 }, 205, 212],
      [{ task_type: 77 }, 400, 400],
      [about('contacts', 5), 236, 236],
      [about('companies', 5), 236, 236],
      [about('customers', 5), 236, 236],
      [about('leads', 5), 237, 237],
    ];
    for (const [parts, inAdd, inUpdate] of cases) {
      await refused([{ add: [{ text: 'good' }, { text: 'x', ...parts }] }], inAdd);
      await refused([{ add: [{ text: 'good' }], update: [{ id, updated_at: testNow, ...parts }] }], inUpdate);
    }
    assert.equal((await readTask(await addTask({ created_by: 5 }))).created_by, documentUserId);
  });

  test('NUL, lone surrogates and texts of more than 10 000 characters are refused', async () => {
    const wrong = ['a\0b', '\ud83d', 'a\ude00b', '\uffff', 'x'.repeat(10_001)];
    await refused(
      wrong.flatMap((text) => [{ text }, { result: text }, { result: { text } }]).map((item) => ({ add: [{}, item] })),
      400,
    );
    const text = 'я'.repeat(10_000);
    const task = await readTask(await addTask({ text, result: text }));
    assert.deepEqual([task.text, task.result.text], [text, text]);
  });

  test('500 items are taken, 501 are refused, added or updated or both together', async () => {
    const items = (count: number) => Array.from({ length: count }, () => ({ text: 'x', id: 1, updated_at: testNow }));
    assert.equal(idsOf(await server.post('/api/v2/tasks', { add: items(500) })).length, 500);
    await refused([{ add: items(501) }, { update: items(501) }, { add: items(250), update: items(251) }], 400);
  });

  test('times and ids of every size are taken as they are', async () => {
    const most = 9_007_199_254_740_991;
    const id = await addTask({ complete_till_at: most, created_at: most, ...about('leads', 1090408) });
    const { complete_till_at, created_at } = await readTask(id);
    assert.deepEqual([complete_till_at, created_at], [most, most]);
    const lead = (await server.get('/api/v2/leads?id=1090408')).json._embedded.items[0];
    assert.equal(lead.closest_task_at, most);
  });
});
