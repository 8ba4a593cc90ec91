import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseJson } from '../../src/http/json.ts';

describe('JSON with whole numbers of many digits', () => {
  const cases: readonly [text: string, value: unknown][] = [
    ['9007199254740991', 9007199254740991],
    ['[9007199254740993]', ['9007199254740993']],
    ['[-12345678901234567890 ,1]', ['-12345678901234567890', 1]],
    ['{"a":12345678901234567890}', { a: '12345678901234567890' }],
    ['{"12345678901234567890":1}', { '12345678901234567890': 1 }],
    ['[": 12345678901234567890",12345678901234567890]', [': 12345678901234567890', '12345678901234567890']],
    ['["\\\\",12345678901234567890]', ['\\', '12345678901234567890']],
    ['["\\",12345678901234567890"]', ['",12345678901234567890']],
    ['[12345678901234567890.5]', [Number('12345678901234567890.5')]],
    ['[12345678901234567890e2]', [Number('12345678901234567890e2')]],
    ['[0.12345678901234567890]', [Number('0.12345678901234567890')]],
  ];
  for (const [text, value] of cases) test(text, () => assert.deepEqual(parseJson(text), value));

  for (const text of [
    '[01234567890123456789]',
    '[12345678901234567890x]',
    '[12345678901234567890',
    '["x,12345678901234567890',
    '[1 12345678901234567890]',
    '{12345678901234567890:1}',
    '[--12345678901234567890]',
  ]) {
    test(`${text} is none`, () => assert.throws(() => parseJson(text), SyntaxError));
  }

  // A reviver is told each number's text.
  const withDigits = (_key: string, value: unknown, { source = '' }: { source?: string }) =>
    typeof value === 'number' && /^-?\d+$/.test(source) && !Number.isSafeInteger(value) ? source : value;

  test('everything else is what JSON.parse makes of it', () => {
    const json = fc.json({ stringUnit: 'grapheme', maxDepth: 3 });
    fc.assert(
      fc.property(json, (text) => {
        const both = `[ 12345678901234567890,${text}]`;
        assert.deepEqual(parseJson(both), JSON.parse(both, withDigits as Parameters<typeof JSON.parse>[1]));
      }),
    );
  });
});
