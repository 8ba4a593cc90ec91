import assert from 'node:assert/strict';
import type { KindName } from '../../src/crm/entity.ts';
import type { Store, TagKeys, TagSet } from '../../src/crm/store.ts';
import { adding, aRecord, ascending, aTag, changing, everyKind, idsOf, look, save, span } from './builders.ts';
import { abroad, home, type StoreTest } from './store-test.ts';

const [rent, sale, repair] = [aTag(1, 'Аренда'), aTag(2, 'Продажа'), aTag(3, 'Съёмка')] as const;

export function tagContract(test: StoreTest): void {
  test('tags are listed by name and counted, renamed and removed, of their kind and account alone', async (store) => {
    await store.write(async (tx) => {
      for (const account of [home, abroad]) {
        await tx.addTags(account, 'company', [aTag(1, 'Опт'), aTag(2, 'Аренда'), aTag(3, 'Ничьё')]);
        await tx.addTags(account, 'lead', [aTag(4, 'Опт')]);
        for (const id of [1, 2, 3]) await tx.saveEntities(account, [adding(aRecord('company', id), 'x')]);
        await tx.setTags(account, 'company', [
          { ownerId: 1, tagIds: [1, 2] },
          { ownerId: 2, tagIds: [2] },
          { ownerId: 3, tagIds: [1] },
        ]);
      }
    });
    const names = async (folded: string, page = { limit: 10, offset: 0 }) =>
      (await look(store, (tx) => tx.listTags(home, 'company', { folded, scope: 'all' }, page))).map(({ name }) => name);
    assert.deepEqual(await names(''), ['Аренда', 'Ничьё', 'Опт']);
    assert.deepEqual(await names('', { limit: 1, offset: 1 }), ['Ничьё']);
    assert.deepEqual(await names('п'), ['Опт']);
    assert.deepEqual(await names('%'), []);
    const counts = await look(store, (tx) => tx.countTagged(home, 'company', [1, 2, 3, 4]));
    assert.deepEqual(
      counts.sort((a, b) => a.id - b.id),
      [
        { id: 1, count: 2 },
        { id: 2, count: 2 },
      ],
    );
    const tagged = (ids: number[], limit: number) => look(store, (tx) => tx.taggedIds(home, 'company', ids, limit));
    assert.deepEqual(await tagged([1, 2], 10), [1, 2, 3]);
    assert.deepEqual(await tagged([1, 2], 2), [1, 2]);
    assert.deepEqual(await tagged([1], 10), [1, 3]);
    assert.deepEqual([await tagged([3], 10), await tagged([], 10)], [[], []]);
    const version = () => store.read((tx) => tx.settingsVersion(home));
    const before = await version();
    await store.write((tx) => tx.renameTag(home, 'company', { id: 1, name: 'Розница', folded: 'розница' }));
    assert.ok((await version()) > before);
    assert.deepEqual(await names(''), ['Аренда', 'Ничьё', 'Розница']);
    await store.write((tx) => tx.removeTags(home, 'company', [3, 4]));
    assert.deepEqual(await names(''), ['Аренда', 'Розница']);
    const kept = { limit: 10, offset: 0 };
    assert.equal((await store.read((tx) => tx.listTags(home, 'lead', { folded: '', scope: 'all' }, kept))).length, 1);
    assert.equal(
      (await store.read((tx) => tx.listTags(abroad, 'company', { folded: 'опт', scope: 'all' }, kept))).length,
      1,
    );
  });

  for (const [title, more] of [
    ['few', 0],
    ['many', 5001],
  ] as const) {
    test(`the tags of records of some users, of ${title}, are those of undeleted ones`, async (store) => {
      const names = ['свой', 'общий', 'чужой', 'в корзине', 'ничей', 'контакта'];
      const company = (id: number, responsibleUserId: number) => aRecord('company', id, { responsibleUserId });
      await store.write(async (tx) => {
        for (const account of [home, abroad]) {
          await tx.addTags(
            account,
            'company',
            names.map((name, index) => aTag(index + 1, name)),
          );
          await tx.addTags(account, 'contact', [aTag(7, 'контакта')]);
          const rows = [company(1, 10), company(2, 20), company(3, 10), company(4, 30)].map((row) => adding(row, 'x'));
          await tx.saveEntities(account, [...rows, adding(aRecord('contact', 6, { responsibleUserId: 10 }), 'x')]);
          await tx.saveEntities(account, [changing(company(3, 10), { isDeleted: true })]);
          await tx.setTags(account, 'contact', [{ ownerId: 6, tagIds: [7] }]);
        }
        await tx.setTags(home, 'company', [
          { ownerId: 1, tagIds: [1, 2] },
          { ownerId: 2, tagIds: [3, 2] },
          { ownerId: 3, tagIds: [4] },
        ]);
        // Elsewhere a record of the same user has the tag that nobody has here.
        await tx.setTags(abroad, 'company', [{ ownerId: 1, tagIds: [5] }]);
        await tx.saveEntities(
          home,
          span(101, 100 + more).map((id) => adding(company(id, 10), 'x')),
        );
      });
      const seen = async (users: number[], folded = '', page = { limit: 10, offset: 0 }) => {
        const filter = { folded, scope: new Set(users) };
        return (await look(store, (tx) => tx.listTags(home, 'company', filter, page))).map(({ name }) => name);
      };
      assert.deepEqual(await seen([10]), ['общий', 'свой']);
      assert.deepEqual(await seen([10], 'во'), ['свой']);
      assert.deepEqual(await seen([10], 'чуж'), []);
      assert.deepEqual(await seen([10], '', { limit: 1, offset: 1 }), ['свой']);
      assert.deepEqual(await seen([20, 10]), ['общий', 'свой', 'чужой']);
      assert.deepEqual(await seen([30]), []);
    });
  }

  test('a tag is found by its id and by its folded name, and comes with all its parts', async (store) => {
    await addTags(store, home, 'lead');
    assert.deepEqual(await findTags(store, home, 'lead', { ids: [3], folded: [] }), [repair]);
    assert.deepEqual(await findTags(store, home, 'lead', { ids: [], folded: ['съемка'] }), [repair]);
  });

  test('a tag that is asked for by id and by name is found once', async (store) => {
    await addTags(store, home, 'lead');
    const tags = await findTags(store, home, 'lead', { ids: [1, 2, 2], folded: ['аренда', 'аренда', 'съемка'] });
    assert.deepEqual(ascending(idsOf(tags)), [1, 2, 3]);
  });

  test('unknown ids and names of tags are passed over', async (store) => {
    await addTags(store, home, 'lead');
    assert.deepEqual(await findTags(store, home, 'lead', { ids: [99], folded: ['Аренда', 'арен', ''] }), []);
    assert.deepEqual(await findTags(store, home, 'lead', { ids: [], folded: [] }), []);
  });

  test('each kind and each account has tags of its own', async (store) => {
    await addTags(store, home, 'lead');
    const keys = { ids: [1], folded: ['аренда'] };
    for (const kind of everyKind.filter((other) => other !== 'lead')) {
      assert.deepEqual(await findTags(store, home, kind, keys), [], kind);
    }
    assert.deepEqual(await findTags(store, abroad, 'lead', keys), []);
  });

  test('tags of the same name can be of several kinds and accounts', async (store) => {
    await store.write(async (tx) => {
      await tx.addTags(home, 'lead', [aTag(1, 'Аренда')]);
      await tx.addTags(home, 'company', [aTag(2, 'аренда')]);
      await tx.addTags(abroad, 'lead', [aTag(1, 'АРЕНДА')]);
    });
    const keys = { ids: [], folded: ['аренда'] };
    assert.deepEqual(await findTags(store, home, 'lead', keys), [aTag(1, 'Аренда')]);
    assert.deepEqual(await findTags(store, home, 'company', keys), [aTag(2, 'аренда')]);
    assert.deepEqual(await findTags(store, abroad, 'lead', keys), [aTag(1, 'АРЕНДА')]);
  });

  test('the database refuses a second tag of the same folded name', async (store) => {
    await addTags(store, home, 'lead');
    await assert.rejects(store.write((tx) => tx.addTags(home, 'lead', [aTag(9, 'АРЕНДА')])));
    assert.deepEqual(await findTags(store, home, 'lead', { ids: [9], folded: ['аренда'] }), [rent]);
  });

  test('the tags of records come in the order in which they were set', async (store) => {
    await addTags(store, home, 'lead');
    await setTags(store, home, 'lead', { ownerId: 5, tagIds: [3, 1, 2] }, { ownerId: 6, tagIds: [2, 3] });
    assert.deepEqual(await tagsOf(store, home, 'lead', 5), ['Съёмка', 'Аренда', 'Продажа']);
    assert.deepEqual(await tagsOf(store, home, 'lead', 6), ['Продажа', 'Съёмка']);
  });

  test('the tags of several records are told apart by their owners', async (store) => {
    await addTags(store, home, 'lead');
    await setTags(store, home, 'lead', { ownerId: 5, tagIds: [2, 1] }, { ownerId: 6, tagIds: [2] });
    const owned = await look(store, (tx) => tx.tagsOf(home, 'lead', [6, 5, 7]));
    assert.deepEqual(
      owned.filter((tag) => tag.ownerId === 5),
      [
        { ownerId: 5, id: 2, name: 'Продажа' },
        { ownerId: 5, id: 1, name: 'Аренда' },
      ],
    );
    assert.deepEqual(
      owned.filter((tag) => tag.ownerId !== 5),
      [{ ownerId: 6, id: 2, name: 'Продажа' }],
    );
  });

  test('setting tags replaces those that there were, of these records alone', async (store) => {
    await addTags(store, home, 'lead');
    await setTags(store, home, 'lead', { ownerId: 5, tagIds: [1, 2, 3] }, { ownerId: 6, tagIds: [1, 2] });
    await setTags(store, home, 'lead', { ownerId: 5, tagIds: [2] });
    assert.deepEqual(await tagsOf(store, home, 'lead', 5), ['Продажа']);
    assert.deepEqual(await tagsOf(store, home, 'lead', 6), ['Аренда', 'Продажа']);
  });

  test('setting no tags takes all away', async (store) => {
    await addTags(store, home, 'lead');
    await setTags(store, home, 'lead', { ownerId: 5, tagIds: [1, 2] }, { ownerId: 6, tagIds: [3] });
    await setTags(store, home, 'lead', { ownerId: 5, tagIds: [] });
    assert.deepEqual(await tagsOf(store, home, 'lead', 5), []);
    assert.deepEqual(await tagsOf(store, home, 'lead', 6), ['Съёмка']);
  });

  test('tags of the same id in another kind and account stay', async (store) => {
    await addTags(store, home, 'lead');
    await store.write((tx) => tx.addTags(home, 'contact', [aTag(4, 'Друг')]));
    await addTags(store, abroad, 'lead');
    await setTags(store, home, 'contact', { ownerId: 5, tagIds: [4] });
    await setTags(store, abroad, 'lead', { ownerId: 5, tagIds: [2] });
    await setTags(store, home, 'lead', { ownerId: 5, tagIds: [1] });
    await setTags(store, home, 'lead', { ownerId: 5, tagIds: [] });
    assert.deepEqual(await tagsOf(store, home, 'contact', 5), ['Друг']);
    assert.deepEqual(await tagsOf(store, abroad, 'lead', 5), ['Продажа']);
    assert.deepEqual(await tagsOf(store, home, 'lead', 5), []);
  });

  test('many records can have many tags', async (store) => {
    await save(store, home, ...span(1, 300).map((id) => adding(aRecord('company', id))));
    await store.write((tx) =>
      tx.addTags(
        home,
        'company',
        span(1, 300).map((id) => aTag(id, `tag ${id}`)),
      ),
    );
    const sets = span(1, 300).map((ownerId) => ({
      ownerId,
      tagIds: span(0, 9).map((n) => 1 + ((ownerId * 7 + n * 31) % 300)),
    }));
    await setTags(store, home, 'company', ...sets);
    const owned = await store.read((tx) => tx.tagsOf(home, 'company', span(1, 300)));
    for (const { ownerId, tagIds } of sets) {
      assert.deepEqual(idsOf(owned.filter((tag) => tag.ownerId === ownerId)), tagIds);
    }
  });

  test('no tags belong to no records', async (store) => {
    await addTags(store, home, 'lead');
    await setTags(store, home, 'lead', { ownerId: 5, tagIds: [1] });
    await setTags(store, home, 'lead');
    assert.deepEqual(await store.read((tx) => tx.tagsOf(home, 'lead', [])), []);
    assert.deepEqual(await tagsOf(store, home, 'lead', 5), ['Аренда']);
  });
}

function addTags(store: Store, account: number, kind: KindName): Promise<void> {
  return store.write((tx) => tx.addTags(account, kind, [rent, sale, repair]));
}

function findTags(store: Store, account: number, kind: KindName, keys: TagKeys) {
  return look(store, (tx) => tx.findTags(account, kind, keys));
}

function setTags(store: Store, account: number, kind: KindName, ...sets: TagSet[]): Promise<void> {
  return store.write((tx) => tx.setTags(account, kind, sets));
}

async function tagsOf(store: Store, account: number, kind: KindName, id: number): Promise<string[]> {
  return (await store.read((tx) => tx.tagsOf(account, kind, [id]))).map((tag) => tag.name);
}
