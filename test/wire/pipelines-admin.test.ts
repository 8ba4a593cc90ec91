import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { acmeAdministrator, addAcme, addUser } from '../support/accounts.ts';
import { assertPrototypesClean, listing } from '../support/refusals.ts';
import { type Credentials, type Reply, startServer, type TestServer, testNow } from '../support/server.ts';

const main = 10104;

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const set = (pipelines: unknown, as?: Credentials) =>
  server.post('/private/api/v2/json/pipelines/set', { request: { pipelines } }, {}, as);
const remove = (id: unknown, as?: Credentials) =>
  server.post('/private/api/v2/json/pipelines/delete', { request: { id } }, {}, as);
const pipeline = (parts: object = {}) => ({ name: 'Воронка', statuses: [{ name: 'А' }, { name: 'Б' }], ...parts });

interface Added {
  readonly id: number;
  /** Of its own, by name. */
  readonly stages: Readonly<Record<string, number>>;
}

async function add(parts: object = {}): Promise<Added> {
  const reply = await set({ add: [pipeline(parts)] });
  assert.equal(reply.status, 200, reply.text);
  const [made] = Object.values(reply.json.response.pipelines.add.pipelines) as { id: number; statuses: object }[];
  const statuses = Object.values(made!.statuses) as { id: number; name: string }[];
  return { id: made!.id, stages: Object.fromEntries(statuses.map(({ id, name }) => [name, id])) };
}

async function read(id: number) {
  const reply = await server.get(`/api/v2/pipelines?id=${id}`);
  return reply.status === 204 ? undefined : reply.json._embedded.items[id];
}

async function addLead(parts: object): Promise<number> {
  const reply = await server.post('/api/v2/leads', { add: [{ name: 'x', ...parts }] });
  assert.equal(reply.status, 200, reply.text);
  return reply.json._embedded.items[0].id;
}

const lead = async (id: number) => (await server.get(`/api/v2/leads?id=${id}`)).json._embedded.items[0];
const move = (id: number, parts: object) =>
  server.post('/api/v2/leads', { update: [{ id, updated_at: testNow + 1, ...parts }] });

/** Each request fails as a whole, in the shape of reference §1.6 C, and nothing of it is written. */
async function assertFailed(requests: readonly (() => Promise<Reply>)[], status: number, code: string): Promise<void> {
  const before = await listing(server);
  for (const request of requests) {
    const reply = await request();
    assert.equal(reply.status, status, reply.text);
    assert.equal(reply.headers.get('content-type'), 'application/json');
    const { error, ...rest } = reply.json.response;
    assert.match(error, new RegExp(`^Код ошибки ${code}\\. .`));
    assert.deepEqual(Object.keys(rest), ['error_code', 'ip', 'domain', 'server_time']);
    assert.equal(rest.error_code, code);
  }
  assert.equal(await listing(server), before);
}

async function mains(): Promise<number[]> {
  const { items } = (await server.get('/api/v2/pipelines')).json._embedded;
  const all = Object.values(items) as { id: number; is_main: boolean }[];
  return all.filter(({ is_main }) => is_main).map(({ id }) => id);
}

