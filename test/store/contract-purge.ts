import assert from 'node:assert/strict';
import type { Subject } from '../../src/crm/change-log.ts';
import type { KindName } from '../../src/crm/entity.ts';
import type { Page, Store, WriteTx } from '../../src/crm/store.ts';
import {
  aChange,
  adding,
  aLink,
  aNote,
  aRecord,
  aTag,
  aTask,
  changing,
  everyKind,
  idsOf,
  listIds,
  look,
  save,
  searchIds,
  span,
  wholeList,
} from './builders.ts';
import { abroad, home, type StoreTest } from './store-test.ts';

export function purgeContract(test: StoreTest): void {
  for (const kind of everyKind) {
    test(`the bin holds deleted records of the kind ${kind}, of the users that are asked for, page by page`, async (store) => {
      const rows = span(1, 12).map((id) =>
        aRecord(kind, id * 3, { responsibleUserId: 1 + (id % 3), isDeleted: id % 4 !== 0 }),
      );
      await save(store, home, ...rows.map((row) => adding(row)));
      const others = everyKind.filter((other) => other !== kind);
      await save(store, home, ...others.map((other) => adding(aRecord(other, 1, { isDeleted: true }))));
      await save(store, abroad, adding(aRecord(kind, 2, { isDeleted: true })));
      const deleted = rows.filter((row) => row.isDeleted);
      const bin = (users: 'all' | number[], page: Page = wholeList, ids?: number[]) => {
        const responsible = users === 'all' ? users : new Set(users);
        return look(store, (tx) => tx.listDeleted(home, kind, { responsible, ids }, page));
      };
      assert.deepEqual(await bin('all'), deleted);
      assert.deepEqual(
        await bin([1, 3]),
        deleted.filter(({ responsibleUserId }) => responsibleUserId !== 2),
      );
      assert.deepEqual(await bin([]), []);
      assert.deepEqual(await bin([9]), []);
      assert.deepEqual(idsOf(await bin('all', wholeList, [6, 3, 3, 12, 2, 99])), [3, 6]);
      assert.deepEqual(idsOf(await bin([1], wholeList, [6, 3, 9])), [9]);
      assert.deepEqual(await bin('all', wholeList, []), []);
      assert.deepEqual(await bin('all', { limit: 2, offset: 3 }), deleted.slice(3, 5));
      assert.deepEqual(await bin('all', { limit: 5, offset: 100 }), []);
    });

    test(`purging takes records of the kind ${kind} with all that hangs on them, and nothing else`, async (store) => {
      for (const account of [home, abroad]) await saveEverything(store, account);
      const [kept, foreign] = [await shown(store, home), await shown(store, abroad)];
      const isGone = (line: string) => line.includes(`${kind} 1:`) || line.includes(`${kind} 2:`);
      await store.write((tx) => tx.purgeEntities(home, kind, [2, 1, 1, 99]));
      const left = await shown(store, home);
      assert.deepEqual(
        left,
        kept.filter((line) => !isGone(line)),
      );
      assert.ok(kept.some(isGone));
      assert.deepEqual(await shown(store, abroad), foreign);
    });
  }

  test('purging none takes nothing', async (store) => {
    await saveEverything(store, home);
    const before = await shown(store, home);
    await store.write((tx) => tx.purgeEntities(home, 'lead', []));
    assert.deepEqual(await shown(store, home), before);
  });

  test('the log keeps who did what when to purged things, their tasks and notes, but not what it was', async (store) => {
    for (const account of [home, abroad]) await saveEverything(store, account);
    const before = await look(store, (tx) => tx.changesAfter(home, 0, 1000));
    await store.write((tx) => tx.purgeEntities(home, 'lead', [1, 2]));
    const gone = new Set(['lead 1', 'lead 2', ...hangingOn('lead', [1, 2])]);
    const expected = before.map((change) =>
      gone.has(`${change.subject} ${change.id}`) ? { ...change, before: {}, after: {} } : change,
    );
    assert.deepEqual(await look(store, (tx) => tx.changesAfter(home, 0, 1000)), expected);
    assert.equal(expected.filter(({ after }) => Object.keys(after).length === 0).length, gone.size);
    const theirs = await look(store, (tx) => tx.changesAfter(abroad, 0, 1000));
    assert.deepEqual(theirs, before);
  });

  test('a record that is made under the id of a purged one has nothing of it', async (store) => {
    await saveEverything(store, home);
    await store.write((tx) => tx.purgeEntities(home, 'company', [1]));
    await save(store, home, adding(aRecord('company', 1, { name: 'Another' }), 'another'));
    assert.deepEqual(await searchIds(store, home, 'company', 'common'), [3]);
    assert.deepEqual(await searchIds(store, home, 'company', 'another'), [1]);
    await store.read(async (tx) => {
      assert.deepEqual(await tx.tagsOf(home, 'company', [1]), []);
      assert.deepEqual(await tx.linksOf(home, 'company', [1]), []);
      const [kept] = await tx.documents(home, 'company', version, { ids: [1] });
      assert.equal(kept?.document, null);
      assert.deepEqual(await tx.closestTasks(home, [{ kind: 'company', id: 1 }]), []);
    });
  });

  test('of a thousand deleted records all are purged at once, and lists and counts stay right', async (store) => {
    const rows = span(1, 1500).map((id) => aRecord('lead', id, { isDeleted: id <= 1000 }));
    await save(store, home, ...rows.map((row) => adding(row, `text ${row.id}`)));
    await store.write((tx) => tx.purgeEntities(home, 'lead', span(1, 1000)));
    assert.deepEqual(await listIds(store, home, 'lead'), span(1001, 1500));
    assert.deepEqual(await listIds(store, home, 'lead', {}, { limit: 3, offset: 300 }), [1301, 1302, 1303]);
    assert.equal(await store.read((tx) => tx.count(home, 'lead')), 500);
    assert.deepEqual(
      idsOf(await store.read((tx) => tx.listDeleted(home, 'lead', { responsible: 'all' }, wholeList))),
      [],
    );
  });
}

