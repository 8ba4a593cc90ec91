import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotUnderstood } from '../../web/src/grid/not-understood.ts';
import { en } from '../../web/src/i18n/en.ts';
import { readAmount } from '../../web/src/records/amounts.ts';

test('sums are read as people and spreadsheets write them', () => {
  const sums: readonly (readonly [string, number])[] = [
    ['', 0],
    ['0', 0],
    ['16000', 16_000],
    ['12500,50', 12_501],
    ['12 500,49', 12_500],
    ['15\u00a0000 ₽', 15_000],
    ['15 000 руб.', 15_000],
    ['3000р', 3000],
    ['$1,200,000.00', 1_200_000],
    ['1.200.000,7', 1_200_001],
    ['15,000', 15_000],
    ['1,234.5', 1235],
    ['0.750', 1],
    ['100 RUB', 100],
    ["1'500", 1500],
  ];
  for (const [text, sum] of sums) assert.equal(readAmount(text, 'RUB', en), sum, text);
});

test('what is no sum is refused', () => {
  for (const text of ['-5', '-1 000,5', '1,2,3,4.5.6', '9999999999999999']) {
    assert.throws(() => readAmount(text, 'RUB', en), new NotUnderstood(en.edit.notAmount), text);
  }
  for (const text of ['много', '12 тыс', '₽', '5 USD', '1e5']) {
    assert.throws(() => readAmount(text, 'RUB', en), new NotUnderstood(en.edit.notNumber), text);
  }
});
