import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CustomField } from '../../src/crm/custom-field.ts';
import type { KindName } from '../../src/crm/entity.ts';
import { checkNewFields, checkNewOptions } from '../../src/crm/field-bounds.ts';
import { field, phone } from '../support/office.ts';

const none = { fields: 0, options: 0 };
const refused = (message: string) => ({ reason: 'too_many_settings', message });

function fields(count: number, kind: KindName = 'company', options = 0): CustomField[] {
  const enums = Array.from({ length: options }, (_, id) => ({ id, value: 'x' }));
  return Array.from({ length: count }, (_, id) => field(4, { id, kinds: [kind], enums }));
}

describe('new fields', () => {
  test('are 500 of a kind with those that there are; a field of two kinds counts in both', () => {
    checkNewFields(fields(498), [phone(), ...fields(1)], none);
    assert.throws(() => checkNewFields(fields(499), [phone(), ...fields(1)], none), refused('500'));
    assert.throws(
      () => checkNewFields([phone(), ...fields(499, 'contact')], fields(1, 'contact'), none),
      refused('500'),
    );
    for (const kind of ['contact', 'lead', 'customer'] as const) {
      checkNewFields(fields(499, kind), fields(1, kind), none);
      assert.throws(() => checkNewFields(fields(500, kind), fields(1, kind), none), refused('500'), kind);
    }
  });

  test('of one kind are not refused because of another, which has too many already', () => {
    checkNewFields(fields(600), fields(1, 'lead'), none);
  });

  test('have 500 options each, and all of an account 5,000', () => {
    checkNewFields([], fields(1, 'lead', 500), none);
    assert.throws(() => checkNewFields([], fields(1, 'lead', 501), none), refused('500'));
    checkNewFields(fields(9, 'company', 500), fields(1, 'lead', 500), none);
    assert.throws(() => checkNewFields(fields(10, 'company', 500), fields(1, 'lead', 1), none), refused('5000'));
    checkNewFields(fields(10, 'company', 500), fields(1, 'lead'), none);
  });

  test('are 5,000 with 20,000 options, deleted ones among them', () => {
    checkNewFields([], fields(1, 'lead', 2), { fields: 4999, options: 19_998 });
    assert.throws(() => checkNewFields([], fields(1), { fields: 5000, options: 0 }), refused('5000'));
    assert.throws(() => checkNewFields([], fields(1, 'lead', 2), { fields: 0, options: 19_999 }), refused('20000'));
  });
});

describe('new options', () => {
  const other = fields(9, 'company', 500);

  test('have the same bounds', () => {
    const [most] = fields(1, 'lead', 500);
    checkNewOptions([...other, most!], [most!], 1, none);
    const [more] = fields(1, 'lead', 501);
    assert.throws(() => checkNewOptions([more!], [more!], 1, none), refused('500'));
    const [small] = fields(1, 'lead', 1);
    assert.throws(() => checkNewOptions([...other, most!, small!], [small!], 1, none), refused('5000'));
    checkNewOptions([small!], [small!], 1, { fields: 0, options: 19_999 });
    assert.throws(() => checkNewOptions([small!], [small!], 1, { fields: 0, options: 20_000 }), refused('20000'));
  });

  test('a field that had more before is still called otherwise', () => {
    const [more] = fields(1, 'lead', 700);
    checkNewOptions([...other, ...other, more!], [more!], 0, { fields: 99_999, options: 99_999 });
  });
});
