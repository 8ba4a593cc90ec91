import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { UsageError } from '../config.ts';
import { type Delimiter, type Encoding, findDelimiter, Utf8Counter } from '../v2/import-text.ts';
import { type Decode, decoderOf } from '../v2/ndjson.ts';

export const formats = ['ndjson', 'csv'] as const;
export type Format = (typeof formats)[number];

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
