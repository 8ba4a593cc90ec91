import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Change, difference, entityOfState, entityState, type State, undo } from '../../src/crm/change-log.ts';
import type { EntityRow, Own } from '../../src/crm/entity.ts';
import { aRecord, everyKind, span } from '../store/builders.ts';
import { Random } from '../store/random.ts';

const updating: Pick<Change, 'subject' | 'id' | 'action'> = { subject: 'lead', id: 1, action: 'update' };

describe('the difference of two states', () => {
  test('of equal states there is none, also when they are other objects, or a key is null here and absent there', () => {
    const state = () => ({ name: 'x', values: [{ fieldId: 1, values: [{ value: '1' }] }], links: { 'lead 1': true } });
    assert.equal(difference(state(), state()), undefined);
    assert.equal(difference({}, {}), undefined);
    assert.equal(difference({ sale: null, text: undefined }, {}), undefined);
  });

  test('holds the keys that differ and no others, on each side as it is there', () => {
    const before = { name: 'old', sale: 0, closedAt: 5, tags: [{ id: 1, name: 'a' }] };
    const after = { name: 'new', sale: 0, lossReasonId: 7, tags: [] };
    assert.deepEqual(difference(before, after), {
      before: { name: 'old', closedAt: 5, tags: [{ id: 1, name: 'a' }] },
      after: { name: 'new', lossReasonId: 7, tags: [] },
    });
  });

  test('tells 0, the empty text and false from each other and from nothing', () => {
    const values = [0, '', false, [], {}];
    for (const value of values) {
      assert.deepEqual(difference({}, { key: value }), { before: {}, after: { key: value } });
      for (const other of values.filter((other) => other !== value))
        assert.ok(difference({ key: value }, { key: other }));
    }
  });

  test('tells the order of values and tags', () => {
    assert.ok(difference({ tags: [1, 2] }, { tags: [2, 1] }));
  });
});

describe('undoing a change', () => {
  test('an added thing was nothing before', () => {
    assert.equal(undo({ name: 'x' }, { ...updating, action: 'add', before: {}, after: { name: 'x' } }), undefined);
  });

  test('what the change does not name stays', () => {
    const state = { name: 'new', sale: 5, links: { 'contact 1': true } };
    const change = { ...updating, before: { name: 'old' }, after: { name: 'new' } };
    assert.deepEqual(undo(state, change), { name: 'old', sale: 5, links: { 'contact 1': true } });
  });

  test('links are told one by one: those that the change does not name stay', () => {
    const state = { links: { 'contact 1': true, 'contact 2': true } };
    const links = (...keys: string[]) => ({ links: Object.fromEntries(keys.map((key) => [key, true])) });
    const undone = (before: State, after: State) => undo(state, { ...updating, before, after });
    assert.deepEqual(undone({}, links('contact 2')), links('contact 1'));
    assert.deepEqual(undone(links('contact 3'), {}), links('contact 1', 'contact 2', 'contact 3'));
    assert.deepEqual(undone(links('lead 3'), links('contact 1', 'contact 2')), links('lead 3'));
    assert.deepEqual(
      undone(links('contact 2', 'contact 3'), links('contact 2')),
      links('contact 1', 'contact 2', 'contact 3'),
    );
  });

  test('turns any state back to any other one that it came of', () => {
    const random = new Random(21);
    let changes = 0;
    for (const _ of span(1, 3000)) {
      const [before, after] = [randomState(random), randomState(random)];
      const found = difference(before, after);
      const change = { ...updating, ...(found ?? { before: {}, after: {} }) };
      if (found) changes += 1;
      assert.deepEqual(filled(undo(after, change)!), filled(before), JSON.stringify({ before, after }));
    }
    assert.ok(changes > 2000);
  });

  test('turns a state back through a long past, step by step', () => {
    const random = new Random(22);
    const states = span(1, 300).map(() => randomState(random));
    let state = states.at(-1)!;
    for (const [index, earlier] of [...states.slice(0, -1).entries()].reverse()) {
      const change = { ...updating, ...(difference(earlier, states[index + 1]!) ?? { before: {}, after: {} }) };
      state = undo(state, change)!;
      assert.deepEqual(filled(state), filled(earlier), `step ${index}`);
    }
  });
});

describe('a row as a state', () => {
  test('comes back as it was, of every kind, with what the kind has alone', () => {
    const random = new Random(23);
    for (const kind of everyKind) {
      for (const id of span(1, 200)) {
        const row = aRecord(kind, id, { ...randomRow(random), own: randomOwn(random) });
        assert.deepEqual(entityOfState(kind, id, JSON.parse(JSON.stringify(entityState(row)))), row);
      }
    }
  });

  test('what a row has not is not in the state: null and absent are the same', () => {
    const state = entityState(aRecord('lead', 1, { own: { sale: null, statusId: undefined, pipelineId: 0 } }));
    assert.deepEqual(
      ['sale', 'statusId', 'pipelineId', 'kind', 'id', 'own'].map((key) => key in state),
      [...[false, false, true], ...[false, false, false]],
    );
  });

  test('tags and links of the state are no part of the row', () => {
    const row = aRecord('contact', 5, { own: { firstName: 'Анна' } });
    const state = { ...entityState(row), tags: [{ id: 1, name: 'x' }], links: { 'lead 1': true } };
    assert.deepEqual(entityOfState('contact', 5, state), row);
  });
});

/** Absent and null are the same; so are no links and an empty set of them. The order of links says nothing. */
function filled(state: State): State {
  const entries = Object.entries(state).filter(([key, value]) => {
    const isEmpty = key === 'links' && Object.keys(value as State).length === 0;
    return value !== null && value !== undefined && !isEmpty;
  });
  return Object.fromEntries(entries);
}

function randomState(random: Random): State {
  const values: Readonly<Record<string, readonly unknown[]>> = {
    name: ['', 'x', 'y'],
    sale: [0, 1, null, undefined],
    isDeleted: [true, false],
    tags: [[], [{ id: 1, name: 'a' }], [{ id: 2, name: 'b' }]],
    values: [[], [{ fieldId: 1, values: [{ value: null }] }]],
    closedAt: [0, 5],
  };
  const kept = Object.entries(values).filter(() => random.chance(0.7));
  const ends = ['contact 1', 'contact 2', 'lead 1', 'company 1', 'customer 3'];
  const links = Object.fromEntries(random.some(ends, random.whole(0, 5)).map((key) => [key, true]));
  return {
    ...Object.fromEntries(kept.map(([key, choices]) => [key, random.pick(choices)])),
    ...(random.chance(0.7) && { links }),
  };
}

function randomRow(random: Random): Partial<EntityRow> {
  const values = span(1, random.whole(0, 3)).map((fieldId) => ({ fieldId, values: [{ value: `${fieldId}` }] }));
  return {
    name: random.pick(['', 'x', 'Ромашка']),
    responsibleUserId: random.whole(0, 5),
    createdBy: random.whole(0, 1),
    updatedAt: random.whole(0, 99),
    closestTaskAt: random.whole(0, 2),
    isDeleted: random.chance(0.5),
    values,
  };
}

function randomOwn(random: Random): Own {
  const keys = ['pipelineId', 'statusId', 'sale', 'closedAt', 'lossReasonId', 'nextDate', 'periodicity'];
  const numbers = keys.filter(() => random.chance(0.5)).map((key) => [key, random.whole(0, 9)]);
  return { ...Object.fromEntries(numbers), ...(random.chance(0.5) && { firstName: '', lastName: 'Петров' }) };
}
