import { batchSize } from './import-batch.ts';
import { maxLine } from './ndjson.ts';

/** Whole lines of a stream. */
export interface Part {
  readonly bytes: Uint8Array;
  /** How many, blank ones included. */
  readonly lines: number;
}

/** Bytes of a part. */
const maxPart = 4 * 1024 * 1024;
const lineFeed = 10;

/** Cuts a stream into parts of as many lines as a batch has, without looking into them. Of a line that is too long so much is left that it is. */
export async function* readParts(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Part> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  let lines = 0;
  /** Bytes of the line that has not ended yet. */
  let open = 0;

  const add = (piece: Uint8Array): void => {
    const left = piece.subarray(0, Math.max(0, maxLine + 1 - open));
    open += piece.length;
    size += left.length;
    pieces.push(left);
  };
  const take = (): Part => {
    const part = { bytes: Buffer.concat(pieces), lines };
    [pieces, size, lines] = [[], 0, 0];
    return part;
  };

  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const feed = chunk.indexOf(lineFeed, at);
      const stop = feed < 0 ? chunk.length : feed;
      add(chunk.subarray(at, stop));
      at = stop;
      if (feed < 0) break;
      pieces.push(end);
      at += 1;
      size += 1;
      lines += 1;
      open = 0;
      if (lines === batchSize || size >= maxPart) yield take();
    }
  }
  if (open > 0) lines += 1;
  if (lines > 0) yield take();
}

const end = new Uint8Array([lineFeed]);
