import { KontoraError, readProblem } from './error.ts';
import type { Options, Streamed, Transport } from './transport.ts';
import type { ImportedJson, ImportLineJson } from './wire.ts';

export interface ImportOptions extends Options {
  /** A line of the answer for each item that was written, too. */
  ids?: boolean;
  /** The items are of another account: their ids of records say nothing, each is a new one. */
  isNew?: boolean;
}

/** A file of NDJSON, or items. A list goes as a file does; what comes bit by bit is sent so, which browsers do over HTTP/2 alone. */
export type ImportSource<Item> = Blob | Iterable<Item> | AsyncIterable<Item>;

/** Lines of the answer while the items are on their way, the last one with `end`. Nothing is repeated: go on behind the last `line`. */
export async function* importItems<Item>(
  { stream }: Transport,
  path: string,
  source: ImportSource<Item>,
  { ids, isNew, signal }: ImportOptions = {},
): AsyncGenerator<ImportLineJson | ImportedJson, void> {
  const call = { method: 'POST' as const, path, signal };
  const request = `POST ${path}`;
  const sent = bodyOf(source);
  const query = { ...(ids && { with: 'ids' }), ...(isNew && { new: 1 }) };
  try {
    const headers = { 'Content-Type': 'application/x-ndjson' };
    const response = await stream({ ...call, query, headers, body: sent.body });
    for await (const text of linesOf(response.body!)) {
      const line = JSON.parse(text) as ImportLineJson | ImportedJson;
      if (!('line' in line)) throw lastWords(request, line);
      yield line;
      if ('end' in line) return;
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (sent.failure) throw sent.failure.error;
    if (error instanceof KontoraError) throw error;
    throw new KontoraError('The import broke off', { request, status: 0, isUncertain: true, cause: error });
  } finally {
    // Not waited for: the source may be waiting for something itself.
    sent.stop().catch(() => {});
  }
  throw new KontoraError('The import ended without its last line', { request, status: 0, isUncertain: true });
}

/** What was counted before is written, what came later is not. */
function lastWords(request: string, body: object): KontoraError {
  const { message = 'The import failed', code } = readProblem(body);
  return new KontoraError(message, { request, status: (body as { status?: number }).status ?? 0, code });
}

interface SentBody {
  readonly body: Streamed;
  /** Asks the source for nothing more: `fetch` may go on reading a body that nobody waits for. */
  stop(): Promise<void>;
  /** What the source threw. */
  failure?: { error: unknown };
}

function bodyOf(source: ImportSource<unknown>): SentBody {
  if (source instanceof Blob) return { body: source, async stop() {} };
  if (Array.isArray(source)) return { body: new Blob(source.map(lineOf)), async stop() {} };
  const items = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const encoder = new TextEncoder();
  let isOver = false;
  async function nextLines(): Promise<string> {
    let lines = '';
    while (!isOver && lines.length < chunkLength) {
      const { done, value } = await items.next();
      if (done) isOver = true;
      else lines += lineOf(value);
    }
    return lines;
  }
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const lines = await nextLines();
        if (lines !== '') controller.enqueue(encoder.encode(lines));
        if (isOver) controller.close();
      } catch (error) {
        sent.failure = { error };
        controller.error(error);
      }
    },
  });
  const sent: SentBody = {
    body,
    async stop() {
      if (isOver) return;
      isOver = true;
      await items.return?.();
    },
  };
  return sent;
}

/** Items go in pieces of about so many characters. */
const chunkLength = 64 * 1024;

function lineOf(item: unknown): string {
  return `${JSON.stringify(item)}\n`;
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop()!;
      yield* lines;
    }
    if (rest !== '') yield rest;
  } finally {
    await reader.cancel().catch(() => {});
  }
}
