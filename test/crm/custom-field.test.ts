import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type CustomField,
  type FieldDraft,
  type FieldValue,
  fieldLines,
  replaceValues,
} from '../../src/crm/custom-field.ts';
import type { KindName } from '../../src/crm/entity.ts';
import { searchText } from '../../src/crm/text.ts';
import { byId, email, field, moscow, partner, phone, position, role, supplier, web } from '../support/office.ts';

const address = () => field(13, { name: 'Юридический адрес' });
const person = () => field(15, { name: 'Реквизиты' });
const fields = () => byId(phone(), email(), web(), position(), address(), role(5), person());

const webValue: FieldValue = { fieldId: web().id, values: [{ value: 'http://company.moc' }] };
const mailValue: FieldValue = {
  fieldId: email().id,
  values: [{ value: 'company@company.moc', enumId: email().enums[0]!.id }],
};
const addressValue: FieldValue = {
  fieldId: address().id,
  values: [
    { value: 'Москва', subtype: 3 },
    { value: '102030', subtype: 5 },
  ],
};

function draft({ id }: Pick<CustomField, 'id'>, ...values: FieldDraft['values']): FieldDraft {
  return { path: 'update/0/custom_fields/0', fieldId: id, values };
}

function replace(
  before: readonly FieldValue[],
  drafts: readonly FieldDraft[],
  kind: KindName = 'company',
): readonly FieldValue[] {
  return replaceValues(before, drafts, kind, fields(), moscow);
}

function valuesOf(all: readonly FieldValue[], { id }: CustomField): FieldValue['values'] | undefined {
  return all.find(({ fieldId }) => fieldId === id)?.values;
}

describe('fields that a request lists replace those that a record has', () => {
  test('fields that are not listed stay', () => {
    const after = replace([webValue, mailValue], [draft(web(), { value: 'example.moc' })]);
    assert.deepEqual(valuesOf(after, email()), mailValue.values);
    assert.deepEqual(valuesOf(after, web()), [{ value: 'http://example.moc' }]);
    assert.equal(after.length, 2);
  });

  test('an empty list of fields changes nothing', () => {
    assert.deepEqual(replace([webValue, mailValue], []), [webValue, mailValue]);
  });

  test('a field without values leaves the record', () => {
    assert.deepEqual(replace([webValue, mailValue], [draft(web())]), [mailValue]);
  });

  test('a field with an empty value leaves the record', () => {
    assert.deepEqual(replace([webValue, mailValue], [draft(web(), { value: '' })]), [mailValue]);
  });

  test('parts of an address that are not given are erased', () => {
    const after = replace([addressValue], [draft(address(), { value: 'Казань', subtype: 'city' })]);
    assert.deepEqual(valuesOf(after, address()), [{ value: 'Казань', subtype: 3 }]);
  });

  test('all phone numbers are replaced', () => {
    const before: FieldValue = { fieldId: phone().id, values: [{ value: '89999517535' }, { value: '89991237895' }] };
    const after = replace([before], [draft(phone(), { value: '88001234567', enum: 'MOB' })]);
    assert.deepEqual(valuesOf(after, phone()), [{ value: '88001234567', enumId: phone().enums[2]!.id }]);
  });

  test('a field that the record did not have comes to it', () => {
    const after = replace([mailValue], [draft(web(), { value: 'company.moc' })]);
    assert.deepEqual(valuesOf(after, web()), webValue.values);
    assert.deepEqual(valuesOf(after, email()), mailValue.values);
  });

  test('the given values are not changed', () => {
    const before = [webValue, mailValue];
    replace(before, [draft(web())]);
    assert.deepEqual(before, [webValue, mailValue]);
  });
});

describe('what fits no field refuses the request', () => {
  test('a field that the account does not have', () => {
    assert.throws(() => replace([], [draft({ id: 1 }, { value: 'a' })]), {
      reason: 'field_not_found',
      path: 'update/0/custom_fields/0/id',
    });
  });

  test('a field of another kind of record', () => {
    assert.throws(() => replace([], [draft(position(), { value: 'a' })], 'company'), { reason: 'field_not_found' });
    assert.equal(replace([], [draft(position(), { value: 'a' })], 'contact').length, 1);
  });

  test('an option that a list field does not have', () => {
    assert.throws(() => replace([], [draft(role(5), { value: 1 })]), {
      reason: 'enum_not_found',
      path: 'update/0/custom_fields/0/values',
    });
  });

  test('a value that the type does not take', () => {
    assert.throws(() => replace([], [draft(person(), { value: 'a' })]), {
      reason: 'bad_value',
      path: 'update/0/custom_fields/0/values',
    });
  });

  test('though fields before it were fine', () => {
    const drafts = [draft(web(), { value: 'company.moc' }), draft({ id: 1 }, { value: 'a' })];
    assert.throws(() => replace([], drafts), { reason: 'field_not_found' });
  });
});

describe('a search looks into every filled field', () => {
  const lines = (...values: readonly FieldValue[]) =>
    searchText(fieldLines(values, fields())).split('\n').filter(Boolean);

  test('a text, without letter case', () => {
    assert.deepEqual(lines({ fieldId: email().id, values: [{ value: 'Company@Company.MOC' }] }), [
      'company@company.moc',
    ]);
  });

  test('the texts of chosen options', () => {
    const chosen = lines({ fieldId: role(5).id, values: [{ enumId: supplier.id }, { enumId: partner.id }] });
    assert.deepEqual(chosen, ['поставщик', 'партнер']);
  });

  test('each part of an address', () => {
    const found = lines(addressValue);
    assert.ok(found.includes('москва'));
    assert.ok(found.includes('102030'));
  });

  test('each text inside a legal person, numbers too', () => {
    const value = { name: 'ООО Ромашка', vat_id: 7447188888, more: { city: 'Москва', kpp: null } };
    const found = lines({ fieldId: person().id, values: [{ value }] });
    for (const text of ['ооо ромашка', '7447188888', 'москва']) assert.ok(found.includes(text), text);
  });

  test('a phone number also by its digits', () => {
    const found = lines({ fieldId: phone().id, values: [{ value: '+7 926 123-45-67 доб. 12' }] });
    assert.ok(found.includes('+7 926 123-45-67 доб. 12'));
    assert.ok(found.includes('89261234567'));
    assert.ok(found.includes('79261234567'));
  });

  test('a phone number in a field of another sort also by its digits', () => {
    const found = lines({ fieldId: position().id, values: [{ value: '+7 (926) 123-45-67' }] });
    assert.ok(found.includes('79261234567'));
  });

  test('not what stands in a field that is gone', () => {
    assert.deepEqual(lines({ fieldId: 1, values: [{ value: 'a' }] }), []);
  });
});
