import assert from 'node:assert/strict';
import type { EntityRow, KindName } from '../../src/crm/entity.ts';
import type { Note } from '../../src/crm/note.ts';
import type { Scope } from '../../src/crm/rights.ts';
import type { NoteFilter, Page, Range, Store, TaskFilter, Visible } from '../../src/crm/store.ts';
import type { Task } from '../../src/crm/task.ts';
import {
  adding,
  aNote,
  aRecord,
  aTask,
  changing,
  everyKind,
  everythingVisible,
  idsOf,
  look,
  save,
  someTime,
  span,
  wholeList,
} from './builders.ts';
import { Random } from './random.ts';
import { abroad, home, type StoreTest } from './store-test.ts';

const nothingVisible: Visible = {
  kinds: { contact: new Set(), lead: new Set(), company: new Set(), customer: new Set() },
  alone: new Set(),
};

/** Only this kind is seen, or only tasks that stand alone. */
function onlySees(what: KindName | 'alone', scope: Scope): Visible {
  const { kinds } = nothingVisible;
  return what === 'alone'
    ? { ...nothingVisible, alone: scope }
    : { ...nothingVisible, kinds: { ...kinds, [what]: scope } };
}

export function activityContract(test: StoreTest): void {
  test('a task comes back as it was saved, whatever it is about', async (store) => {
    const elements = [null, ...everyKind.map((kind, index) => ({ kind, id: index + 1 }))];
    const tasks = elements.map((element, index) =>
      aTask(index + 1, {
        element,
        responsibleUserId: 2,
        createdBy: 0,
        updatedBy: 3,
        createdAt: 10,
        updatedAt: 9_007_199_254_740_991,
        taskType: 4,
        completeTill: 30,
        text: 'Позвонить «Ромашке» 🌼 \'"%\n',
        isCompleted: index % 2 === 0,
        resultNoteId: index,
        isDeleted: index === 3,
      }),
    );
    await saveTasks(store, home, ...tasks);
    assert.deepEqual(await look(store, (tx) => tx.tasks(home, [5, 4, 3, 2, 1])), tasks);
  });

  test('a note comes back as it was saved, whatever it is about, with its text or its params', async (store) => {
    const params = { text: 'Привет 🌼', phone: '+7', DURATION: 12.5, flag: true, none: null, ['__proto__']: 'own' };
    const notes = [...everyKind, 'task' as const].map((kind, index) =>
      aNote(index + 1, { kind, id: 9 }, index % 2 === 0 ? {} : { noteType: 102, text: null, params }),
    );
    const times = { createdAt: 1, updatedAt: 2, createdBy: 0, updatedBy: 3, responsibleUserId: 4 };
    notes.push(aNote(6, { kind: 'lead', id: 9 }, { ...times, text: '' }));
    await saveNotes(store, home, ...notes);
    const read = await store.read((tx) => tx.notes(home, [6, 5, 4, 3, 2, 1]));
    assert.equal(JSON.stringify(read), JSON.stringify(notes));
  });

  test('a task or note that is saved again takes the place of the old one', async (store) => {
    const { id } = aTask(1);
    await saveTasks(store, home, aTask(id), aTask(2));
    const moved = aTask(id, {
      element: { kind: 'lead', id: 7 },
      responsibleUserId: 2,
      createdBy: 3,
      updatedBy: 4,
      createdAt: 5,
      updatedAt: 6,
      taskType: 2,
      completeTill: 8,
      text: 'other',
      isCompleted: true,
      resultNoteId: 9,
      isDeleted: true,
    });
    await saveTasks(store, home, moved);
    assert.deepEqual(await look(store, (tx) => tx.tasks(home, [1, 2])), [moved, aTask(2)]);

    const element = { kind: 'lead', id: 7 } as const;
    await saveNotes(store, home, aNote(1, element), aNote(2, element));
    const times = { createdBy: 3, updatedBy: 4, createdAt: 5, updatedAt: 6, responsibleUserId: 7 };
    const changed = aNote(1, element, { ...times, text: null, params: { text: 'x' } });
    await saveNotes(store, home, changed);
    assert.deepEqual(await look(store, (tx) => tx.notes(home, [1, 2])), [changed, aNote(2, element)]);
  });

  test('by ids come those that exist in the account, in the order of their ids, each once', async (store) => {
    const element = { kind: 'contact', id: 1 } as const;
    await saveTasks(store, home, aTask(5), aTask(2, { isDeleted: true }));
    await saveTasks(store, abroad, aTask(3), aTask(5, { text: 'foreign' }));
    await saveNotes(store, home, aNote(5, element), aNote(2, element));
    await saveNotes(store, abroad, aNote(3, element), aNote(5, element, { text: 'foreign' }));
    await store.read(async (tx) => {
      const tasks = await tx.tasks(home, [5, 3, 2, 5, 99]);
      assert.deepEqual(
        tasks.map(({ id, text }) => [id, text]),
        [
          [2, 'task 2'],
          [5, 'task 5'],
        ],
      );
      const notes = await tx.notes(home, [5, 3, 2, 5, 99]);
      assert.deepEqual(
        notes.map(({ id, text }) => [id, text]),
        [
          [2, 'note 2'],
          [5, 'note 5'],
        ],
      );
      assert.deepEqual(await tx.tasks(home, []), []);
      assert.deepEqual(await tx.notes(home, []), []);
    });
  });

  test('saving none writes nothing', async (store) => {
    await store.write(async (tx) => {
      await tx.saveTasks(home, []);
      await tx.saveNotes(home, []);
    });
    assert.deepEqual(await taskIds(store), []);
  });

  const taskFilters: readonly [string, Omit<TaskFilter, 'visible'>, number[]][] = [
    ['without filters', {}, [1, 2, 3, 4, 5, 6]],
    ['with ids', { ids: [4, 2, 2, 77] }, [2, 4]],
    ['with an empty list of ids', { ids: [] }, []],
    ['about leads', { elementKind: 'lead' }, [1, 2]],
    ['about contacts', { elementKind: 'contact' }, [3]],
    ['about companies', { elementKind: 'company' }, [4]],
    ['about customers', { elementKind: 'customer' }, [5]],
    ['about records of some ids, whatever their kinds', { elementIds: [10] }, [1, 3, 4, 5]],
    ['about no record', { elementIds: [] }, []],
    ['about one lead', { elementKind: 'lead', elementIds: [11] }, [2]],
    ['of responsible users', { responsible: [2, 3] }, [2, 3, 6]],
    ['of nobody', { responsible: [] }, []],
    ['made by users', { createdBy: [4] }, [1, 6]],
    ['made by a robot', { createdBy: [0] }, [5]],
    ['of types', { types: [2, 3] }, [3, 4]],
    ['that are open', { isCompleted: false }, [1, 2, 3, 6]],
    ['that are completed', { isCompleted: true }, [4, 5]],
    ['created from a time on', { created: { from: 40 } }, [4, 5, 6]],
    ['created between two times, both included', { created: { from: 20, to: 40 } }, [2, 3, 4]],
    ['created in a range turned round', { created: { from: 40, to: 20 } }, []],
    ['updated from a time on', { updated: { from: 500 } }, [1, 2]],
    ['updated between two times, both included', { updated: { from: 200, to: 400 } }, [3, 4, 5]],
    ['updated later than a time, not at it', { updatedAfter: 500 }, [1]],
    ['about leads in a stage', { stages: [{ pipelineId: 1, statusId: 142 }] }, [1]],
    [
      'about leads in any of several stages',
      {
        stages: [
          { pipelineId: 2, statusId: 142 },
          { pipelineId: 1, statusId: 142 },
        ],
      },
      [1, 2],
    ],
    ['about leads in a stage of another pipeline', { stages: [{ pipelineId: 2, statusId: 7 }] }, []],
    ['about leads in no stage', { stages: [] }, []],
    ['of a user and a type', { responsible: [2], types: [1] }, [2, 6]],
    ['that pass several filters at once', { isCompleted: false, responsible: [2], created: { from: 30 } }, [6]],
  ];
  for (const [name, filter, expected] of taskFilters) {
    test(`tasks ${name}`, async (store) => {
      await saveOffice(store, home);
      const stages = [
        { pipelineId: 1, statusId: 142 },
        { pipelineId: 2, statusId: 142 },
      ];
      await save(store, home, ...stages.map((own, i) => changing(aRecord('lead', 10 + i), { own })));
      await saveTasks(
        store,
        home,
        aTask(1, { element: { kind: 'lead', id: 10 }, createdBy: 4, createdAt: 10, updatedAt: 600 }),
        aTask(2, { element: { kind: 'lead', id: 11 }, responsibleUserId: 2, createdAt: 20, updatedAt: 500 }),
        aTask(3, {
          element: { kind: 'contact', id: 10 },
          responsibleUserId: 3,
          taskType: 2,
          createdAt: 30,
          updatedAt: 400,
        }),
        aTask(4, {
          element: { kind: 'company', id: 10 },
          taskType: 3,
          isCompleted: true,
          createdAt: 40,
          updatedAt: 300,
        }),
        aTask(5, {
          element: { kind: 'customer', id: 10 },
          createdBy: 0,
          isCompleted: true,
          createdAt: 50,
          updatedAt: 200,
        }),
        aTask(6, { responsibleUserId: 2, createdBy: 4, createdAt: 60, updatedAt: 100 }),
        aTask(7, { responsibleUserId: 2, createdBy: 4, createdAt: 30, updatedAt: 600, isDeleted: true }),
      );
      await saveTasks(store, abroad, ...span(1, 9).map((id) => aTask(id)));
      assert.deepEqual(await taskIds(store, filter), expected);
    });
  }

  test('a thousand stages are no more than one filter', async (store) => {
    await saveOffice(store, home);
    await save(store, home, changing(aRecord('lead', 10), { own: { pipelineId: 3, statusId: 2500 } }));
    await saveTasks(store, home, aTask(1, { element: { kind: 'lead', id: 10 } }), aTask(2));
    const stages = span(1, 3000).map((statusId) => ({ pipelineId: 3, statusId }));
    assert.deepEqual(await taskIds(store, { stages }), [1]);
    assert.deepEqual(await taskIds(store, { stages: stages.slice(0, 2000) }), []);
  });

  for (const kind of everyKind) {
    test(`a task or note about a ${kind} is seen by who sees that ${kind}, and by nobody else`, async (store) => {
      await saveOffice(store, home);
      const elements = everyKind.flatMap((name) => [10, 11].map((id) => ({ kind: name, id })));
      await saveTasks(store, home, ...elements.map((element, index) => aTask(index + 1, { element })), aTask(90));
      await saveNotes(store, home, ...elements.map((element, index) => aNote(index + 1, element)));
      const first = everyKind.indexOf(kind) * 2 + 1;
      const both = [first, first + 1];
      const cases: readonly [Visible, number[]][] = [
        [onlySees(kind, 'all'), both],
        [onlySees(kind, new Set([1, 2])), both],
        [onlySees(kind, new Set([2])), [first + 1]],
        [onlySees(kind, new Set([3])), []],
        [onlySees('alone', 'all'), []],
        [nothingVisible, []],
        [everythingVisible, both],
      ];
      for (const [visible, expected] of cases) {
        assert.deepEqual(await taskIds(store, { visible, elementKind: kind }), expected);
        assert.deepEqual(await noteIds(store, { visible, elementKind: kind }), expected);
      }
      assert.deepEqual(await taskIds(store, { visible: onlySees(kind, 'all') }), both);
    });
  }

  test('a task that stands alone is seen by whom it concerns, or by who sees all such', async (store) => {
    await saveTasks(
      store,
      home,
      aTask(1, { responsibleUserId: 5, createdBy: 6 }),
      aTask(2, { responsibleUserId: 6, createdBy: 5 }),
      aTask(3, { responsibleUserId: 7, createdBy: 7, updatedBy: 5 }),
    );
    const cases: readonly [Scope, number[]][] = [
      ['all', [1, 2, 3]],
      [new Set([5]), [1, 2]],
      [new Set([7]), [3]],
      [new Set([6, 7]), [1, 2, 3]],
      [new Set([8]), []],
      [new Set(), []],
    ];
    for (const [scope, expected] of cases) {
      assert.deepEqual(await taskIds(store, { visible: onlySees('alone', scope) }), expected);
      await saveNotes(store, home, ...span(1, 3).map((id) => aNote(id, { kind: 'task', id })));
      assert.deepEqual(await noteIds(store, { elementKind: 'task', visible: onlySees('alone', scope) }), expected);
    }
  });

  test('what a deleted or missing record has is not listed, and listed again when it comes back', async (store) => {
    await saveOffice(store, home);
    const gone = changing(aRecord('lead', 10), { isDeleted: true });
    await saveTasks(store, home, aTask(1, { element: { kind: 'lead', id: 10 } }));
    await saveTasks(store, home, aTask(2, { element: { kind: 'lead', id: 404 } }));
    await saveNotes(store, home, aNote(1, { kind: 'lead', id: 10 }), aNote(2, { kind: 'lead', id: 404 }));
    await saveNotes(store, home, aNote(3, { kind: 'task', id: 1 }), aNote(4, { kind: 'task', id: 404 }));
    const shown = async () => [
      await taskIds(store),
      await noteIds(store, { elementKind: 'lead' }),
      await noteIds(store, { elementKind: 'task' }),
    ];
    assert.deepEqual(await shown(), [[1], [1], [3]]);
    await save(store, home, gone);
    assert.deepEqual(await shown(), [[], [], []]);
    await save(store, home, changing(gone.after, { isDeleted: false }));
    assert.deepEqual(await shown(), [[1], [1], [3]]);
    await saveTasks(store, home, aTask(1, { element: { kind: 'lead', id: 10 }, isDeleted: true }));
    assert.deepEqual(await shown(), [[], [1], []]);
  });

  test('a record of the same id in another kind or account makes nothing visible', async (store) => {
    await save(store, home, adding(aRecord('contact', 1)));
    await save(store, abroad, adding(aRecord('lead', 1)));
    await saveTasks(store, home, aTask(1, { element: { kind: 'lead', id: 1 } }));
    await saveNotes(store, home, aNote(1, { kind: 'lead', id: 1 }));
    await saveTasks(store, abroad, aTask(2, { element: { kind: 'lead', id: 1 } }));
    await saveNotes(store, abroad, aNote(2, { kind: 'lead', id: 1 }), aNote(3, { kind: 'task', id: 1 }));
    assert.deepEqual(await taskIds(store), []);
    assert.deepEqual(await noteIds(store, { elementKind: 'lead' }), []);
    assert.deepEqual(await noteIds(store, { elementKind: 'task' }), []);
    assert.deepEqual(await taskIds(store, {}, wholeList, abroad), [2]);
    assert.deepEqual(await noteIds(store, { elementKind: 'lead' }, wholeList, abroad), [2]);
    assert.deepEqual(await noteIds(store, { elementKind: 'task' }, wholeList, abroad), []);
  });

  const noteFilters: readonly [string, Omit<NoteFilter, 'visible'>, number[]][] = [
    ['of a kind', { elementKind: 'lead' }, [1, 2, 3]],
    ['of another kind', { elementKind: 'contact' }, [4]],
    ['of tasks', { elementKind: 'task' }, [5]],
    ['with ids', { elementKind: 'lead', ids: [3, 1, 4, 5] }, [1, 3]],
    ['with ids of another kind', { elementKind: 'contact', ids: [1, 5] }, []],
    ['of tasks with ids', { elementKind: 'task', ids: [5, 1] }, [5]],
    ['with an empty list of ids', { elementKind: 'lead', ids: [] }, []],
    ['about one record', { elementKind: 'lead', elementIds: [11] }, [2, 3]],
    ['about one task', { elementKind: 'task', elementIds: [10] }, [5]],
    ['about no task', { elementKind: 'task', elementIds: [11] }, []],
    ['of types', { elementKind: 'lead', types: [25, 102] }, [3]],
    ['of no type', { elementKind: 'lead', types: [] }, []],
    ['updated later than a time, not at it', { elementKind: 'lead', updatedAfter: 200 }, [3]],
    [
      'that pass several filters at once',
      { elementKind: 'lead', elementIds: [11], types: [4], updatedAfter: 100 },
      [2],
    ],
  ];
  for (const [name, filter, expected] of noteFilters) {
    test(`notes ${name}`, async (store) => {
      await saveOffice(store, home);
      await saveTasks(store, home, aTask(10));
      await saveNotes(
        store,
        home,
        aNote(1, { kind: 'lead', id: 10 }, { updatedAt: 100 }),
        aNote(2, { kind: 'lead', id: 11 }, { updatedAt: 200 }),
        aNote(3, { kind: 'lead', id: 11 }, { updatedAt: 300, noteType: 25 }),
        aNote(4, { kind: 'contact', id: 11 }, { updatedAt: 400 }),
        aNote(5, { kind: 'task', id: 10 }, { noteType: 13 }),
      );
      await saveNotes(store, abroad, ...span(1, 9).map((id) => aNote(id, { kind: 'lead', id: 10 })));
      assert.deepEqual(await noteIds(store, filter), expected);
    });
  }

  test('lists of random tasks are what going through all of them gives', async (store) => {
    const random = new Random(11);
    const { tasks, records } = await randomTasks(store, random);
    let filled = 0;
    for (const _ of span(1, 400)) {
      const filter = randomTaskFilter(random);
      const page = { limit: random.pick([1, 5, 500]), offset: random.pick([0, 0, 1, 20]) };
      const expected = tasks
        .filter((task) => passes(task, filter, records))
        .slice(page.offset, page.offset + page.limit);
      const listed = await look(store, (tx) => tx.listTasks(home, filter, page));
      assert.deepEqual(listed, expected, JSON.stringify({ filter, page }));
      if (listed.length > 0) filled += 1;
    }
    assert.ok(filled > 100, `${filled}`);
  });

  test('the pages of a list make up the whole list', async (store) => {
    await saveOffice(store, home);
    const element = { kind: 'lead', id: 10 } as const;
    await saveTasks(store, home, ...span(1, 23).map((id) => aTask(id * 7, { element })));
    await saveNotes(store, home, ...span(1, 23).map((id) => aNote(id * 3, element)));
    for (const offset of [0, 5, 20, 23, 1_000_000]) {
      const page = { limit: 5, offset };
      const multiples = (of: number) => span(1, 23).map((id) => id * of);
      assert.deepEqual(await taskIds(store, {}, page), multiples(7).slice(offset, offset + 5));
      assert.deepEqual(await noteIds(store, { elementKind: 'lead' }, page), multiples(3).slice(offset, offset + 5));
    }
  });

  test('the closest task of a record is its most urgent open one', async (store) => {
    const lead = { kind: 'lead', id: 1 } as const;
    const contact = { kind: 'contact', id: 1 } as const;
    await saveTasks(
      store,
      home,
      aTask(1, { element: lead, completeTill: 300 }),
      aTask(2, { element: lead, completeTill: 200 }),
      aTask(3, { element: lead, completeTill: 100, isCompleted: true }),
      aTask(4, { element: lead, completeTill: 50, isDeleted: true }),
      aTask(5, { element: contact, completeTill: 400 }),
      aTask(6, { element: { kind: 'company', id: 1 }, completeTill: 1, isCompleted: true }),
      aTask(7, { completeTill: 2 }),
    );
    await saveTasks(store, abroad, aTask(1, { element: lead, completeTill: 10 }));
    const asked = everyKind.flatMap((kind) => [0, 1, 2].map((id) => ({ kind, id })));
    const closest = await look(store, (tx) => tx.closestTasks(home, asked));
    assert.deepEqual(
      closest.sort((one, other) => one.completeTill - other.completeTill),
      [
        { element: lead, completeTill: 200 },
        { element: contact, completeTill: 400 },
      ],
    );
    assert.deepEqual(await look(store, (tx) => tx.closestTasks(home, [])), []);
    assert.deepEqual(await look(store, (tx) => tx.closestTasks(home, [{ kind: 'lead', id: 2 }])), []);
  });
}

