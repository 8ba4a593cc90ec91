import assert from 'node:assert/strict';
import type { Pipeline, Status } from '../../src/crm/pipeline.ts';
import type { Store } from '../../src/crm/store.ts';
import { adding, aField, aRecord, changing, look, save, takeIds } from './builders.ts';
import { abroad, home, type StoreTest } from './store-test.ts';

/** What administrators define: fields and pipelines. */
export function definitionContract(test: StoreTest): void {
  test('a field comes back with its origin and flags', async (store) => {
    const fields = [
      aField(1, { origin: 'widget 🌼', isEditable: false, isRequired: true, isDeletable: false, isVisible: false }),
      aField(2),
    ];
    await store.write((tx) => tx.addFields(home, fields));
    assert.deepEqual([...(await settingsOf(store)).fields.values()], fields);
  });

  test('a field is called otherwise, moved, and gets options, in their order; those of others stay', async (store) => {
    const enums = [
      { id: 1, value: 'Да' },
      { id: 2, value: 'Нет' },
    ];
    const field = aField(1, { type: 4, origin: 'a', enums });
    await store.write((tx) => tx.addFields(home, [field, aField(2, { sort: 50 })]));
    await store.write((tx) => tx.addFields(abroad, [field]));
    const before = (await settingsOf(store)).version;
    const options = [{ id: 2, value: 'Никогда' }, { id: 3, value: 'Иногда' }, enums[0]!];
    const changed = { ...field, name: 'Как часто', sort: 90, enums: options };
    await store.write((tx) => tx.setField(home, changed));
    const { fields, version } = await settingsOf(store);
    assert.deepEqual([...fields.values()], [aField(2, { sort: 50 }), changed]);
    assert.ok(version > before);
    assert.deepEqual([...(await settingsOf(store, abroad)).fields.values()], [field]);
  });

  test('a removed field is in the settings no more, and neither its id nor those of its options are given again', async (store) => {
    const enums = [{ id: 1, value: 'Да' }];
    await store.write((tx) => tx.addFields(home, [aField(1, { origin: 'a', enums }), aField(2)]));
    await store.write((tx) => tx.addFields(abroad, [aField(1)]));
    const before = (await settingsOf(store)).version;
    await store.write((tx) => tx.removeFields(home, [1, 99]));
    const { fields, version } = await settingsOf(store);
    assert.deepEqual([...fields.keys()], [2]);
    assert.ok(version > before);
    assert.deepEqual([...(await settingsOf(store, abroad)).fields.keys()], [1]);
    assert.deepEqual(await takeIds(store, home, 'field', 1), [3]);
    assert.deepEqual(await takeIds(store, home, 'enum', 1), [2]);
  });

  test('fields and options are counted, removed ones too; the settings have the options of the others', async (store) => {
    const options = (...ids: number[]) => ids.map((id) => ({ id, value: `Option ${id}` }));
    const [gone, kept] = [aField(1, { enums: options(1, 2, 3) }), aField(2, { enums: options(4, 5) })];
    await store.write((tx) => tx.addFields(home, [gone, kept, aField(3)]));
    await store.write((tx) => tx.addFields(abroad, [aField(1, { enums: options(1) })]));
    await store.write((tx) => tx.removeFields(home, [1]));
    const count = (account: number) => store.read((tx) => tx.countFieldsEver(account));
    assert.deepEqual({ ...(await count(home)) }, { fields: 3, options: 5 });
    assert.deepEqual({ ...(await count(abroad)) }, { fields: 1, options: 1 });
    assert.deepEqual([...(await settingsOf(store)).fields.values()], [kept, aField(3)]);
  });

  test('a removed field is gone, the others of its origin stay', async (store) => {
    const named = (id: number) => aField(id, { origin: 'widget' });
    await store.write((tx) => tx.addFields(home, [named(1), named(2)]));
    await store.write((tx) => tx.addFields(abroad, [named(1)]));
    await store.write((tx) => tx.removeFields(home, [1]));
    assert.deepEqual([...(await settingsOf(store)).fields.keys()], [2]);
    assert.deepEqual([...(await settingsOf(store, abroad)).fields.keys()], [1]);
  });

  test('the version of the settings can be asked for alone', async (store) => {
    await store.write((tx) => tx.addFields(home, [aField(1)]));
    const { version } = await settingsOf(store);
    assert.equal(await store.read((tx) => tx.settingsVersion(home)), version);
    await store.write(async (tx) => {
      await tx.removeFields(home, [1]);
      assert.ok((await tx.settingsVersion(home)) > version);
    });
  });

  test('pipelines and their stages come back in the order of their sort', async (store) => {
    const pipelines = [aPipeline(20, 2, [aStatus(7, 30), aStatus(9, 10), aStatus(8, 20)]), aPipeline(30, 1, [])];
    await store.write((tx) => tx.savePipelines(home, pipelines));
    const saved = [...(await settingsOf(store)).pipelines.values()];
    assert.deepEqual(
      saved.map(({ id, statuses }) => [id, [...statuses.keys()]]),
      [
        [30, []],
        [20, [9, 8, 7]],
      ],
    );
    assert.deepEqual(saved[1]!.statuses.get(8), aStatus(8, 20));
  });

  test('a pipeline that is saved again is replaced with all its stages, and others stay as they were', async (store) => {
    const other = aPipeline(2, 2, [aStatus(20, 10)]);
    await store.write((tx) => tx.savePipelines(home, [aPipeline(1, 1, [aStatus(10, 10), aStatus(11, 20)]), other]));
    await store.write((tx) => tx.savePipelines(abroad, [aPipeline(1, 1, [aStatus(10, 10)])]));
    const before = (await settingsOf(store)).version;
    const after = { ...aPipeline(1, 3, [aStatus(11, 10), aStatus(12, 20)]), name: 'Новая', isMain: true };
    await store.write((tx) => tx.savePipelines(home, [after]));
    const { pipelines, version } = await settingsOf(store);
    assert.deepEqual([...pipelines.values()], [other, after]);
    assert.ok(version > before);
    assert.deepEqual([...(await settingsOf(store, abroad)).pipelines.get(1)!.statuses.keys()], [10]);
  });

  test('removed pipelines are gone with their stages, here and nowhere else', async (store) => {
    for (const account of [home, abroad]) {
      const pipelines = [aPipeline(1, 1, [aStatus(10, 10)]), aPipeline(2, 2, [aStatus(20, 10)])];
      await store.write((tx) => tx.savePipelines(account, pipelines));
    }
    const before = (await settingsOf(store)).version;
    await store.write((tx) => tx.removePipelines(home, [1, 99]));
    const { pipelines, version } = await settingsOf(store);
    assert.deepEqual([...pipelines.values()], [aPipeline(2, 2, [aStatus(20, 10)])]);
    assert.ok(version > before);
    assert.equal((await settingsOf(store, abroad)).pipelines.size, 2);
    await store.write((tx) => tx.savePipelines(home, [aPipeline(1, 1, [])]));
    assert.equal((await settingsOf(store)).pipelines.get(1)!.statuses.size, 0);
  });

  test('the stages in use are those of leads, also deleted ones, each once', async (store) => {
    const lead = (id: number, statusId: number) => aRecord('lead', id, { own: { pipelineId: 1, statusId } });
    const binned = lead(3, 30);
    await save(store, home, ...[lead(1, 10), lead(2, 10), binned, aRecord('lead', 4)].map((row) => adding(row)));
    await save(store, home, changing(binned, { isDeleted: true }));
    await save(store, home, adding(aRecord('contact', 5)));
    await save(store, abroad, adding(lead(1, 40)));
    const used = await look(store, (tx) => tx.stagesInUse(home));
    assert.deepEqual(
      used.sort((one, other) => one.statusId! - other.statusId!),
      [
        { pipelineId: 1, statusId: 10 },
        { pipelineId: 1, statusId: 30 },
      ],
    );
  });
}

function aStatus(id: number, sort: number): Status {
  return { id, name: `Stage ${id}`, color: '#fffeb2', sort, isEditable: true };
}

function aPipeline(id: number, sort: number, statuses: readonly Status[]): Pipeline {
  return {
    id,
    name: `Pipeline ${id}`,
    sort,
    isMain: false,
    statuses: new Map(statuses.map((status) => [status.id, status])),
  };
}

function settingsOf(store: Store, account = home) {
  return look(store, (tx) => tx.settings(account));
}
