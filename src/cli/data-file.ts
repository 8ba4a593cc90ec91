import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { UsageError } from '../config.ts';
import { type Decode, decoderOf } from '../v2/ndjson.ts';

export const formats = ['ndjson', 'csv'] as const;
export const encodings = ['utf-8', 'windows-1251'] as const;
export const delimiters = [';', ','] as const;
export type Format = (typeof formats)[number];
export type Encoding = (typeof encodings)[number];
export type Delimiter = (typeof delimiters)[number];

/** A file of items, as far as it can be told without reading them. */
export interface DataFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Where the text begins: behind a byte order mark. */
  readonly start: number;
  readonly sha256: string;
  readonly format: Format;
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
  /** Undefined: these bytes are no text of the file's encoding. */
  readonly decode: Decode;
}

export interface Told {
  readonly format?: Format | undefined;
  readonly encoding?: Encoding | undefined;
  readonly delimiter?: Delimiter | undefined;
}

const chunkSize = 1024 * 1024;
const archiveStart = '{"format":"kontora-archive"';

/** Reads the whole file once: what it is can then be said for sure, and the same file is known again. @throws UsageError */
export async function inspectFile(path: string, told: Told): Promise<DataFile> {
  const head = await readHead(path);
  if (isArchiveHead(head)) throw new UsageError(`${path} is an archive: import it without --kind`);
  if (head[0] === 0xff && head[1] === 0xfe) throw new UsageError(`${path} is in UTF-16: save it in UTF-8`);
  const hash = createHash('sha256');
  const counter = new Utf8Counter();
  let size = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: chunkSize }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    counter.add(chunk);
    size += chunk.length;
  }
  const hasMark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
  const encoding = told.encoding ?? (hasMark || counter.looksLikeUtf8 ? 'utf-8' : 'windows-1251');
  const start = hasMark ? 3 : 0;
  const decode = decoderOf(encoding);
  const text = head.subarray(start).toString('latin1').trimStart();
  if (told.format === undefined && text.startsWith('[')) {
    throw new UsageError(`${path} is one list: put each item on a line of its own, as by jq -c '.[]'`);
  }
  const format = told.format ?? (text.startsWith('{') ? 'ndjson' : 'csv');
  const delimiter = told.delimiter ?? findDelimiter(text);
  return { path, size, start, sha256: hash.digest('hex'), format, encoding, delimiter, decode };
}

/** Whether the file is what `kontora export` writes. @throws UsageError if there is none */
export async function isArchive(path: string): Promise<boolean> {
  return isArchiveHead(await readHead(path));
}

function isArchiveHead(head: Buffer): boolean {
  return head.subarray(0, archiveStart.length).toString('latin1') === archiveStart;
}

/** @throws UsageError */
async function readHead(path: string): Promise<Buffer> {
  try {
    // A folder, or a pipe, cannot be read from a place on.
    if (!(await stat(path)).isFile()) throw new UsageError(`${path} is no file`);
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(chunkSize), 0, chunkSize, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    const isNone = ['ENOENT', 'EACCES', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    throw isNone ? new UsageError((error as Error).message) : error;
  }
}

/** The one that stands in the header more often, outside of quotes. */
function findDelimiter(text: string): Delimiter {
  let isQuoted = false;
  const counts = { ';': 0, ',': 0 };
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && character === '\n') break;
    else if (!isQuoted && (character === ';' || character === ',')) counts[character] += 1;
  }
  return counts[','] > counts[';'] ? ',' : ';';
}

/**
 * Text of another encoding is hardly ever UTF-8, and a file in UTF-8 may have a damaged place: what there is more of tells. Counted are
 * characters outside of ASCII, and bytes that are part of none.
 */
export class Utf8Counter {
  #valid = 0;
  #invalid = 0;
  /** Bytes that the character at hand still lacks, and those of it that were there. */
  #missing = 0;
  #seen = 0;

  get looksLikeUtf8(): boolean {
    return this.#invalid + this.#seen <= this.#valid;
  }

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at]!;
      if (this.#missing > 0) {
        if (byte >= 0x80 && byte < 0xc0) {
          this.#seen += 1;
          this.#missing -= 1;
          if (this.#missing === 0) {
            this.#valid += 1;
            this.#seen = 0;
          }
          continue;
        }
        this.#invalid += this.#seen;
        this.#missing = 0;
        this.#seen = 0;
      }
      if (byte < 0x80) continue;
      this.#missing = lengthOf(byte) - 1;
      if (this.#missing > 0) this.#seen = 1;
      else this.#invalid += 1;
    }
  }
}

/** Bytes of the character that this one begins; 1 if it begins none. */
function lengthOf(byte: number): number {
  if (byte >= 0xc2 && byte < 0xe0) return 2;
  if (byte >= 0xe0 && byte < 0xf0) return 3;
  return byte >= 0xf0 && byte < 0xf5 ? 4 : 1;
}