/** Two records of every kind: 10 of the user 1 and 11 of the user 2. */
function saveOffice(store: Store, account: number): Promise<void> {
  const rows = everyKind.flatMap((kind) => [1, 2].map((user) => aRecord(kind, 9 + user, { responsibleUserId: user })));
  return save(store, account, ...rows.map((row) => adding(row)));
}

function saveTasks(store: Store, account: number, ...tasks: Task[]): Promise<void> {
  return store.write((tx) => tx.saveTasks(account, tasks));
}

function saveNotes(store: Store, account: number, ...notes: Note[]): Promise<void> {
  return store.write((tx) => tx.saveNotes(account, notes));
}

/** The ids of a list of tasks; who asks sees everything, unless the filter says otherwise. */
function taskIds(store: Store, filter: Partial<TaskFilter> = {}, page: Page = wholeList, account = home) {
  const whole = { visible: everythingVisible, ...filter };
  return store.read(async (tx) => idsOf(await tx.listTasks(account, whole, page)));
}

function noteIds(
  store: Store,
  filter: Partial<NoteFilter> & Pick<NoteFilter, 'elementKind'>,
  page: Page = wholeList,
  account = home,
) {
  const whole = { visible: everythingVisible, ...filter };
  return store.read(async (tx) => idsOf(await tx.listNotes(account, whole, page)));
}

