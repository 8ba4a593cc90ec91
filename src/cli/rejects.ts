import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { UsageError } from '../config.ts';
import { refusedTitle } from '../v2/import-titles.ts';
import { maxLine } from '../v2/ndjson.ts';
import type { DataFile } from './data-file.ts';

/** A line of the data file that was refused. */
export interface Reject {
  readonly from: number;
  readonly to: number;
  readonly number: number;
  readonly reason: string;
  /** How many cells it has; of a line of NDJSON, whether it is an object. 0: it could not be read. */
  readonly cells: number;
}

/** The header of a CSV file. */
export interface Header {
  readonly from: number;
  readonly to: number;
  readonly cells: number;
}

/**
 * The file of refused lines, as they stand in the data file and each with its reason. It can be put right and imported like the first one.
 * It is made with the first of them. A line is written to it when the store knows of it for good: `size` is what the store believes to be
 * in it.
 */
export class Rejects {
  readonly path: string;
  readonly #data: DataFile;
  readonly #header: Header | undefined;
  #file: FileHandle | undefined;
  #size: number;

  private constructor(path: string, data: DataFile, header: Header | undefined, size: number) {
    this.path = path;
    this.#data = data;
    this.#header = header;
    this.#size = size;
  }

  /** @param size of what is in it already. @throws UsageError */
  static async open(path: string, data: DataFile, header: Header | undefined, size: number): Promise<Rejects> {
    const rejects = new Rejects(path, data, header, size);
    if (size > 0) {
      const file = existsSync(path) ? await open(path, 'r+') : undefined;
      const there = (await file?.stat())?.size ?? 0;
      if (file === undefined || there < size) {
        await file?.close();
        throw new UsageError(
          `${path} holds what was refused so far, and is not as it was: put it back, or begin anew by --restart`,
        );
      }
      // What is behind was written for a transaction that did not come about.
      await file.truncate(size);
      rejects.#file = file;
    }
    return rejects;
  }

  get size(): number {
    return this.#size;
  }

  async add(list: readonly Reject[]): Promise<void> {
    if (list.length === 0) return;
    this.#file ??= await open(this.path, 'w', 0o600);
    const source = await open(this.#data.path);
    try {
      const parts: Buffer[] = this.#size === 0 ? await this.#top(source) : [];
      for (const reject of list) parts.push(await this.#render(source, reject));
      const bytes = Buffer.concat(parts);
      await this.#file.write(bytes, 0, bytes.length, this.#size);
      await this.#file.datasync();
      this.#size += bytes.length;
    } finally {
      await source.close();
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async #top(source: FileHandle): Promise<Buffer[]> {
    const mark = Buffer.from(this.#data.start > 0 ? '\ufeff' : '');
    if (this.#header === undefined) return [mark];
    return [mark, await this.#withCell(source, this.#header, this.#header.cells, refusedTitle)];
  }

  #render(source: FileHandle, reject: Reject): Promise<Buffer> {
    return this.#header === undefined
      ? this.#withKey(source, reject)
      : this.#withCell(source, reject, this.#header.cells, reject.reason);
  }

  /** The row as it stands, filled up to the width of the header, and a cell behind it. */
  async #withCell(source: FileHandle, row: Pick<Reject, 'from' | 'to' | 'cells'>, width: number, text: string) {
    const { delimiter } = this.#data;
    let raw = (await readBytes(source, row)).replace(/^[\r\n]+|[\r\n]+$/g, '');
    let { cells } = row;
    if (cells === 0) {
      // Its quotes might take what follows for a part of it.
      raw = quote(raw.slice(0, maxShown));
      cells = 1;
    }
    const fill = delimiter.repeat(Math.max(0, width - cells) + 1);
    return Buffer.concat([Buffer.from(raw + fill, 'latin1'), this.#encode(`${quote(text)}\r\n`)]);
  }

  /** The object as it stands, and a key in it. */
  async #withKey(source: FileHandle, reject: Reject): Promise<Buffer> {
    const reason = `"import_error":${JSON.stringify(reject.reason)}`;
    if (reject.cells === 0) {
      const isLong = reject.to - reject.from > maxLine;
      const line = isLong
        ? ''
        : Buffer.from(await readBytes(source, reject), 'latin1')
            .toString()
            .trim();
      return this.#encode(`{${reason},"line":${JSON.stringify(line)},"from":${reject.from},"to":${reject.to}}\n`);
    }
    const raw = (await readBytes(source, reject)).trim();
    const inside = raw.slice(0, -1).trimEnd();
    const comma = inside.endsWith('{') ? '' : ',';
    return Buffer.concat([Buffer.from(inside + comma, 'latin1'), this.#encode(`${reason}}\n`)]);
  }

  #encode(text: string): Buffer {
    return this.#data.encoding === 'utf-8' ? Buffer.from(text) : encodeWindows1251(text);
  }
}

/** Characters of a line that cannot be read. */
const maxShown = 10_000;

/** Each byte as a character. */
async function readBytes(file: FileHandle, { from, to }: Pick<Reject, 'from' | 'to'>): Promise<string> {
  const length = Math.min(to - from, 2 * maxLine);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
  return buffer
    .subarray(0, bytesRead)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

let bytesOf: ReadonlyMap<string, number> | undefined;

/** What the encoding has not is `?`. */
function encodeWindows1251(text: string): Buffer {
  const decoder = new TextDecoder('windows-1251');
  bytesOf ??= new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(new Uint8Array([byte])), byte]));
  const known = bytesOf;
  return Buffer.from([...text].map((character) => known.get(character) ?? 63));
}
