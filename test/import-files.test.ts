import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type CsvRow, readCsvRows } from '../src/cli/csv-rows.ts';
import { inspectFile, type Told } from '../src/cli/data-file.ts';
import { windows1251 } from './support/windows-1251.ts';

const folder = mkdtempSync(join(tmpdir(), 'kontora-files-'));
const path = join(folder, 'file');
after(() => rmSync(folder, { recursive: true, force: true }));

function inspect(content: string | Uint8Array, told: Told = {}) {
  writeFileSync(path, content);
  return inspectFile(path, told);
}

describe('a file tells what it is', () => {
  const kindOf = async (content: string | Uint8Array, told: Told = {}) => {
    const { format, encoding, delimiter, start } = await inspect(content, told);
    return [format, encoding, ...(format === 'csv' ? [delimiter] : []), start];
  };
  const cyrillic = 'Название;Ответственный\nООО «Ёлки»;Анна\n';

  test('its format by how it begins', async () => {
    assert.deepEqual(await kindOf('{"name":"a"}\n'), ['ndjson', 'utf-8', 0]);
    assert.deepEqual(await kindOf('\n \n{"name":"a"}'), ['ndjson', 'utf-8', 0]);
    assert.deepEqual(await kindOf('name\na\n'), ['csv', 'utf-8', ';', 0]);
    assert.deepEqual(await kindOf('{"a"};b', { format: 'csv' }), ['csv', 'utf-8', ';', 0]);
  });

  test('its encoding by its bytes, and by a mark', async () => {
    assert.deepEqual(await kindOf(cyrillic), ['csv', 'utf-8', ';', 0]);
    assert.deepEqual(await kindOf(`\ufeff${cyrillic}`), ['csv', 'utf-8', ';', 3]);
    assert.deepEqual(await kindOf(windows1251(cyrillic)), ['csv', 'windows-1251', ';', 0]);
    assert.deepEqual(await kindOf(windows1251('{"name":"Ёлки"}')), ['ndjson', 'windows-1251', 0]);
    assert.deepEqual(await kindOf(cyrillic, { encoding: 'windows-1251' }), ['csv', 'windows-1251', ';', 0]);
  });

  test('its encoding wherever it is seen, and whatever is damaged', async () => {
    const late = `${'name;x\n'.repeat(400_000)}`;
    assert.equal((await inspect(Buffer.concat([Buffer.from(late), windows1251('Ёлки')]))).encoding, 'windows-1251');
    assert.equal((await inspect(`x${late}${cyrillic}`)).encoding, 'utf-8');
    // A character on each boundary of the chunks in which the file is read.
    for (const shift of [1, 2, 3]) {
      const wide = `${' '.repeat(1024 * 1024 - shift)}😀`;
      assert.equal((await inspect(wide)).encoding, 'utf-8');
    }
    const damaged = Buffer.concat([Buffer.from(cyrillic), Buffer.from([0xcf, 0x0a])]);
    assert.equal((await inspect(damaged)).encoding, 'utf-8');
  });

  test('its delimiter by its header, outside of quotes', async () => {
    assert.deepEqual((await kindOf('a,b,c;d\n1;2;3;4;5\n'))[2], ',');
    assert.deepEqual((await kindOf('"a,b,c";d\n'))[2], ';');
    assert.deepEqual((await kindOf('a,b', { delimiter: ';' }))[2], ';');
  });

  test('the same file is known again, another is not', async () => {
    const [one, same, other] = [await inspect('a\n'), await inspect('a\n'), await inspect('b\n')];
    assert.equal(one.sha256, same.sha256);
    assert.notEqual(one.sha256, other.sha256);
    assert.equal(one.size, 2);
  });

  test('what is none of these is refused', async () => {
    await assert.rejects(inspect('[{"name":"a"}]'), /is one list: .*jq -c/);
    await assert.rejects(inspect(Buffer.from([0xff, 0xfe, 0x61, 0x00])), /UTF-16/);
    await assert.rejects(inspect('{"format":"kontora-archive","version":1}'), /is an archive/);
    await assert.rejects(inspectFile(join(folder, 'none'), {}), /ENOENT/);
    await assert.rejects(inspectFile(folder, {}), /is no file/);
  });
});

