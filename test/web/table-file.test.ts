import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLines } from '../../web/src/csv.ts';
import { firstRows, inspectFile, NoTable, readRows, type TableRow } from '../../web/src/import/table-file.ts';
import { windows1251 } from '../support/windows-1251.ts';

// Files of rows as the import page reads them: in slices of 256 KB, whatever lies on their borders.

async function rowsOf(content: string | Uint8Array<ArrayBuffer>, parts: object = {}): Promise<TableRow[]> {
  const table = { ...(await inspectFile(new File([content], 'a.csv'))), ...parts };
  const rows: TableRow[] = [];
  for await (const read of readRows(table)) for (const row of read.rows) rows.push(row);
  return rows;
}

const cellsOf = async (content: string) => (await rowsOf(content)).map(({ cells }) => cells);

test('what is written is read again, over the borders of slices, in either encoding and with either separator', async () => {
  const rows = Array.from({ length: 9000 }, (_, index) => [
    `ООО «Ромашка ${index}»`,
    index % 3 === 0 ? 'две\r\nстроки; с "кавычками", и запятой' : `просто ${index}`,
    index % 7 === 0 ? '' : String(index),
  ]);
  for (const delimiter of [';', ','] as const) {
    const text = csvLines(rows, delimiter);
    for (const content of [text, new Uint8Array(windows1251(text))]) {
      const read = await rowsOf(content);
      assert.equal(read.length, rows.length);
      for (const [index, { cells, number }] of read.entries()) {
        if (number === index + 1 && String(cells) === String(rows[index])) continue;
        assert.deepEqual([number, cells], [index + 1, rows[index]]);
      }
    }
  }
});

test('encoding and separator are found out', async () => {
  const inspect = async (content: string | Uint8Array<ArrayBuffer>) => {
    const { encoding, delimiter } = await inspectFile(new File([content], 'a.csv'));
    return `${encoding} ${delimiter}`;
  };
  assert.equal(await inspect('Имя,Тел;ефон,ИНН\nа,б,в'), 'utf-8 ,');
  assert.equal(await inspect(new Uint8Array(windows1251('Имя;Телефон\nа;б'))), 'windows-1251 ;');
  assert.equal(await inspect('\ufeff"a,b,c";d\n1;2'), 'utf-8 ;');
  assert.equal(await inspect('name\nplain'), 'utf-8 ;');
});

test('line ends of any system, a byte order mark, and rows of nothing', async () => {
  const expected = [
    ['a', 'b'],
    ['1', '2'],
  ];
  for (const end of ['\n', '\r\n', '\r']) {
    assert.deepEqual(await cellsOf(`\ufeffa;b${end}1;2`), expected, JSON.stringify(end));
    assert.deepEqual(await cellsOf(`a;b${end}${end};${end}1;2${end};;${end}`), expected, JSON.stringify(end));
  }
  assert.deepEqual(await cellsOf('a;b\r\n"1";"2"\r\n'), expected);
  assert.deepEqual(
    (await rowsOf('a\n\n\nb')).map(({ number }) => number),
    [1, 4],
  );
});

test('of a quote that is never closed its line is refused, and the next one read', async () => {
  const rows = await rowsOf('a;b\n"never;1\nc;2\n"d;3\n');
  assert.deepEqual(
    rows.map(({ cells, refused }) => (refused === undefined ? cells.join() : `${refused}: ${cells[0]}`)),
    ['a,b', 'Кавычка не закрыта: "never;1', 'c,2', 'Кавычка не закрыта: "d;3'],
  );
  const long = await rowsOf(`a;b\n"${'x\n'.repeat(700_000)}`);
  assert.match(long[1]!.refused!, /^Строка длиннее 1 МБ/);
});

test('a row that is not in the encoding is refused', async () => {
  const bytes = new Uint8Array([...Buffer.from('имя\nОлег\n'), 0xff, ...Buffer.from('\nАнна\n')]);
  assert.deepEqual(
    (await rowsOf(bytes, { encoding: 'utf-8' })).map(({ refused }) => refused !== undefined),
    [false, false, true, false],
  );
});

test('what is no table is told', async () => {
  const reasonOf = async (content: string | Uint8Array<ArrayBuffer>) => {
    try {
      await inspectFile(new File([content], 'a.csv'));
    } catch (error) {
      assert.ok(error instanceof NoTable);
      return error.reason;
    }
    return undefined;
  };
  assert.equal(await reasonOf(''), 'empty');
  assert.equal(await reasonOf('PK\u0003\u0004'), 'spreadsheet');
  assert.equal(await reasonOf(new Uint8Array([0xff, 0xfe, 0x61, 0])), 'utf-16');
  assert.equal(await reasonOf(' {"name":"a"}'), 'json');
  assert.equal(await reasonOf('a'), undefined);
});

test('no more is read of a file than its first rows', async () => {
  const text = csvLines(Array.from({ length: 40_000 }, (_, index) => ['Имя', String(index)]));
  const rows = await firstRows(await inspectFile(new File([text], 'a.csv')), 3);
  assert.deepEqual(
    rows.map(({ cells }) => cells[1]),
    ['0', '1', '2'],
  );
});