const users: readonly number[] = [1, 2, 3, 4];
const times: readonly number[] = span(someTime, someTime + 9);
const elementIds: readonly number[] = [1, 2, 3, 4, 5, 6];

/** Tasks and the records that they are about, some deleted or missing. */
async function randomTasks(store: Store, random: Random): Promise<{ tasks: Task[]; records: EntityRow[] }> {
  const records = everyKind.flatMap((kind) =>
    elementIds.slice(1).map((id) =>
      aRecord(kind, id, {
        responsibleUserId: random.pick(users),
        isDeleted: random.chance(0.2),
        ...(kind === 'lead' && { own: { pipelineId: random.pick([1, 2]), statusId: random.pick([1, 2]) } }),
      }),
    ),
  );
  await save(store, home, ...records.map((row) => adding(row)));
  const task = (id: number) =>
    aTask(id, {
      element: random.chance(0.25) ? null : { kind: random.pick(everyKind), id: random.pick(elementIds) },
      responsibleUserId: random.pick(users),
      createdBy: random.pick(users),
      createdAt: random.pick(times),
      updatedAt: random.pick(times),
      taskType: random.pick([1, 2, 3]),
      isCompleted: random.chance(0.5),
      isDeleted: random.chance(0.1),
    });
  const tasks = span(1, 300).map(task);
  await saveTasks(store, home, ...tasks);
  await saveTasks(store, abroad, ...span(1, 300).map(task));
  return { tasks, records };
}

