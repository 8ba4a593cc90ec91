import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../crm/account.ts';
import { part } from './connections.ts';
import type { Limits } from './limits.ts';
import { type Answer, HttpError, overloaded, type StreamedRequest } from './request.ts';

/** Bytes of an answer that wait for a client who sends all of his body before he reads. A client who reads at once needs none of it. */
const waiting = 16 * 1024 * 1024;
/** A client who neither sends nor takes anything for so long has gone, in milliseconds. */
const patience = 120_000;

type Raw = FastifyRequest['raw'];

/** The requests of one server whose bodies are read as they come. */
export class Streams {
  /** How to end those that wait for more of a body. */
  readonly #waiting = new Map<Raw, (error: Error) => void>();
  /** Whose they are. */
  readonly #senders = new Map<Socket, Actor>();
  readonly #most: number;
  #isStopping = false;

  /** When the server closes they end after what they are at: their clients know what was acknowledged. */
  constructor(app: FastifyInstance, { imports }: Pick<Limits, 'imports'>) {
    this.#most = imports;
    app.addHook('preClose', async () => {
      this.#isStopping = true;
      for (const end of this.#waiting.values()) end(stopping());
    });
  }

  /** Whether a connection has such a request: the time within which others have to have come says nothing of it. */
  has(socket: Socket): boolean {
    return this.#senders.has(socket);
  }

  /**
   * Answers with lines, the first of which may go out before the body has come. Nobody else may read the body.
   * @param actor who sends it
   * @param headers of the answer
   * @param failed what an error looks like, as the last line
   * @throws HttpError 503 when there are too many
   */
  async answer(
    { raw }: FastifyRequest,
    reply: FastifyReply,
    actor: Actor,
    headers: Readonly<Record<string, string>>,
    handle: (body: StreamedRequest['stream']) => Promise<AsyncIterable<Uint8Array>>,
    failed: (error: unknown) => Answer,
  ): Promise<FastifyReply> {
    const lines = await handle(this.#read(raw));
    const { socket } = raw;
    if (this.#isFullFor(actor)) throw overloaded();
    this.#senders.set(socket, actor);
    reply.raw.once('close', () => this.#senders.delete(socket));
    raw.setTimeout(patience, () => raw.destroy());
    const end = () => {
      if (this.#isStopping) reply.raw.once('finish', () => part(raw));
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

  /** An account has at most half of all, and one of its users half of that: others find room. */
  #isFullFor({ account, user }: Actor): boolean {
    const senders = [...this.#senders.values()];
    const ofAccount = senders.filter((sender) => sender.account.id === account.id);
    const ofUser = ofAccount.filter((sender) => sender.user.id === user.id);
    return (
      senders.length >= this.#most ||
      ofAccount.length >= Math.max(1, Math.floor(this.#most / 2)) ||
      ofUser.length >= Math.max(1, Math.floor(this.#most / 4))
    );
  }

  /** The body; an error, once the server stops: the connection stays for the answer to tell of it. */
  async *#read(raw: Raw): AsyncGenerator<Uint8Array> {
    const chunks: AsyncIterator<Buffer> = raw[Symbol.asyncIterator]();
    try {
      for (;;) {
        if (this.#isStopping) throw stopping();
        const { value, done } = await new Promise<IteratorResult<Buffer>>((resolve, reject) => {
          this.#waiting.set(raw, reject);
          chunks.next().then(resolve, reject);
        }).finally(() => this.#waiting.delete(raw));
        if (done) return;
        yield value;
      }
    } finally {
      if (!this.#isStopping) await chunks.return?.();
    }
  }
}

function stopping(): HttpError {
  return new HttpError(503, 'stopping');
}

const lineFeed = Buffer.from('\n');
