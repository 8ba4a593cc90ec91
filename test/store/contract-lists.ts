import assert from 'node:assert/strict';
import type { StoredValue } from '../../src/crm/custom-field.ts';
import type { EntityRow } from '../../src/crm/entity.ts';
import type { ListFilter, Order, Store } from '../../src/crm/store.ts';
import {
  adding,
  aRecord,
  aTag,
  changing,
  everyKind,
  idsOf,
  listIds,
  look,
  noFilter,
  save,
  span,
  wholeList,
} from './builders.ts';
import { ModelledStore, randomFilter, randomOrder, randomPage, randomTime, randomUsers } from './modelled-store.ts';
import { Random } from './random.ts';
import { abroad, home, type StoreTest } from './store-test.ts';

export function listContract(test: StoreTest): void {
  test('records are found by tags and by values of fields, in lists, counts and every order', async (store) => {
    const values = (fieldId: number, ...stored: StoredValue[]) => [{ fieldId, values: stored }];
    await store.write(async (tx) => {
      for (const account of [home, abroad]) {
        await tx.addTags(account, 'company', [aTag(1, 'Опт'), aTag(2, 'Юг')]);
        await tx.addTags(account, 'lead', [aTag(3, 'Опт')]);
        await tx.saveEntities(account, [
          adding(aRecord('company', 1, { updatedAt: 30, values: values(5, { enumId: 7 }) }), 'ромашка'),
          adding(aRecord('company', 2, { updatedAt: 20, values: values(5, { enumId: 7 }, { enumId: 8 }) }), 'лютик'),
          adding(aRecord('company', 3, { updatedAt: 10, values: values(6, { value: '1' }) }), 'ромашка'),
          adding(aRecord('company', 4, { isDeleted: true, values: values(5, { enumId: 7 }) }), 'ромашка'),
          adding(aRecord('lead', 1), 'ромашка'),
        ]);
        await tx.setTags(account, 'company', [
          { ownerId: 1, tagIds: [1, 2] },
          { ownerId: 2, tagIds: [2] },
          { ownerId: 3, tagIds: [1] },
          { ownerId: 4, tagIds: [1] },
        ]);
        await tx.setTags(account, 'lead', [{ ownerId: 1, tagIds: [3] }]);
      }
    });
    const page = { limit: 10, offset: 0 };
    const find = async (filter: Omit<ListFilter, 'responsible'>) => {
      const asked = { responsible: [], ...filter };
      const ids = (await look(store, (tx) => tx.list(home, 'company', asked, page))).map(({ id }) => id);
      const sorted = (by: Order['by'], descending: boolean) =>
        look(store, (tx) => tx.sortedIds(home, 'company', asked, { by, descending }, page, 100));
      assert.deepEqual(await sorted('id', false), ids);
      assert.deepEqual(await sorted('id', true), ids.toReversed());
      // The higher the id, the earlier it was changed.
      assert.deepEqual(await sorted('updated', true), ids);
      assert.equal(await look(store, (tx) => tx.countList(home, 'company', asked, 100)), ids.length);
      const [rest] = await look(store, (tx) => tx.list(home, 'company', asked, { limit: 1, offset: 1 }));
      assert.equal(rest?.id, ids[1]);
      return ids;
    };
    const tags = (ids: number[], folded: string[] = []) => ({ tags: { ids, folded } });
    assert.deepEqual(await find(tags([1])), [1, 3]);
    assert.deepEqual(await find(tags([], ['юг'])), [1, 2]);
    assert.deepEqual(await find(tags([1], ['юг', 'нет'])), [1, 2, 3]);
    assert.deepEqual([await find(tags([3])), await find(tags([], ['нет']))], [[], []]);
    assert.deepEqual(await find({ ...tags([1]), terms: ['ромашка'] }), [1, 3]);
    assert.deepEqual(await find({ ...tags([2]), terms: ['ромашка'] }), [1]);
    assert.deepEqual(await find({ ...tags([1]), updatedAfter: 15 }), [1]);
    const has = (fieldId: number, isAlone: boolean, ...anyOf: StoredValue[]) => ({
      values: [{ fieldId, isAlone, anyOf }],
    });
    assert.deepEqual(await find(has(5, false, { enumId: 7 })), [1, 2]);
    assert.deepEqual(await find(has(5, true, { enumId: 7 })), [1]);
    assert.deepEqual(await find(has(5, false, { enumId: 8 }, { enumId: 9 })), [2]);
    assert.deepEqual(await find(has(6, true, { value: '1' })), [3]);
    assert.deepEqual([await find(has(6, true, { value: '11' })), await find(has(6, true))], [[], []]);
    assert.deepEqual(await find({ ...has(5, false, { enumId: 7 }), ...tags([1]) }), [1]);
    assert.deepEqual(await find({ ...has(5, false, { enumId: 7 }), terms: ['лютик'] }), [2]);
  });

  test('a list without filters holds the undeleted records in the order of their ids', async (store) => {
    const ids = [70_000, 3, 500, 1];
    await save(store, home, ...ids.map((id) => adding(aRecord('lead', id))));
    await save(store, home, adding(aRecord('lead', 2, { isDeleted: true })), adding(aRecord('contact', 4)));
    await save(store, abroad, adding(aRecord('lead', 5)));
    assert.deepEqual(await listIds(store, home, 'lead'), [1, 3, 500, 70_000]);
  });

  const responsibleLists: readonly [string, ListFilter['responsible'], number[]][] = [
    ['one user', [[7]], [1, 5]],
    ['several users', [[7, 9]], [1, 3, 5]],
    ['a user named twice', [[7, 7]], [1, 5]],
    [
      'two lists that narrow each other',
      [
        [7, 9],
        [9, 8],
      ],
      [3],
    ],
    ['two lists of one user each', [[7], [7]], [1, 5]],
    ['two lists with nobody in common', [[7], [8]], []],
    [
      'three lists',
      [
        [7, 8, 9],
        [7, 8],
        [8, 9],
      ],
      [2, 4],
    ],
    ['a user without records', [[6]], []],
    ['an empty list', [[]], []],
    ['an empty list beside another', [[7], []], []],
    ['no list', [], [1, 2, 3, 4, 5]],
  ];
  for (const [name, responsible, expected] of responsibleLists) {
    test(`responsible users: ${name}`, async (store) => {
      const users = [7, 8, 9, 8, 7];
      await save(store, home, ...users.map((user, i) => adding(aRecord('lead', i + 1, { responsibleUserId: user }))));
      await save(store, home, adding(aRecord('lead', 6, { responsibleUserId: 7, isDeleted: true })));
      assert.deepEqual(await listIds(store, home, 'lead', { responsible }), expected);
    });
  }

  const timeFilters: readonly [string, Partial<ListFilter>, number[]][] = [
    ['updated later than a time, not at it', { updatedAfter: 200 }, [3, 4]],
    ['updated later than the last', { updatedAfter: 400 }, []],
    ['updated from a time on, that included', { updated: { from: 200 } }, [2, 3, 4]],
    ['updated between two times, both included', { updated: { from: 200, to: 300 } }, [2, 3]],
    ['updated at one time', { updated: { from: 300, to: 300 } }, [3]],
    ['updated in a range turned round', { updated: { from: 300, to: 200 } }, []],
    ['created from a time on, that included', { created: { from: 20 } }, [1, 2, 3]],
    ['created between two times, both included', { created: { from: 20, to: 30 } }, [2, 3]],
    ['created and updated in ranges', { created: { from: 20, to: 40 }, updated: { from: 100, to: 200 } }, [1, 2]],
    ['updated later than a time and up to another', { updatedAfter: 100, updated: { from: 0, to: 300 } }, [2, 3]],
  ];
  for (const [name, filter, expected] of timeFilters) {
    test(`records ${name}`, async (store) => {
      const times = [
        [40, 100],
        [30, 200],
        [20, 300],
        [10, 400],
      ] as const;
      const rows = times.map(([createdAt, updatedAt], i) => aRecord('lead', i + 1, { createdAt, updatedAt }));
      await save(store, home, ...rows.map((row) => adding(row)));
      assert.deepEqual(await listIds(store, home, 'lead', filter), expected);
    });
  }

  test('every offset into ids that lie in many ranges begins at its record', async (store) => {
    const ids = [...span(250, 260), 511, 512, ...span(65_530, 65_540), 131_072, 200_000, 16_777_216, 16_777_217];
    await save(store, home, ...ids.map((id) => adding(aRecord('company', id))));
    for (const offset of span(0, ids.length + 2)) {
      const page = { limit: 4, offset };
      assert.deepEqual(await listIds(store, home, 'company', {}, page), ids.slice(offset, offset + 4), `${offset}`);
    }
  });

  test('offsets pass over ranges whose records were all deleted', async (store) => {
    const rows = [...span(1, 20), ...span(300, 320), ...span(70_000, 70_020), ...span(140_000, 140_010)].map((id) =>
      aRecord('lead', id),
    );
    await save(store, home, ...rows.map((row) => adding(row)));
    const gone = rows.filter(({ id }) => id <= 20 || (id >= 70_000 && id < 140_000));
    await save(store, home, ...gone.map((row) => changing(row, { isDeleted: true })));
    const left = [...span(300, 320), ...span(140_000, 140_010)];
    for (const offset of span(0, left.length + 1)) {
      assert.deepEqual(await listIds(store, home, 'lead', {}, { limit: 3, offset }), left.slice(offset, offset + 3));
    }
  });

  test('an offset past the end gives nothing', async (store) => {
    await save(store, home, ...span(1, 10).map((id) => adding(aRecord('lead', id))));
    for (const offset of [10, 11, 1000, 10_000_000]) {
      assert.deepEqual(await listIds(store, home, 'lead', {}, { limit: 5, offset }), []);
      assert.deepEqual(await listIds(store, home, 'lead', { responsible: [[1]] }, { limit: 5, offset }), []);
      assert.deepEqual(await listIds(store, home, 'lead', { updatedAfter: 0 }, { limit: 5, offset }), []);
    }
  });

  test('a list of an account without records is empty at every offset', async (store) => {
    await save(store, home, adding(aRecord('lead', 1)));
    assert.deepEqual(await listIds(store, abroad, 'lead'), []);
    assert.deepEqual(await listIds(store, abroad, 'lead', {}, { limit: 5, offset: 5 }), []);
  });

  test('lists with random filters and pages are what going through all records gives', async (store) => {
    const random = new Random(1);
    const model = await randomRecords(store, random);
    await checkLists(model, random, 600);
  });

  test('counts of, and pages in other orders from, random filters are what going through all records gives', async (store) => {
    const random = new Random(4);
    const model = await randomRecords(store, random);
    let filled = 0;
    await store.read(async (tx) => {
      for (const _ of span(1, 400)) {
        const filter = random.chance(0.3) ? noFilter : randomFilter(random);
        const [account, kind] = [random.chance(0.7) ? home : abroad, random.pick(everyKind)];
        if (await model.checkOrder(tx, account, kind, filter, randomOrder(random), randomPage(random))) filled += 1;
      }
    });
    assert.ok(filled > 150, `${filled} of 400`);
  });

  test('the pages of a filtered list make up the whole list', async (store) => {
    const random = new Random(2);
    const model = await randomRecords(store, random);
    await store.read(async (tx) => {
      for (const _ of span(1, 25)) {
        const kind = random.pick(everyKind);
        const filter = randomFilter(random);
        const limit = random.whole(1, 30);
        const pages: EntityRow[] = [];
        for (let offset = 0, more = true; more; offset += limit) {
          const page = await tx.list(home, kind, filter, { limit, offset });
          pages.push(...page);
          more = page.length === limit;
        }
        const expected = model.list(home, kind, filter, wholeList);
        assert.deepEqual(idsOf(pages), idsOf(expected), JSON.stringify({ kind, filter, limit }));
      }
    });
  });

  test('pages of a few filters, in any order and again, are right before, while and after others write', async (store) => {
    const random = new Random(5);
    const model = new ModelledStore(store);
    const flower = () => random.pick(['ромашка', 'лютик']);
    const rows = span(1, 300).map((id) => aRecord('lead', id, { responsibleUserId: random.pick([1, 2, 3]) }));
    await model.save(
      home,
      rows.map((row) => adding(row, flower())),
    );
    const filters: ListFilter[] = [
      { responsible: [[1]] },
      { responsible: [[1, 2]] },
      { responsible: [], updated: { from: 0 } },
      { responsible: [], terms: ['ромашка'] },
      { responsible: [[2, 3]], terms: ['ют'] },
    ];
    for (const _ of span(1, 15)) {
      await store.read(async (tx) => {
        const lists = filters.map((filter) => idsOf(model.list(home, 'lead', filter, wholeList)));
        const checkPages = async () => {
          for (const _ of span(1, 30)) {
            const which = random.whole(0, filters.length - 1);
            const page = { limit: random.pick([1, 7, 20]), offset: random.whole(0, 12) * 7 };
            const ids = idsOf(await tx.list(home, 'lead', filters[which]!, page));
            assert.deepEqual(ids, lists[which]!.slice(page.offset, page.offset + page.limit));
          }
        };
        await checkPages();
        const some = random.some(model.records(home, 'lead'), 20);
        await model.save(
          home,
          some.map((row) => changing(row, randomChange(random, row), flower())),
        );
        await checkPages();
      });
    }
  });

  test('lists and counts stay right while records change hands, are deleted and come back', async (store) => {
    const random = new Random(3);
    const model = await randomRecords(store, random);
    for (const _ of span(1, 12)) {
      const account = random.pick([home, abroad]);
      const rows = random.some(model.records(account, random.pick(everyKind)), 40);
      await model.save(
        account,
        rows.map((row) => changing(row, randomChange(random, row))),
      );
      await model.checkCounts();
      await checkLists(model, random, 40);
    }
  });

  test('of more records of one user than are sorted, pages in the order of changes are right', async (store) => {
    const model = new ModelledStore(store);
    const rows = span(1, 21_000).map((id) =>
      aRecord('lead', id, { responsibleUserId: 3, updatedAt: (id * 7919) % 5000 }),
    );
    await model.save(home, [
      ...rows.map((row) => adding(row)),
      adding(aRecord('lead', 30_000, { responsibleUserId: 4 })),
    ]);
    await store.read(async (tx) => {
      for (const responsible of [[[3]], [[4]]]) {
        for (const descending of [false, true]) {
          for (const offset of [0, 20_990]) {
            const order = { by: 'updated', descending } as const;
            await model.checkOrder(tx, home, 'lead', { responsible }, order, { limit: 20, offset });
          }
        }
      }
    });
  });

  test('lists of many records that changed of late are right', async (store) => {
    const model = new ModelledStore(store);
    const rows = span(1, 24_000).map((id) =>
      aRecord('lead', id, { responsibleUserId: 1 + (id % 6), updatedAt: 1000 + (id % 100), createdAt: id }),
    );
    await model.save(
      home,
      rows.map((row) => adding(row)),
    );
    const filters: ListFilter[] = [
      noFilter,
      { responsible: [], updatedAfter: 0 },
      { responsible: [], updated: { from: 1000 } },
      { responsible: [[2, 3], [3]], updatedAfter: 1003 },
      { responsible: [[4]], updatedAfter: 1003 },
      { responsible: [], updatedAfter: 1005, created: { from: 23_900, to: 23_950 } },
      { responsible: [], updated: { from: 1090, to: 1091 } },
    ];
    await store.read(async (tx) => {
      for (const filter of filters) {
        for (const offset of [0, 300, 3999, 23_990]) {
          await model.checkList(tx, home, 'lead', filter, { limit: 20, offset });
        }
        const newest = { by: 'updated', descending: true } as const;
        await model.checkOrder(tx, home, 'lead', filter, newest, { limit: 20, offset: 3999 });
      }
    });
  });
}

