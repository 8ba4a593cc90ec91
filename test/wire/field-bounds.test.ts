import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { documentAccountId } from '../../seed/document.ts';
import { maxEver } from '../../src/crm/field-bounds.ts';
import { aField } from '../store/builders.ts';
import { assertRefused } from '../support/refusals.ts';
import { startServer, type TestServer } from '../support/server.ts';

// docs/api/fields.md: settings are read whole, so there is an end to fields and options.

let server: TestServer;
before(async () => {
  // The bounds hold whatever a server takes as a request.
  server = await startServer({ limits: { elements: 1000 } });
});
after(() => server.close());

const draft = (parts: object) => ({ name: 'Поле', field_type: 1, element_type: 12, origin: 'bounds', ...parts });
const define = (body: object) => server.post('/api/v2/fields', body);
const change = (body: object) => server.post('/api/kontora/fields/update', body);
const list = (options: number) => draft({ field_type: 4, enums: Array.from({ length: options }, (_, n) => `в${n}`) });
const settings = () => server.store.read((tx) => tx.settings(documentAccountId));
const refuse = (...tries: (() => ReturnType<typeof define>)[]) => assertRefused(server, tries, 400, 437);

async function added(...add: object[]): Promise<number[]> {
  const reply = await define({ add });
  assert.equal(reply.status, 200, reply.text);
  return reply.json._embedded.items.map(({ id }: { id: number }) => id);
}

test('500 options of a field, however they come', async () => {
  const [id] = await added(list(499));
  const { enums } = (await settings()).fields.get(id!)!;
  assert.equal((await change({ id, enums: [...enums, { value: 'последний' }] })).status, 200);
  const all = (await settings()).fields.get(id!)!.enums;
  await refuse(
    () => define({ add: [list(501)] }),
    () => change({ id, enums: [...all, { value: 'лишний' }] }),
  );
  assert.equal((await settings()).fields.get(id!)!.enums.length, 500);
  assert.equal((await change({ id, name: 'Иначе', enums: all.toReversed() })).status, 200);
});

test('500 fields of a kind; a refused request deletes nothing either, and others of it are not added', async () => {
  const { fields } = await settings();
  const room = 500 - [...fields.values()].filter(({ kinds }) => kinds.includes('customer')).length;
  const ids = await added(...Array.from({ length: room }, () => draft({})));
  const version = (await settings()).version;
  const gone = { id: ids[0], origin: 'bounds' };
  await refuse(
    () => define({ add: [draft({ element_type: 2 }), draft({})] }),
    () => define({ add: [draft({}), draft({})], delete: [gone] }),
  );
  assert.equal((await settings()).version, version);
  assert.equal((await define({ add: [draft({})], delete: [gone] })).status, 200);
});

test('requests at the same time do not pass a bound together', async () => {
  const { fields } = await settings();
  const room = 500 - [...fields.values()].filter(({ kinds }) => kinds.includes('lead')).length;
  await added(...Array.from({ length: room - 2 }, () => draft({ element_type: 2 })));
  const replies = await Promise.all(Array.from({ length: 6 }, () => define({ add: [draft({ element_type: 2 })] })));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 200, 400, 400, 400, 400]);
});

test('deleting makes room no more once as many were made as there can ever be', async () => {
  const ever = await server.store.read((tx) => tx.countFieldsEver(documentAccountId));
  await server.store.write(async (tx) => {
    const ids = await tx.nextIds(documentAccountId, 'field', maxEver.fields - ever.fields);
    await tx.addFields(
      documentAccountId,
      ids.map((id) => aField(id)),
    );
    await tx.removeFields(documentAccountId, ids);
  });
  await refuse(() => define({ add: [draft({ element_type: 1 })] }));
});
