import assert from 'node:assert/strict';
import type { EntityRow } from '../../src/crm/entity.ts';
import type { DueFilter, ListFilter } from '../../src/crm/store.ts';
import type { Task } from '../../src/crm/task.ts';
import { adding, aRecord, aTask, changing, everythingVisible, save, span } from './builders.ts';
import { Random } from './random.ts';
import { abroad, home, type StoreTest } from './store-test.ts';

type StageFilter = ListFilter & { readonly pipeline: number };

/** What boards, agendas and charts are made of: leads by stage, tasks by their times, records by the time of their creation. */
export function boardContract(test: StoreTest): void {
  test('leads are counted, summed up and listed by stage, whatever filters them', async (store) => {
    const random = new Random(11);
    const leads = span(1, 400).map((id) =>
      aRecord('lead', id, {
        responsibleUserId: random.pick([1, 2, 3]),
        createdAt: random.whole(100, 200),
        updatedAt: random.whole(200, 260),
        closestTaskAt: random.pick([0, 5]),
        isDeleted: random.chance(0.1),
        own: {
          pipelineId: random.pick([10, 20]),
          statusId: random.pick([11, 12, 142, 143]),
          sale: random.whole(0, 900),
        },
      }),
    );
    const without = aRecord('lead', 500);
    await save(store, home, ...[...leads, without].map((row) => adding(row, row.id % 7 === 0 ? 'ромашка' : 'лютик')));
    await save(store, abroad, adding(aRecord('lead', 1, { own: { pipelineId: 10, statusId: 11, sale: 5 } })));
    const filters: readonly Omit<ListFilter, 'pipeline'>[] = [
      { responsible: [] },
      { responsible: [[2]] },
      { responsible: [[2, 3], [3]] },
      { responsible: [[]] },
      { responsible: [], statuses: [142] },
      { responsible: [[1]], statuses: [11, 143], updated: { from: 230 } },
      { responsible: [], notStatuses: [142, 143], updatedAfter: 240 },
      { responsible: [], created: { from: 120, to: 150 }, hasOpenTask: true },
      { responsible: [[1, 2]], terms: ['омашк'] },
      { responsible: [], terms: ['ю'] },
    ];
    await store.read(async (tx) => {
      for (const part of filters) {
        const filter: StageFilter = { ...part, pipeline: 10 };
        const passing = leads.filter((row) => passes(row, filter));
        const expected = [...Map.groupBy(passing, ({ own }) => own.statusId!)]
          .map(([statusId, rows]) => {
            return { statusId, count: rows.length, sum: rows.reduce((sum, { own }) => sum + own.sale!, 0) };
          })
          .sort((a, b) => a.statusId - b.statusId);
        const about = JSON.stringify(filter);
        assert.deepEqual(structuredClone(await tx.stageTotals(home, filter, 10_000)), expected, about);
        assert.equal(await tx.countList(home, 'lead', filter, 10_000), passing.length, about);
        for (const by of ['id', 'updated'] as const) {
          const sorted = passing.toSorted((a, b) => (by === 'updated' && b.updatedAt - a.updatedAt) || b.id - a.id);
          const page = { limit: 20, offset: 3 };
          assert.deepEqual(
            await tx.sortedIds(home, 'lead', filter, { by, descending: true }, page, 10_000),
            sorted.slice(3, 23).map(({ id }) => id),
            about,
          );
        }
      }
    });
  });

  test('leads that move, change their budget, are deleted and come back are counted where they are', async (store) => {
    const lead = aRecord('lead', 1, { own: { pipelineId: 10, statusId: 11, sale: 100 } });
    const totals = async () =>
      structuredClone(await store.read((tx) => tx.stageTotals(home, { responsible: [], pipeline: 10 }, 100)));
    await save(store, home, adding(lead));
    assert.deepEqual(await totals(), [{ statusId: 11, count: 1, sum: 100 }]);
    const moved = { ...lead, own: { ...lead.own, statusId: 12, sale: 70 } };
    await save(store, home, { before: lead, after: moved });
    assert.deepEqual(await totals(), [{ statusId: 12, count: 1, sum: 70 }]);
    await save(store, home, changing(moved, { isDeleted: true }));
    assert.deepEqual(await totals(), []);
    await save(store, home, changing({ ...moved, isDeleted: true }, { isDeleted: false }));
    assert.deepEqual(await totals(), [{ statusId: 12, count: 1, sum: 70 }]);
  });

  test('budgets as high as numbers go are added up', async (store) => {
    const sale = Number.MAX_SAFE_INTEGER;
    const leads = span(1, 1100).map((id) => aRecord('lead', id, { own: { pipelineId: 10, statusId: 11, sale } }));
    await save(store, home, ...leads.map((row) => adding(row)));
    const [total] = await store.read((tx) => tx.stageTotals(home, { responsible: [], pipeline: 10 }, 100));
    assert.ok(Math.abs(total!.sum / (1100 * sale) - 1) < 1e-9, `${total!.sum}`);
  });

  test('records are counted by the period of their creation', async (store) => {
    const created = [5, 10, 10, 19, 20, 29, 30, 31, 99];
    const rows = created.map((createdAt, i) =>
      aRecord('company', i + 1, { createdAt, responsibleUserId: 1 + (i % 2) }),
    );
    await save(store, home, ...rows.map((row) => adding(row)));
    await save(store, home, adding(aRecord('company', 50, { createdAt: 15, isDeleted: true })));
    await save(store, home, adding(aRecord('contact', 51, { createdAt: 15 })));
    await save(store, abroad, adding(aRecord('company', 52, { createdAt: 15 })));
    const count = (responsible: readonly (readonly number[])[], times: readonly number[]) =>
      store.read((tx) => tx.countCreated(home, 'company', { responsible }, times));
    assert.deepEqual(await count([], [10, 20, 30]), [1, 3, 2, 3]);
    assert.deepEqual(await count([[1]], [10, 20, 30]), [1, 1, 1, 2]);
    assert.deepEqual(await count([[]], [10]), [0, 0]);
    assert.deepEqual(await count([], []), [9]);
    const many = span(1, 60);
    const expected = [0, ...many].map((from) => {
      const to = from === 60 ? Number.POSITIVE_INFINITY : from + 1;
      return created.filter((time) => time >= from && time < to).length;
    });
    assert.deepEqual(await count([], many), expected);
  });

  test('tasks come in the order of their times, open or completed, in a range, by user and type', async (store) => {
    const random = new Random(12);
    await save(
      store,
      home,
      ...span(1, 10).map((id) => adding(aRecord('lead', id, { responsibleUserId: 1 + (id % 2), isDeleted: id === 9 }))),
    );
    const tasks = span(1, 300).map((id) =>
      aTask(id, {
        element: random.chance(0.3) ? null : { kind: 'lead', id: random.whole(1, 10) },
        responsibleUserId: random.pick([1, 2, 3]),
        createdBy: random.pick([1, 2, 3]),
        taskType: random.pick([1, 2]),
        completeTill: random.whole(1000, 1060),
        isCompleted: random.chance(0.4),
        isDeleted: random.chance(0.1),
      }),
    );
    await store.write((tx) => tx.saveTasks(home, tasks));
    await store.write((tx) => tx.saveTasks(abroad, [aTask(1, { completeTill: 1010 })]));
    const own = {
      ...everythingVisible,
      kinds: { ...everythingVisible.kinds, lead: new Set([1]) },
      alone: new Set([1]),
    };
    const seen = ({ element, isDeleted, responsibleUserId, createdBy }: Task, { visible }: DueFilter) => {
      const all = visible === everythingVisible;
      if (isDeleted || element?.id === 9) return false;
      return all || (element ? element.id % 2 === 0 : responsibleUserId === 1 || createdBy === 1);
    };
    const parts: readonly Partial<DueFilter>[] = [
      {},
      { due: { from: 1020 } },
      { due: { from: 0, to: 1030 }, responsible: [2] },
      { due: { from: 1020, to: 1020 }, types: [2] },
      { elementKind: 'lead', responsible: [1, 3] },
      { due: { from: 1030, to: 1020 } },
    ];
    await store.read(async (tx) => {
      for (const part of parts) {
        for (const visible of [everythingVisible, own]) {
          for (const isCompleted of [false, true]) {
            const filter: DueFilter = { visible, isCompleted, ...part };
            const { due, responsible, types, elementKind } = filter;
            const expected = tasks
              .filter((task) => seen(task, filter) && task.isCompleted === isCompleted)
              .filter(({ responsibleUserId }) => !responsible || responsible.includes(responsibleUserId))
              .filter(({ taskType, element }) => (!types || types.includes(taskType)) && (!elementKind || element))
              .filter(({ completeTill: at }) => !due || (at >= due.from && at <= (due.to ?? at)))
              .sort((a, b) => a.completeTill - b.completeTill || a.id - b.id);
            const about = JSON.stringify({ part, isCompleted, all: visible === everythingVisible });
            for (const descending of [false, true]) {
              const order = descending ? expected.toReversed() : expected;
              const page = await tx.tasksByDue(home, filter, descending, { limit: 7, offset: 2 });
              assert.deepEqual(structuredClone(page), order.slice(2, 9), about);
            }
            assert.equal(await tx.countByDue(home, filter, 1000), expected.length, about);
            assert.equal(await tx.countByDue(home, filter, 5), Math.min(5, expected.length), about);
          }
        }
      }
    });
  });
}

function passes(row: EntityRow, filter: StageFilter): boolean {
  const { responsible, terms, statuses, notStatuses, created, updated, updatedAfter, hasOpenTask, pipeline } = filter;
  const text = row.id % 7 === 0 ? 'ромашка' : 'лютик';
  const { pipelineId, statusId } = row.own;
  return (
    !row.isDeleted &&
    pipelineId === pipeline &&
    responsible.every((users) => users.includes(row.responsibleUserId)) &&
    (terms === undefined || terms.some((term) => text.includes(term))) &&
    (statuses === undefined || statuses.includes(statusId!)) &&
    (notStatuses === undefined || !notStatuses.includes(statusId!)) &&
    (created === undefined || (row.createdAt >= created.from && row.createdAt <= (created.to ?? row.createdAt))) &&
    (updated === undefined || (row.updatedAt >= updated.from && row.updatedAt <= (updated.to ?? row.updatedAt))) &&
    (updatedAfter === undefined || row.updatedAt > updatedAfter) &&
    (hasOpenTask === undefined || row.closestTaskAt > 0 === hasOpenTask)
  );
}
