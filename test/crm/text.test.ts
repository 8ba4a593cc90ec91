import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fold, isStorable, looksLikePhone, phoneForms, searchTerms, searchText } from '../../src/crm/text.ts';

/** Whether a query finds a record that has these values. */
function finds(query: string, ...values: readonly string[]): boolean {
  return matches(query, values);
}

/** Whether a query finds a record that has this phone number. */
function findsPhone(query: string, number: string): boolean {
  return matches(query, [number, ...phoneForms(number)]);
}

function matches(query: string, lines: readonly string[]): boolean {
  const text = searchText(lines);
  return searchTerms(query).some((term) => text.includes(term));
}

test('what folds without a look at its normal form has none other than itself', () => {
  for (let code = 0; code <= 0xffff; code += 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const letter = String.fromCharCode(code);
    // A mark behind it may make one letter of both.
    for (const text of [letter, `${letter}\u0306`, `и${letter}`]) assert.equal(fold(text), fold(text.normalize('NFC')));
  }
});

describe('texts that people take for the same fold to the same', () => {
  const pairs = [
    ['Company@Company.MOC', 'company@company.moc', 'Latin letter case'],
    ['ООО РОМАШКА', 'ооо ромашка', 'Cyrillic letter case'],
    ['Ёлка', 'елка', 'ё and е'],
    ['ЁЛКА', 'Елка', 'Ё and е'],
    ['Е\u0308лка', 'Ёлка', 'Ё in one character or in two'],
    ['Чаи\u0306', 'Чай', 'й in one character or in two'],
  ] as const;
  for (const [one, other, difference] of pairs) {
    test(difference, () => assert.equal(fold(one), fold(other)));
  }
});

test('й and и stay different letters', () => {
  assert.notEqual(fold('чай'), fold('чаи'));
});

test('text with NUL or with half a character cannot be kept faithfully', () => {
  assert.equal(isStorable('a\0b'), false);
  assert.equal(isStorable('\ud83d'), false);
  assert.equal(isStorable('🙂 Ромашка\n'), true);
});

describe('a query finds part of a value', () => {
  const hits = [
    ['ромашка', 'ООО Ромашка', 'in another letter case'],
    ['ОМАШ', 'ООО Ромашка', 'from the middle of a word'],
    ['COMPANY@COMPANY.MOC', 'company@company.moc', 'of an e-mail address'],
    ['елка', 'Ёлка', 'with е for ё'],
    ['ёлка', 'Елка', 'with ё for е'],
    ['р', 'ООО Ромашка', 'of one letter'],
    ['  ооо   ромашка ', 'ООО Ромашка', 'with other blanks'],
    ['ооо ромашка', 'ООО\nРомашка', 'over a line break'],
    ['52513083', '52513083', 'of digits'],
    ['2017-10', '2017-10-26 00:00:00', 'of a date'],
  ] as const;
  for (const [query, value, title] of hits) {
    test(title, () => assert.ok(finds(query, value)));
  }
});

test('a query does not find what is in no value', () => {
  assert.equal(finds('лютик', 'ООО Ромашка', 'company@company.moc'), false);
});

test('a query does not match over the border of two values', () => {
  assert.equal(finds('ромашка москва', 'Ромашка', 'Москва'), false);
  assert.equal(finds('ромашкамосква', 'Ромашка', 'Москва'), false);
});

test('a query of blanks looks for nothing', () => {
  assert.deepEqual(searchTerms(''), []);
  assert.deepEqual(searchTerms(' \t\n'), []);
});

/** One number. The last way to write it leaves out the prefix of the country. */
const spellings = [
  '+7 926 123-45-67',
  '+79261234567',
  '79261234567',
  '89261234567',
  '8 (926) 123-45-67',
  '8-926-123-45-67',
  '9261234567',
];

describe('seven spellings of one number find each other', () => {
  for (const stored of spellings) {
    test(`${stored} is found by all`, () => {
      const missing = spellings.filter((query) => !findsPhone(query, stored));
      assert.deepEqual(missing, []);
    });
    test(`${stored} is found by part of its digits`, () => {
      assert.ok(findsPhone('123456', stored));
      assert.ok(findsPhone('234567', stored));
    });
    test(`${stored} is not found by another number`, () => assert.equal(findsPhone('89261234568', stored), false));
  }
});

describe('an extension does not hide a number', () => {
  for (const stored of spellings.slice(0, -1).map((spelling) => `${spelling} доб. 12`)) {
    test(`${stored} is found by all seven`, () => {
      const missing = spellings.filter((query) => !findsPhone(query, stored));
      assert.deepEqual(missing, []);
    });
    test(`${stored} is found as it is written and by all its digits`, () => {
      assert.ok(findsPhone(stored, stored));
      assert.ok(findsPhone(stored.replace(/\D/g, ''), stored));
    });
  }
});

describe('a number of another country is found', () => {
  const stored = '+44 (20) 7946-0958';
  for (const query of ['442079460958', '+442079460958', '+44 20 7946 0958', '2079460958', '20 7946 0958']) {
    test(`by ${query}`, () => assert.ok(findsPhone(query, stored)));
  }
  test('and has no Russian forms', () => assert.deepEqual(phoneForms(stored), ['442079460958']));
});

test('a short inner number is found', () => {
  assert.ok(findsPhone('123', '1-23'));
});

describe('a text is taken for a phone number by its signs and digits', () => {
  const texts = [
    ['+7 926 123-45-67', true],
    ['8.926.123.45.67', true],
    ['123456', true],
    ['12345', false],
    ['ИНН 7447188888', false],
    ['ул. Октябрьская, д. 2', false],
    ['company@company.moc', false],
    ['', false],
  ] as const;
  for (const [text, expected] of texts) {
    test(`${JSON.stringify(text)}: ${expected}`, () => assert.equal(looksLikePhone(text), expected));
  }
});
