import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Limits } from './limits.ts';
import { type Answer, overloaded, type StreamedRequest } from './request.ts';

/** Bytes of an answer that wait for a client who sends all of his body before he reads. A client who reads at once needs none of it. */
const waiting = 16 * 1024 * 1024;
/** A client who neither sends nor takes anything for so long has gone, in milliseconds. */
const patience = 120_000;

/** The requests of one server whose bodies are read as they come. */
export class Streams {
  readonly #open = new Set<FastifyRequest['raw']>();
  readonly #sockets = new WeakSet<Socket>();
  readonly #most: number;

  /** When the server closes they end after what they are at: their clients know what was acknowledged. */
  constructor(app: FastifyInstance, { imports }: Pick<Limits, 'imports'>) {
    this.#most = imports;
    app.addHook('preClose', async () => {
      for (const raw of this.#open) raw.destroy();
    });
  }

  /** Whether a connection has such a request: the time within which others have to have come says nothing of it. */
  has(socket: Socket): boolean {
    return this.#sockets.has(socket);
  }

  /**
   * Answers with lines, the first of which may go out before the body has come. Nobody else may read the body.
   * @param headers of the answer
   * @param failed what an error looks like, as the last line
   */
  async answer(
    { raw }: FastifyRequest,
    reply: FastifyReply,
    headers: Readonly<Record<string, string>>,
    handle: (body: StreamedRequest['stream']) => Promise<AsyncIterable<Uint8Array>>,
    failed: (error: unknown) => Answer,
  ): Promise<FastifyReply> {
    const lines = await handle(raw);
    const { socket } = raw;
    if (this.#open.size >= this.#most) throw overloaded();
    this.#open.add(raw);
    this.#sockets.add(socket);
    raw.setTimeout(patience, () => raw.destroy());
    const end = () => {
      this.#open.delete(raw);
      this.#sockets.delete(socket);
    };
    async function* all(): AsyncGenerator<Uint8Array> {
      try {
        yield* lines;
      } catch (error) {
        // Of a client who has gone there is nobody to tell.
        if (raw.complete || !raw.destroyed) yield Buffer.concat([failed(error).body, lineFeed]);
      } finally {
        end();
      }
    }
    const body = Readable.from(all(), { objectMode: false, highWaterMark: waiting });
    return reply
      .code(200)
      .headers({ ...headers, 'Content-Type': 'application/x-ndjson' })
      .send(body);
  }
}

const lineFeed = Buffer.from('\n');