function randomScope(random: Random): Scope {
  return random.chance(0.6) ? 'all' : new Set(random.some(users, random.whole(0, 3)));
}

function randomTaskFilter(random: Random): TaskFilter {
  const scopes = Object.fromEntries(everyKind.map((kind) => [kind, randomScope(random)])) as Visible['kinds'];
  const range = (): Range => ({ from: random.pick(times), ...(random.chance(0.5) && { to: random.pick(times) }) });
  const some = (list: readonly number[]) => random.some(list, random.whole(0, list.length));
  return {
    visible: { kinds: scopes, alone: randomScope(random) },
    ...(random.chance(0.1) && { ids: some(span(1, 300)) }),
    ...(random.chance(0.2) && { elementKind: random.pick(everyKind) }),
    ...(random.chance(0.2) && { elementIds: some(elementIds) }),
    ...(random.chance(0.2) && { responsible: some(users) }),
    ...(random.chance(0.2) && { createdBy: some(users) }),
    ...(random.chance(0.2) && { types: some([1, 2, 3]) }),
    ...(random.chance(0.2) && { isCompleted: random.chance(0.5) }),
    ...(random.chance(0.15) && { created: range() }),
    ...(random.chance(0.15) && { updated: range() }),
    ...(random.chance(0.15) && { updatedAfter: random.pick(times) }),
    ...(random.chance(0.15) && { stages: [{ pipelineId: random.pick([1, 2]), statusId: random.pick([1, 2]) }] }),
  };
}

