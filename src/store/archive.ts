import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Checksum, lineOf, noRows, type Row, type Sum } from './checksum.ts';
import type { Batch, CopiedAccount, CopySource } from './copy.ts';
import { CopyRefused } from './raw-database.ts';
import { batchRows, type Part, wholeServer } from './raw-rows.ts';
import type { ColumnType } from './sql.ts';
import { accountTables, findSchemaVersion, findTables, integrationTable } from './tables.ts';

// One file that holds what a copy takes along: docs/archive.md.

const format = 'kontora-archive';
const version = 1;
/** A longer line is none of ours. */
const maxLine = 512 * 1024 * 1024;

interface Header {
  readonly format: typeof format;
  readonly version: number;
  readonly schema: number;
  /** null: a whole server */
  readonly account: CopiedAccount | null;
  /** Each table with its columns. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
}

interface End {
  /** Of all lines before this one, with their line ends. */
  readonly sha256: string;
  readonly rows: number;
  readonly parts: readonly (Part & Sum)[];
}

/** Writes everything that a source holds. `write` takes some hundred kilobytes at a time. */
export async function writeArchive(
  source: CopySource,
  write: (text: string) => Promise<void>,
  progress: (part: Part, rows: number) => void,
): Promise<void> {
  const sha256 = createHash('sha256');
  const sums = new Map<string, Part & { readonly checksum: Checksum }>();
  let written = 0;
  const writeLines = async (lines: readonly string[]) => {
    const text = `${lines.join('\n')}\n`;
    sha256.update(text);
    await write(text);
  };
  const writeRows = async (part: Part, rows: readonly Row[]) => {
    if (rows.length === 0) return;
    const lines = rows.map((row) => lineOf(part.table, row));
    const sum = sums.get(nameOf(part)) ?? { ...part, checksum: new Checksum() };
    sums.set(nameOf(part), sum);
    for (const line of lines) sum.checksum.add(line);
    await writeLines(lines);
    written += rows.length;
    progress(part, written);
  };

  const header: Header = {
    format,
    version,
    schema: findSchemaVersion(),
    account: source.account,
    tables: columnsOfTables(),
  };
  await writeLines([JSON.stringify(header)]);
  await writeRows(source.parts[0]!, await source.integrations());
  for await (const { part, rows } of source.batches('')) await writeRows(part, rows);
  const parts = [...sums.values()].map(({ checksum, ...part }) => ({ ...part, ...checksum.sum }));
  const end: End = { sha256: sha256.digest('hex'), rows: written, parts };
  await write(`${JSON.stringify({ end })}\n`);
}

type Refuse = (reason: string) => never;

/** Reads an archive to its end first, so that one that is not as it was written is refused. @throws CopyRefused */
export async function archiveSource(path: string): Promise<CopySource> {
  const refuse: Refuse = (reason) => {
    throw new CopyRefused(`${path} ${reason}`);
  };
  const sha256 = createHash('sha256');
  let header: Header | undefined;
  let start = 0;
  let last: Line | undefined;
  const sums = new ArchiveSums(refuse);
  const take = (line: Line) => {
    sha256.update(line.bytes).update('\n');
    if (header) {
      sums.add(line, readRow(line, header, refuse));
    } else {
      header = readHeader(line, refuse);
      start = line.end;
    }
  };
  for await (const lines of linesOf(path, 0, refuse)) {
    for (const line of lines) {
      if (last) take(last);
      last = line;
    }
  }
  if (last === undefined) return refuse('is empty');
  // What is no archive at all is called so.
  const head = header ?? readHeader(last, refuse);
  const end = readEnd(last, refuse);
  sums.compare(end);
  if (sha256.digest('hex') !== end.sha256)
    refuse('is damaged: its lines are not those that were written, or in another order');
  return sourceOf(path, head, start, end, refuse);
}

function sourceOf(path: string, header: Header, start: number, end: End, refuse: Refuse): CopySource {
  const rowsFrom = async function* (place: number) {
    for await (const lines of linesOf(path, place, refuse)) {
      for (const line of lines) {
        if (!isEnd(line)) yield { ...readRow(line, header, refuse), end: line.end };
      }
    }
  };
  const sums = new Map(end.parts.map((part) => [nameOf(part), part]));
  const scope = header.account?.id ?? wholeServer;
  const accounts = [...new Set(end.parts.map((part) => part.account))].filter((account) => account !== wholeServer);
  const ofAccounts = accounts.flatMap((account) => accountTables.map((table) => ({ table, account })));
  return {
    name: `the archive with sha256 ${end.sha256}`,
    account: header.account,
    parts: [{ table: integrationTable, account: scope }, ...ofAccounts],
    rows: end.rows,
    async integrations() {
      const found: Row[] = [];
      for await (const { part, row } of rowsFrom(start)) {
        if (part.table !== integrationTable) break;
        found.push(row);
      }
      return found;
    },
    async *batches(place, limit = batchRows) {
      let batch: Batch | undefined;
      let rows: Row[] = [];
      for await (const { part, row, end } of rowsFrom(place === '' ? start : Number(place))) {
        if (part.table === integrationTable) continue;
        if (batch && (rows.length >= limit || nameOf(batch.part) !== nameOf(part))) {
          yield batch;
          rows = [];
        }
        rows.push(row);
        batch = { part, rows, place: String(end) };
      }
      if (batch && rows.length > 0) yield batch;
    },
    sum: async (part) => sums.get(nameOf(part)) ?? noRows,
  };
}

/** What the lines add up to, and whether they come in their order. */
class ArchiveSums {
  readonly #refuse: Refuse;
  readonly #sums = new Map<string, Part & { readonly checksum: Checksum }>();
  #last: Part | undefined;

