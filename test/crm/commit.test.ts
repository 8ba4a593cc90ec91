import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { entityState } from '../../src/crm/change-log.ts';
import { changesOf, type TagWork } from '../../src/crm/commit.ts';
import type { EntityChange } from '../../src/crm/store.ts';
import { adding, aLink, aNote, aRecord, aTag, aTask, changing } from '../store/builders.ts';

const lead = aRecord('lead', 1, { name: 'Аренда', own: { sale: 5 } });
const task = aTask(7, { element: { kind: 'lead', id: 1 } });
const note = aNote(8, { kind: 'lead', id: 1 });

/** The lead 1 gets these tags in place of the tag `old`. */
function retagging(...names: string[]): TagWork {
  const known = names.map((name, index) => aTag(index + 10, name));
  return {
    kind: 'lead',
    new: [],
    sets: [{ ownerId: 1, tagIds: known.map(({ id }) => id) }],
    before: new Map([[1, [{ id: 9, name: 'old' }]]]),
    known,
  };
}

describe('the log tells', () => {
  test('of nothing when nothing becomes another', () => {
    assert.deepEqual(changesOf({}), []);
    assert.deepEqual(changesOf({ entities: [changing(lead, {})] }), []);
    assert.deepEqual(changesOf({ tasks: [{ before: task, after: { ...task } }] }), []);
    assert.deepEqual(changesOf({ notes: [{ before: note, after: { ...note } }] }), []);
    const same = { ...retagging('old'), before: new Map([[1, [{ id: 10, name: 'old' }]]]) };
    assert.deepEqual(changesOf({ tags: same }), []);
  });

  test('of a new record all that it is, and nothing before', () => {
    const expected = { subject: 'lead', id: 1, action: 'add', before: {}, after: entityState(lead) };
    assert.deepEqual(changesOf({ entities: [adding(lead)] }), [expected]);
  });

  test('of a changed record only the keys that differ', () => {
    const change = changing(lead, { name: 'Продажа', updatedAt: 9, own: { sale: 5, closedAt: 3 } });
    assert.deepEqual(changesOf({ entities: [change] }), [
      {
        subject: 'lead',
        id: 1,
        action: 'update',
        before: { name: 'Аренда', updatedAt: lead.updatedAt },
        after: { name: 'Продажа', updatedAt: 9, closedAt: 3 },
      },
    ]);
  });

  const actions: readonly [string, EntityChange][] = [
    ['delete', changing(lead, { isDeleted: true })],
    ['restore', changing({ ...lead, isDeleted: true }, { isDeleted: false })],
    ['update', changing({ ...lead, isDeleted: true }, { isDeleted: true, name: 'x' })],
  ];
  for (const [action, change] of actions) {
    test(`of a record that ${change.before?.isDeleted} becomes ${change.after.isDeleted} deleted as ${action}`, () => {
      const [logged, ...rest] = changesOf({ entities: [change] });
      assert.equal(logged?.action, action);
      assert.deepEqual(rest, []);
    });
  }

  test('of a link on both of its ends, made and taken away', () => {
    const made = changesOf({ link: [aLink('company', 2, 'lead', 1)], unlink: [aLink('contact', 3, 'lead', 1)] });
    const linked = (...keys: string[]) => ({ links: Object.fromEntries(keys.map((key) => [key, true])) });
    assert.deepEqual(made, [
      { subject: 'company', id: 2, action: 'update', before: {}, after: linked('lead 1') },
      { subject: 'lead', id: 1, action: 'update', before: linked('contact 3'), after: linked('company 2') },
      { subject: 'contact', id: 3, action: 'update', before: linked('lead 1'), after: {} },
    ]);
  });

  test('of tags as they were and as they are, with their names', () => {
    const [change, ...rest] = changesOf({ tags: retagging('b', 'a') });
    assert.deepEqual(rest, []);
    assert.deepEqual(
      [change?.before, change?.after],
      [
        { tags: [{ id: 9, name: 'old' }] },
        {
          tags: [
            { id: 10, name: 'b' },
            { id: 11, name: 'a' },
          ],
        },
      ],
    );
  });

  test('of tags that are all taken away as of an empty list', () => {
    assert.deepEqual(changesOf({ tags: retagging() })[0]?.after, { tags: [] });
  });

  test('of one thing in one entry, whatever of it changes', () => {
    const changes = changesOf({
      entities: [changing(lead, { name: 'Продажа' })],
      tags: retagging('new'),
      link: [aLink('contact', 3, 'lead', 1)],
    });
    assert.deepEqual(
      changes.map(({ subject, id, action, after }) => [subject, id, action, Object.keys(after).toSorted()]),
      [
        ['lead', 1, 'update', ['links', 'name', 'tags']],
        ['contact', 3, 'update', ['links']],
      ],
    );
  });

  test('of a new record with tags and links as of one that is added', () => {
    const changes = changesOf({
      entities: [adding(lead)],
      tags: { ...retagging('new'), before: new Map() },
      link: [aLink('contact', 3, 'lead', 1)],
    });
    assert.deepEqual(changes[0], {
      subject: 'lead',
      id: 1,
      action: 'add',
      before: {},
      after: { ...entityState(lead), tags: [{ id: 10, name: 'new' }], links: { 'contact 3': true } },
    });
  });

  test('of things of the same id and other sorts in entries of their own', () => {
    const changes = changesOf({
      entities: [adding(aRecord('lead', 7)), adding(aRecord('contact', 7))],
      tasks: [{ before: null, after: task }],
      notes: [{ before: null, after: { ...note, id: 7 } }],
    });
    assert.deepEqual(
      changes.map(({ subject, id, action }) => `${action} ${subject} ${id}`),
      ['add lead 7', 'add contact 7', 'add task 7', 'add note 7'],
    );
  });

  test('of tasks and notes the keys that differ, and of a task that is taken away as deleted', () => {
    const changes = changesOf({
      tasks: [{ before: task, after: { ...task, isDeleted: true, updatedAt: 5 } }],
      notes: [{ before: note, after: { ...note, text: 'other' } }],
    });
    assert.deepEqual(changes, [
      {
        subject: 'task',
        id: 7,
        action: 'delete',
        before: { isDeleted: false, updatedAt: task.updatedAt },
        after: { isDeleted: true, updatedAt: 5 },
      },
      { subject: 'note', id: 8, action: 'update', before: { text: 'note 8' }, after: { text: 'other' } },
    ]);
  });
});
