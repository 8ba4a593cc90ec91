import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AtOnceFrom, AtOnceReads, Store } from '../../src/crm/store.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { adding, anAccount, aRecord, changing, save, span } from './builders.ts';
import { home } from './store-test.ts';

const version = 3;
const first = 250;

/** Companies of these ids, each with a document that is its name. */
async function openOffice(ids: readonly number[]): Promise<{ store: Store; other: Store; close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'kontora-test-'));
  const [store, other] = [await openSqlite(folder), await openSqlite(folder)];
  await store.write((tx) => tx.addAccount(anAccount(home)));
  await save(store, home, ...ids.map((id) => adding(aRecord('company', id, { name: `№ ${id}` }))));
  await keep(store, ids);
  const close = async () => {
    await Promise.all([store.close(), other.close()]);
    rmSync(folder, { recursive: true, force: true });
  };
  return { store, other, close };
}

function keep(store: Store, ids: readonly number[], as = version): Promise<void> {
  const documents = ids.map((id) => ({ id, document: `"№ ${id}"` }));
  return store.write((tx) => tx.saveDocuments(home, 'company', as, documents));
}

/** As a list; undefined: not all are kept. */
function read(store: Store, from: AtOnceFrom, as = version): string[] | undefined {
  const found = store.atOnce!.read((reads) => reads.documents(home, 'company', as, from));
  if (found === undefined) return undefined;
  const list = JSON.parse(`[${Buffer.from(found.bytes).toString()}]`) as string[];
  assert.equal(found.count, list.length);
  return list;
}

const names = (ids: readonly number[]) => ids.map((id) => `№ ${id}`);
const state = (store: Store) => store.atOnce!.read((reads: AtOnceReads) => reads.state());

test('pages of any size and depth hold what a list of the same page does', async () => {
  // Over several ranges of 256 ids, with gaps and a wide one.
  const ids = [...span(first, first + 700).filter((id) => id % 3 !== 0), ...span(70_000, 70_100)];
  const { store, close } = await openOffice(ids);
  for (const offset of [0, 1, 5, 256, 400, ids.length - 2, ids.length - 1, ids.length, ids.length + 9]) {
    for (const limit of [1, 7, 500]) {
      const expected = names(ids.slice(offset, offset + limit));
      assert.deepEqual(read(store, { page: { limit, offset } }), expected, `${limit} from ${offset}`);
    }
  }
  await close();
});

test('by ids come undeleted records in the order of their ids, each once', async () => {
  const { store, close } = await openOffice(span(1, 9));
  assert.deepEqual(read(store, { ids: [5] }), names([5]));
  assert.deepEqual(read(store, { ids: [7, 2, 2, 99, 5] }), names([2, 5, 7]));
  assert.deepEqual(read(store, { ids: [99] }), []);
  assert.deepEqual(read(store, { ids: [98, 99] }), []);
  assert.deepEqual(read(store, { ids: [] }), []);
  await close();
});

test('when one document is not kept, or is of another version, there is no answer; who does not ask for it has one', async () => {
  const { store, close } = await openOffice(span(1, 9));
  const company = aRecord('company', 5, { name: '№ 5' });
  await save(store, home, changing(company, { updatedAt: 1 }));
  for (const as of [undefined, version + 1]) {
    if (as !== undefined) await keep(store, [5], as);
    assert.equal(read(store, { ids: [5] }), undefined);
    assert.equal(read(store, { ids: [4, 5] }), undefined);
    assert.equal(read(store, { page: { limit: 5, offset: 0 } }), undefined);
    assert.equal(read(store, { page: { limit: 9, offset: 4 } }), undefined);
    assert.deepEqual(read(store, { page: { limit: 4, offset: 0 } }), names(span(1, 4)));
    assert.deepEqual(read(store, { ids: [4, 6] }), names([4, 6]));
  }
  await keep(store, [5]);
  assert.deepEqual(read(store, { page: { limit: 9, offset: 0 } }), names(span(1, 9)));
  await close();
});

test('deleted records are not there, though one of the same page is not kept', async () => {
  const { store, close } = await openOffice(span(1, 9));
  await save(store, home, changing(aRecord('company', 5, { name: '№ 5' }), { isDeleted: true }));
  assert.deepEqual(read(store, { ids: [5] }), []);
  assert.deepEqual(read(store, { page: { limit: 5, offset: 3 } }), names([4, 6, 7, 8, 9]));
  await close();
});

test('the state is another after every commit, by this store or another, and the same without one', async () => {
  const { store, other, close } = await openOffice([1]);
  // Each time something else: writing what is there already changes nothing.
  let time = 5;
  const writes: readonly ((by: Store) => Promise<void>)[] = [
    (by) => save(by, home, changing(aRecord('company', 1), { updatedAt: ++time })),
    (by) => by.write((tx) => tx.setAllowedIps(home, [`10.0.0.${++time}`])),
  ];
  for (const write of writes) {
    for (const by of [store, other]) {
      const before = state(store);
      assert.equal(state(store), before);
      await write(by);
      assert.notEqual(state(store), before);
    }
  }
  const before = state(store);
  await assert.rejects(
    store.write(async (tx) => {
      await tx.setAllowedIps(home, null);
      throw new Error('undone');
    }),
  );
  assert.equal(state(store), before);
  await close();
});
