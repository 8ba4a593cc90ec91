import assert from 'node:assert/strict';
import type { KindName } from '../../src/crm/entity.ts';
import type { Sequence, WriteTx } from '../../src/crm/store.ts';
import { adding, aField, aNote, aRecord, ascending, aTag, aTask, aUser, save, span, takeIds } from './builders.ts';
import { abroad, home, type StoreTest } from './store-test.ts';

const sequences: readonly Sequence[] = [
  ...(['contact', 'lead', 'customer', 'tag', 'link', 'user', 'field', 'enum'] as const),
  ...(['pipeline', 'status', 'task', 'note', 'change'] as const),
];

/** How a record that comes with an id of its own takes one of each sequence. */
const takers: readonly [string, Sequence, (tx: WriteTx, account: number, id: number) => Promise<void>][] = [
  ['a contact', 'contact', takeAs('contact')],
  ['a company', 'contact', takeAs('company')],
  ['a lead', 'lead', takeAs('lead')],
  ['a customer', 'customer', takeAs('customer')],
  ['a tag', 'tag', (tx, account, id) => tx.addTags(account, 'lead', [aTag(id, `tag ${id}`)])],
  ['a task', 'task', (tx, account, id) => tx.saveTasks(account, [aTask(id)])],
  ['a note', 'note', (tx, account, id) => tx.saveNotes(account, [aNote(id, { kind: 'task', id: 1 })])],
  ['a user', 'user', (tx, account, id) => tx.addUser(account, aUser(id), 'key')],
  ['a field', 'field', (tx, account, id) => tx.addFields(account, [aField(id)])],
  [
    'an option of a field',
    'enum',
    (tx, account, id) => tx.addFields(account, [aField(1000 + id, { type: 4, enums: [{ id, value: 'Yes' }] })]),
  ],
];

function takeAs(kind: KindName) {
  return (tx: WriteTx, account: number, id: number) => tx.saveEntities(account, [adding(aRecord(kind, id))]);
}

