import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertProblem, assertRefused, type KindPath, kindPaths } from '../support/refusals.ts';
import { type Reply, startServer, type TestServer, testNow } from '../support/server.ts';
import {
  everyType as all,
  blanks,
  emptyLists,
  numbers,
  objectText,
  storedText,
  texts,
} from '../support/wrong-types.ts';

/** What a key takes of some values; it refuses the others. */
interface Rule {
  readonly of: readonly string[];
  /** These say nothing: a new record is as without the key. source: reference §1.2 */
  readonly nothing: readonly string[];
  /** These are text: a number is its digits. */
  readonly text?: readonly string[];
}

const unknown: Rule = { of: all, nothing: all };
const wholeNumber: Rule = { of: all, nothing: blanks };
const list: Rule = { of: all, nothing: [...blanks, ...emptyLists] };
const text: Rule = { of: texts, nothing: blanks, text: [...numbers, '"x"'] };

const linkKeys: Readonly<Record<KindPath, readonly string[]>> = {
  companies: ['contacts_id', 'leads_id', 'customers_id'],
  contacts: ['company_id', 'leads_id', 'customers_id'],
  leads: ['company_id', 'contacts_id'],
  customers: ['company_id', 'contacts_id'],
};
const unknownKeys = ['closest_task_at', 'account_id', 'group_id', 'updated_by', 'is_deleted', 'main_contact', '_links'];
const readKeys = ['leads', 'contacts', 'customers', 'company', 'zzz'];

function rulesOf(path: KindPath): Readonly<Record<string, Rule>> {
  return {
    ...Object.fromEntries([...unknownKeys, ...readKeys].map((key) => [key, unknown])),
    ...Object.fromEntries(linkKeys[path].map((key) => [key, list])),
    created_at: wholeNumber,
    responsible_user_id: wholeNumber,
    created_by: wholeNumber,
    custom_fields: list,
    unlink: { of: all, nothing: [...blanks, ...emptyLists, '{"a":1}'] },
    tags: { ...text, nothing: [...blanks, ...emptyLists] },
    company_name: path === 'contacts' ? text : unknown,
    request_id: unknown,
  };
}

for (const path of kindPaths) {
  describe(`${path}: of every key each wrong type is refused, and what says nothing does nothing`, () => {
    let server: TestServer;
    before(async () => {
      server = await startServer();
    });
    after(() => server.close());

    const address = `/api/v2/${path}`;
    const post = (which: 'add' | 'update', items: readonly Record<string, string>[]) =>
      server.post(address, `{"${which}":[${items.map(objectText)}]}`);
    const add = (parts: Record<string, string>) => post('add', [parts]);
    const update = (parts: Record<string, string>) => post('update', [parts]);
    const idsOf = (reply: Reply): string[] => {
      assert.equal(reply.status, 200, reply.text);
      return reply.json._embedded.items.map((item: { id: number }) => String(item.id));
    };
    /** The records as JSON of their own, without what tells each from the others. */
    const read = async (ids: readonly string[]) => {
      const items = (await server.get(`${address}?id=${ids}`)).json._embedded.items;
      return items.map(({ id: _id, _links, ...rest }: Record<string, unknown>) => rest);
    };
    const makeRecords = async (count: number) =>
      idsOf(
        await post(
          'add',
          Array.from({ length: count }, () => ({ name: '"ООО Ромашка"' })),
        ),
      );
    const updatedAt = String(testNow + 1);

    for (const [key, { of, nothing, text = [] }] of Object.entries(rulesOf(path))) {
      const refused = of.filter((value) => !nothing.includes(value) && !text.includes(value));
      if (refused.length > 0) {
        test(`${key} is refused as ${refused.join(' ')}`, async () => {
          const [id = ''] = await makeRecords(1);
          await assertRefused(
            server,
            refused.flatMap((value) => [
              () => add({ name: '"x"', [key]: value }),
              () => update({ id, updated_at: updatedAt, [key]: value }),
            ]),
          );
        });
      }
      test(`${key} says nothing as ${nothing.join(' ')}`, async () => {
        const ids = await makeRecords(nothing.length);
        const plain = await read(ids);
        const added = idsOf(
          await post(
            'add',
            nothing.map((value) => ({ name: '"ООО Ромашка"', [key]: value })),
          ),
        );
        assert.deepEqual(await read(added), plain);
        const updates = nothing.map((value, index) => ({ id: ids[index]!, updated_at: updatedAt, [key]: value }));
        assert.deepEqual(idsOf(await post('update', updates)), ids);
        const updated = plain.map((item: object) => ({ ...item, updated_at: testNow + 1 }));
        assert.deepEqual(await read(ids), updated);
      });
      if (text.length > 0) {
        test(`${key} is text as ${text.join(' ')}`, async () => {
          for (const value of text) {
            const written = storedText(value);
            const [{ tags, company }] = await read(idsOf(await add({ name: '"x"', [key]: value })));
            assert.equal(key === 'tags' ? tags[0].name : company.name, written);
          }
        });
      }
    }

    test('a name is required of a new record and refused in every type but text and numbers', async () => {
      const [id = ''] = await makeRecords(1);
      const others = texts.filter((value) => !text.text!.includes(value));
      await assertRefused(
        server,
        others.map((value) => () => add({ name: value })),
      );
      await assertRefused(
        server,
        others
          .filter((value) => !blanks.includes(value))
          .map((value) => () => update({ id, updated_at: updatedAt, name: value })),
      );
      for (const value of blanks) {
        idsOf(await update({ id, updated_at: updatedAt, name: value }));
        assert.equal((await read([id]))[0].name, 'ООО Ромашка');
      }
      for (const value of text.text!)
        assert.equal((await read(idsOf(await add({ name: value }))))[0].name, storedText(value));
    });

    test('an update has to name a record by a whole number, and its updated_at be one', async () => {
      const [id = ''] = await makeRecords(1);
      const ids = all.map((value) => () => update({ id: value, updated_at: updatedAt, name: '"y"' }));
      await assertRefused(server, ids);
      const times = all.filter((value) => !blanks.includes(value));
      await assertRefused(
        server,
        times.map((value) => () => update({ id, updated_at: value, name: '"y"' })),
      );
      for (const value of blanks) {
        const reply = await update({ id, updated_at: value, name: '"y"' });
        assert.deepEqual(reply.json._embedded, {
          items: [],
          errors: { update: { [id]: 'Last modified date is older than in database' } },
        });
      }
      assert.equal((await read([id]))[0].name, 'ООО Ромашка');
    });

    test('add, update and the body itself are refused in every type but the right one', async () => {
      await assertRefused(
        server,
        all.flatMap((value) => [
          () => server.post(address, value),
          () => server.post(address, `{"add":${value}}`),
          () => server.post(address, `{"update":${value}}`),
          () => server.post(address, `{"add":[{"name":"x"},${value}]}`),
          () => server.post(address, `{"add":[{"name":"x"}],"update":[${value}]}`),
        ]),
      );
    });
  });
}

