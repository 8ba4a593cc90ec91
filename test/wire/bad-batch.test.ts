import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Answered, assertRefused, kindPaths } from '../support/refusals.ts';
import { type Reply, startServer, type TestServer, testNow } from '../support/server.ts';

const phone = 4396818;
const contactCodes = { neither: 206, add: 201, update: 208, id: 209, fieldInAdd: 204, fieldInUpdate: 211 };
/** Leads have some of their own; all kinds share the others. source: reference §3.6, 19 */
const leadCodes = { ...contactCodes, neither: 214, add: 213, update: 216, id: 217 };
const notFound = { companies: 'Contact', contacts: 'Contact', leads: 'Lead', customers: 'Customer' };

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const valued = (id: number, value: unknown) => ({ custom_fields: [{ id, values: [value] }] });

function idOf(reply: Reply): number {
  assert.equal(reply.status, 200, reply.text);
  return reply.json._embedded.items[0].id;
}

async function read(path: string, id: number) {
  return (await server.get(`/api/v2/${path}?id=${id}`)).json._embedded.items[0];
}

/** Bodies refused one and all, as JSON or as they stand. */
function assertBodiesRefused(path: string, bodies: readonly unknown[], code?: number): Promise<void> {
  const posts = bodies.map((body) => (): Promise<Answered> => server.post(`/api/v2/${path}`, body));
  return assertRefused(server, posts, 400, code);
}

for (const path of kindPaths) {
  describe(`${path}: a request that is no batch is refused as a whole`, () => {
    const good = { name: 'x', tags: 'новый тег' };
    const codes = path === 'leads' ? leadCodes : contactCodes;

    test('neither add nor update, an empty add and an empty update have each their code', async () => {
      // Only customers can be deleted so.
      const remove = path === 'customers' ? '{"delete":[]}' : '{"delete":[1]}';
      await assertBodiesRefused(path, ['', '{}', '[]', 'null', '"x"', '5', remove, 'a=b'], codes.neither);
      await assertBodiesRefused(path, ['{"add":[]}', '{"add":{}}', '{"add":""}', 'add='], codes.add);
      await assertBodiesRefused(path, ['{"update":[]}', '{"update":{}}', '{"update":""}', 'update='], codes.update);
    });

    test('an update without an id has its code, also beside good items', async () => {
      const updates = [{}, { id: null }, { id: '' }, { id: 0 }, { updated_at: testNow, name: 'x' }];
      await assertBodiesRefused(
        path,
        updates.map((item) => ({ update: [item] })),
        codes.id,
      );
      await assertBodiesRefused(
        path,
        updates.map((item) => ({ add: [good], update: [item] })),
        codes.id,
      );
    });

    test('an update of an unknown id is told in a 200 answer, and the good items beside it are written', async () => {
      const id = idOf(await server.post(`/api/v2/${path}`, { add: [good] }));
      const item = { updated_at: testNow + 5, name: 'y' };
      const update = [
        { ...item, id: 9_007_199_254_740_991 },
        { ...item, id },
        { ...item, id: 17_179_869_184 },
      ];
      const { _embedded } = (await server.post(`/api/v2/${path}`, { update })).json;
      assert.deepEqual(
        _embedded.items.map((saved: { id: number }) => saved.id),
        [id],
      );
      const text = `${notFound[path]} not found`;
      assert.deepEqual(_embedded.errors, { update: { 9007199254740991: text, 17179869184: text } });
      assert.equal((await read(path, id)).name, 'y');
    });

    test('a custom field that the kind has not is 204 in add, 211 in update, also beside good items', async () => {
      const unknown = valued(1, { value: 'x' });
      const id = idOf(await server.post(`/api/v2/${path}`, { add: [good] }));
      const update = [{ id, updated_at: testNow, ...unknown }];
      await assertBodiesRefused(path, [{ add: [good, { name: 'x', ...unknown }] }], codes.fieldInAdd);
      await assertBodiesRefused(path, [{ update }, { add: [good], update }], codes.fieldInUpdate);
      if (path === 'leads' || path === 'customers') {
        await assertBodiesRefused(path, [{ add: [{ name: 'x', ...valued(phone, { value: '1' }) }] }], codes.fieldInAdd);
      }
    });

    test('a responsible user whom the account has not is refused', async () => {
      const id = idOf(await server.post(`/api/v2/${path}`, { add: [good] }));
      const someone = { responsible_user_id: 5 };
      await assertBodiesRefused(path, [{ add: [good, { name: 'x', ...someone }] }], 205);
      await assertBodiesRefused(path, [{ update: [{ id, updated_at: testNow, ...someone }] }], 212);
    });

    test('500 items are taken, 501 are refused, added or updated or both together', async () => {
      const items = (count: number) => Array.from({ length: count }, () => ({ name: 'x', id: 1, updated_at: testNow }));
      assert.equal((await server.post(`/api/v2/${path}`, { add: items(500) })).json._embedded.items.length, 500);
      const both = { add: items(250), update: items(251) };
      await assertBodiesRefused(path, [{ add: items(501) }, { update: items(501) }, both, { add: items(50_000) }]);
    });

    test('ten thousand ids in the query or in a link list are taken, and those that are no records name nothing', async () => {
      const id = idOf(await server.post(`/api/v2/${path}`, { add: [good] }));
      const none = Array.from({ length: 10_000 }, (_, index) => 5_000_000 + index);
      for (const ids of [`id=${none},${id}`, `id[]=${none.join('&id[]=')}&id[]=${id}`]) {
        assert.equal(idOf(await server.get(`/api/v2/${path}?${ids}`)), id);
      }
      const [linkKey, real] = path === 'leads' || path === 'customers' ? ['contacts_id', 1099181] : ['leads_id', 43510];
      for (const ids of [none, none.join(), Object.fromEntries(none.entries())]) {
        const item = { id, updated_at: testNow, [linkKey]: ids };
        assert.equal(idOf(await server.post(`/api/v2/${path}`, { update: [item] })), id);
        const { contacts, leads } = await read(path, id);
        assert.deepEqual(linkKey === 'leads_id' ? leads : contacts, []);
      }
      await server.post(`/api/v2/${path}`, { update: [{ id, updated_at: testNow, [linkKey]: [...none, real] }] });
      const { contacts, leads } = await read(path, id);
      assert.deepEqual((linkKey === 'leads_id' ? leads : contacts).id, [real]);
    });
  });
}
