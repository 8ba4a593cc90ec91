import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseBrackets } from '../../src/http/brackets.ts';
import { defaultLimits } from '../../src/http/limits.ts';
import {
  idsInQuery,
  Problems,
  readCount,
  readFlag,
  readId,
  readIds,
  readText,
  toInteger,
  toList,
} from '../../src/v2/input.ts';

/** What reading gives, and what it found wrong. */
function reading<T>(read: (problems: Problems) => T): { read: T; wrong: string | undefined } {
  const problems = new Problems(defaultLimits);
  const value = read(problems);
  return { read: value, wrong: problems.text() };
}

describe('a whole number comes as a number or as digits', () => {
  const numbers = [
    [5, 5],
    ['5', 5],
    [' 5 ', 5],
    ['1795458623', 1795458623],
    [1619342253000, 1619342253000],
    ['0', 0],
    ['-5', -5],
    ['', undefined],
    ['5.5', undefined],
    [5.5, undefined],
    ['5a', undefined],
    ['0x10', undefined],
    [true, undefined],
    [null, undefined],
    [[5], undefined],
    ['99999999999999999999', undefined],
  ] as const;
  for (const [written, number] of numbers) {
    test(`${JSON.stringify(written)}: ${number}`, () => assert.equal(toInteger(written), number));
  }
});

describe('an id', () => {
  for (const nothing of [undefined, null, '', 0, '0']) {
    test(`that is ${JSON.stringify(nothing)} says nothing`, () =>
      assert.deepEqual(
        reading((problems) => readId(nothing, 'id', problems)),
        { read: undefined, wrong: undefined },
      ));
  }

  for (const wrong of ['abc', -5, 1.5, true, [1]]) {
    test(`that is ${JSON.stringify(wrong)} is wrong, and where is told`, () => {
      const result = reading((problems) => readId(wrong, 'update/0/id', problems));
      assert.equal(result.read, undefined);
      assert.match(result.wrong ?? '', /update\/0\/id/);
    });
  }
});

test('a count may be 0: the robot is user 0', () => {
  assert.deepEqual(
    reading((problems) => [readCount(0, 'created_by', problems), readCount('0', 'created_by', problems)]),
    { read: [0, 0], wrong: undefined },
  );
});

describe('a flag', () => {
  const flags = [
    [true, true],
    [1, true],
    ['1', true],
    ['True', true],
    [false, false],
    [0, false],
    ['0', false],
    [' false ', false],
    [undefined, undefined],
    [null, undefined],
    ['', undefined],
  ] as const;
  for (const [written, flag] of flags) {
    test(`${JSON.stringify(written)}: ${flag}`, () =>
      assert.deepEqual(
        reading((problems) => readFlag(written, 'is_visible', problems)),
        { read: flag, wrong: undefined },
      ));
  }

  for (const wrong of ['yes', 'on', 2, -1, ' ', [], [1], {}]) {
    test(`that is ${JSON.stringify(wrong)} is wrong, and where is told`, () => {
      const result = reading((problems) => readFlag(wrong, 'add/0/is_visible', problems));
      assert.equal(result.read, undefined);
      assert.match(result.wrong ?? '', /add\/0\/is_visible/);
    });
  }
});

describe('text', () => {
  test('may be a number', () => {
    assert.deepEqual(
      reading((problems) => readText(5, 'name', problems)),
      { read: '5', wrong: undefined },
    );
  });

  for (const wrong of [['a'], { a: 'b' }, 'a\0b', '\ud83d']) {
    test(`is not ${JSON.stringify(wrong)}`, () => {
      const result = reading((problems) => readText(wrong, 'add/0/name', problems));
      assert.equal(result.read, undefined);
      assert.match(result.wrong ?? '', /add\/0\/name/);
    });
  }
});

