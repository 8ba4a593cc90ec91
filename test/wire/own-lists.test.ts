import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { periodStarts } from '../../src/crm/growth.ts';
import { addUser } from '../support/accounts.ts';
import { assertRefused } from '../support/refusals.ts';
import { type Credentials, startServer, type TestServer, testNow } from '../support/server.ts';

// /api/kontora/stages, growth, tasks: what boards, charts and agendas ask. Whose are the numbers, and what does bad input do?

let server: TestServer;
let seller: Credentials & { id: number };
const stages = { first: 8550001, second: 8550002 };
before(async () => {
  server = await startServer();
  const own = { lead_view: 'M', company_view: 'M', contact_view: 'M', customer_view: 'M' } as const;
  seller = await addUser(server.store, 'stage-seller', own);
});
after(() => server.close());

async function add(path: string, ...items: object[]): Promise<number[]> {
  const reply = await server.post(`/api/v2/${path}`, { add: items });
  assert.equal(reply.status, 200, reply.text);
  return reply.json._embedded.items.map(({ id }: { id: number }) => id);
}

describe('leads by stage', () => {
  const totals = async (query = '', as?: Credentials) => {
    const { json } = await server.get(`/api/kontora/stages?${query}`, {}, as);
    const some = json.stages.filter(({ count }: { count: number }) => count > 0);
    return some.map(({ id, count, sum }: { id: number; count: number; sum: number }) => [id, count, sum]);
  };

  test('are counted and summed up as their reader sees them, under the filters of the list', async () => {
    const before = await totals();
    await add(
      'leads',
      { name: 'счёт один', status_id: stages.first, sale: 100, responsible_user_id: seller.id },
      { name: 'счёт два', status_id: stages.first, sale: 50 },
      { name: 'счёт три', status_id: stages.second, sale: 7, responsible_user_id: seller.id },
      { name: 'счёт четыре', status_id: 142, sale: 1000 },
    );
    const word = `query=${encodeURIComponent('счёт')}`;
    assert.deepEqual(await totals(word), [
      [stages.first, 2, 150],
      [stages.second, 1, 7],
      [142, 1, 1000],
    ]);
    assert.deepEqual(await totals('', seller), [
      [stages.first, 1, 100],
      [stages.second, 1, 7],
    ]);
    assert.deepEqual(await totals(`responsible_user_id=${seller.id}&filter[active]=1`), [
      [stages.first, 1, 100],
      [stages.second, 1, 7],
    ]);
    assert.deepEqual(await totals(`${word}&status=142`), [[142, 1, 1000]]);
    const sumOf = (rows: number[][]) => rows.reduce((sum, [, , own]) => sum + own!, 0);
    assert.equal(sumOf(await totals()) - sumOf(before), 1157);
  });

  test('come with every stage of their pipeline, in its order; won ones are those of that pipeline', async () => {
    const draft = { name: 'Вторая', statuses: { 0: { name: 'Новый', color: '#fffeb2' } } };
    const reply = await server.post('/private/api/v2/json/pipelines/set', { request: { pipelines: { add: [draft] } } });
    const [pipeline] = Object.values<{ id: number }>(reply.json.response.pipelines.add.pipelines);
    const [won] = await add('leads', { name: 'там', pipeline_id: pipeline!.id, status_id: 142, sale: 3 });
    const { json } = await server.get(`/api/kontora/stages?pipeline_id=${pipeline!.id}`);
    assert.equal(json.pipeline_id, pipeline!.id);
    assert.deepEqual(
      json.stages.map(({ count, sum }: { count: number; sum: number }) => [count, sum]),
      [
        [0, 0],
        [0, 0],
        [1, 3],
        [0, 0],
      ],
    );
    const of = `entity=leads&pipeline_id=${pipeline!.id}`;
    assert.deepEqual((await server.get(`/api/kontora/ids?${of}&status=142&sort=-updated_at`)).json.ids, [won]);
    assert.deepEqual((await server.get(`/api/kontora/count?${of}`)).json, { count: 1, is_exact: true });
    assert.deepEqual((await server.get('/api/kontora/count?entity=leads&pipeline_id=x')).json.count, 0);
    assert.equal((await server.get('/api/kontora/stages')).json.pipeline_id, 10104);
  });
});

