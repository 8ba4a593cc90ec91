import assert from 'node:assert/strict';
import type { EntityRow, KindName } from '../../src/crm/entity.ts';
import type { ReadTx, Store, WriteTx } from '../../src/crm/store.ts';
import { adding, aLink, aRecord, aTag, changing, everyKind, noFilter, save, span, wholeList } from './builders.ts';
import { type ModelledStore, randomFilter, randomPage } from './modelled-store.ts';
import { Random } from './random.ts';
import { randomTerm, randomTexts } from './random-texts.ts';
import { abroad, home, type StoreTest } from './store-test.ts';

/** The version of all documents that a test does not say another of. */
const version = 7;
const romashka = aRecord('company', 1, { name: 'Ромашка' });
const anna = aRecord('contact', 2, { name: 'Анна' });
const boris = aRecord('contact', 3, { name: 'Борис' });

/** What is done while the documents of the company and of both contacts are kept; Anna is linked to the company. */
const changes: readonly [string, (tx: WriteTx) => Promise<void>, string[]][] = [
  ['a changed record', (tx) => tx.saveEntities(home, [changing(boris, { updatedAt: 1 })]), ['contact 3']],
  ['a renamed record and its neighbours', rename(anna), ['company 1', 'contact 2']],
  ['a renamed record and its neighbours, from the other side', rename(romashka), ['company 1', 'contact 2']],
  ['a deleted record’s neighbours', (tx) => remove(tx, anna), ['company 1', 'contact 2']],
  [
    'both ends of a new link',
    (tx) => tx.addLinks(home, [aLink('company', 1, 'contact', 3)]),
    ['company 1', 'contact 3'],
  ],
  [
    'both ends of a link that is taken away',
    (tx) => tx.removeLinks(home, [aLink('company', 1, 'contact', 2)]),
    ['company 1', 'contact 2'],
  ],
  [
    'a record that gets other tags',
    async (tx) => {
      await tx.addTags(home, 'contact', [aTag(1, 'Друг')]);
      await tx.setTags(home, 'contact', [{ ownerId: 3, tagIds: [1] }]);
    },
    ['contact 3'],
  ],
  ['a record that loses its tags', (tx) => tx.setTags(home, 'contact', [{ ownerId: 3, tagIds: [] }]), ['contact 3']],
  ['nothing when another record is added', (tx) => tx.saveEntities(home, [adding(aRecord('contact', 9))]), []],
  ['nothing when a record of the same id in another kind changes', rename(aRecord('lead', 2)), []],
  [
    'nothing when a record of the same id in another account changes',
    (tx) => tx.saveEntities(abroad, [changing(anna, { name: 'Anna' })]),
    [],
  ],
];

