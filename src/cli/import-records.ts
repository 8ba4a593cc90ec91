import { createReadStream } from 'node:fs';
import { UsageError } from '../config.ts';
import type { Item } from '../v2/batch-items.ts';
import { type ColumnParts, type Columns, ColumnsRefused, planColumns, type Row } from '../v2/import-columns.ts';
import { parseItem } from '../v2/import-items.ts';
import { isRefusal, type Refusal } from '../v2/import-row.ts';
import { readLines } from '../v2/ndjson.ts';
import { readCsvRows, type Start } from './csv-rows.ts';
import type { DataFile } from './data-file.ts';
import type { Header } from './rejects.ts';

/** A line or row of a data file: what it holds, and where it stands. */
export interface ImportRecord {
  readonly from: number;
  readonly to: number;
  readonly number: number;
  readonly cells: number;
  readonly thing: Row | Refusal;
}

/** A data file as rows of items. */
export interface RecordSource {
  readonly columns: Columns | undefined;
  readonly header: Header | undefined;
  /** Where the first of them begins. */
  readonly start: Start;
  readonly records: (from: Start) => AsyncGenerator<ImportRecord[]>;
}

const chunkSize = 256 * 1024;

export function ndjsonSource(file: DataFile): RecordSource {
  return {
    columns: undefined,
    header: undefined,
    start: { place: 0, line: 1 },
    async *records({ place, line }) {
      const chunks = createReadStream(file.path, { start: place, highWaterMark: chunkSize });
      for await (const lines of readLines(chunks, { decode: file.decode, from: place, number: line })) {
        yield lines.map((one) => {
          const item = parseItem(one);
          const thing = isRefusal(item) ? item : rowOf(item);
          return { from: one.from, to: one.to, number: one.number, cells: isRefusal(item) ? 0 : 1, thing };
        });
      }
    },
  };
}

function rowOf(item: Item): Row {
  return { item, fieldTitles: [] };
}

/** @throws UsageError for a header with columns that are not understood */
export async function csvSource(file: DataFile, parts: ColumnParts): Promise<RecordSource> {
  const header = await readHeader(file);
  const columns = understand(header.titles, parts);
  return {
    columns,
    header: { from: header.from, to: header.to, cells: header.titles.length },
    start: { place: header.to, line: header.line + 1 },
    async *records(start) {
      for await (const rows of readCsvRows(file, start)) {
        yield rows.map(({ from, to, number, cells }) => {
          const width = 'refused' in cells ? 0 : cells.length;
          const thing = 'refused' in cells ? { ...cells, code: 400 } : columns.read(cells);
          return { from, to, number, cells: width, thing };
        });
      }
    },
  };
}

async function readHeader(file: DataFile) {
  for await (const [first] of readCsvRows(file, { place: file.start, line: 1 })) {
    if (first === undefined) continue;
    const { cells, number: line, from, to } = first;
    if ('refused' in cells) throw new UsageError(`the header of ${file.path} cannot be read: ${cells.refused}`);
    return { titles: cells, line, from, to };
  }
  throw new UsageError(`${file.path} is empty`);
}

function understand(titles: readonly string[], parts: ColumnParts): Columns {
  try {
    return planColumns(titles, parts);
  } catch (error) {
    throw error instanceof ColumnsRefused ? new UsageError(error.message) : error;
  }
}