const version = 7;

/** The ids of the tasks and notes that hang on the records of a kind with an id: 100 to each kind. */
function first(kind: KindName, id: number): number {
  return 1 + everyKind.indexOf(kind) * 100 + id * 10;
}

function hangingOn(kind: KindName, ids: readonly number[]): string[] {
  return ids.flatMap((id) => {
    const at = first(kind, id);
    return [`task ${at}`, `task ${at + 1}`, `note ${at}`, `note ${at + 1}`, `note ${at + 2}`];
  });
}

/** Of every kind the deleted records 1 and 2 and the live one 3, each with tags, tasks, notes, a past, and links to all others. */
async function saveEverything(store: Store, account: number): Promise<void> {
  const ids = [1, 2, 3];
  const rows = everyKind.flatMap((kind) => ids.map((id) => aRecord(kind, id)));
  await save(store, account, ...rows.map((row) => adding(row, 'common', `${row.kind} ${row.id}`)));
  await store.write(async (tx) => {
    for (const [index, kind] of everyKind.entries()) {
      await tx.addTags(account, kind, [aTag(index + 1, 'tag')]);
      await tx.setTags(
        account,
        kind,
        ids.map((ownerId) => ({ ownerId, tagIds: [index + 1] })),
      );
    }
    const pairs = ids.flatMap((one) => ids.map((other) => [one, other] as const));
    await tx.addLinks(account, [
      ...pairs.map(([one, other]) => aLink('contact', one, 'lead', other)),
      ...pairs.map(([one, other]) => aLink('contact', one, 'customer', other)),
      ...ids.flatMap((id) => (['contact', 'lead', 'customer'] as const).map((kind) => aLink('company', id, kind, id))),
    ]);
    let logId = 1;
    const log = (subject: Subject, id: number) => tx.addChanges(account, [aChange(logId++, { subject, id })]);
    for (const row of rows) {
      await log(row.kind, row.id);
      await saveActivity(tx, account, row.kind, row.id, log);
    }
    await tx.saveTasks(account, [aTask(900)]);
    await tx.saveNotes(account, [aNote(900, { kind: 'task', id: 900 })]);
    await log('task', 900);
    await log('note', 900);
    await tx.saveEntities(
      account,
      rows.filter(({ id }) => id < 3).map((row) => changing(row, { isDeleted: true })),
    );
    for (const { kind, id } of rows) await tx.saveDocuments(account, kind, version, [{ id, document: `${id}` }]);
  });
}

/** Two tasks, a note on the record and one on each task. */
async function saveActivity(
  tx: WriteTx,
  account: number,
  kind: KindName,
  id: number,
  log: (subject: Subject, id: number) => Promise<void>,
): Promise<void> {
  const at = first(kind, id);
  const element = { kind, id };
  await tx.saveTasks(account, [aTask(at, { element }), aTask(at + 1, { element, isDeleted: true })]);
  const notes = [
    aNote(at, element),
    aNote(at + 1, { kind: 'task', id: at }),
    aNote(at + 2, { kind: 'task', id: at + 1 }),
  ];
  await tx.saveNotes(account, notes);
  for (const taskId of [at, at + 1]) await log('task', taskId);
  for (const noteId of idsOf(notes)) await log('note', noteId);
}

/** All there is in an account, each thing under the name of every record that it hangs on. */
function shown(store: Store, account: number): Promise<string[]> {
  const ids = span(1, 3);
  return store.read(async (tx) => {
    const lines: string[] = [];
    const keep = (kind: KindName, id: number, what: string) => lines.push(`${kind} ${id}: ${what}`);
    for (const kind of everyKind) {
      for (const { id, name } of await tx.entities(account, kind, ids)) keep(kind, id, name);
      for (const { ownerId, name } of await tx.tagsOf(account, kind, ids)) keep(kind, ownerId, name);
      for (const { id } of await tx.neighbours(account, kind, ids)) keep(kind, id, 'neighbour');
      for (const { id } of await tx.listDeleted(account, kind, { responsible: 'all' }, wholeList))
        keep(kind, id, 'bin');
      const found = await tx.list(account, kind, { responsible: [], terms: ['common'] }, wholeList);
      for (const { id } of found) keep(kind, id, 'found');
      for (const id of ids) {
        const at = first(kind, id);
        for (const task of await tx.tasks(account, span(at, at + 9))) keep(kind, id, task.text);
        for (const note of await tx.notes(account, span(at, at + 9))) keep(kind, id, note.text!);
      }
      // A link goes with either of its ends.
      for (const { ownerId, kind: other, id } of await tx.linksOf(account, kind, ids)) {
        keep(kind, ownerId, `${other} ${id}: link`);
      }
    }
    for (const { text } of await tx.tasks(account, [900])) lines.push(text);
    for (const { text } of await tx.notes(account, [900])) lines.push(text!);
    return lines;
  });
}
