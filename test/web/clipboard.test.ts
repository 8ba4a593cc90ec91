import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCells, writeCells, writeHarmless } from '../../web/src/grid/clipboard.ts';

test('cells come back as they were written', () => {
  const rows = [
    ['a', '', 'c"d'],
    ['"', 'two\nlines', 'tab\there'],
    ['', '', ''],
    ['=1+1', ' blank ', '«ёж»'],
  ];
  assert.deepEqual(readCells(writeCells(rows)), rows);
  for (const one of [[['']], [['a', '']], [['', '']], [['a'], ['']]]) assert.deepEqual(readCells(writeCells(one)), one);
});

test('cells are read as spreadsheets write them', () => {
  assert.deepEqual(readCells('a\tb\r\nc\td\r\n'), [
    ['a', 'b'],
    ['c', 'd'],
  ]);
  assert.deepEqual(readCells('a\t"b\nc"\n'), [['a', 'b\nc']]);
  assert.deepEqual(readCells('"not closed'), [['"not closed']]);
});

test('what a spreadsheet would run is a text to it; numbers and phones stay', () => {
  assert.equal(
    writeHarmless([['=HYPERLINK("x")', '@x', '+cmd', '-1', '+7 (812) 000-00-11']]),
    `"'=HYPERLINK(""x"")"\t'@x\t'+cmd\t-1\t+7 (812) 000-00-11`,
  );
});
