import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { documentAccountId } from '../../seed/document.ts';
import { allKinds } from '../../src/crm/kinds.ts';
import { defaultLimits } from '../../src/http/limits.ts';
import { aField } from '../store/builders.ts';
import { addUser } from '../support/accounts.ts';
import { assertProblem, kindPaths } from '../support/refusals.ts';
import { type Credentials, startServer, type TestServer } from '../support/server.ts';

// The longest filters that are allowed, of each sort and of all sorts together, in every list: engines have ends of their own to what a
// statement may be (SQLite: a thousand levels of an expression), and none of them may be met before ours.

const [amount, choice, colors, flag] = [9001, 9002, 9003, 9004];
const optionsFrom = (first: number) =>
  Array.from({ length: 30 }, (_, index) => ({ id: first + index, value: `вариант ${index}` }));
const options: ReadonlyMap<number, { id: number; value: string }[]> = new Map([
  [choice, optionsFrom(9101)],
  [colors, optionsFrom(9201)],
]);
/** A hundred fields more, of each of which one value is asked for. */
const others = Array.from({ length: 100 }, (_, index) => 9301 + index);

let server: TestServer;
const readers: Record<string, Credentials | undefined> = { 'an administrator': undefined };

before(async () => {
  server = await startServer();
  const kinds = allKinds.map(({ name }) => name);
  const of = (id: number, type: number) => aField(id, { type, kinds, enums: options.get(id) ?? [] });
  await server.store.write((tx) =>
    tx.addFields(documentAccountId, [
      ...[of(amount, 2), of(choice, 4), of(colors, 5), of(flag, 3)],
      ...others.map((id) => of(id, 2)),
    ]),
  );
  for (const level of ['M', 'D'] as const) {
    const rights = Object.fromEntries(kinds.map((kind) => [`${kind}_view`, level]));
    readers[`who sees by ${level}`] = await addUser(server.store, `reader-${level.toLowerCase()}`, rights);
  }
  const fields = [
    { id: amount, values: [{ value: '9999' }] },
    { id: choice, values: [{ value: options.get(choice)!.at(-1)!.id }] },
    ...others.map((id) => ({ id, values: [{ value: '7' }] })),
  ];
  for (const path of kindPaths) {
    const own = path === 'customers' ? { next_date: 1511000000 } : {};
    const item = { name: 'найдётся', tags: 'опт', custom_fields: fields, ...own };
    assert.equal((await server.post(`/api/v2/${path}`, { add: [item] })).status, 200);
  }
});
after(() => server.close());

const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index).join();
const { ids, query: letters } = defaultLimits;
/** As many as a head has room for beside others. */
const some = 8000;

const field = (id: number, values: string) => `filter[custom_fields][${id}]=${values}`;
const ranges = ['date_create', 'date_modify', 'date', 'next_date']
  .map((name) => `filter[${name}][from]=1&filter[${name}][to]=${Number.MAX_SAFE_INTEGER}`)
  .join('&');
const fields = [
  field(amount, numbers(39, 9961)),
  ...[...options].map(([id, own]) => field(id, own.map((option) => option.id).join())),
  field(flag, '1'),
].join('&');

/** Each with what it finds for the administrator: the one record, none, or whatever there is. */
const filters: readonly [title: string, query: string, found: 'one' | 'none' | 'any'][] = [
  ['values of one field', field(amount, numbers(100, 9900)), 'one'],
  ['values of several fields', fields, 'none'],
  ['values of a hundred fields', others.map((id) => field(id, '7')).join('&'), 'one'],
  ['tags', `filter[tag]=${encodeURIComponent('опт')},${numbers(ids - 1)}`, 'one'],
  ['responsible users', `responsible_user_id=${numbers(ids)}`, 'any'],
  ['main users', `filter[main_user]=${numbers(ids)}`, 'any'],
  ['stages', `status=${numbers(ids)}`, 'any'],
  ['a search of one word', `query=${encodeURIComponent('я'.repeat(letters))}`, 'none'],
  ['a search of digits', `query=${'+7 9'.repeat(letters / 4)}`, 'none'],
  ['a search of a digit', 'query=%2B7', 'any'],
  ['a search of signs that patterns know', `query=${'%25_%5C!'.repeat(letters / 4)}`, 'none'],
  [
    'all together',
    [
      ...[fields, ranges, `filter[tag]=${numbers(some)}`, `responsible_user_id=${numbers(some)}`],
      ...[`filter[main_user]=${numbers(some)}`, `status=${numbers(some)}`, 'filter[active]=1&filter[tasks]=2'],
      `query=${'%2B7 9'.repeat(1000)}`,
    ].join('&'),
    'none',
  ],
];

