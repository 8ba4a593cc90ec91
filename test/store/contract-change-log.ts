import assert from 'node:assert/strict';
import type { LoggedChange, Subject } from '../../src/crm/change-log.ts';
import type { Moment, Store } from '../../src/crm/store.ts';
import { aChange, everyKind, look, someTime, span } from './builders.ts';
import { abroad, home, type StoreTest } from './store-test.ts';

const subjects: readonly Subject[] = [...everyKind, 'task', 'note'];

export function changeLogContract(test: StoreTest): void {
  test('an entry comes back as it was written, of every subject and action', async (store) => {
    const actions = ['add', 'update', 'delete', 'restore', 'purge'] as const;
    const changes = subjects.flatMap((subject, row) =>
      actions.map((action, column) =>
        aChange(row * 10 + column + 1, {
          subject,
          action,
          id: 17_179_869_183,
          at: someTime + column,
          userId: row,
          before: { name: 'ООО «Ромашка» 🌼 \'"', values: [{ fieldId: 1, values: [{ value: null }] }], links: {} },
          after: { tags: [{ id: 1, name: 'x' }], links: { 'contact 1': true }, isDeleted: false, at: 0 },
        }),
      ),
    );
    changes.push(aChange(99, { before: {}, after: {} }));
    await addChanges(store, home, ...changes);
    assert.deepEqual(await look(store, (tx) => tx.changesAfter(home, 0, 100)), changes);
  });

  test('adding no entries writes nothing', async (store) => {
    await addChanges(store, home);
    assert.deepEqual(await after(store, 0), []);
  });

  test('an entry is never written over', async (store) => {
    await addChanges(store, home, aChange(1));
    await assert.rejects(addChanges(store, home, aChange(1, { id: 2 })));
    assert.deepEqual(await look(store, (tx) => tx.changesAfter(home, 0, 10)), [aChange(1)]);
  });

  test('the log is read from behind an id, so many entries at a time, in its own order', async (store) => {
    const ids = [1, 2, 5, 6, 9, 70_000];
    await addChanges(store, home, ...ids.toReversed().map((logId) => aChange(logId, { at: someTime - logId })));
    assert.deepEqual(await after(store, 0), ids);
    assert.deepEqual(await after(store, 2), [5, 6, 9, 70_000]);
    assert.deepEqual(await after(store, 3), [5, 6, 9, 70_000]);
    assert.deepEqual(await after(store, 70_000), []);
    assert.deepEqual(await after(store, 0, 2), [1, 2]);
    assert.deepEqual(await after(store, 2, 2), [5, 6]);
    assert.deepEqual(await after(store, 6, 2), [9, 70_000]);
    assert.deepEqual(await after(store, 0, 0), []);
  });

  test('the log of one sort or thing leaves the others out, and the limit counts only what is told', async (store) => {
    const changes = span(1, 36).map((logId) => aChange(logId, { subject: subjects[logId % 6]!, id: 1 + (logId % 4) }));
    await addChanges(store, home, ...changes);
    const expected = (of: { subject: Subject; id?: number }) =>
      changes
        .filter(({ subject, id }) => subject === of.subject && (of.id === undefined || id === of.id))
        .map(({ logId }) => logId);
    for (const subject of subjects) {
      for (const of of [{ subject }, ...[1, 2, 3, 4, 9].map((id) => ({ subject, id }))]) {
        assert.deepEqual(await after(store, 0, 100, of), expected(of), JSON.stringify(of));
        const later = expected(of).filter((logId) => logId > 12);
        assert.deepEqual(await after(store, 12, 2, of), later.slice(0, 2), JSON.stringify(of));
      }
    }
  });

  test('what happened to things since a time comes the newest first, without what happened at that time', async (store) => {
    const times = [50, 30, 20, 20, 40, 10];
    await addChanges(store, home, ...times.map((at, index) => aChange(index + 1, { at, id: 1 + (index % 2) })));
    assert.deepEqual(await since(store, 'lead', [1, 2], 0), [6, 5, 4, 3, 2, 1]);
    assert.deepEqual(await since(store, 'lead', [2, 1, 1], 20), [5, 2, 1]);
    assert.deepEqual(await since(store, 'lead', [1], 20), [5, 1]);
    assert.deepEqual(await since(store, 'lead', [2], 20), [2]);
    assert.deepEqual(await since(store, 'lead', [1, 2], 50), []);
    assert.deepEqual(await since(store, 'lead', [3], 0), []);
    assert.deepEqual(await since(store, 'lead', [], 0), []);
  });

  test('what happened after an entry of the log comes the newest first, whatever the times were', async (store) => {
    const times = [50, 30, 20, 20, 40, 10];
    await addChanges(store, home, ...times.map((at, index) => aChange(index + 1, { at, id: 1 + (index % 2) })));
    assert.deepEqual(await since(store, 'lead', [1, 2], { logId: 0 }), [6, 5, 4, 3, 2, 1]);
    assert.deepEqual(await since(store, 'lead', [1], { logId: 1 }), [5, 3]);
    assert.deepEqual(await since(store, 'lead', [1, 2], { logId: 6 }), []);
    assert.deepEqual(await since(store, 'contact', [1, 2], { logId: 0 }), []);
  });

  test('things of the same id and other sorts have each their own past', async (store) => {
    await addChanges(store, home, ...subjects.map((subject, index) => aChange(index + 1, { subject })));
    for (const [index, subject] of subjects.entries()) {
      assert.deepEqual(await since(store, subject, [1], 0), [index + 1]);
    }
  });

  test('each account has its own log', async (store) => {
    await addChanges(store, home, aChange(1, { after: { name: 'ours' } }), aChange(2));
    await addChanges(store, abroad, aChange(1, { after: { name: 'theirs' } }), aChange(7, { id: 9 }));
    assert.deepEqual(await after(store, 0), [1, 2]);
    assert.deepEqual(await since(store, 'lead', [1, 9], 0), [2, 1]);
    const theirs = await store.read((tx) => tx.changesAfter(abroad, 0, 10));
    assert.deepEqual(
      theirs.map(({ after }) => after['name']),
      ['theirs', 'after 7'],
    );
  });
}

function addChanges(store: Store, account: number, ...changes: LoggedChange[]): Promise<void> {
  return store.write((tx) => tx.addChanges(account, changes));
}

function after(store: Store, logId: number, limit = 1000, of?: { subject: Subject; id?: number }): Promise<number[]> {
  return store.read(async (tx) => (await tx.changesAfter(home, logId, limit, of)).map((change) => change.logId));
}

function since(store: Store, subject: Subject, ids: readonly number[], moment: number | Moment): Promise<number[]> {
  const from = typeof moment === 'number' ? { at: moment } : moment;
  return store.read(async (tx) => (await tx.changesSince(home, subject, ids, from)).map((change) => change.logId));
}
