import { type KindName, listIds, type Records, storeOf } from '../api.ts';
import { byteOrderMark, csvLines } from '../csv.ts';
import { harmless } from '../grid/clipboard.ts';
import type { ListOf } from './rows.ts';

const rowsAtOnce = 500;

/** A column of the table of the same kind. */
export interface ExportColumn {
  readonly title: string;
  readonly text: (record: never) => string;
}

interface Exporting<K extends KindName> {
  readonly list: ListOf<K>;
  readonly columns: readonly ExportColumn[];
  /** Whose records; undefined: everybody's. */
  readonly users: ReadonlySet<number> | undefined;
  readonly signal: AbortSignal;
  /** How many rows of the list are done with. */
  readonly onProgress: (rows: number) => void;
}

/** All rows of a list, in its order, as spreadsheets take them and without anything that one would run. */
export async function exportRows<K extends KindName>(exporting: Exporting<K>): Promise<{ file: Blob; count: number }> {
  const { list, columns, users, signal, onProgress } = exporting;
  const lines = (rows: readonly string[][]) => csvLines(rows.map((cells) => cells.map(harmless)));
  const parts: BlobPart[] = [byteOrderMark, lines([columns.map(({ title }) => title)])];
  let done = 0;
  let count = 0;
  for await (const records of pagesOf(list, signal)) {
    const mine = users ? records.filter(({ responsible_user_id }) => users.has(responsible_user_id)) : records;
    parts.push(lines(mine.map((record) => columns.map(({ text }) => text(record as never)))));
    // What is in a Blob need not stay in memory.
    if (parts.length > 20) parts.splice(0, parts.length, new Blob(parts));
    count += mine.length;
    done += records.length;
    onProgress(done);
  }
  return { file: new Blob(parts, { type: 'text/csv' }), count };
}

function pagesOf<K extends KindName>(list: ListOf<K>, signal: AbortSignal): AsyncIterable<Records[K][]> {
  const { kind, filters, sort } = list;
  return sort === 'id' ? storeOf(kind).pages(filters, { signal }) : sortedPages(list, signal);
}

async function* sortedPages<K extends KindName>({ kind, filters, sort }: ListOf<K>, signal: AbortSignal) {
  for (let offset = 0; ; offset += rowsAtOnce) {
    const ids = await listIds(kind, { ...filters, sort, limit_rows: rowsAtOnce, limit_offset: offset }, signal);
    if (ids.length === 0) return;
    yield await storeOf(kind).find(ids, {}, { signal });
  }
}
