import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitContacts } from '../../src/v2/import-cells.ts';
import { csvLines } from '../../web/src/csv.ts';
import { harmless, readCells, writeCells, writeHarmless } from '../../web/src/grid/clipboard.ts';

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

const hostile = [
  "Рога,=cmd|' /C calc'!A0,x",
  "Рога;=cmd|' /C calc'!A0;x",
  "Рога\t@SUM(1)\t-cmd|' /C calc'!A0",
  '=1+1\n+2+cmd\r\n-3+cmd\r@x',
  'тихо,"=HYPERLINK(""http://a.example"")"',
  'тихо;"""@x',
  'тихо,;=x',
  '＝1+1,＠x',
  '\t=1+1',
  '\r\n=1+1',
];

test('no cell begins with a formula, whichever separator a spreadsheet takes, and whether it sees quotes or not', () => {
  const rows = hostile.map((cell) => [cell, 'между', cell, cell]);
  const safe = rows.map((cells) => cells.map(harmless));
  for (const written of [csvLines(safe), csvLines(safe, ','), csvLines(safe, '\t'), writeHarmless(rows)]) {
    for (const separators of [/[;\r\n]/, /[,\r\n]/, /[\t\r\n]/, /[\r\n]/]) {
      for (const cell of written.split(separators)) assert.doesNotMatch(cell, /^"*[=+\-@＝＋－＠]/, written);
    }
  }
  assert.deepEqual(['\t=1', '\rx', '\tx'].map(harmless), ["'\t'=1", "'\rx", "'\tx"]);
});

test('what is usual stays as it is: numbers, phones, hyphens and signs within words', () => {
  for (const cell of [
    ...[
      '+7 (812) 000-00-11',
      '8 800 100-20-30, +7 999 111-22-33',
      '+79991112233;+79991112244',
      '-1,5',
      '-1;-2',
      '1\n-2',
    ],
    ...['Санкт-Петербург, ул. Салова', 'ООО «А+Б», отдел -5%', 'a@b.example, c@d.example', "д'Артаньян,'x'", ''],
  ]) {
    assert.equal(harmless(cell), cell);
  }
  assert.equal(harmless('план:\n- первое\n- второе'), "план:\n'- первое\n'- второе");
});

test('what an import takes for contacts comes back without the apostrophes', () => {
  for (const cell of ['=1+1', '+7 999 доб. 5', 'a@b.example,=x', '+доб,-доб', ...hostile.slice(0, -2)]) {
    assert.deepEqual(splitContacts(harmless(cell)), splitContacts(cell), cell);
  }
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