export function documentContract(test: StoreTest): void {
  test('a document comes back as the bytes of its text', async (store) => {
    const text = '{"name":"ООО «Ромашка» 🌼 \\"quoted\\" \\u0000 \'single\' 100%"}';
    await save(store, home, adding(romashka));
    await keep(store, home, 'company', [1, text]);
    const [kept] = await store.read((tx) => tx.documents(home, 'company', version, { ids: [1] }));
    assert.equal(kept?.id, 1);
    assert.ok(kept.document instanceof Uint8Array);
    assert.equal(Buffer.from(kept.document).toString(), text);
  });

  test('records without a kept document, or with one of another version, are told with none', async (store) => {
    await save(store, home, adding(anna), adding(boris));
    await keep(store, home, 'contact', [3, 'Boris']);
    assert.deepEqual(await byIds(store, 'contact', 2, 3), ['2 -', '3 Boris']);
    const other = await store.read((tx) => tx.documents(home, 'contact', version + 1, { ids: [2, 3] }));
    assert.deepEqual(other.map(shown), ['2 -', '3 -']);
  });

  test('a document that is kept anew takes the place of the old, also in another version', async (store) => {
    await save(store, home, adding(anna));
    await keep(store, home, 'contact', [2, 'old']);
    await keep(store, home, 'contact', [2, 'new']);
    assert.deepEqual(await byIds(store, 'contact', 2), ['2 new']);
    await store.write((tx) => tx.saveDocuments(home, 'contact', version + 1, [{ id: 2, document: 'newer' }]));
    const newer = await store.read((tx) => tx.documents(home, 'contact', version + 1, { ids: [2] }));
    assert.deepEqual(newer.map(shown), ['2 newer']);
    assert.deepEqual(await byIds(store, 'contact', 2), ['2 -']);
  });

  test('by ids come undeleted records in the order of their ids, each once, unknown ids left out', async (store) => {
    const deleted = aRecord('lead', 5, { isDeleted: true });
    await save(store, home, ...[30, 1, 200].map((id) => adding(aRecord('lead', id))), adding(deleted));
    await keep(store, home, 'lead', [30, 'thirty'], [1, 'one']);
    assert.deepEqual(await byIds(store, 'lead', 200, 30, 5, 1, 30, 999), ['1 one', '30 thirty', '200 -']);
    assert.deepEqual(await byIds(store, 'lead'), []);
  });

  test('keeping no documents changes nothing', async (store) => {
    await save(store, home, adding(anna));
    await keep(store, home, 'contact', [2, 'Anna']);
    await keep(store, home, 'contact');
    assert.deepEqual(await byIds(store, 'contact', 2), ['2 Anna']);
  });

  test('each kind and each account has documents of its own', async (store) => {
    for (const account of [home, abroad]) {
      await save(store, account, ...everyKind.map((kind) => adding(aRecord(kind, 1))));
      for (const kind of everyKind) await keep(store, account, kind, [1, `${kind} of ${account}`]);
    }
    for (const account of [home, abroad]) {
      for (const kind of everyKind) {
        const kept = await store.read((tx) => tx.documents(account, kind, version, { ids: [1] }));
        assert.deepEqual(kept.map(shown), [`1 ${kind} of ${account}`]);
      }
    }
  });

  test('documents with random filters, searches and pages are those of the list', async (store) => {
    const random = new Random(9);
    const model = await randomTexts(store, random);
    for (const kind of everyKind) {
      const kept = model.records(home, kind).filter(({ id }) => id % 3 > 0);
      await keep(store, home, kind, ...kept.map((row) => [row.id, documentOf(row)] as const));
    }
    await store.read(async (tx) => {
      for (const _ of span(1, 200)) await checkDocuments(model, tx, random);
    });
  });

  for (const [dropped, change, expected] of changes) {
    test(`documents that may be untrue are dropped: ${dropped}`, async (store) => {
      await save(store, home, adding(romashka), adding(anna), adding(boris), adding(aRecord('lead', 2)));
      await save(store, abroad, adding(anna));
      await store.write((tx) => tx.addLinks(home, [aLink('company', 1, 'contact', 2)]));
      await keep(store, home, 'company', [1, 'kept']);
      await keep(store, home, 'contact', [2, 'kept'], [3, 'kept']);
      await store.write(change);
      assert.deepEqual(await droppedDocuments(store), expected);
    });
  }

  test('documents of neighbours are dropped when a record comes back', async (store) => {
    const deleted = { ...anna, isDeleted: true };
    await save(store, home, adding(romashka), adding(deleted), adding(boris));
    await store.write((tx) => tx.addLinks(home, [aLink('company', 1, 'contact', 2)]));
    await keep(store, home, 'company', [1, 'kept']);
    await keep(store, home, 'contact', [3, 'kept']);
    await save(store, home, changing(deleted, { isDeleted: false }));
    assert.deepEqual(await droppedDocuments(store), ['company 1', 'contact 2']);
  });

  test('a write that is undone neither keeps nor drops documents', async (store) => {
    await save(store, home, adding(romashka), adding(anna), adding(boris));
    await keep(store, home, 'company', [1, 'kept']);
    await keep(store, home, 'contact', [2, 'kept']);
    await assert.rejects(
      store.write(async (tx) => {
        await tx.saveEntities(home, [changing(anna, { name: 'Anna' })]);
        await tx.saveDocuments(home, 'company', version, [{ id: 1, document: 'new' }]);
        await tx.saveDocuments(home, 'contact', version, [{ id: 3, document: 'new' }]);
        throw new Error('changed my mind');
      }),
    );
    assert.deepEqual(await byIds(store, 'company', 1), ['1 kept']);
    assert.deepEqual(await byIds(store, 'contact', 2, 3), ['2 kept', '3 -']);
  });
}

function rename(row: EntityRow) {
  return (tx: WriteTx) => tx.saveEntities(home, [changing(row, { name: `not ${row.name}` })]);
}

function remove(tx: WriteTx, row: EntityRow): Promise<void> {
  return tx.saveEntities(home, [changing(row, { isDeleted: true })]);
}

function keep(store: Store, account: number, kind: KindName, ...texts: (readonly [number, string])[]): Promise<void> {
  const documents = texts.map(([id, document]) => ({ id, document }));
  return store.write((tx) => tx.saveDocuments(account, kind, version, documents));
}

async function byIds(store: Store, kind: KindName, ...ids: number[]): Promise<string[]> {
  return (await store.read((tx) => tx.documents(home, kind, version, { ids }))).map(shown);
}

/** `id text`, or `id -` where there is no document. */
function shown({ id, document }: { readonly id: number; readonly document: Uint8Array | null }): string {
  return `${id} ${document === null ? '-' : Buffer.from(document).toString()}`;
}

/** Of the company and both contacts those that have no document, or are in no list any more. */
async function droppedDocuments(store: Store): Promise<string[]> {
  const [companies, contacts] = [await byIds(store, 'company', 1), await byIds(store, 'contact', 2, 3)];
  const kept = [...companies.map((text) => `company ${text}`), ...contacts.map((text) => `contact ${text}`)];
  return ['company 1', 'contact 2', 'contact 3'].filter((name) => !kept.includes(`${name} kept`));
}

function documentOf(row: EntityRow): string {
  return `${row.kind} ${row.id}`;
}

async function checkDocuments(model: ModelledStore, tx: ReadTx, random: Random): Promise<void> {
  const kind = random.pick(everyKind);
  const terms = random.chance(0.4) ? { terms: [randomTerm(random, model.lines(home, kind))] } : {};
  const filter = { ...(random.chance(0.4) ? noFilter : randomFilter(random)), ...terms };
  const page = random.chance(0.4) ? wholeList : randomPage(random);
  const documents = await tx.documents(home, kind, version, { filter, page });
  const expected = model.list(home, kind, filter, page);
  assert.deepEqual(
    documents.map(shown),
    expected.map((row) => `${row.id} ${row.id % 3 > 0 ? documentOf(row) : '-'}`),
    JSON.stringify({ kind, filter, page }),
  );
}
