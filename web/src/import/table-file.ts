/// <reference path="./papaparse.d.ts" />
import Papa from 'papaparse';
import { type Delimiter, type Encoding, findDelimiter, Utf8Counter } from '../../../src/v2/import-text.ts';

/** A file of rows, and how it is written. */
export interface TableFile {
  readonly file: File;
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
}

export interface TableRow {
  /** As a spreadsheet counts: the titles are row 1. */
  readonly number: number;
  readonly cells: readonly string[];
  /** Why it cannot be read. */
  readonly refused?: string;
}

/** What the file is not. */
export class NoTable extends Error {
  readonly reason: 'empty' | 'spreadsheet' | 'utf-16' | 'json';

  constructor(reason: NoTable['reason']) {
    super(reason);
    this.reason = reason;
  }
}

/** So much is read and taken apart at once: some milliseconds. */
const sliceSize = 256 * 1024;
/** Characters outside of ASCII that tell an encoding for sure. */
const enough = 20_000;
/** Characters of a row; the server takes no longer lines. */
const longest = 1024 * 1024;

/** @throws NoTable */
export async function inspectFile(file: File): Promise<TableFile> {
  const head = new Uint8Array(await file.slice(0, sliceSize).arrayBuffer());
  if (head.length === 0) throw new NoTable('empty');
  if (head[0] === 0x50 && head[1] === 0x4b) throw new NoTable('spreadsheet');
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) throw new NoTable('utf-16');
  const text = new TextDecoder('latin1').decode(head).replace(/^ï»¿/, '').trimStart();
  if (/^[[{]/.test(text)) throw new NoTable('json');
  return { file, encoding: await findEncoding(file), delimiter: findDelimiter(text) };
}

async function findEncoding(file: File): Promise<Encoding> {
  const counter = new Utf8Counter();
  for await (const bytes of slicesOf(file)) {
    counter.add(bytes);
    if (counter.count > enough) break;
  }
  return counter.looksLikeUtf8 ? 'utf-8' : 'windows-1251';
}

async function* slicesOf(file: File): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < file.size; at += sliceSize) {
    yield new Uint8Array(await file.slice(at, at + sliceSize).arrayBuffer());
  }
}

/** Some rows, without those of nothing, and the place in the file behind them, in bytes. */
export interface RowsRead {
  readonly rows: readonly TableRow[];
  readonly bytes: number;
}

/** All rows, the titles too, a list for each slice of the file. Of a quote that is never closed its line is refused, and the next one read. */
export async function* readRows({ file, encoding, delimiter }: TableFile): AsyncGenerator<RowsRead, void> {
  const decoder = new TextDecoder(encoding);
  let newline: '\n' | '\r' | undefined;
  let rest = '';
  let number = 0;
  let bytes = 0;

  const rowOf = (cells: string[]): TableRow => {
    number += 1;
    // Each line ends with it where the other one ends with nothing else.
    if (cells.at(-1)!.endsWith('\r')) cells[cells.length - 1] = cells.at(-1)!.slice(0, -1);
    const isBroken = encoding === 'utf-8' && cells.some((cell) => cell.includes('\ufffd'));
    return { number, cells, ...(isBroken && { refused: 'Строка не в ожидаемой кодировке' }) };
  };
  const refuseLine = (refused: string): TableRow => {
    number += 1;
    const end = rest.indexOf(newline!);
    const line = end < 0 ? rest : rest.slice(0, end);
    rest = end < 0 ? '' : rest.slice(end + 1);
    return { number, cells: [line.slice(0, 10_000)], refused };
  };
  const take = (isEnd: boolean): TableRow[] => {
    newline ??= rest.includes('\n') || !rest.includes('\r') ? '\n' : '\r';
    const parser = () => new Papa.Parser({ delimiter, newline: newline! });
    const rows: TableRow[] = [];
    for (;;) {
      const { data, meta } = parser().parse(rest, 0, true);
      for (const cells of data) rows.push(rowOf(cells));
      rest = rest.slice(meta.cursor);
      if (!isEnd && rest.length > longest) rows.push(refuseLine('Строка длиннее 1 МБ, или кавычка не закрыта'));
      else if (!isEnd || rest === '') break;
      else {
        const last = parser().parse(rest, 0, false);
        if (last.errors.some(({ code }) => code === 'MissingQuotes')) rows.push(refuseLine('Кавычка не закрыта'));
        else {
          for (const cells of last.data) rows.push(rowOf(cells));
          break;
        }
      }
    }
    return rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  };

  for await (const slice of slicesOf(file)) {
    rest += decoder.decode(slice, { stream: true });
    bytes += slice.length;
    yield { rows: take(false), bytes };
  }
  rest += decoder.decode();
  yield { rows: take(true), bytes };
}

/** The first rows of a file. */
export async function firstRows(table: TableFile, count: number): Promise<TableRow[]> {
  const found: TableRow[] = [];
  for await (const { rows } of readRows(table)) {
    found.push(...rows.slice(0, count - found.length));
    if (found.length >= count) break;
  }
  return found;
}