/** Several hundred records of all kinds in both accounts, with the same ids now here, now there. */
async function randomRecords(store: Store, random: Random): Promise<ModelledStore> {
  const model = new ModelledStore(store);
  const ids = [
    ...span(1, 80),
    ...span(240, 280),
    ...span(65_500, 65_560),
    ...span(131_000, 131_100),
    ...Array.from({ length: 40 }, (_, index) => 200_000 + index * 5_003),
  ];
  for (const account of [home, abroad]) {
    for (const kind of everyKind) {
      const rows = ids
        .filter(() => random.chance(account === home ? 0.5 : 0.2))
        .map((id) =>
          aRecord(kind, id, {
            responsibleUserId: random.pick(randomUsers),
            createdAt: randomTime(random),
            updatedAt: randomTime(random),
            isDeleted: random.chance(0.15),
          }),
        );
      await model.save(
        account,
        rows.map((row) => adding(row)),
      );
    }
  }
  return model;
}

function randomChange(random: Random, row: EntityRow): Partial<EntityRow> {
  return random.pick<() => Partial<EntityRow>>([
    () => ({ isDeleted: !row.isDeleted }),
    () => ({ isDeleted: !row.isDeleted, responsibleUserId: random.pick(randomUsers) }),
    () => ({ responsibleUserId: random.pick(randomUsers) }),
    () => ({ updatedAt: randomTime(random) }),
    () => ({ createdAt: randomTime(random), name: `renamed ${row.id}` }),
  ])();
}

/** Random lists, of which enough have to hold something. */
async function checkLists(model: ModelledStore, random: Random, times: number): Promise<void> {
  let filled = 0;
  await model.store.read(async (tx) => {
    for (const _ of span(1, times)) {
      const account = random.chance(0.7) ? home : abroad;
      const filter = random.chance(0.2) ? noFilter : randomFilter(random);
      const count = await model.checkList(tx, account, random.pick(everyKind), filter, randomPage(random));
      if (count > 0) filled += 1;
    }
  });
  assert.ok(filled > times / 4, `${filled} of ${times}`);
}
