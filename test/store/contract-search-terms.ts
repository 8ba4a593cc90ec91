import assert from 'node:assert/strict';
import { adding, aRecord, save, saveTexts, searchIds, span } from './builders.ts';
import { Random } from './random.ts';
import { home, type StoreTest } from './store-test.ts';

/** What is found by each term among the texts, which are of the companies 1, 2, 3 … */
const found: readonly [string, readonly string[], Readonly<Record<string, readonly number[]>>][] = [
  [
    'terms of any length are found at the beginning, in the middle and at the end',
    ['ромашка', 'ро', 'кактус', 'шка'],
    {
      р: [1, 2],
      ро: [1, 2],
      ром: [1],
      рома: [1],
      маш: [1],
      шк: [1, 4],
      ка: [1, 3, 4],
      а: [1, 3, 4],
      ромашка: [1],
      ромашкаа: [],
    },
  ],
  [
    'a text of one or two characters is found',
    ['я', 'щи', 'ящик'],
    { я: [1, 3], щи: [2, 3], и: [2, 3], ящ: [3], щиц: [] },
  ],
  [
    'characters beyond the first plane count as one',
    ['😀', 'a😀b', '😀😀😀', '😁', '𐍈𐍉'],
    {
      '😀': [1, 2, 3],
      '😀😀': [3],
      '😀😀😀': [3],
      '😀😀😀😀': [],
      'a😀': [2],
      '😀b': [2],
      'a😀b': [2],
      '😁': [4],
      𐍉: [5],
    },
  ],
  [
    'quotes are text',
    [`o'neil`, '"a"', '""', `'`],
    { "'": [1, 4], "o'n": [1], '"': [2, 3], '""': [3], '"a"': [2], '"a': [2], "''": [] },
  ],
  [
    'percent, underscore and backslash are text',
    ['100%', '100 %', 'a_b', 'axb', 'a\\b', '%_%'],
    {
      '%': [1, 2, 6],
      '0%': [1],
      '00%': [1],
      _: [3, 6],
      a_b: [3],
      '%_%': [6],
      'a\\b': [5],
      '\\': [5],
      '\\%': [],
      '%00': [],
    },
  ],
  [
    'the words and signs of query languages are text',
    ['a AND b', 'a and b', 'a b', 'NEAR(a b)', 'x*', '^x', 'x -y', 'text:x', 'x.*y', 'NOT x OR y'],
    {
      AND: [1],
      and: [2],
      'a b': [3, 4],
      'a AND b': [1],
      OR: [10],
      NOT: [10],
      'NOT x': [10],
      NEAR: [4],
      'NEAR(a b)': [4],
      '*': [5, 9],
      'x*': [5],
      '^': [6],
      '^x': [6],
      '-y': [7],
      'text:x': [8],
      ':': [8],
      '.*': [9],
      'x.*y': [9],
      '(': [4],
    },
  ],
  [
    'spaces are text',
    ['ооо ромашка', 'оооромашка', 'ооо  ромашка'],
    { 'о р': [1], 'ооо ромашка': [1], ' ': [1, 3], '  ': [3], ' ромашка': [1, 3], 'ооо ': [1, 3] },
  ],
  [
    'letters are compared as they are',
    ['Anna', 'anna', 'ёж', 'еж'],
    { Anna: [1], anna: [2], nna: [1, 2], ёж: [3], еж: [4] },
  ],
  [
    'a text with all the parts of a term but not the term itself is not found',
    ['abcabd', 'bcdabc', 'abcd', 'aaab'],
    { abcd: [3], bcab: [1], cabc: [], aaaa: [], dabc: [2] },
  ],
];

export function searchTermContract(test: StoreTest): void {
  for (const [title, texts, expected] of found) {
    test(title, async (store) => {
      await saveTexts(store, home, ...texts);
      for (const [term, ids] of Object.entries(expected)) {
        assert.deepEqual(await searchIds(store, home, 'company', term), ids, term);
      }
    });
  }

  test('every line of a text is searched, and no term reaches over two lines', async (store) => {
    await save(store, home, adding(aRecord('company', 1), 'ромашка', 'москва', 'я'));
    for (const term of ['ромашка', 'москва', 'я', 'ва']) {
      assert.deepEqual(await searchIds(store, home, 'company', term), [1], term);
    }
    for (const term of ['ам', 'шкамос', 'ая', 'вая']) {
      assert.deepEqual(await searchIds(store, home, 'company', term), [], term);
    }
  });

  test('of several terms any is enough, and a record is listed once', async (store) => {
    await saveTexts(store, home, '74951234567', '+7 (495) 123-45-67', '8 495', 'ромашка');
    const search = (...terms: string[]) => searchIds(store, home, 'company', ...terms);
    assert.deepEqual(await search('+7 (495)', '7495'), [1, 2]);
    assert.deepEqual(await search('ромашка', '8 495', 'ром'), [3, 4]);
    assert.deepEqual(await search('ва', 'ро'), [4]);
    assert.deepEqual(await search('7', 'ромашка', '4'), [1, 2, 3, 4]);
    assert.deepEqual(await search('нет', 'не', 'н'), []);
  });

  test('by no terms at all nothing is found', async (store) => {
    await saveTexts(store, home, 'ромашка');
    assert.deepEqual(await searchIds(store, home, 'company'), []);
  });

  test('a very long term is found to its last character', async (store) => {
    const random = new Random(4);
    const tail = Array.from({ length: 5000 }, () => random.pick([...'абвгд 😀'])).join('');
    const long = `ж${tail}`;
    await saveTexts(store, home, `${long}я`, `${long}ю`, tail);
    assert.deepEqual(await searchIds(store, home, 'company', `${long}я`), [1]);
    assert.deepEqual(await searchIds(store, home, 'company', long), [1, 2]);
    assert.deepEqual(await searchIds(store, home, 'company', tail), [1, 2, 3]);
    assert.deepEqual(await searchIds(store, home, 'company', `${long}яя`), []);
  });

  test('a text of many thousand characters is found by any part of it', async (store) => {
    const random = new Random(5);
    const letters = [...'абвгдежзийклмнопрстуфхцчшщъыьэюя'];
    const long = Array.from({ length: 8_000 }, () => random.pick(letters)).join('');
    await saveTexts(store, home, long, 'ромашка');
    for (const start of [0, 1, 3_999, 7_990, 7_997]) {
      assert.deepEqual(await searchIds(store, home, 'company', long.slice(start, start + 10)), [1], `${start}`);
    }
  });

  test('common and rare terms of every length are found among many records', async (store) => {
    const random = new Random(6);
    const letters = [...'абвгдежзийклмнопрстуфхцчшщъыьэюя'];
    const texts = span(1, 900).map(
      (id) => `ж${random.pick(letters)}${random.pick(letters)} ${id === 450 ? 'qz' : 'общее'}`,
    );
    await saveTexts(store, home, ...texts);
    for (const term of ['ж', 'жа', 'жаб', 'о', 'об', 'общее', 'q', 'qz', 'z', 'ы', 'ы ', 'w', 'ww', 'жжжж']) {
      const expected = texts.flatMap((text, index) => (text.includes(term) ? [index + 1] : []));
      assert.deepEqual(await searchIds(store, home, 'company', term), expected, term);
    }
    assert.deepEqual(await searchIds(store, home, 'company', 'q', 'ж'), span(1, 900));
  });
}
