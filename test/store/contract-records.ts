import assert from 'node:assert/strict';
import type { EntityRow } from '../../src/crm/entity.ts';
import { adding, aRecord, changing, everyKind, idsOf, listIds, look, noFilter, save, wholeList } from './builders.ts';
import { abroad, home, type StoreTest } from './store-test.ts';

/** Nothing in it is a default or the same as anything else. */
const fullRecord: EntityRow = {
  kind: 'company',
  id: 41389,
  name: 'ООО «Ромашка» 🌼 "quoted" \'single\' \\ 100% _ \t\n ѐ',
  responsibleUserId: 504141,
  createdBy: 0,
  updatedBy: 504142,
  createdAt: 1508320306,
  // 2100: later than what 31 bits count
  updatedAt: 4102444800,
  closestTaskAt: 1509028320,
  isDeleted: false,
  values: [
    { fieldId: 4396818, values: [{ value: '+7 (495) 123-45-67', enumId: 3685087 }, { enumId: 3685088 }] },
    {
      fieldId: 17,
      values: [
        { value: 'Москва', subtype: 2 },
        { value: { inn: '7700000000', 'a "key"': { deep: 1.5, empty: '' }, none: null, yes: true } },
      ],
    },
    { fieldId: 5, values: [{ value: '' }] },
  ],
  own: {
    firstName: 'Анна',
    lastName: '',
    pipelineId: 10104,
    statusId: 142,
    sale: 2 ** 40,
    closedAt: 1508999999,
    lossReasonId: 7,
  },
};

export function recordContract(test: StoreTest): void {
  test('a record comes back as it was saved, by its id and in a list', async (store) => {
    await save(store, home, adding(fullRecord));
    assert.deepEqual(await look(store, (tx) => tx.entities(home, 'company', [fullRecord.id])), [fullRecord]);
    assert.deepEqual(await look(store, (tx) => tx.list(home, 'company', noFilter, wholeList)), [fullRecord]);
  });

  test('a changed record comes back with everything changed', async (store) => {
    const before = aRecord('company', fullRecord.id);
    await save(store, home, adding(before));
    await save(store, home, changing(before, fullRecord));
    assert.deepEqual(await look(store, (tx) => tx.entities(home, 'company', [fullRecord.id])), [fullRecord]);
  });

  test('records come in the order of their ids, each once, unknown ids left out', async (store) => {
    await save(store, home, ...[30, 1, 200, 7].map((id) => adding(aRecord('lead', id))));
    const rows = await store.read((tx) => tx.entities(home, 'lead', [200, 5, 7, 30, 7, 9999]));
    assert.deepEqual(idsOf(rows), [7, 30, 200]);
  });

  test('no records are found by no ids', async (store) => {
    await save(store, home, adding(aRecord('lead', 1)));
    assert.deepEqual(await store.read((tx) => tx.entities(home, 'lead', [])), []);
  });

  test('deleted records are found by their ids, marked as such, and are in no list', async (store) => {
    const row = aRecord('contact', 1);
    await save(store, home, adding(row), adding(aRecord('contact', 2)));
    await save(store, home, changing(row, { isDeleted: true }));
    const rows = await store.read((tx) => tx.entities(home, 'contact', [1, 2]));
    assert.deepEqual(
      rows.map(({ id, isDeleted }) => [id, isDeleted]),
      [
        [1, true],
        [2, false],
      ],
    );
    assert.deepEqual(await listIds(store, home, 'contact'), [2]);
  });

  test('the same id in each kind and in each account means another record', async (store) => {
    for (const account of [home, abroad]) {
      await save(
        store,
        account,
        ...everyKind.map((kind) => adding(aRecord(kind, 1, { name: `${kind} of ${account}` }))),
      );
    }
    const lead = aRecord('lead', 1, { name: `lead of ${home}` });
    await save(store, home, changing(lead, { name: 'renamed' }));
    for (const account of [home, abroad]) {
      for (const kind of everyKind) {
        const rows = await store.read((tx) => tx.entities(account, kind, [1]));
        const name = account === home && kind === 'lead' ? 'renamed' : `${kind} of ${account}`;
        assert.deepEqual(
          rows.map((row) => [row.kind, row.name]),
          [[kind, name]],
        );
      }
    }
  });

  test('saving nothing changes nothing', async (store) => {
    await save(store, home, adding(aRecord('lead', 1)));
    await save(store, home);
    assert.deepEqual(await listIds(store, home, 'lead'), [1]);
  });

  test('one save adds, changes and deletes records of several kinds', async (store) => {
    const [changed, deleted] = [aRecord('lead', 1), aRecord('company', 2)];
    await save(store, home, adding(changed), adding(deleted));
    await save(
      store,
      home,
      changing(deleted, { isDeleted: true }),
      adding(aRecord('contact', 3)),
      changing(changed, { name: 'Renamed' }),
    );
    const [rows, counts] = await store.read(async (tx) => [
      await tx.entities(home, 'lead', [1]),
      await Promise.all(everyKind.map(async (kind) => [kind, await tx.count(home, kind)])),
    ]);
    assert.equal(rows[0]?.name, 'Renamed');
    assert.deepEqual(Object.fromEntries(counts), { contact: 1, lead: 1, company: 0, customer: 0 });
  });

  test('an account without records counts none', async (store) => {
    await save(store, home, adding(aRecord('lead', 1)));
    assert.equal(await store.read((tx) => tx.count(abroad, 'lead')), 0);
  });

  test('the count follows additions, deletions and restorations', async (store) => {
    const row = aRecord('lead', 1);
    const count = () => store.read((tx) => tx.count(home, 'lead'));
    await save(store, home, adding(row), adding(aRecord('lead', 2)), adding(aRecord('lead', 3, { isDeleted: true })));
    assert.equal(await count(), 2);
    await save(store, home, changing(row, { isDeleted: true }));
    assert.equal(await count(), 1);
    await save(store, home, changing({ ...row, isDeleted: true }, { name: 'Renamed' }));
    assert.equal(await count(), 1);
    await save(store, home, changing({ ...row, isDeleted: true }, { isDeleted: false }));
    assert.equal(await count(), 2);
  });
}
