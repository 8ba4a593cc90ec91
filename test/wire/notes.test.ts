import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { documentAccountId, documentUserId } from '../../seed/document.ts';
import { acme, acmeAdministrator, addAcme, addGroup, addUser } from '../support/accounts.ts';
import { type Answered, assertPrototypesClean, assertRefused, kindPaths, listing } from '../support/refusals.ts';
import { type Credentials, type Reply, startServer, type TestServer, testNow } from '../support/server.ts';
import { blanks, emptyLists, everyType, numbers, objectText } from '../support/wrong-types.ts';

type Person = Credentials & { id: number };
interface Item {
  id: number;
}

const elementTypes = { contacts: 1, leads: 2, companies: 3, customers: 12 } as const;
const words = { contacts: 'contact', leads: 'lead', companies: 'company', customers: 'customer' } as const;
const lead = { element_type: 2, element_id: 43510 } as const;
const common = { ...lead, note_type: 4 } as const;

let server: TestServer;
before(async () => {
  server = await startServer();
  // Ids that occur in no other number of an answer.
  await server.store.write((tx) => tx.setCounter(documentAccountId, 'task', 30_000_001));
  await server.store.write((tx) => tx.setCounter(documentAccountId, 'note', 40_000_001));
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

/** Makes a record, task or note and gives its id. */
async function add(path: string, item: object = {}, as?: Credentials): Promise<number> {
  return idOf(await server.post(`/api/v2/${path}`, { add: [{ name: 'x', ...item }] }, {}, as));
}

const addNote = (item: object, as?: Credentials) => add('notes', { ...common, text: 'x', ...item }, as);
const about = (path: keyof typeof elementTypes, id: number) => ({ element_type: elementTypes[path], element_id: id });
const update = (items: readonly object[], as?: Credentials) => server.post('/api/v2/notes', { update: items }, {}, as);
const errorsOf = (reply: Reply) => reply.json._embedded.errors?.update;

async function readNote(id: number, type = 'lead') {
  return (await server.get(`/api/v2/notes?type=${type}&id=${id}`)).json._embedded.items[0];
}

describe('a note that is added', () => {
  for (const path of kindPaths) {
    test(`about one of the ${path} comes back among the notes of that kind and of no other`, async () => {
      const element = await add(path);
      const id = await add('notes', { ...about(path, element), note_type: 4, text: 'Ромашка 🌼' });
      const { _links, ...note } = await readNote(id, words[path]);
      assert.deepEqual(note, {
        id,
        responsible_user_id: documentUserId,
        created_by: documentUserId,
        created_at: testNow,
        updated_at: testNow,
        account_id: documentAccountId,
        group_id: 0,
        is_editable: true,
        element_id: element,
        element_type: elementTypes[path],
        attachment: '',
        note_type: 4,
        text: 'Ромашка 🌼',
      });
      assert.equal(_links.self.href, `/api/v2/notes?id=${id}&type=${words[path]}`);
      for (const type of ['contact', 'lead', 'company', 'customer', 'task'].filter((type) => type !== words[path])) {
        assert.equal((await server.get(`/api/v2/notes?type=${type}&id=${id}`)).status, 204, type);
      }
    });
  }

  test('has the times and people that it is sent with', async () => {
    const said = { created_at: 5, updated_at: 6, created_by: 0, responsible_user_id: documentUserId };
    const note = await readNote(await addNote(said));
    assert.deepEqual({ ...note, ...said }, note);
    assert.equal((await readNote(await addNote({ created_by: 777 }))).created_by, documentUserId);
  });

  const params = { text: 'Привет', phone: '+7 900', UNIQ: 'q', DURATION: 12.5, none: null, flag: false };
  for (const note_type of [10, 11, 25, 102, 103]) {
    test(`of the type ${note_type} has params in place of a text, flat as they were sent`, async () => {
      const id = await add('notes', { ...lead, note_type, params, text: 'passed over' });
      const note = await readNote(id);
      assert.deepEqual([note.params, note.note_type, note.is_editable], [params, note_type, false]);
      assert.ok(!('text' in note));
    });

    test(`of the type ${note_type} may have its text outside of params, also beside empty ones`, async () => {
      for (const more of [{}, { params: [] }, { params: {} }, { params: '' }, { params: null }]) {
        const id = await add('notes', { ...lead, note_type, text: 'outside', ...more });
        assert.deepEqual((await readNote(id)).params, { text: 'outside' });
      }
    });
  }

  test('of the type 13 stands on a task, and the task shows the newest of them as its result', async () => {
    const task = await add('tasks', { text: 'x', ...lead });
    const result = async () => (await server.get(`/api/v2/tasks?id=${task}`)).json._embedded.items[0].result;
    const note = { element_type: 4, element_id: task, note_type: 13 };
    const made = idsOf(
      await server.post('/api/v2/notes', { add: ['first', 'second'].map((text) => ({ ...note, text })) }),
    );
    assert.deepEqual([(await result()).id, (await result()).text], [made[1], 'second']);
    const third = await add('notes', { ...note, text: 'third' });
    assert.deepEqual([(await result()).id, (await result()).text], [third, 'third']);
    assert.deepEqual(idsOf(await server.get(`/api/v2/notes?type=task&element_id=${task}`)), [...made, third]);
    const { element_type, element_id, is_editable } = await readNote(third, 'task');
    assert.deepEqual([element_type, element_id, is_editable], [4, task, false]);
  });

  test('by the server tells of each new record, and of each change of a lead’s stage', async () => {
    const types = { contacts: 2, leads: 1, companies: 12, customers: 22 };
    for (const path of kindPaths) {
      const id = await add(path);
      const { json } = await server.get(`/api/v2/notes?type=${words[path]}&element_id=${id}`);
      const notes: { note_type: number; created_at: number }[] = json._embedded.items;
      assert.deepEqual(
        notes.map(({ note_type, created_at }) => [note_type, created_at]),
        [[types[path], testNow]],
      );
    }
    const id = await add('leads');
    const move = (parts: object) => server.post('/api/v2/leads', { update: [{ id, updated_at: testNow, ...parts }] });
    await move({ name: 'renamed' });
    const listed = () => server.get(`/api/v2/notes?type=lead&element_id=${id}&note_type=3`);
    assert.equal((await listed()).status, 204);
    await move({ status_id: 142 });
    const [note, ...rest] = (await listed()).json._embedded.items;
    assert.deepEqual(rest, []);
    assert.deepEqual(note.params, {
      STATUS_NEW: '142',
      STATUS_OLD: '8550001',
      PIPELINE_ID_NEW: '10104',
      PIPELINE_ID_OLD: '10104',
      LOSS_REASON_ID: '0',
    });
  });

  test('can be sent as form data', async () => {
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = 'add[0][element_id]=43510&add[0][element_type]=2&add[0][note_type]=25&add[0][params][text]=x';
    const id = idOf(await server.post('/api/v2/notes', body, form));
    assert.deepEqual((await readNote(id)).params, { text: 'x' });
  });
});

describe('an update', () => {
  const stale = 'Last modified date is older than in database';

  test('changes what it names and nothing else, and moves the note nowhere', async () => {
    const id = await addNote({ text: 'old' });
    const earlier = await readNote(id);
    const moves = { element_id: 45615, element_type: 1, note_type: 25, params: { text: 'x' } };
    await update([{ id, updated_at: testNow + 3, text: '', ...moves }]);
    assert.deepEqual(await readNote(id), { ...earlier, updated_at: testNow + 3 });
    await update([{ id, updated_at: testNow + 4, text: 'new', created_at: 5 }]);
    assert.deepEqual(await readNote(id), { ...earlier, updated_at: testNow + 4, text: 'new', created_at: 5 });
  });

  test('that cannot be is told of, and the good items beside it are written', async () => {
    const [good, old, timeless] = [await addNote({}), await addNote({}), await addNote({})];
    const sms = await add('notes', { ...lead, note_type: 102, text: 'sms' });
    const system = idsOf(await server.get(`/api/v2/notes?type=lead&element_id=${await add('leads')}`))[0]!;
    const unknown = 9_007_199_254_740_991;
    const reply = await server.post('/api/v2/notes', {
      add: [{ ...common, text: 'new', request_id: 7 }],
      update: [
        { id: unknown, updated_at: testNow, text: 'lost' },
        { id: old, updated_at: testNow - 1, text: 'lost' },
        { id: sms, updated_at: testNow, text: 'lost' },
        { id: system, updated_at: testNow, text: 'lost' },
        { id: timeless, text: 'lost' },
        { id: good, updated_at: testNow, text: 'kept' },
      ],
    });
    const [added, changed, ...rest] = reply.json._embedded.items;
    assert.deepEqual([added.request_id, changed.id, changed.updated_at, rest.length], [7, good, testNow, 0]);
    assert.deepEqual(errorsOf(reply), {
      [unknown]: 'Note not found',
      [old]: stale,
      [timeless]: stale,
      [sms]: 'Access denied',
      [system]: 'Access denied',
    });
    const texts = await Promise.all([added.id, good, old, timeless].map(async (id) => (await readNote(id)).text));
    assert.deepEqual(texts, ['new', 'kept', 'x', 'x']);
    assert.deepEqual((await readNote(sms)).params, { text: 'sms' });
  });

  test('of the same note twice in one batch goes on from the first', async () => {
    const id = await addNote({ text: 'a' });
    const both = await update([
      { id, updated_at: testNow + 1, text: 'b' },
      { id, updated_at: testNow + 2, created_at: 5 },
    ]);
    assert.deepEqual(idsOf(both), [id, id]);
    const note = await readNote(id);
    assert.deepEqual([note.text, note.created_at, note.updated_at], ['b', 5, testNow + 2]);
    const older = await update([
      { id, updated_at: testNow + 9, text: 'c' },
      { id, updated_at: testNow + 8, text: 'd' },
    ]);
    assert.deepEqual([idsOf(older), errorsOf(older)], [[id], { [id]: stale }]);
    assert.equal((await readNote(id)).text, 'c');
  });

  test('of the id that an add beside it gets is one of an unknown id', async () => {
    const next = 1 + (await addNote({}));
    const body = { add: [{ ...common, text: 'new' }], update: [{ id: next, updated_at: testNow + 9, text: 'y' }] };
    const reply = await server.post('/api/v2/notes', body);
    assert.deepEqual([idsOf(reply), errorsOf(reply)], [[next], { [next]: 'Note not found' }]);
    assert.equal((await readNote(next)).text, 'new');
  });

  test('of a note on a deleted record is one of an unknown note', async () => {
    for (const path of ['companies', 'contacts', 'leads'] as const) {
      const element = await add(path);
      const id = await add('notes', { ...about(path, element), note_type: 4, text: 'x' });
      await server.post(`/ajax/${path}/multiple/delete/`, `ID[]=${element}`);
      const reply = await update([{ id, updated_at: testNow + 5, text: 'y' }]);
      assert.deepEqual(reply.json._embedded, { items: [], errors: { update: { [id]: 'Note not found' } } });
      assert.equal((await server.get(`/api/v2/notes?type=${words[path]}&id=${id}`)).status, 204);
    }
  });
});

describe('the list', () => {
  test('needs a type, by word or number, and refuses everything else', async () => {
    const wrong = ['', 'type=', 'type=x', 'type=5', 'type[]=lead', 'type[a]=2', 'type=lead,contact', 'id=1'];
    const gets = wrong.map((query) => (): Promise<Answered> => server.get(`/api/v2/notes?${query}`));
    await assertRefused(server, gets, 400, 221);
    const id = await addNote({});
    for (const type of ['lead', '2']) assert.equal((await readNote(id, type)).id, id);
  });

  test('filters by ids, elements, types and date, alone and together; with ids nothing else filters', async () => {
    const own = await startServer();
    try {
      const { json } = await own.post('/api/v2/notes', {
        add: [
          { ...common, text: '1', updated_at: 10 },
          { ...common, text: '2', updated_at: 20, element_id: 45615 },
          { ...lead, note_type: 25, text: '3', updated_at: 30 },
          { ...lead, note_type: 102, text: '4', updated_at: 40, element_id: 45615 },
          { element_type: 1, element_id: 1099181, note_type: 4, text: '5', updated_at: 50 },
        ],
      });
      const ids: number[] = json._embedded.items.map((item: Item) => item.id);
      const cases: readonly [string, number[]][] = [
        ['', [1, 2, 3, 4]],
        ['limit_rows=2&limit_offset=1', [2, 3]],
        [`id=${ids[3]},${ids[0]},${ids[4]}`, [1, 4]],
        [`id[]=${ids[1]}&element_id=43510&note_type=25`, [2]],
        ['id=x', []],
        ['element_id=45615', [2, 4]],
        ['element_id=1', []],
        ['note_type=25,102', [3, 4]],
        ['note_type[]=4&note_type[]=25', [1, 2, 3]],
        ['note_type=x', []],
        ['note_type[a][b]=4', []],
        ['element_id=45615&note_type=4', [2]],
        ['filter[x]=1&zzz=1', [1, 2, 3, 4]],
      ];
      for (const [query, expected] of cases) {
        const found = idsOf(await own.get(`/api/v2/notes?type=lead&${query}`)).map((id) => ids.indexOf(id) + 1);
        assert.deepEqual(found, expected, query);
      }
      const since = { 'If-Modified-Since': '20' };
      assert.deepEqual(idsOf(await own.get('/api/v2/notes?type=lead', since)), ids.slice(2, 4));
      assert.deepEqual(idsOf(await own.get('/api/v2/notes?type=contact')), [ids[4]]);
    } finally {
      await own.close();
    }
  });
});

/** anna and boris sit in group 11, vera in 12; each is responsible for one record of every kind, and it has a note of the administrator. */
describe('rights', () => {
  const names = ['anna', 'boris', 'vera'] as const;
  const people = new Map<string, Person>();
  const records = new Map<string, number>();
  const notes = new Map<string, number>();
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
        notes.set(`${path} ${name}`, await addNote({ ...about(path, id), text: `${path} ${name}` }));
      }
    }
  });

  for (const path of kindPaths) {
    test(`notes on ${path}, and on tasks about them, are seen by who sees the record`, async () => {
      const owners = [...names, `own ${path}`];
      const all = owners.map((name) => notes.get(`${path} ${name}`)!);
      const results = new Map<string, number>();
      for (const name of owners) {
        const task = await add('tasks', { text: 'x', ...about(path, records.get(`${path} ${name}`)!) });
        results.set(name, await add('notes', { element_type: 4, element_id: task, note_type: 13, text: 'done' }));
      }
      const visible = { own: [`own ${path}`], group: ['anna', 'boris', `own ${path}`], none: [] };
      for (const [level, seen] of Object.entries(visible)) {
        const as = person(`${level} ${path}`);
        const expected = seen.map((name) => notes.get(`${path} ${name}`)!);
        for (const query of [`id=${all}`, 'note_type=4&limit_rows=500']) {
          const listed = idsOf(await server.get(`/api/v2/notes?type=${words[path]}&${query}`, {}, as));
          assert.deepEqual(
            all.filter((id) => listed.includes(id)),
            expected,
            `${level} ${query}`,
          );
        }
        const onTasks = idsOf(await server.get(`/api/v2/notes?type=task&id=${[...results.values()]}`, {}, as));
        assert.deepEqual(
          onTasks,
          seen.map((name) => results.get(name)!),
        );
      }
    });

    test(`what he does not see of ${path} is like what is not there: in updates, and as the element of a note`, async () => {
      const as = person(`own ${path}`);
      const [note, record] = [notes.get(`${path} vera`)!, records.get(`${path} vera`)!];
      const task = await add('tasks', { text: 'x', ...about(path, record) });
      const earlier = await listing(server);
      const [hidden, missing] = await Promise.all(
        [note, 7_777_777].map((id) => update([{ id, updated_at: testNow + 5, text: 'y' }], as)),
      );
      assert.equal(hidden!.text.replaceAll(String(note), '7777777'), missing!.text);
      const posts: readonly [object, number][] = [
        [{ ...about(path, record), note_type: 4 }, record],
        [{ element_type: 4, element_id: task, note_type: 13 }, task],
      ];
      for (const [item, id] of posts) {
        const post = (element_id: number) =>
          server.post('/api/v2/notes', { add: [{ ...item, text: 'x', element_id }] }, {}, as);
        const [one, other] = [await post(id), await post(7_777_777)];
        assert.equal(one.status, 400);
        assert.equal(one.text.replaceAll(String(id), '7777777'), other.text);
      }
      assert.equal(await listing(server), earlier);
    });
  }

  const editors: Readonly<Record<string, readonly string[]>> = {
    A: ['written', 'mine', 'mate', 'other'],
    G: ['written', 'mine', 'mate'],
    M: ['written', 'mine'],
    D: ['written'],
  };
  for (const [level, allowed] of Object.entries(editors)) {
    test(`who has lead_edit ${level} changes the notes ${allowed.join(', ')}`, async () => {
      const rights = { lead_edit: level as 'A' | 'G' | 'M' | 'D' };
      const as = await addUser(server.store, `editor-${level.toLowerCase()}`, rights, { groupId: 11 });
      const owners = { mine: as.id, mate: person('anna').id, other: person('vera').id };
      const ids: Record<string, number> = {};
      for (const [name, id] of Object.entries(owners)) {
        const element = await add('leads', { responsible_user_id: id });
        // Whose note it is says nothing: the record's responsible user counts, and who wrote it.
        ids[name] = await addNote({ element_id: element, responsible_user_id: as.id });
      }
      ids['written'] = await addNote({}, as);
      const reply = await update(
        Object.values(ids).map((id) => ({ id, updated_at: testNow + 5, text: 'new' })),
        as,
      );
      assert.deepEqual(new Set(idsOf(reply)), new Set(allowed.map((name) => ids[name])));
      const refused = Object.keys(ids).filter((name) => !allowed.includes(name));
      assert.deepEqual(errorsOf(reply) ?? {}, Object.fromEntries(refused.map((name) => [ids[name], 'Access denied'])));
      for (const [name, id] of Object.entries(ids)) {
        assert.equal((await readNote(id)).text, allowed.includes(name) ? 'new' : 'x');
      }
    });
  }

  test('the result of a task that stands alone is seen by who sees the task', async () => {
    const task = await add('tasks', { text: 'x', responsible_user_id: person('boris').id }, person('anna'));
    const note = { element_type: 4, element_id: task, note_type: 13, text: 'done' };
    const id = await add('notes', note, person('boris'));
    const sees = async (as?: Credentials) => idsOf(await server.get(`/api/v2/notes?type=task&id=${id}`, {}, as)).length;
    assert.deepEqual([await sees(), await sees(person('anna')), await sees(person('boris'))], [1, 1, 1]);
    assert.equal(await sees(person('vera')), 0);
    assert.equal((await server.post('/api/v2/notes', { add: [note] }, {}, person('vera'))).status, 400);
  });
});