export function idContract(test: StoreTest): void {
  test('every sequence begins at 1 and counts up', async (store) => {
    for (const sequence of sequences) {
      assert.deepEqual(await takeIds(store, home, sequence, 3), [1, 2, 3], sequence);
      assert.deepEqual(await takeIds(store, home, sequence, 2), [4, 5], sequence);
    }
  });

  test('no ids are given when none are asked for', async (store) => {
    assert.deepEqual(await takeIds(store, home, 'lead', 0), []);
    assert.deepEqual(await takeIds(store, home, 'lead', 1), [1]);
  });

  test('the next id of a sequence can be set, once and again', async (store) => {
    await store.write((tx) => tx.setCounter(home, 'lead', 100));
    assert.deepEqual(await takeIds(store, home, 'lead', 2), [100, 101]);
    await store.write((tx) => tx.setCounter(home, 'lead', 5000));
    assert.deepEqual(await takeIds(store, home, 'lead', 2), [5000, 5001]);
    assert.deepEqual(await takeIds(store, home, 'contact', 1), [1]);
  });

  test('ids taken within one write do not repeat', async (store) => {
    const ids = await store.write(async (tx) => [
      ...(await tx.nextIds(home, 'contact', 2)),
      ...(await tx.nextIds(home, 'contact', 3)),
    ]);
    assert.deepEqual(ids, [1, 2, 3, 4, 5]);
  });

  for (const [thing, sequence, take] of takers) {
    test(`the id that ${thing} has already is passed over`, async (store) => {
      await store.write((tx) => take(tx, home, 2));
      assert.deepEqual(await takeIds(store, home, sequence, 3), [1, 3, 4]);
      assert.deepEqual(await takeIds(store, home, sequence, 1), [5]);
    });

    test(`the id that ${thing} of another account has is free`, async (store) => {
      await store.write((tx) => take(tx, abroad, 2));
      assert.deepEqual(await takeIds(store, home, sequence, 3), [1, 2, 3]);
    });
  }

  test('contacts and companies share their ids, leads and customers have their own', async (store) => {
    await save(store, home, adding(aRecord('contact', 1)), adding(aRecord('company', 2)), adding(aRecord('lead', 3)));
    await save(store, home, adding(aRecord('customer', 4)));
    assert.deepEqual(await takeIds(store, home, 'contact', 3), [3, 4, 5]);
    assert.deepEqual(await takeIds(store, home, 'lead', 3), [1, 2, 4]);
    assert.deepEqual(await takeIds(store, home, 'customer', 4), [1, 2, 3, 5]);
  });

  test('tags of all kinds share their ids', async (store) => {
    await store.write(async (tx) => {
      await tx.addTags(home, 'lead', [aTag(1, 'one')]);
      await tx.addTags(home, 'company', [aTag(3, 'three')]);
    });
    assert.deepEqual(await takeIds(store, home, 'tag', 2), [2, 4]);
  });

  test('the id of a deleted record is passed over', async (store) => {
    await save(store, home, adding(aRecord('lead', 1, { isDeleted: true })));
    assert.deepEqual(await takeIds(store, home, 'lead', 1), [2]);
  });

  test('the id of a deleted task is passed over', async (store) => {
    await store.write((tx) => tx.saveTasks(home, [aTask(1, { isDeleted: true })]));
    assert.deepEqual(await takeIds(store, home, 'task', 1), [2]);
  });

  test('gaps between taken ids are filled, and nothing is given twice after them', async (store) => {
    const taken = [2, 3, 5, 9, 10, 11, 20];
    await save(store, home, ...taken.map((id) => adding(aRecord('lead', id))));
    assert.deepEqual(await takeIds(store, home, 'lead', 4), [1, 4, 6, 7]);
    assert.deepEqual(await takeIds(store, home, 'lead', 4), [8, 12, 13, 14]);
    assert.deepEqual(await takeIds(store, home, 'lead', 7), [15, 16, 17, 18, 19, 21, 22]);
  });

  test('a long run of taken ids is passed over in one go', async (store) => {
    await save(store, home, ...span(11, 3000).map((id) => adding(aRecord('contact', id))));
    assert.deepEqual(await takeIds(store, home, 'contact', 500), [...span(1, 10), ...span(3001, 3490)]);
    assert.deepEqual(await takeIds(store, home, 'contact', 1), [3491]);
  });

  test('a counter that is set among taken ids passes over them', async (store) => {
    await save(store, home, adding(aRecord('lead', 100)), adding(aRecord('lead', 101)));
    await store.write((tx) => tx.setCounter(home, 'lead', 99));
    assert.deepEqual(await takeIds(store, home, 'lead', 3), [99, 102, 103]);
  });

  test('an id that was given and not used is not given again', async (store) => {
    await takeIds(store, home, 'lead', 5);
    assert.deepEqual(await takeIds(store, home, 'lead', 1), [6]);
  });

  test('each account counts for itself', async (store) => {
    assert.deepEqual(await takeIds(store, home, 'lead', 3), [1, 2, 3]);
    assert.deepEqual(await takeIds(store, abroad, 'lead', 2), [1, 2]);
    await store.write((tx) => tx.setCounter(abroad, 'lead', 70));
    assert.deepEqual(await takeIds(store, home, 'lead', 1), [4]);
    assert.deepEqual(await takeIds(store, abroad, 'lead', 1), [70]);
  });

  test('many writes at once never get the same id, nor one that is taken', async (store) => {
    const taken = span(1, 40).map((index) => index * 7);
    await save(store, home, ...taken.map((id) => adding(aRecord('company', id))));
    const counts = span(1, 60).map((index) => 1 + (index % 9));
    const given = await Promise.all(counts.map((count) => takeIds(store, home, 'contact', count)));
    const ids = given.flat();
    assert.deepEqual(
      given.map((own) => own.length),
      counts,
    );
    assert.deepEqual(
      given.filter((own) => own.join() !== ascending(own).join()),
      [],
    );
    assert.equal(new Set([...ids, ...taken]).size, ids.length + taken.length);
  });
}