describe('a list', () => {
  const lists = [
    ['an array', ['a', 'b'], ['a', 'b']],
    ['an object with numbers for keys', { 0: 'a', 2: 'b' }, ['a', 'b']],
    ['such an object, in the order of its keys', JSON.parse('{"10":"b","9":"a"}'), ['a', 'b']],
    ['an object of ids', { 4396818: 'a' }, ['a']],
    ['what a form body has', parseBrackets('x[1]=b&x[0]=a', defaultLimits)['x'], ['a', 'b']],
    ['an empty object', {}, []],
    ['an empty text', '', []],
    ['null', null, []],
  ] as const;
  for (const [title, written, list] of lists) {
    test(`may be ${title}`, () => assert.deepEqual(toList(written), list));
  }

  for (const wrong of [{ id: [1] }, 'a', 5, true]) {
    test(`is not ${JSON.stringify(wrong)}`, () => assert.equal(toList(wrong), undefined));
  }
});

describe('ids of a link', () => {
  const spellings = [
    ['numbers', [45615, 43510]],
    ['texts', ['45615', '43510']],
    ['one text with a comma', '45615,43510'],
    ['one text with a comma and a blank', '45615, 43510'],
    ['an object', { 0: '45615', 3: 43510 }],
  ] as const;
  for (const [title, written] of spellings) {
    test(`may be ${title}, and keep their order`, () =>
      assert.deepEqual(
        reading((problems) => readIds(written, 'leads_id', problems)),
        { read: [45615, 43510], wrong: undefined },
      ));
  }

  for (const written of [1099266, '1099266', [1099266]]) {
    test(`may be a single one: ${JSON.stringify(written)}`, () =>
      assert.deepEqual(
        reading((problems) => readIds(written, 'leads_id', problems)),
        { read: [1099266], wrong: undefined },
      ));
  }

  for (const nothing of ['', null, [], {}, [''], ' ', ',']) {
    test(`may be none: ${JSON.stringify(nothing)}`, () =>
      assert.deepEqual(
        reading((problems) => readIds(nothing, 'leads_id', problems)),
        { read: [], wrong: undefined },
      ));
  }

  test('are not words', () => {
    const result = reading((problems) => readIds('45615,abc', 'leads_id', problems));
    assert.match(result.wrong ?? '', /leads_id\/1/);
  });
});

describe('ids in a query', () => {
  const spellings = ['id=1,2', 'id=1%2C2', 'id[0]=1&id[1]=2', 'id[]=1&id[]=2', 'id%5B%5D=1&id%5B%5D=2'];
  for (const query of spellings) {
    test(`${query} names 1 and 2`, () =>
      assert.deepEqual(idsInQuery(parseBrackets(query, defaultLimits)['id'], defaultLimits), [1, 2]));
  }

  test('one may stand alone', () =>
    assert.deepEqual(idsInQuery(parseBrackets('id=5', defaultLimits)['id'], defaultLimits), [5]));

  test('an absent or empty parameter does not filter', () => {
    assert.equal(idsInQuery(parseBrackets('query=a', defaultLimits)['id'], defaultLimits), undefined);
    assert.equal(idsInQuery(parseBrackets('id=', defaultLimits)['id'], defaultLimits), undefined);
  });

  for (const nothing of ['abc', '0', '-5', '1.5']) {
    test(`${nothing} names nothing, but still filters`, () =>
      assert.deepEqual(idsInQuery(parseBrackets(`id=${nothing}`, defaultLimits)['id'], defaultLimits), []));
  }
});

test('a few problems are told with their places, and how many more there are', () => {
  const problems = new Problems(defaultLimits);
  for (let index = 0; index < 7; index++) problems.add(`add/${index}/name`, 'ожидается строка');
  const text = problems.text() ?? '';
  assert.match(text, /add\/0\/name/);
  assert.match(text, /add\/4\/name/);
  assert.doesNotMatch(text, /add\/5\/name/);
  assert.match(text, /ещё 2/);
});
