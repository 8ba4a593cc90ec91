import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { documentAccountId } from '../../seed/document.ts';
import { aField } from '../store/builders.ts';
import { addUser } from '../support/accounts.ts';
import { assertRefused } from '../support/refusals.ts';
import { type Credentials, startServer, type TestServer, testNow } from '../support/server.ts';

// Filters by tag and by custom field: in lists, counts and orders, beside each other and the others.

const [size, colors, vip, amount, since, phone, note] = [9001, 9002, 9003, 9004, 9005, 9006, 9007];
const [small, large, red, blue] = [9101, 9102, 9103, 9104];

let server: TestServer;
let seller: Credentials & { id: number };
const ids: Record<string, number> = {};

before(async () => {
  server = await startServer();
  seller = await addUser(server.store, 'seller', { company_view: 'M' });
  const of = (id: number, type: number, enums: { id: number; value: string }[] = []) =>
    aField(id, { type, kinds: ['company'], enums });
  await server.store.write((tx) =>
    tx.addFields(documentAccountId, [
      of(size!, 4, [
        { id: small!, value: 'мал' },
        { id: large!, value: 'велик' },
      ]),
      of(colors!, 5, [
        { id: red!, value: 'красный' },
        { id: blue!, value: 'синий' },
      ]),
      ...[of(vip!, 3), of(amount!, 2), of(since!, 6), of(phone!, 1)],
      aField(note!, { type: 3, kinds: ['lead'] }),
    ]),
  );
  const field = (id: number, ...values: unknown[]) => ({ id, values: values.map((value) => ({ value })) });
  const add = [
    { name: 'a', tags: 'опт, юг', custom_fields: [field(size!, small), field(amount!, '100')] },
    { name: 'b', tags: 'опт', custom_fields: [field(size!, large), field(colors!, red, blue), field(vip!, 1)] },
    {
      name: 'c',
      tags: 'Север',
      custom_fields: [field(colors!, blue), field(since!, '26.10.2017'), field(amount!, '1001')],
    },
    { name: 'd', responsible_user_id: seller.id, tags: 'опт', custom_fields: [field(size!, small), field(vip!, 0)] },
    {
      name: 'e',
      custom_fields: [{ id: phone, values: [{ value: `{"fieldId":${size},"values":[{"enumId":${small}}]}` }] }],
    },
    { name: 'f', tags: 'опт, север', custom_fields: [field(size!, small)] },
  ];
  const { items } = (await server.post('/api/v2/companies', { add })).json._embedded;
  for (const [index, { name }] of add.entries()) ids[name] = items[index].id;
  await server.post('/ajax/companies/multiple/delete', { ID: ids['f'] });
  await server.post('/api/v2/companies', { update: [{ id: ids['a'], updated_at: testNow + 100 }] });
  await server.post('/api/v2/leads', { add: [{ name: 'x', tags: 'опт' }] });
});
after(() => server.close());

const nameOf = (id: number) => Object.keys(ids).find((name) => ids[name] === id)!;

/** What the list, the ids and the number say, which have to be the same. */
async function found(query: string, as?: Credentials): Promise<string> {
  const list = await server.get(`/api/v2/companies?${query}`, {}, as);
  const shown: number[] = list.status === 204 ? [] : list.json._embedded.items.map(({ id }: { id: number }) => id);
  for (const sort of ['id', '-id', 'updated_at']) {
    const sorted: number[] = (await server.get(`/api/kontora/ids?entity=companies&sort=${sort}&${query}`, {}, as)).json
      .ids;
    assert.deepEqual(
      sort === '-id' ? sorted.toReversed() : sorted.toSorted((a, b) => a - b),
      shown,
      `${query} ${sort}`,
    );
  }
  const { count } = (await server.get(`/api/kontora/count?entity=companies&${query}`, {}, as)).json;
  assert.equal(count, shown.length, query);
  return shown.map(nameOf).join('');
}

const tagId = async (name: string): Promise<number> =>
  (await server.get('/api/kontora/tags?entity=companies')).json.tags.find((tag: { name: string }) => tag.name === name)
    .id;