const lists = kindPaths.flatMap((path) => [
  [`/api/v2/${path}`, path],
  [`/api/kontora/count?entity=${path}`, path],
  ...['-id', 'updated_at'].map((sort) => [`/api/kontora/ids?entity=${path}&sort=${sort}`, path]),
  ...(path === 'leads' ? [['/api/kontora/stages', path]] : []),
]);

/** Without the credentials in the address, which is long enough. */
async function get(path: string, query: string, as?: Credentials) {
  const reply = await server.get(`${path}${path.includes('?') ? '&' : '?'}${query}`, {}, as);
  const { ids, count, stages, _embedded } = reply.status === 200 ? reply.json : { count: 0 };
  const counted = stages?.reduce((sum: number, stage: { count: number }) => sum + stage.count, 0);
  return { reply, found: (counted ?? count ?? ids?.length ?? _embedded.items.length) as number };
}

describe('the most that is allowed is answered', () => {
  for (const [title, query, expected] of filters) {
    test(title, async () => {
      for (const [who, as] of Object.entries(readers)) {
        for (const [path] of lists) {
          const { reply, found } = await get(path!, query, as);
          const where = `${path} for ${who}`;
          assert.ok(reply.status === 200 || reply.status === 204, `${where}: ${reply.status} ${reply.text}`);
          if (expected === 'none' || (who.endsWith('D') && expected === 'one')) assert.equal(found, 0, where);
          else if (expected === 'one' && as === undefined) assert.equal(found, 1, where);
        }
      }
    });
  }

  test('ids', async () => {
    for (const path of kindPaths)
      assert.equal((await get(`/api/v2/${path}`, `id=${numbers(ids)}`)).reply.status < 300, true);
  });

  test('tasks and notes, by ids and by what they are about', async () => {
    const queries = [
      ...['element_id', 'id', 'responsible_user_id', 'note_type'].map((name) => `${name}=${numbers(ids)}`),
      ...['created_by', 'task_type'].map((name) => `filter[${name}]=${numbers(ids)}`),
      Array.from({ length: 1900 }, (_, index) => `filter[pipe][${index}][]=${index}`).join('&'),
      `filter[pipe][10104]=${numbers(ids)}&${ranges}`,
    ];
    for (const as of Object.values(readers)) {
      for (const query of queries) {
        for (const path of ['/api/v2/tasks', '/api/kontora/tasks', '/api/v2/notes?type=company']) {
          if (path === '/api/kontora/tasks' && query.startsWith('id=')) continue;
          const { reply } = await get(path, query, as);
          assert.ok(reply.status === 200 || reply.status === 204, `${path} ${query.slice(0, 30)}: ${reply.text}`);
        }
      }
    }
  });

  test('names of tags', async () => {
    for (const text of ['я'.repeat(letters), '%_\\!'.repeat(letters / 4)]) {
      const reply = await server.get(`/api/kontora/tags?entity=companies&query=${encodeURIComponent(text)}`);
      assert.equal(reply.status, 200, reply.text);
    }
  });
});

test('more is refused', async () => {
  const queries = [
    ...[101, 500, 997, 1000, 19_990].map((count) => field(amount, numbers(count))),
    `${fields}&${field(others[0]!, '1')}`,
    `filter[tag]=${numbers(ids + 1)}`,
    `responsible_user_id=${numbers(ids + 1)}`,
    `query=${'7'.repeat(letters + 1)}`,
  ];
  for (const as of Object.values(readers)) {
    for (const query of queries)
      for (const [path] of lists) assertProblem((await get(path!, query, as)).reply, 400, 400);
  }
});