function passes(task: Task, filter: TaskFilter, records: readonly EntityRow[]): boolean {
  const { element } = task;
  const record = records.find(({ kind, id }) => kind === element?.kind && id === element.id);
  const among = (list: readonly number[] | undefined, value: number) => list === undefined || list.includes(value);
  const within = (time: number, range: Range | undefined) =>
    range === undefined || (time >= range.from && time <= (range.to ?? Number.POSITIVE_INFINITY));
  const { kinds, alone } = filter.visible;
  const isSeen = element
    ? record && !record.isDeleted && holds(kinds[element.kind], record.responsibleUserId)
    : holds(alone, task.responsibleUserId) || holds(alone, task.createdBy);
  return (
    Boolean(isSeen) &&
    !task.isDeleted &&
    among(filter.ids, task.id) &&
    (filter.elementKind === undefined || filter.elementKind === element?.kind) &&
    among(filter.elementIds, element?.id ?? 0) &&
    among(filter.responsible, task.responsibleUserId) &&
    among(filter.createdBy, task.createdBy) &&
    among(filter.types, task.taskType) &&
    (filter.isCompleted === undefined || filter.isCompleted === task.isCompleted) &&
    within(task.createdAt, filter.created) &&
    within(task.updatedAt, filter.updated) &&
    (filter.updatedAfter === undefined || task.updatedAt > filter.updatedAfter) &&
    (filter.stages === undefined ||
      filter.stages.some(
        ({ pipelineId, statusId }) => record?.own.pipelineId === pipelineId && record.own.statusId === statusId,
      ))
  );
}

function holds(scope: Scope, user: number): boolean {
  return scope === 'all' || scope.has(user);
}