test('by tag: name in any case, id, several', async () => {
  assert.equal(await found('filter[tag]=ОПТ'), 'abd');
  assert.equal(await found(`filter[tag]=${await tagId('опт')}`), 'abd');
  assert.equal(await found('filter[tag]=юг,север'), 'ac');
  assert.equal(await found('filter[tag][]=опт&filter[tag][]=юг'), 'abd');
  assert.equal(await found(`filter[tag]=${await tagId('юг')},север`), 'ac');
  assert.equal(await found('filter[tag]=нет'), '');
  assert.equal(await found('filter[tag]=999999'), '');
  assert.equal(await found('filter[tag]=юг,нет'), 'a');
  const all = await server.get('/api/v2/companies?filter[tag]=');
  assert.equal(all.json._embedded.items.length, (await server.get('/api/v2/companies')).json._embedded.items.length);
});

test('by field: option by id or text, one of several, number, date, checkbox', async () => {
  const field = (id: number, value: unknown) =>
    found(`filter[custom_fields][${id}]=${encodeURIComponent(String(value))}`);
  assert.equal(await field(size!, small), 'ad');
  assert.equal(await field(size!, 'велик'), 'b');
  assert.equal(await field(size!, `${small},${large}`), 'abd');
  assert.equal(await field(colors!, blue), 'bc');
  assert.equal(await field(colors!, red), 'b');
  assert.equal(await field(amount!, 100), 'a');
  assert.equal(await field(since!, '2017-10-26'), 'c');
  assert.equal(await field(vip!, 1), 'b');
  assert.equal(await field(vip!, 0), 'd');
});

test('beside each other and the others, by the rights of who asks', async () => {
  assert.equal(await found(`filter[tag]=опт&filter[custom_fields][${size}]=${small}`), 'ad');
  assert.equal(await found(`filter[custom_fields][${size}]=${large}&filter[custom_fields][${vip}]=1`), 'b');
  assert.equal(await found(`filter[custom_fields][${size}]=${small}&filter[custom_fields][${vip}]=1`), '');
  assert.equal(await found('filter[tag]=опт', seller), 'd');
  assert.equal(await found(`filter[tag]=опт&responsible_user_id=${seller.id}`), 'd');
  assert.equal(await found(`filter[tag]=опт&filter[date_modify][from]=${testNow + 50}`), 'a');
  assert.equal(await found('filter[tag]=опт,север&query=велик'), 'b');
  assert.equal(await found('filter[tag]=опт&query=100'), 'a');
});

test('pages go on where they ended', async () => {
  const page = async (path: string, offset: number) =>
    (await server.get(`${path}&limit_rows=1&limit_offset=${offset}`)).json;
  for (const tags of ['опт', 'опт,юг']) {
    for (const [offset, name] of ['a', 'b', 'd'].entries()) {
      const list = await page(`/api/v2/companies?filter[tag]=${tags}`, offset);
      assert.equal(list._embedded.items[0].id, ids[name]);
      assert.deepEqual((await page(`/api/kontora/ids?entity=companies&filter[tag]=${tags}`, offset)).ids, [ids[name]]);
    }
  }
});

describe('bad input', () => {
  test('is refused with 400', async () => {
    const field = (id: unknown, value: string) => `filter[custom_fields][${id}]=${value}`;
    const queries = [
      ...[field(1, '1'), field('x', '1'), field(note, '1'), field(phone, 'x'), field(size, 'нет'), field(amount, 'x')],
      ...[field(since, 'никогда'), field(vip, '2'), `filter[custom_fields]=5`, `filter[custom_fields][]=5`],
      ...['filter[tag][a]=x', 'filter[tag][][b]=x', 'filter[tag]=%00'],
      `filter[tag]=${'x'.repeat(1001)}`,
      field(`${size}][a`, 'x'),
    ];
    await assertRefused(
      server,
      ['/api/v2/companies?', '/api/kontora/count?entity=companies&', '/api/kontora/ids?entity=companies&'].flatMap(
        (path) => queries.map((query) => () => server.get(path + query)),
      ),
    );
  });
});
