import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldTagName } from '../../src/crm/tag.ts';

test('letter case and blanks around a name do not tell tags apart', () => {
  assert.equal(foldTagName('  Недвижимость '), foldTagName('НЕДВИЖИМОСТЬ'));
});

test('blanks inside a name and its other letters do', () => {
  assert.notEqual(foldTagName('аренда офиса'), foldTagName('арендаофиса'));
  assert.notEqual(foldTagName('аренда'), foldTagName('аренды'));
});
