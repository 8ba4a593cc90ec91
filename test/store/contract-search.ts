import assert from 'node:assert/strict';
import type { EntityRow } from '../../src/crm/entity.ts';
import {
  adding,
  aRecord,
  changing,
  everyKind,
  listIds,
  noFilter,
  save,
  saveTexts,
  searchIds,
  span,
  wholeList,
} from './builders.ts';
import { type ModelledStore, randomFilter, randomPage } from './modelled-store.ts';
import { Random } from './random.ts';
import { randomTerm, randomTextChange, randomTexts } from './random-texts.ts';
import { abroad, home, type StoreTest } from './store-test.ts';

export function searchContract(test: StoreTest): void {
  test('other kinds’ and other accounts’ records are not found', async (store) => {
    for (const account of [home, abroad]) {
      for (const [index, kind] of everyKind.entries()) {
        const id = 10 * account + index;
        await save(
          store,
          account,
          adding(aRecord(kind, id), 'ромашка'),
          adding(aRecord(kind, 99), `${kind} ${account}`),
        );
      }
    }
    for (const account of [home, abroad]) {
      for (const [index, kind] of everyKind.entries()) {
        for (const term of ['р', 'ро', 'ромашка']) {
          assert.deepEqual(
            await searchIds(store, account, kind, term),
            [10 * account + index],
            `${kind} of ${account}`,
          );
        }
        const others = everyKind.filter((other) => other !== kind);
        assert.deepEqual(await searchIds(store, account, kind, ...others, `${kind} ${3 - account}`), []);
        assert.deepEqual(await searchIds(store, account, kind, `${kind} ${account}`), [99]);
      }
    }
  });

  test('hits are counted and put in order up to a number of them', async (store) => {
    const rows = [300, 100, 200].map((updatedAt, index) => aRecord('company', index + 1, { updatedAt }));
    await save(store, home, ...rows.map((row) => adding(row, 'ромашка')), adding(aRecord('company', 4), 'василек'));
    const filter = { responsible: [], terms: ['ромашка'] };
    const newest = { by: 'updated', descending: true } as const;
    await store.read(async (tx) => {
      assert.equal(await tx.countList(home, 'company', filter, 10), 3);
      assert.equal(await tx.countList(home, 'company', filter, 2), 2);
      assert.equal(await tx.countList(abroad, 'company', filter, 10), 0);
      assert.deepEqual(await tx.sortedIds(home, 'company', filter, newest, wholeList, 10), [1, 3, 2]);
      assert.deepEqual(await tx.sortedIds(home, 'company', filter, newest, { limit: 1, offset: 1 }, 10), [3]);
      assert.deepEqual(await tx.sortedIds(home, 'company', filter, newest, wholeList, 2), [1, 2]);
      assert.deepEqual(await tx.sortedIds(abroad, 'company', filter, newest, wholeList, 10), []);
    });
  });

  test('a changed text is found by what it is, not by what it was', async (store) => {
    const row = aRecord('company', 1);
    await save(store, home, adding(row, 'ромашка', 'я'), adding(aRecord('company', 2), 'ромашка'));
    await save(store, home, changing(row, {}, 'василек', 'ю'));
    const expected = { ромашка: [2], ро: [2], я: [], василек: [1], ва: [1], ю: [1] };
    for (const [term, ids] of Object.entries(expected)) {
      assert.deepEqual(await searchIds(store, home, 'company', term), ids, term);
    }
  });

  test('a change without a search text leaves it as it was', async (store) => {
    const row = aRecord('company', 1);
    await save(store, home, adding(row, 'ромашка'));
    await save(store, home, changing(row, { name: 'василек', responsibleUserId: 5 }));
    assert.deepEqual(await searchIds(store, home, 'company', 'ромашка'), [1]);
    assert.deepEqual(await searchIds(store, home, 'company', 'василек'), []);
  });

  test('a text changed a hundred times is found by the last', async (store) => {
    const row = aRecord('company', 1);
    await save(store, home, adding(row, 'text 0;'));
    for (const time of span(1, 100)) await save(store, home, changing(row, {}, `text ${time};`));
    assert.deepEqual(await searchIds(store, home, 'company', 'text 100;'), [1]);
    assert.deepEqual(await searchIds(store, home, 'company', 'text 99;'), []);
    assert.deepEqual(await searchIds(store, home, 'company', ';'), [1]);
  });

  test('a record without a search text is not found until it gets one', async (store) => {
    const row = aRecord('company', 1);
    await save(store, home, adding(row));
    assert.deepEqual(await searchIds(store, home, 'company', 'company'), []);
    await save(store, home, changing(row, {}, 'ромашка'));
    assert.deepEqual(await searchIds(store, home, 'company', 'ромашка'), [1]);
    assert.deepEqual(await searchIds(store, home, 'company', 'ро'), [1]);
  });

  test('deleted records are not found, restored ones are', async (store) => {
    const row = aRecord('company', 1);
    await save(store, home, adding(row, 'ромашка'), adding(aRecord('company', 2), 'ромашка'));
    await save(store, home, changing(row, { isDeleted: true }));
    assert.deepEqual(await searchIds(store, home, 'company', 'ромашка'), [2]);
    assert.deepEqual(await searchIds(store, home, 'company', 'ро'), [2]);
    await save(store, home, changing({ ...row, isDeleted: true }, { isDeleted: false }));
    assert.deepEqual(await searchIds(store, home, 'company', 'ромашка'), [1, 2]);
    assert.deepEqual(await searchIds(store, home, 'company', 'ро'), [1, 2]);
  });

  test('a search with filters finds what passes all of them', async (store) => {
    const rows = span(1, 6).map((id) =>
      aRecord('company', id, { responsibleUserId: id % 3, updatedAt: id, createdAt: -id }),
    );
    await save(store, home, ...rows.map((row) => adding(row, row.id === 4 ? 'василек' : 'ромашка')));
    for (const terms of [['ромашка'], ['ро'], ['р']]) {
      const search = (filter: Parameters<typeof listIds>[3]) => listIds(store, home, 'company', { terms, ...filter });
      assert.deepEqual(await search({ responsible: [[1]] }), [1]);
      assert.deepEqual(await search({ responsible: [[1, 2], [2]] }), [2, 5]);
      assert.deepEqual(await search({ responsible: [[]] }), []);
      assert.deepEqual(await search({ updatedAfter: 2 }), [3, 5, 6]);
      assert.deepEqual(await search({ updated: { from: 2, to: 5 } }), [2, 3, 5]);
      assert.deepEqual(await search({ created: { from: -5 }, updatedAfter: 3 }), [5]);
    }
  });

  test('the pages of a search make up all that is found', async (store) => {
    await saveTexts(store, home, ...span(1, 250).map((id) => (id % 3 === 0 ? `ромашка ${id}` : `василек ${id}`)));
    const expected = span(1, 250).filter((id) => id % 3 === 0);
    for (const term of ['ромашка', 'ро', 'р']) {
      for (const offset of [0, 1, 10, 80, 82, 83, 84, 5000]) {
        const ids = await listIds(store, home, 'company', { terms: [term] }, { limit: 10, offset });
        assert.deepEqual(ids, expected.slice(offset, offset + 10), `${term} from ${offset}`);
      }
    }
  });

  test('random searches find what going through all texts finds', async (store) => {
    const random = new Random(7);
    await checkSearches(await randomTexts(store, random), random, 1500);
  });

  test('searches stay right while texts change, records are deleted and come back', async (store) => {
    const random = new Random(8);
    const model = await randomTexts(store, random);
    for (const _ of span(1, 12)) {
      const account = random.pick([home, abroad]);
      const rows = random.some<EntityRow>(model.records(account, random.pick(everyKind)), 25);
      await model.save(
        account,
        rows.map((row) => randomTextChange(random, row)),
      );
      await checkSearches(model, random, 100);
    }
  });
}

/** Random searches, of which enough have to find something. */
async function checkSearches(model: ModelledStore, random: Random, times: number): Promise<void> {
  let filled = 0;
  await model.store.read(async (tx) => {
    for (const _ of span(1, times)) {
      const account = random.chance(0.7) ? home : abroad;
      const kind = random.pick(everyKind);
      const lines = model.lines(random.pick([account, home]), random.chance(0.8) ? kind : random.pick(everyKind));
      const terms = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => randomTerm(random, lines));
      const filter = random.chance(0.6) ? noFilter : randomFilter(random);
      const page = random.chance(0.5) ? wholeList : randomPage(random);
      if ((await model.checkList(tx, account, kind, { ...filter, terms }, page)) > 0) filled += 1;
    }
  });
  assert.ok(filled > times / 3, `${filled} of ${times}`);
}
