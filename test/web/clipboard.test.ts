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

test('phones are copied as they are, however many, and with extensions', () => {
  for (const phones of [
    '+7 (812) 000-00-11, +7 912 000-00-12',
    '+7 (812) 000-00-11 доб. 106',
    '+78120000011, 8 800 000-00-00 ext 5',
  ]) {
    assert.equal(writeHarmless([[phones]]), phones);
  }
  for (const other of ['+7 (812)*A1', '+7, =1+1', '+7 доб. 106+A1'])
    assert.equal(writeHarmless([[other]]), `'${other}`);
});