describe('leads and the pipelines that they are in', () => {
  test('a new pipeline takes leads at once: by a stage, or by itself into its first one', async () => {
    const { id, stages } = await add();
    const byStage = await lead(await addLead({ status_id: stages['Б'] }));
    assert.deepEqual([byStage.pipeline_id, byStage.status_id], [id, stages['Б']]);
    const byPipeline = await lead(await addLead({ pipeline_id: id }));
    assert.deepEqual([byPipeline.pipeline_id, byPipeline.status_id], [id, stages['А']]);
  });

  test('what becomes the main pipeline takes leads of which nothing else is said', async () => {
    const { id, stages } = await add({ is_main: 'on' });
    const made = await lead(await addLead({}));
    assert.deepEqual([made.pipeline_id, made.status_id], [id, stages['А']]);
    await set({ update: { [main]: { is_main: 'on' } } });
    assert.deepEqual(await mains(), [main]);
    assert.equal((await lead(await addLead({}))).pipeline_id, main);
  });

  test('a stage that holds leads stays with its pipeline as it was, also when they are in the bin, until they have moved', async () => {
    const { id, stages } = await add();
    const [staying, binned] = [await addLead({ status_id: stages['А'] }), await addLead({ status_id: stages['А'] })];
    await server.post('/ajax/leads/multiple/delete', `ID[]=${binned}`);
    const without = { name: 'Новое имя', statuses: { [stages['Б']!]: { name: 'Б' } } };
    const refused = { errors: [`update/${id}/statuses/${stages['А']}: Impossible to delete status with leads`] };
    const before = await read(id);
    for (let count = 0; count < 2; count += 1) {
      assert.deepEqual((await set({ update: { [id]: without } })).json.response.pipelines.update, refused);
      assert.deepEqual(await read(id), before);
      assert.deepEqual((await remove(id)).json.response, {
        [id]: { errors: 'Impossible to delete pipeline with leads' },
      });
      await move(staying, { status_id: stages['Б'] });
    }
  });

  test('a stage and a pipeline that leads have left can be removed, and take none any more', async () => {
    const { id, stages } = await add();
    const moving = await addLead({ status_id: stages['А'] });
    await move(moving, { status_id: stages['Б'] });
    const update = { [id]: { statuses: { [stages['Б']!]: {} } } };
    assert.deepEqual((await set({ update })).json.response.pipelines.update, { [id]: true });
    const reply = await server.post('/api/v2/leads', { add: [{ name: 'x', status_id: stages['А'] }] });
    assert.equal(reply.status, 400);
    await move(moving, { pipeline_id: main });
    assert.deepEqual((await remove([id])).json.response, { [id]: true });
    assert.equal(await read(id), undefined);
    assert.equal((await server.post('/api/v2/leads', { add: [{ name: 'x', pipeline_id: id }] })).status, 400);
    assert.equal((await lead(moving)).pipeline_id, main);
  });

  test('won and lost leads hold their pipeline, but no stage of its own', async () => {
    const { id, stages } = await add();
    const closed = await addLead({ status_id: stages['А'] });
    await move(closed, { status_id: 142 });
    assert.equal(
      (await set({ update: { [id]: { statuses: [{ id: stages['Б'] }] } } })).json.response.pipelines.update[id],
      true,
    );
    assert.ok((await remove(id)).json.response[id].errors);
  });
});

describe('spellings', () => {
  test('what GET gave can be sent back, as a map or a list, and changes nothing', async () => {
    const { id } = await add();
    const before = await read(id);
    const list = { ...before, statuses: Object.values(before.statuses) };
    for (const update of [{ [id]: before }, [before], { 0: before }, [list]]) {
      const reply = await set({ update });
      assert.deepEqual(reply.json.response.pipelines.update, { [id]: true });
      assert.deepEqual(await read(id), before);
    }
  });

  test('a form with stages in a list tells them by their ids', async () => {
    const { id, stages } = await add();
    const path = `request[pipelines][update][${id}]`;
    const pairs = [
      `${path}[name]=Форма`,
      `${path}[statuses][0][id]=${stages['Б']}`,
      `${path}[statuses][0][sort]=1`,
      `${path}[statuses][1][id]=${stages['А']}`,
      `${path}[statuses][1][sort]=2`,
    ];
    const reply = await server.post('/private/api/v2/json/pipelines/set', pairs.join('&'));
    assert.deepEqual(reply.json.response.pipelines, { update: { [id]: true } });
    const { name, statuses } = await read(id);
    assert.equal(name, 'Форма');
    assert.deepEqual([statuses[stages['Б']!].sort, statuses[stages['А']!].sort], [20, 30]);
  });

  test('on, true and 1 make the main pipeline; everything else leaves it', async () => {
    const { id } = await add();
    for (const word of ['off', 'false', false, 0, '0', '', null, 'yes', 'ON!']) {
      await set({ update: { [id]: { is_main: word } } });
      assert.deepEqual(await mains(), [main], String(word));
    }
    await set({ update: { [main]: { is_main: 'off' } } });
    assert.deepEqual(await mains(), [main]);
    for (const word of ['on', true, 1, '1', 'true', 'On']) {
      await set({ update: { [id]: { is_main: word } } });
      assert.deepEqual(await mains(), [id], String(word));
      await set({ update: { [main]: { is_main: 'on' } } });
    }
  });

  test('ids to delete are a number, digits, a list or a map', async () => {
    for (const spell of [(id: number) => id, String, (id: number) => [id], (id: number) => ({ 4: `${id}` })]) {
      const { id } = await add();
      assert.deepEqual((await remove(spell(id))).json.response, { [id]: true });
    }
  });
});

