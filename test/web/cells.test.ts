import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstCell, goTo, keyTarget, rangeOf } from '../../web/src/grid/cells.ts';

const size = { rows: 1000, columns: 5, page: 20 };

test('keys lead to cells, never out of the table', () => {
  const from = { row: 10, column: 2 };
  const at = (key: string, isControl = false) => {
    const to = keyTarget(key, isControl, from, size);
    return to && goTo(firstCell, to, size, false).active;
  };
  assert.deepEqual(at('ArrowDown'), { row: 11, column: 2 });
  assert.deepEqual(at('PageUp'), { row: 0, column: 2 });
  assert.deepEqual(at('PageDown'), { row: 30, column: 2 });
  assert.deepEqual(at('End', true), { row: 999, column: 4 });
  assert.deepEqual(at('Home'), { row: 10, column: 0 });
  assert.deepEqual(at('ArrowRight', true), { row: 10, column: 4 });
  assert.equal(at('x'), undefined);
  assert.deepEqual(goTo(firstCell, { row: 5000, column: -3 }, size, false).active, { row: 999, column: 0 });
});

test('a range goes from where it was begun to the active cell', () => {
  const begun = goTo(firstCell, { row: 5, column: 3 }, size, false);
  const cursor = goTo(begun, { row: 2, column: 4 }, size, true);
  assert.deepEqual(rangeOf(cursor), { top: 2, bottom: 5, left: 3, right: 4 });
  assert.deepEqual(rangeOf(goTo(cursor, { row: 1, column: 1 }, size, false)), { top: 1, bottom: 1, left: 1, right: 1 });
});
