import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fieldDefaults } from '../../src/crm/custom-field.ts';
import { definableTypes, type FieldKey, type NewField, planFields } from '../../src/crm/define-fields.ts';
import { byId, field, phone } from '../support/office.ts';

const widget = field(1, { id: 10, sort: 20, origin: 'widget' });
const other = field(2, { id: 11, sort: 30, origin: 'other' });
const ids = { fields: [100, 101, 102], options: [500, 501, 502] };

function draft(parts: Partial<NewField> = {}): NewField {
  return {
    ...fieldDefaults,
    path: 'add/0',
    name: 'Договор',
    type: 1,
    kind: 'lead',
    origin: 'new',
    options: [],
    ...parts,
  };
}

function plan(add: readonly NewField[], remove: readonly FieldKey[] = []) {
  return planFields(byId(phone(), widget, other), { add, remove }, ids);
}

describe('new fields', () => {
  test('stand behind the others, have the flags that were asked for, and belong to one kind', () => {
    const [one, two] = plan([draft({ isEditable: false, isVisible: false }), draft({ origin: 'newer' })]).add;
    assert.deepEqual(one, {
      ...field(1, { id: 100, name: 'Договор', sort: 32, origin: 'new', kinds: ['lead'] }),
      isEditable: false,
      isVisible: false,
    });
    assert.deepEqual([two!.id, two!.sort], [101, 34]);
  });

  test('have their options in the order that was sent; types without options have none', () => {
    const colours = draft({ type: 5, options: ['чёрный', 'белый'] });
    const add = [colours, draft({ type: 2, origin: 'b', options: ['x'] }), draft({ type: 8, origin: 'c' })];
    const enums = plan([...add, draft({ type: 4, origin: 'd', options: ['да'] })]).add.map((made) => made.enums);
    assert.deepEqual(enums, [
      [
        { id: 500, value: 'чёрный' },
        { id: 501, value: 'белый' },
      ],
      [],
      [],
      [{ id: 502, value: 'да' }],
    ]);
  });

  test('a list without options is refused, with its place', () => {
    for (const type of [4, 5, 10]) {
      assert.throws(() => plan([draft(), draft({ path: 'add/1', origin: 'b', type })]), {
        reason: 'options_required',
        path: 'add/1/enums',
      });
    }
  });

  test('several may have one origin: some clients tell their own name by it', () => {
    const { add } = plan([draft({ origin: 'widget' }), draft({ origin: 'widget' })]);
    assert.deepEqual(
      add.map(({ id, origin }) => [id, origin]),
      [
        [100, 'widget'],
        [101, 'widget'],
      ],
    );
  });

  test('can be of every type but items, which are in catalogs', () => {
    assert.deepEqual([...definableTypes], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 17]);
  });
});

describe('fields are deleted', () => {
  test('by id and origin together, once each', () => {
    const { remove, refused } = plan(
      [],
      [
        { id: 10, origin: 'widget' },
        { id: 10, origin: 'widget' },
      ],
    );
    assert.deepEqual([remove, refused], [[10], []]);
  });

  test('not by one of them alone, nor when they were made otherwise', () => {
    const keys = [
      { id: 10, origin: 'other' },
      { id: 12, origin: 'widget' },
      { id: phone().id, origin: 'null' },
      { id: phone().id, origin: '' },
    ];
    assert.deepEqual(plan([], keys), { add: [], remove: [], refused: [10, 12, phone().id] });
  });

  test('before others are added, so that an origin can be used again at once', () => {
    const { add, remove } = plan([draft({ origin: 'widget' })], [{ id: 10, origin: 'widget' }]);
    assert.deepEqual([add.map(({ origin }) => origin), remove], [['widget'], [10]]);
  });
});