test('there is exactly one main pipeline, whatever is added, changed and deleted at once', async () => {
  const made = await Promise.all(Array.from({ length: 6 }, () => add({ is_main: 'on' })));
  assert.equal((await mains()).length, 1);
  const ids = made.map(({ id }) => id);
  await Promise.all([
    ...ids.slice(0, 3).map((id) => set({ update: { [id]: { is_main: 'on' } } })),
    ...ids.slice(2).map((id) => remove(id)),
    set({ update: { [main]: { is_main: 'on' } } }),
  ]);
  assert.equal((await mains()).length, 1);
  await remove(ids);
  assert.equal((await mains()).length, 1);
});

describe('who may define pipelines', () => {
  test('nobody but administrators, whatever else they may', async () => {
    const person = await addUser(server.store, 'pipeline-seller', {});
    const { id } = await add();
    const requests = [
      () => set({ add: [pipeline()] }, person),
      () => set({ update: { [id]: { name: 'x' } } }, person),
      () => remove(id, person),
    ];
    await assertFailed(requests, 403, '244');
  });

  test('each account has pipelines of its own, and reaches no others', async () => {
    await addAcme(server.store);
    const { id, stages } = await add();
    const before = await read(id);
    const reply = await set({ update: { [id]: { name: 'x', is_main: 'on' } } }, acmeAdministrator);
    assert.deepEqual(reply.json.response.pipelines.update, { errors: [`update/${id}: Pipeline not found`] });
    const removal = await remove([id, stages['А']], acmeAdministrator);
    assert.deepEqual(removal.json.response[id], { errors: 'Pipeline not found' });
    await set({ add: [pipeline({ is_main: 'on' })] }, acmeAdministrator);
    assert.deepEqual(await read(id), before);
    assert.deepEqual(await mains(), [main]);
  });
});