describe('how many came when', () => {
  test('is what their reader sees, by the clock of the account', async () => {
    const read = async (by: string, as?: Credentials) =>
      (await server.get(`/api/kontora/growth?entity=companies&by=${by}`, {}, as)).json;
    const was = { month: await read('month'), day: await read('day') };
    const month = was.month.periods.map(({ from }: { from: number }) => from);
    assert.equal(month.length, 12);
    await add(
      'companies',
      { name: 'давно', created_at: month[0] - 1 },
      { name: 'в первую секунду', created_at: month[10] },
      { name: 'в последнюю', created_at: month[11] - 1, responsible_user_id: seller.id },
      { name: 'сейчас' },
    );
    const now = await read('month');
    const more = now.periods.map(({ count }: { count: number }, i: number) => count - was.month.periods[i].count);
    assert.equal(now.before - was.month.before, 1);
    assert.deepEqual(more, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1]);
    assert.equal((await read('day')).periods.at(-1).count - was.day.periods.at(-1).count, 1);
    const own = await read('month', seller);
    assert.deepEqual(
      [own.before, own.periods.map(({ count }: { count: number }) => count).join('')],
      [0, '000000000010'],
    );
  });

  test('periods begin at midnight, weeks on Monday, also where clocks change', () => {
    const texts = (step: 'day' | 'week' | 'month', now: string, zone: string) =>
      periodStarts(step, Date.parse(now) / 1000, zone).map((at) => new Date(at * 1000).toISOString().slice(0, 16));
    assert.deepEqual(texts('day', '2026-03-30T12:00:00Z', 'Europe/Berlin').slice(-3), [
      '2026-03-27T23:00',
      '2026-03-28T23:00',
      '2026-03-29T22:00',
    ]);
    assert.deepEqual(texts('week', '2026-11-29T22:30:00Z', 'Europe/Moscow').slice(-2), [
      '2026-11-22T21:00',
      '2026-11-29T21:00',
    ]);
    assert.deepEqual(texts('month', '2026-01-31T22:00:00Z', 'Europe/Moscow').slice(-3), [
      '2025-11-30T21:00',
      '2025-12-31T21:00',
      '2026-01-31T21:00',
    ]);
  });
});

describe('tasks by their times', () => {
  test('are those that their reader sees, with the names of their records', async () => {
    const [mine, theirs] = await add(
      'leads',
      { name: 'Моя сделка', status_id: stages.first, responsible_user_id: seller.id },
      { name: 'Чужая сделка', status_id: stages.first },
    );
    const about = (id: number, at: number) => ({ element_id: id, element_type: 2, complete_till_at: at, text: 'x' });
    const tasks = await add(
      'tasks',
      about(theirs!, testNow + 300),
      about(mine!, testNow + 200),
      { text: 'одна', complete_till_at: testNow + 100, responsible_user_id: seller.id },
      about(mine!, testNow + 400),
    );
    const [late, second, first, done] = tasks;
    await server.post('/api/v2/tasks', {
      update: [{ id: done, updated_at: testNow, is_completed: 1, result: { text: 'готово' } }],
    });
    const read = async (query: string, as?: Credentials) =>
      (await server.get(`/api/kontora/tasks?${query}`, {}, as)).json;
    const idsOf = ({ items }: { items: { id: number }[] }) => items.map(({ id }) => id);
    const range = `filter[due][from]=${testNow + 1}&filter[due][to]=${testNow + 400}`;
    const all = await read(range);
    assert.deepEqual([all.count, all.is_exact, idsOf(all)], [3, true, [first, second, late]]);
    assert.deepEqual(
      all.items.map(({ element_name }: { element_name: string }) => element_name),
      ['', 'Моя сделка', 'Чужая сделка'],
    );
    assert.deepEqual(idsOf(await read(range, seller)), [first, second]);
    assert.deepEqual(idsOf(await read(`${range}&sort=-due&limit_rows=2`)), [late, second]);
    const second2 = await read(`${range}&limit_rows=1&limit_offset=1`);
    assert.deepEqual([second2.count, idsOf(second2)], [3, [second]]);
    assert.deepEqual(idsOf(await read(`${range}&responsible_user_id=${seller.id}`)), [first]);
    assert.deepEqual(idsOf(await read(`${range}&type=lead&filter[task_type]=1`)), [second, late]);
    const completed = await read(`${range}&filter[status]=1`, seller);
    assert.deepEqual([idsOf(completed), completed.items[0].result.text], [[done], 'готово']);
    assert.deepEqual(await read(`filter[due][from]=${testNow + 401}`), { count: 0, is_exact: true, items: [] });
  });
});

describe('bad input', () => {
  test('is refused with 400', async () => {
    const urls = [
      ...['x', '-1', '999', '1e3', '%00', '10104,1'].map((id) => `/api/kontora/stages?pipeline_id=${id}`),
      ...['/api/kontora/stages?id=5', '/api/kontora/stages?query=%00', '/api/kontora/stages?pipeline_id[a]=10104'],
      ...['/api/kontora/growth', '/api/kontora/growth?entity=tasks', '/api/kontora/growth?entity=leads&by=year'],
      ...['/api/kontora/growth?entity=leads&by[a]=day', '/api/kontora/tasks?sort=text', '/api/kontora/tasks?id=1'],
      ...['/api/kontora/tasks?sort[a]=due', '/api/kontora/tasks?type=house'],
    ];
    await assertRefused(
      server,
      urls.map((url) => () => server.get(url)),
    );
  });
});