  constructor(refuse: Refuse) {
    this.#refuse = refuse;
  }

  add(line: Line, { part }: { readonly part: Part }): void {
    let sum = this.#sums.get(nameOf(part));
    if (sum === undefined) {
      if (this.#last && !isBefore(this.#last, part))
        this.#refuse(`is damaged: line ${line.number} is not in its place`);
      sum = { ...part, checksum: new Checksum() };
      this.#sums.set(nameOf(part), sum);
    } else if (this.#last !== undefined && nameOf(this.#last) !== nameOf(part)) {
      this.#refuse(`is damaged: line ${line.number} is not in its place`);
    }
    this.#last = part;
    sum.checksum.add(line.bytes.toString());
  }

  compare({ parts }: End): void {
    const written = parts.map((part) => JSON.stringify([part.account, part.table, part.rows, part.checksum]));
    const found = [...this.#sums.values()].map(({ account, table, checksum }) =>
      JSON.stringify([account, table, checksum.sum.rows, checksum.sum.checksum]),
    );
    const wrong = found.findIndex((sum, index) => sum !== written[index]);
    const part = wrong < 0 ? parts[found.length] : [...this.#sums.values()][wrong];
    if (part)
      this.#refuse(`is damaged: the rows of ${part.table} of account ${part.account} are not those that were written`);
  }
}

function isBefore(one: Part, other: Part): boolean {
  const rank = ({ table }: Part) => (accountTables as readonly string[]).indexOf(table);
  if (one.table === integrationTable) return true;
  if (other.table === integrationTable) return false;
  return one.account === other.account ? rank(one) < rank(other) : one.account < other.account;
}

function nameOf({ account, table }: Part): string {
  return `${account} ${table}`;
}

function columnsOfTables(): Header['tables'] {
  return Object.fromEntries([...findTables()].map(([name, { columns }]) => [name, Object.keys(columns)]));
}

function readHeader(line: Line, refuse: Refuse): Header {
  const header = parse(line) as Partial<Header> | undefined;
  if (header?.format !== format || typeof header.version !== 'number') return refuse('is no archive of Kontora');
  if (header.version > version) {
    return refuse(`is an archive of version ${header.version}, this program knows ${version}: use a newer Kontora`);
  }
  const schema = findSchemaVersion();
  if (header.schema !== schema) {
    const need = Number(header.schema) > schema ? 'a newer Kontora' : 'the Kontora that made it';
    return refuse(`is of schema version ${header.schema}, this program of ${schema}: import it with ${need}`);
  }
  const { account } = header;
  const isKnown =
    account === null ||
    (Number.isSafeInteger(account?.id) && account!.id > 0 && typeof account?.subdomain === 'string');
  if (!isKnown || JSON.stringify(header.tables) !== JSON.stringify(columnsOfTables())) {
    return refuse('is damaged: its first line is not as this program writes it');
  }
  return header as Header;
}

function readEnd(line: Line, refuse: Refuse): End {
  const { end } = (parse(line) ?? {}) as { readonly end?: Partial<End> };
  if (typeof end?.sha256 !== 'string' || typeof end.rows !== 'number' || !Array.isArray(end.parts)) {
    return refuse('is cut off: its last line is missing');
  }
  return end as End;
}

function readRow(line: Line, header: Header, refuse: Refuse): { readonly part: Part; readonly row: Row } {
  const { table: name = '', row } = (parse(line) ?? {}) as { readonly table?: string; readonly row?: Row };
  const table = findTables().get(name);
  const types = Object.values(table?.columns ?? {});
  const isSound =
    table !== undefined &&
    Array.isArray(row) &&
    row.length === types.length &&
    row.every((value, index) => isOf(types[index]!, value));
  if (!isSound) return refuse(`is damaged in line ${line.number}`);
  const scope = header.account?.id ?? wholeServer;
  const account = table.account === null ? scope : row[Object.keys(table.columns).indexOf(table.account)];
  if (typeof account !== 'number' || (scope !== wholeServer && account !== scope)) {
    return refuse(`is damaged: line ${line.number} is of another account`);
  }
  return { part: { table: name, account }, row };
}

function isOf(type: ColumnType, value: unknown): boolean {
  return value === null || (type === 'integer' ? Number.isSafeInteger(value) : typeof value === 'string');
}

function isEnd({ bytes }: Line): boolean {
  return bytes.subarray(0, 7).toString() === '{"end":';
}

function parse({ bytes }: Line): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

interface Line {
  readonly bytes: Buffer;
  /** Counted from where reading began. */
  readonly number: number;
  /** The place behind its line end, in bytes. */
  readonly end: number;
}

/** The lines of a file from a place on, as many at a time as are read at once. */
async function* linesOf(path: string, start: number, refuse: Refuse): AsyncGenerator<Line[], void> {
  let rest: Buffer[] = [];
  let length = 0;
  let end = start;
  let number = 0;
  const newLine = (bytes: Buffer): Line => {
    const whole = rest.length > 0 ? Buffer.concat([...rest, bytes]) : bytes;
    [rest, length] = [[], 0];
    number += 1;
    end += whole.length + 1;
    return { bytes: whole, number, end };
  };
  for await (const chunk of createReadStream(path, { start, highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const lines: Line[] = [];
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      lines.push(newLine(chunk.subarray(from, at)));
      from = at + 1;
    }
    rest.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > maxLine) refuse('is no archive of Kontora: it has a line without end');
    if (lines.length > 0) yield lines;
  }
  if (length > 0) yield [newLine(Buffer.alloc(0))];
}
