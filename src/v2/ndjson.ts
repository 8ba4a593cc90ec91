/** A line of a stream of bytes. `text` undefined: it is too long, or its bytes are no text. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Where it begins, and where the next one does, in bytes. */
  readonly from: number;
  readonly to: number;
  readonly text: string | undefined;
  readonly isTooLong: boolean;
}

/** Undefined: not in that encoding. */
export type Decode = (bytes: Uint8Array) => string | undefined;

/** Bytes of a line: an item of any sense is far smaller, and a file without line feeds must not fill the memory. */
export const maxLine = 1024 * 1024;

export interface LineParts {
  readonly decode: Decode;
  /** The place of the stream's first byte, and the number of its first line. */
  readonly from?: number;
  readonly number?: number;
}

/** The lines of a stream, a list for each of its chunks. Blank ones are passed over, but count. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  { decode, from = 0, number = 1 }: LineParts,
): AsyncGenerator<Line[]> {
  let [start, line] = [from, number];
  let end = from;
  let pieces: Uint8Array[] = [];
  let held = 0;

  const hold = (piece: Uint8Array): void => {
    held += piece.length;
    // Of a line that is too long nothing is kept.
    if (held > maxLine) pieces = [];
    else if (piece.length > 0) pieces.push(piece);
  };
  const take = (): Line[] => {
    const isTooLong = held > maxLine;
    const bytes = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    const text = isTooLong ? undefined : withoutMark(decode(bytes), start);
    const taken = { number: line, from: start, to: end, text, isTooLong };
    [pieces, held, start, line] = [[], 0, end, line + 1];
    return taken.text?.trim() === '' ? [] : [taken];
  };

  for await (const chunk of chunks) {
    const lines: Line[] = [];
    for (let at = 0; at < chunk.length; ) {
      const feed = chunk.indexOf(lineFeed, at);
      const stop = feed < 0 ? chunk.length : feed;
      hold(chunk.subarray(at, stop));
      end += stop - at;
      at = stop;
      if (feed < 0) break;
      end += 1;
      at += 1;
      lines.push(...take());
    }
    if (lines.length > 0) yield lines;
  }
  if (held > 0) yield take();
}

const lineFeed = 10;

/** A file may begin with a byte order mark. */
function withoutMark(text: string | undefined, from: number): string | undefined {
  return from === 0 && text?.startsWith('\ufeff') ? text.slice(1) : text;
}

/** @param label as the Encoding standard names it, such as windows-1251 */
export function decoderOf(label: string): Decode {
  const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  return (bytes) => {
    try {
      return decoder.decode(bytes);
    } catch {
      return undefined;
    }
  };
}
