import assert from 'node:assert/strict';
import type { ImportMark, Store } from '../../src/crm/store.ts';
import { abroad, home, type StoreTest } from './store-test.ts';

const mark = (place: number, state = `{"at":${place}}`): ImportMark => ({ place, state });

export function importContract(test: StoreTest): void {
  const move = (store: Store, account: number, from: number | undefined, to: ImportMark) =>
    store.write((tx) => tx.moveImport(account, 'companies 1', from, to));
  const find = (store: Store, account: number, source = 'companies 1') =>
    store.read((tx) => tx.findImport(account, source));

  test('an import is found at the place to which it was moved, in its account and under its name alone', async (store) => {
    assert.equal(await find(store, home), undefined);
    assert.equal(await move(store, home, undefined, mark(10)), true);
    assert.deepEqual(await find(store, home), mark(10));
    assert.equal(await move(store, home, 10, mark(2 ** 40)), true);
    assert.deepEqual(await find(store, home), mark(2 ** 40));
    assert.equal(await find(store, abroad), undefined);
    assert.equal(await find(store, home, 'contacts 1'), undefined);
  });

  test('one that is at another place than was thought is not moved', async (store) => {
    assert.equal(await move(store, home, 5, mark(10)), false);
    assert.equal(await find(store, home), undefined);
    await move(store, home, undefined, mark(10));
    assert.equal(await move(store, home, undefined, mark(20)), false);
    assert.equal(await move(store, home, 9, mark(20)), false);
    assert.deepEqual(await find(store, home), mark(10));
  });

  test('of two that begin or move on at once, one does', async (store) => {
    for (const from of [undefined, 10]) {
      const moved = await Promise.all(
        Array.from({ length: 4 }, () => move(store, home, from, mark(from === undefined ? 10 : 20))),
      );
      assert.deepEqual(moved.sort(), [false, false, false, true]);
    }
    assert.deepEqual(await find(store, home), mark(20));
  });

  test('a mark of a transaction that is undone is undone', async (store) => {
    await move(store, home, undefined, mark(10));
    const undone = store.write(async (tx) => {
      await tx.moveImport(home, 'companies 1', 10, mark(20));
      assert.deepEqual(await tx.findImport(home, 'companies 1'), mark(20));
      throw new Error('undone');
    });
    await assert.rejects(undone, /undone/);
    assert.deepEqual(await find(store, home), mark(10));
  });

  test('a removed one is gone, and no other', async (store) => {
    await move(store, home, undefined, mark(10));
    await move(store, abroad, undefined, mark(11));
    await store.write((tx) => tx.removeImport(home, 'companies 1'));
    assert.equal(await find(store, home), undefined);
    assert.deepEqual(await find(store, abroad), mark(11));
    assert.equal(await move(store, home, undefined, mark(12)), true);
  });
}