describe('custom fields: of every place each wrong type is refused, and what says nothing does nothing', () => {
  const position = 4396817;
  const phone = 4396818;
  const web = 4396820;
  const address = 4400115;
  const roles = 3789654;
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  const add = (field: string) => server.post('/api/v2/companies', `{"add":[{"name":"x","custom_fields":[${field}]}]}`);
  const withValue = (id: number, value: string) => add(`{"id":${id},"values":[${value}]}`);
  const fieldsOf = async (reply: Reply) => {
    assert.equal(reply.status, 200, reply.text);
    const found = await server.get(`/api/v2/companies?id=${reply.json._embedded.items[0].id}`);
    return found.json._embedded.items[0].custom_fields;
  };

  test('an entry is an object with the id of a field and a list of values', async () => {
    const values = '[{"value":"1"}]';
    const noLists = all.filter((value) => !list.nothing.includes(value) && value !== '[[]]');
    await assertRefused(server, [
      ...all.map((value) => () => add(value)),
      ...all.map((value) => () => add(`{"id":${value},"values":${values}}`)),
      ...noLists.map((value) => () => add(`{"id":${phone},"values":${value}}`)),
    ]);
    for (const value of list.nothing)
      assert.deepEqual(await fieldsOf(await add(`{"id":${phone},"values":${value}}`)), []);
  });

  test('a text, a phone, an address of the web and a part of an address take scalars alone', async () => {
    for (const id of [position, phone, web, address]) {
      const wrong = ['[]', '{}', '[[]]', '{"a":1}'];
      await assertRefused(
        server,
        wrong.map((value) => () => withValue(id, `{"value":${value}}`)),
      );
      for (const value of blanks) assert.deepEqual(await fieldsOf(await withValue(id, `{"value":${value}}`)), []);
      for (const value of numbers) {
        const [field] = await fieldsOf(await withValue(id, `{"value":${value}}`));
        assert.equal(field.values[0].value, `${id === web ? 'http://' : ''}${storedText(value)}`);
      }
    }
  });

  test('a list of options takes only ids of its own', async () => {
    const wrong = all.filter((value) => !blanks.includes(value));
    await assertRefused(server, [
      ...wrong.map((value) => () => withValue(roles, `{"value":${value}}`)),
      ...wrong.map((value) => () => withValue(roles, `{"value":"2615948","enum":${value}}`)),
      ...wrong.filter((value) => value !== '{}').map((value) => () => withValue(roles, value)),
    ]);
    for (const value of blanks) assert.deepEqual(await fieldsOf(await withValue(roles, `{"value":${value}}`)), []);
  });

  test('an enum of a phone that is none is passed over', async () => {
    for (const value of all) {
      const [field] = await fieldsOf(await withValue(phone, `{"value":"+7","enum":${value}}`));
      assert.deepEqual(field.values, [{ value: '+7', enum: '3685087' }], value);
    }
  });

  test('a part of an address has a name or number of the six', async () => {
    const wrong = [...numbers, '1e400', '"x"', '"7"', '[]', '{}', '[[]]', '{"a":1}'];
    await assertRefused(
      server,
      wrong.map((value) => () => withValue(address, `{"value":"x","subtype":${value}}`)),
    );
    for (const value of blanks) {
      const [field] = await fieldsOf(await withValue(address, `{"value":"x","subtype":${value}}`));
      assert.deepEqual(field.values, [{ value: 'x', subtype: '1' }]);
    }
  });

  test('the refusal names every wrong place, up to five', async () => {
    const reply = await server.post('/api/v2/companies', {
      add: [{ name: [], created_at: 'x', tags: true, leads_id: {}, contacts_id: 'a,b', unlink: 5, custom_fields: 5 }],
    });
    assertProblem(reply, 400, 400);
    for (const place of ['name', 'created_at', 'tags', 'custom_fields'])
      assert.match(reply.text, new RegExp(`add/0/${place}`));
    assert.match(reply.text, /и ещё 2\)/);
  });
});