test('another account’s records, tasks and notes are not there: in adds, updates, lists and filters', async () => {
  const own = await startServer();
  try {
    await addAcme(own.store);
    for (const [index, sequence] of (['contact', 'lead', 'customer', 'task', 'note'] as const).entries()) {
      await own.store.write((tx) => tx.setCounter(acme.id, sequence, 5_000_000 + index * 1000));
    }
    const theirs = async (path: string, item: object) =>
      idOf(
        await own.post(
          `/api/v2/${path}`,
          { add: [{ name: 'секрет', text: 'секрет', ...item }] },
          {},
          acmeAdministrator,
        ),
      );
    const elements: [type: string, element_type: number, id: number, note_type: number][] = [];
    for (const path of kindPaths) elements.push([words[path], elementTypes[path], await theirs(path, {}), 4]);
    elements.push(['task', 4, await theirs('tasks', {}), 13]);
    const foreign = [];
    for (const [, element_type, element_id, note_type] of elements) {
      foreign.push(await theirs('notes', { element_type, element_id, note_type }));
    }
    const theirState = async () => {
      const answers = [];
      for (const [type] of elements) answers.push(await own.get(`/api/v2/notes?type=${type}`, {}, acmeAdministrator));
      return answers.map(({ text }) => text);
    };
    const earlier = [await theirState(), await listing(own)];

    for (const [type, element_type, hidden, note_type] of elements) {
      const post = async (element_id: number) => {
        const item = { element_type, element_id, note_type, text: 'x' };
        return (await own.post('/api/v2/notes', { add: [item] })).text;
      };
      assert.equal((await post(hidden)).replaceAll(String(hidden), '987654321'), await post(987_654_321));
      for (const query of [`id=${foreign}`, `element_id=${hidden}`, '', 'note_type=4,13']) {
        assert.equal((await own.get(`/api/v2/notes?type=${type}&${query}`)).status, 204, `${type} ${query}`);
      }
    }
    for (const id of foreign) {
      const reply = await own.post('/api/v2/notes', { update: [{ id, updated_at: testNow + 9e8, text: 'взлом' }] });
      assert.deepEqual(reply.json._embedded, { items: [], errors: { update: { [id]: 'Note not found' } } });
    }
    assert.equal(
      (await own.post('/api/v2/notes', { add: [{ ...common, text: 'x', responsible_user_id: 101 }] })).status,
      400,
    );
    assert.deepEqual([await theirState(), await listing(own)], earlier);
  } finally {
    await own.close();
  }
});

