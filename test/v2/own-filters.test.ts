import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CustomField } from '../../src/crm/custom-field.ts';
import { defaultLimits } from '../../src/http/limits.ts';
import { readFieldFilters, readTagFilter } from '../../src/v2/own-filters.ts';
import { aField } from '../store/builders.ts';
import { cpuOf } from '../support/cpu.ts';

const enums = Array.from({ length: 1000 }, (_, index) => ({ id: 5001 + index, value: `вариант ${index + 1}` }));
const [size, colors, amount] = [1, 2, 3];
const fields: ReadonlyMap<number, CustomField> = new Map(
  [aField(size, { type: 4, enums }), aField(colors, { type: 5, enums }), aField(amount, { type: 2 })].map((field) => [
    field.id,
    field,
  ]),
);

const read = (given: Readonly<Record<number, unknown>>) =>
  readFieldFilters(given, { kind: 'contact', fields, timezone: 'UTC' }, defaultLimits);
const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));
const tooMany = { status: 400, message: /Больше 100 значений \(filter\[custom_fields\]\)/ };

test('a value that is given twice is one', () => {
  assert.deepEqual(read({ [colors]: 'вариант 2, вариант 2,,5003,вариант 2' }), [
    { fieldId: colors, anyOf: [{ enumId: 5002 }, { enumId: 5003 }], isAlone: false },
  ]);
});

describe('the values of all fields together have an end', () => {
  test('a hundred are read, in whatever spelling', () => {
    assert.equal(read({ [amount]: numbers(100).join() })?.[0]?.anyOf.length, 100);
    assert.equal(read({ [amount]: numbers(100) })?.[0]?.anyOf.length, 100);
    assert.equal(read({ [size]: '', [amount]: numbers(98).join(), [colors]: ['5001', '5002'] })?.length, 2);
  });

  test('one more is refused, before it is asked what they are', () => {
    for (const given of [
      { [amount]: numbers(101).join() },
      { [amount]: numbers(101) },
      { [amount]: numbers(99).join(), [size]: '5001,5002' },
      { [size]: Array(101).fill('нет').join() },
      { 77: numbers(101).join() },
      { [amount]: ','.repeat(100) },
    ]) {
      assert.throws(() => read(given), tooMany, JSON.stringify(given).slice(0, 60));
    }
  });

  test('whatever is given is read or refused soon: they are read where requests come in', () => {
    const last = Array(19_990).fill('вариант 1000').join();
    const inAll = (text: string) => ({ [size]: text, [colors]: text });
    const given = [
      inAll(last),
      inAll(','.repeat(250_000)),
      { [colors]: enums.slice(-100).map(({ value }) => value) },
      Object.fromEntries(numbers(2000).map((id) => [id, 'вариант 1000,'.repeat(5)])),
    ];
    for (const [index, one] of given.entries()) {
      const took = cpuOf(() => read(one));
      assert.ok(took < 10, `${index}: ${took} ms`);
    }
  });
});

test('as many tags are taken as ids of a list; one more is refused', () => {
  assert.equal(readTagFilter(numbers(20_000).join(), defaultLimits)?.ids.length, 20_000);
  assert.deepEqual(readTagFilter('опт,ОПТ, 5 ,5,', defaultLimits), { ids: [5], folded: ['опт', '5'] });
  assert.throws(() => readTagFilter(numbers(20_001).join(), defaultLimits), { status: 400 });
});
