import { createReadStream } from 'node:fs';
import { type CsvError, parse } from 'csv-parse';
import { maxLine } from '../v2/ndjson.ts';
import type { DataFile } from './data-file.ts';

/** A row of a CSV file; of one that cannot be read, why. */
export interface CsvRow {
  /** The line on which it ends, from 1. */
  readonly number: number;
  /** Where it begins, line breaks before it included, and where the next one does, in bytes. */
  readonly from: number;
  readonly to: number;
  readonly cells: readonly string[] | { readonly refused: string };
}

export interface Start {
  readonly place: number;
  /** The number of the first line there. */
  readonly line: number;
}

const chunkSize = 256 * 1024;

/** Ends with the parser: a quote that is not closed would take the rest of the file for one cell. */
const brokenRow: ReadonlySet<string> = new Set(['CSV_QUOTE_NOT_CLOSED', 'CSV_MAX_RECORD_SIZE']);

/** The rows from a place on, a list for each chunk of the file. A line that breaks all that follows is given up, and the next one read. */
export async function* readCsvRows(file: DataFile, { place, line }: Start): AsyncGenerator<CsvRow[]> {
  for (let [from, number] = [place, line]; ; ) {
    let error: CsvError | undefined;
    for await (const part of parseFrom(file, from, number)) {
      if (part.rows.length > 0) {
        yield part.rows;
        const last = part.rows.at(-1)!;
        [from, number] = [last.to, last.number + 1];
      }
      error = part.error;
    }
    if (error === undefined) return;
    const to = await endOfLine(file.path, from);
    const refused =
      error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'Кавычка не закрыта' : 'Строка длиннее 1 МБ, или кавычка не закрыта';
    yield [{ number, from, to, cells: { refused } }];
    [from, number] = [to, number + 1];
  }
}

interface Part {
  readonly rows: CsvRow[];
  readonly error?: CsvError;
}

async function* parseFrom({ path, delimiter, decode }: DataFile, place: number, line: number): AsyncGenerator<Part> {
  let rows: CsvRow[] = [];
  let error: CsvError | undefined;
  let from = place;
  let twice = 0;
  const parser = parse({
    delimiter,
    // Each byte is a character: places are exact, and what is no text is found cell by cell.
    encoding: 'latin1',
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: maxLine,
    on_record: (record: string[], { bytes, lines }) => {
      const to = place + bytes;
      // The parser counts such a break inside of quotes twice.
      for (const cell of record) if (cell.includes('\r\n')) twice += cell.split('\r\n').length - 1;
      // Spreadsheets end a table with rows of nothing.
      const isBlank = record.every((cell) => cell.trim() === '');
      if (!isBlank) rows.push({ number: line + lines - 1 - twice, from, to, cells: cellsOf(record, decode) });
      from = to;
      return null;
    },
  });
  parser.on('error', (failed: CsvError) => {
    error = failed;
  });
  parser.resume();
  const take = (): Part => {
    const taken = rows;
    rows = [];
    return { rows: taken, ...(error && { error }) };
  };
  for await (const chunk of createReadStream(path, { start: place, highWaterMark: chunkSize })) {
    await new Promise<void>((resolve) => parser.write(chunk, () => resolve()));
    yield take();
    if (error) break;
  }
  if (error === undefined)
    await new Promise<void>((resolve) => parser.end(() => resolve()).once('error', () => resolve()));
  parser.destroy();
  if (error && !brokenRow.has((error as CsvError).code)) throw error;
  yield take();
}

function cellsOf(record: readonly string[], decode: DataFile['decode']): CsvRow['cells'] {
  const cells: string[] = [];
  for (const cell of record) {
    const text = /[\x80-\xff]/.test(cell) ? decode(Buffer.from(cell, 'latin1')) : cell;
    if (text === undefined) return { refused: 'Строка не в ожидаемой кодировке' };
    cells.push(text);
  }
  return cells;
}

/** Where the next line that is not blank ends, its line break included. */
async function endOfLine(path: string, place: number): Promise<number> {
  let at = place;
  let isBlank = true;
  let isReturned = false;
  for await (const chunk of createReadStream(path, { start: place }) as AsyncIterable<Buffer>) {
    for (const byte of chunk) {
      if (isReturned && byte !== 10) return at;
      at += 1;
      if (byte !== 10 && byte !== 13) isBlank = false;
      else if (!isBlank && byte === 10) return at;
      else if (!isBlank) isReturned = true;
    }
  }
  return at;
}