describe('bad input writes nothing', () => {
  const post = (path: string, body: unknown) => () => server.post(`/private/api/v2/json/pipelines/${path}`, body);

  test('requests with nothing to do, or that are none', async () => {
    const nothing = ['', '{}', '[]', 'null', '5', 'a=b', '{"request":"x"}', '{"request":{"pipelines":[]}}'];
    const empty = [{}, { add: [] }, { add: {}, update: {} }, { update: [] }, { add: null, update: '' }];
    const sets = [...nothing, ...empty.map((pipelines) => ({ request: { pipelines } }))];
    const deletions = [...nothing, { request: { id: [] } }, { request: { id: '' } }, { request: { id: 0 } }];
    const requests = [...sets.map((body) => post('set', body)), ...deletions.map((body) => post('delete', body))];
    await assertFailed(requests, 400, '103');
  });

  test('of every key each wrong type, beside a good pipeline', async () => {
    const objects = [{}, { a: 1 }, [1], [[]]];
    const broken = ['a\0b', '\ud83d'];
    const wrong: Record<string, readonly unknown[]> = {
      name: [true, ...objects, ...broken, 'x'.repeat(1001)],
      sort: [-1, 1.5, 'x', true, ...objects],
      is_main: objects,
      statuses: ['x', 5, true, [5], ['x'], { 1: 'x' }, [[{ name: 'x' }]], Array(501).fill({ name: 'x' })],
    };
    const wrongStages: Record<string, readonly unknown[]> = {
      id: [-1, 'x', true, ...objects],
      name: [true, ...objects, ...broken, 'x'.repeat(1001)],
      sort: [-1, 1.5, 'x', ...objects],
      color: [true, ...objects, ...broken],
    };
    const items = [
      ...Object.entries(wrong).flatMap(([key, values]) => values.map((value) => ({ [key]: value }))),
      ...Object.entries(wrongStages).flatMap(([key, values]) =>
        values.map((value) => ({ statuses: [{ name: 'x' }, { name: 'y', [key]: value }] })),
      ),
    ];
    const sets = items.flatMap((item) => [
      () => set({ add: [pipeline(), pipeline(item)] }),
      () => set({ add: [pipeline()], update: { [main]: item } }),
    ]);
    const updates = ['x', 5, { [main]: 5 }, { x: { name: 'x' } }, [5], { [-main]: { name: 'x' } }];
    const ids = ['x', { a: 1 }, [[main]], -1, 1.5, [main, 'x'], true, Array(20_001).fill(main)];
    const requests = [
      ...sets,
      ...updates.map((update) => () => set({ add: [pipeline()], update })),
      ...ids.map((id) => () => remove(id)),
      post('set', '{"request":'),
      () => set({ add: Array(501).fill(pipeline()) }),
    ];
    await assertFailed(requests, 400, '400');
  });

  test('adds that are no list of objects', async () => {
    const adds = ['x', 5, true, ['x'], { a: pipeline() }, [[pipeline()]], pipeline()];
    await assertFailed(
      adds.map((value) => () => set({ add: value, update: { [main]: { name: 'x' } } })),
      400,
      '201',
    );
  });

  test('pipelines that break a rule are told one by one, and are not there', async () => {
    const before = await listing(server);
    const add = [
      {},
      { name: ' ', statuses: [{ name: 'x' }] },
      { name: 'x' },
      { name: 'x', statuses: { 142: { name: 'x' } } },
      pipeline({ statuses: [{ name: 'x' }, { color: '#fffeb2' }] }),
      pipeline({ statuses: [{ name: 'x', color: '#000000' }], is_main: 'on' }),
      pipeline({ statuses: Array(98).fill({ name: 'x' }) }),
    ];
    const { response } = (await set({ add, update: { 1: { name: 'x' }, [main]: { statuses: {} } } })).json;
    assert.deepEqual(response.pipelines.add, {
      errors: [
        'add/0: Pipeline name is required',
        'add/1: Pipeline name is required',
        'add/2: At least one status besides 142 and 143 is required',
        'add/3: At least one status besides 142 and 143 is required',
        'add/4/statuses/1: Status name is required',
        'add/5/statuses/0: Status color is not allowed',
        'add/6: Too many statuses in pipeline',
      ],
    });
    assert.equal(response.pipelines.update.errors.length, 2);
    assert.equal(await listing(server), before);
  });

  test('keys that JavaScript objects are born with name new stages or nothing', async () => {
    const before = await mains();
    await assertPrototypesClean(async () => {
      for (const name of ['__proto__', 'constructor', 'toString']) {
        const statuses = `{"${name}":{"name":"x"}}`;
        const reply = await server.post(
          '/private/api/v2/json/pipelines/set',
          `{"request":{"pipelines":{"add":[{"name":"born","statuses":${statuses}}]}}}`,
        );
        const [id] = Object.keys(reply.json.response.pipelines.add.pipelines);
        assert.deepEqual((await remove(id)).json.response, { [id!]: true });
        const update = `{"${name}":{"name":"x"}}`;
        const wrong = await server.post(
          '/private/api/v2/json/pipelines/set',
          `{"request":{"pipelines":{"update":${update}},"${name}":{"update":${update}}}}`,
        );
        assert.equal(wrong.status, 400);
      }
    });
    assert.deepEqual(await mains(), before);
  });
});
