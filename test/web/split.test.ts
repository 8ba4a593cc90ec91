import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitOptions, splitValues } from '../../web/src/grid/split.ts';

test('several values are told apart by commas, semicolons and lines', () => {
  assert.deepEqual(splitValues(' a, b;c\nb,, '), ['a', 'b', 'c']);
  assert.deepEqual(splitValues(''), []);
});

test('options with commas of their own stay whole', () => {
  const options = ['Red', 'Red, light', 'Blue'];
  assert.deepEqual(splitOptions('Red, light, Blue', options), ['Red, light', 'Blue']);
  assert.deepEqual(splitOptions('red; BLUE', options), ['Red', 'Blue']);
  assert.deepEqual(splitOptions('Redder, Blue, Blue', options), ['Redder', 'Blue']);
  assert.deepEqual(splitOptions(' , ', options), []);
});