describe('rows of CSV', () => {
  async function rowsOf(content: string | Uint8Array, from = { place: 0, line: 1 }): Promise<CsvRow[]> {
    const file = await inspect(content, { format: 'csv', delimiter: ';' });
    const rows: CsvRow[] = [];
    for await (const some of readCsvRows(file, from)) for (const row of some) rows.push(row);
    return rows;
  }
  const cellsOf = (rows: readonly CsvRow[]) => rows.map(({ cells }) => ('refused' in cells ? cells.refused : cells));

  test('have places that follow each other, and lines', async () => {
    const text = 'a;b\r\n\r\n1;"x\r\ny"\r\n;;\r\n"q""q";6';
    const rows = await rowsOf(text);
    assert.deepEqual(
      rows.map(({ number, cells }) => [number, cells]),
      [
        [1, ['a', 'b']],
        [4, ['1', 'x\r\ny']],
        [6, ['q"q', '6']],
      ],
    );
    assert.equal(rows[0]!.from, 0);
    // A row of nothing is passed over.
    assert.deepEqual(
      rows.map((row) => text.slice(row.from, row.to)),
      ['a;b\r\n', '\r\n1;"x\r\ny"\r\n', '"q""q";6'],
    );
    const again = await rowsOf(text, { place: rows[0]!.to, line: rows[0]!.number + 1 });
    assert.deepEqual(again, rows.slice(1));
  });

  for (const [name, feed] of [
    ['LF', '\n'],
    ['CR LF', '\r\n'],
    ['CR', '\r'],
  ] as const) {
    test(`may end with ${name}, and the last one with none`, async () => {
      assert.deepEqual(cellsOf(await rowsOf(`a;b${feed}1;2${feed}3;4`)), [
        ['a', 'b'],
        ['1', '2'],
        ['3', '4'],
      ]);
    });
  }

  test('are of the encoding of the file, which one cell may break', async () => {
    assert.deepEqual(cellsOf(await rowsOf(windows1251('Имя;№\nЁж;«1»\n'))), [
      ['Имя', '№'],
      ['Ёж', '«1»'],
    ]);
    const damaged = Buffer.concat([
      Buffer.from('Имя;б\nЁж;1\n'),
      Buffer.from([0xcf, 0x3b, 0x31, 0x0a]),
      Buffer.from('в;2\n'),
    ]);
    assert.deepEqual(cellsOf(await rowsOf(damaged)), [
      ['Имя', 'б'],
      ['Ёж', '1'],
      'Строка не в ожидаемой кодировке',
      ['в', '2'],
    ]);
  });

  test('may have quotes where there should be none', async () => {
    assert.deepEqual(cellsOf(await rowsOf('a;b\nООО "Ромашка";2\n"Ромашка" ООО;3\n')), [
      ['a', 'b'],
      ['ООО "Ромашка"', '2'],
      ['"Ромашка" ООО', '3'],
    ]);
  });

  test('of a quote that is not closed the line is given up, and the rest is read', async () => {
    for (const feed of ['\n', '\r\n']) {
      const text = ['a;b', '1;2', '3;"never', '5;6', '"7;8', '9;10', ''].join(feed);
      const rows = await rowsOf(text);
      assert.deepEqual(cellsOf(rows), [
        ['a', 'b'],
        ['1', '2'],
        // The quote is closed by the next one that there is.
        ['3', `"never${feed}5;6${feed}"7`, '8'],
        ['9', '10'],
      ]);
      const odd = await rowsOf(text.replace('"7', '7'));
      assert.deepEqual(cellsOf(odd), [
        ['a', 'b'],
        ['1', '2'],
        'Кавычка не закрыта',
        ['5', '6'],
        ['7', '8'],
        ['9', '10'],
      ]);
      assert.deepEqual(
        odd.map(({ number }) => number),
        [1, 2, 3, 4, 5, 6],
      );
      assert.equal(text.replace('"7', '7').slice(odd[2]!.from, odd[2]!.to), `3;"never${feed}`);
    }
  });

  test('too long ones are given up', async () => {
    const long = `a;b\n1;${'x'.repeat(1_100_000)}\n3;4\n${'"'}5;${'y\n'.repeat(600_000)}7;8\n`;
    const rows = await rowsOf(long);
    const [first, tooLong, third, open, ...rest] = cellsOf(rows);
    assert.deepEqual(
      [first, third],
      [
        ['a', 'b'],
        ['3', '4'],
      ],
    );
    assert.match(String(tooLong), /длиннее 1 МБ/);
    assert.match(String(open), /кавычка не закрыта/i);
    assert.equal(rest.length, 600_000);
    assert.deepEqual(rest.at(-1), ['7', '8']);
    for (const [index, row] of rows.entries()) if (index > 0) assert.equal(row.from, rows[index - 1]!.to);
  });
});