describe('bad input', () => {
  const refused = (bodies: readonly unknown[], code?: number) => {
    const posts = bodies.map((body) => (): Promise<Answered> => server.post('/api/v2/notes', body));
    return assertRefused(server, posts, 400, code);
  };
  const others = (...lists: readonly (readonly string[])[]) =>
    everyType.filter((value) => !lists.flat().includes(value));
  const good = { element_type: '2', element_id: '43510', note_type: '4', text: '"x"' };
  const body = (parts: Readonly<Record<string, string>>) =>
    `{"add":[${objectText(good)},${objectText({ ...good, ...parts })}]}`;
  const keys: Readonly<Record<string, { readonly nothing: readonly string[]; readonly refused: readonly string[] }>> = {
    responsible_user_id: { nothing: blanks, refused: others(blanks) },
    created_by: { nothing: blanks, refused: others(blanks) },
    created_at: { nothing: blanks, refused: others(blanks) },
    params: { nothing: [...blanks, ...emptyLists], refused: others(blanks, emptyLists, ['{"a":1}']) },
    text: { nothing: [], refused: others(blanks, numbers, ['"x"']) },
    request_id: { nothing: everyType, refused: [] },
    zzz: { nothing: everyType, refused: [] },
  };

  for (const [key, { nothing, refused: wrong }] of Object.entries(keys)) {
    if (wrong.length > 0) {
      test(`${key} is refused as ${wrong.join(' ')}`, async () => {
        const id = String(await addNote({}));
        const updates = wrong.map(
          (value) => `{"update":[${objectText({ id, updated_at: String(testNow), [key]: value })}]}`,
        );
        await refused([...wrong.map((value) => body({ [key]: value })), ...updates], 400);
      });
    }
    if (nothing.length > 0) {
      test(`${key} says nothing as ${nothing.join(' ')}`, async () => {
        const shown = async (id: number) => {
          const { id: _id, _links, ...rest } = await readNote(id);
          return rest;
        };
        const plain = await shown(await addNote({}));
        for (const value of nothing) {
          const added = await server.post('/api/v2/notes', `{"add":[${objectText({ ...good, [key]: value })}]}`);
          assert.deepEqual(await shown(idOf(added)), plain, value);
        }
      });
    }
  }

  test('the element is required and refused in every type but the right ones', async () => {
    const wrong = [...everyType, '0', '[2]', '{"toString":1}', '{"toString":null,"valueOf":0}', '"records"', '5'];
    await refused(
      wrong.map((value) => body({ element_type: value })),
      232,
    );
    await refused(
      everyType.map((value) => body({ element_id: value })),
      232,
    );
    await refused(['{"add":[{"note_type":4,"text":"x"}]}'], 232);
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const pairs = 'add[0][element_id]=43510&add[0][note_type]=4&add[0][text]=x&add[0][element_type][a]=2';
    await assertRefused(server, [() => server.post('/api/v2/notes', pairs, form)], 400, 232);
  });

  test('an element that is not there has its code by kind', async () => {
    const cases: readonly [number, number][] = [
      [1, 233],
      [2, 234],
      [3, 226],
      [12, 226],
    ];
    for (const [element_type, code] of cases) {
      await refused(
        [
          {
            add: [
              { ...common, text: 'good' },
              { ...common, text: 'x', element_type, element_id: 5 },
            ],
          },
        ],
        code,
      );
    }
    await refused([{ add: [{ element_type: 4, element_id: 5, note_type: 13, text: 'x' }] }], 226);
  });

  test('a type that clients cannot write there is refused', async () => {
    const unwritable = [
      '1',
      '2',
      '3',
      '5',
      '6',
      '7',
      '8',
      '9',
      '12',
      '13',
      '17',
      '22',
      '99',
      '101',
      '0',
      '104',
      ...everyType,
    ];
    await refused(
      unwritable.map((value) => body({ note_type: value, params: '{"text":"x"}' })),
      400,
    );
    const element_id = String(await add('tasks', { text: 'x' }));
    const onTask = ['4', '10', '25', '102', '1'].map((note_type) => body({ note_type, element_type: '4', element_id }));
    await refused(onTask, 400);
  });

  test('a note without what its type needs is refused', async () => {
    await refused(
      ['null', '""'].map((text) => body({ text })),
      400,
    );
    const empty = ['null', '""', '[]', '{}'].map((params) => body({ note_type: '25', text: 'null', params }));
    await refused(empty, 400);
  });

  test('params are flat, of fifty keys at most, and every text in them is storable', async () => {
    const broken = ['a\0b', '\ud83d', 'a\ude00b', 'x'.repeat(10_001)];
    const deep = `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`;
    const sms = (params: string) => body({ note_type: '102', params });
    const keyed = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
    await refused(
      [
        ...broken.flatMap((text) => [{ text }, { [text]: 'x' }]),
        { text: { a: 1 } },
        { text: ['x'] },
        { text: [] },
        { ['k'.repeat(101)]: 'x' },
        keyed(51),
      ].map((params) => sms(JSON.stringify(params))),
      400,
    );
    await refused([sms(deep), sms('{"a":1e400}'), sms('[[1]]'), sms('[5]'), sms('"x"'), sms('true')], 400);
    const id = await add('notes', { ...lead, note_type: 102, params: keyed(50) });
    assert.deepEqual((await readNote(id)).params, keyed(50));
  });

  test('keys that objects are born with are data in params, but for __proto__, which is dropped', async () => {
    await assertPrototypesClean(async () => {
      const params = '{"__proto__":"x","constructor":"c","toString":"t","text":"x"}';
      const sent = objectText({ ...good, note_type: '25', params });
      const note = await readNote(idOf(await server.post('/api/v2/notes', `{"add":[${sent}]}`)));
      assert.equal(JSON.stringify(note.params), '{"constructor":"c","toString":"t","text":"x"}');
      await refused([body({ note_type: '25', params: '{"constructor":{"prototype":{"polluted":1}}}' })], 400);
    });
  });

  test('NUL, lone surrogates and texts of more than 10 000 characters are refused', async () => {
    const wrong = ['a\0b', '\ud83d', 'a\ude00b', '\uffff', 'x'.repeat(10_001)];
    await refused(
      wrong.map((text) => ({ add: [{ ...common, text }] })),
      400,
    );
    const text = 'я'.repeat(10_000);
    assert.equal((await readNote(await addNote({ text }))).text, text);
  });

  test('what is no batch has its code', async () => {
    await refused(['', '{}', '[]', 'null', '"x"', '5', '{"delete":[1]}'], 222);
    await refused(['{"add":[]}', '{"add":{}}', '{"add":""}', '{"add":[5]}', '{"add":"x"}'], 218);
    await refused(['{"update":[]}', '{"update":[[]]}', '{"update":true}'], 224);
    const updates = ['{}', '{"id":null}', '{"id":0}', '{"updated_at":5,"text":"x"}'];
    await refused(
      updates.map((item) => `{"add":[${objectText(good)}],"update":[${item}]}`),
      225,
    );
    await refused(everyType.map((value) => `{"update":[${objectText({ id: value, updated_at: '5' })}]}`));
    const id = String(await addNote({}));
    const times = everyType.filter((value) => !blanks.includes(value));
    await refused(
      times.map((value) => `{"update":[${objectText({ id, updated_at: value })}]}`),
      400,
    );
    await refused([body({ responsible_user_id: '5' })], 205);
    await refused([`{"update":[${objectText({ id, updated_at: '5', responsible_user_id: '5' })}]}`], 212);
  });

  test('500 items are taken, 501 are refused, added or updated or both together', async () => {
    const item = { ...common, text: 'x', id: 1, updated_at: testNow };
    const items = (count: number) => Array.from({ length: count }, () => item);
    assert.equal(idsOf(await server.post('/api/v2/notes', { add: items(500) })).length, 500);
    await refused([{ add: items(501) }, { update: items(501) }, { add: items(250), update: items(251) }], 400);
  });
});
