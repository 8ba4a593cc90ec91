import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** What node tells of bytes that its parser could not read. */
interface ParserError extends Error {
  readonly code?: string | undefined;
  /** The piece in which they were. */
  readonly rawPacket?: unknown;
  /** How much of it was read before them. */
  readonly bytesParsed?: number | undefined;
}

const lineFeed = 10;

/**
 * A connection goes on behind bytes that the parser refused: letters like `Ромашка` in an address that its sender has not percent-encoded, as
 * PHP's curl sends an address that is given so. They are encoded in the rest of that line, and the server takes what comes from there on for
 * a new connection. The parser itself has no such leniency.
 */
class Continued extends Duplex {
  readonly #socket: Socket;
  // biome-ignore lint/suspicious/noExplicitAny: each event has arguments of its own
  readonly #listeners: Readonly<Record<string, (...args: any[]) => void>>;
  #isInLine = true;
  #isReleased = false;

  constructor(socket: Socket, first: Buffer) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.#listeners = {
      data: (bytes: Buffer) => {
        if (!this.#take(bytes)) socket.pause();
      },
      end: () => this.push(null),
      error: (error: Error) => this.destroy(error),
      close: () => this.destroy(),
      timeout: () => this.emit('timeout'),
    };
    // The parser lets go of the socket as soon as somebody else wants its data.
    const others = ['data', 'end', 'drain', 'timeout'].map((event) => [event, socket.listeners(event)] as const);
    for (const [event, listener] of Object.entries(this.#listeners)) socket.on(event, listener);
    for (const [event, listeners] of others)
      for (const listener of listeners) socket.removeListener(event, listener as () => void);
    this.#take(first);
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  setTimeout(milliseconds: number): this {
    this.#socket.setTimeout(milliseconds);
    return this;
  }

  /** Lets go of the socket, for whoever continues it next. */
  release(): Socket {
    this.#isReleased = true;
    for (const [event, listener] of Object.entries(this.#listeners)) this.#socket.removeListener(event, listener);
    this.destroy();
    return this.#socket;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#socket.write(bytes, done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#isReleased) this.#socket.destroy();
    done(error);
  }

  #take(bytes: Buffer): boolean {
    if (!this.#isInLine) return this.push(bytes);
    const end = bytes.indexOf(lineFeed);
    this.#isInLine = end < 0;
    return this.push(end < 0 ? encoded(bytes) : Buffer.concat([encoded(bytes.subarray(0, end)), bytes.subarray(end)]));
  }
}

/** Reads requests once more whose addresses had letters as they are. */
export class RawLetters {
  readonly #lastAnswers = new WeakMap<Duplex, ServerResponse>();

  /** Call with each request that was read. */
  takeNote({ socket }: IncomingMessage, response: ServerResponse): void {
    this.#lastAnswers.set(socket, response);
  }

  /** @returns false: that is not what is wrong, or where the request begins is not known any more */
  readAgain(server: Server, socket: Duplex, { code, rawPacket, bytesParsed = 0 }: ParserError): boolean {
    if (code !== 'HPE_INVALID_URL' || !Buffer.isBuffer(rawPacket) || socket.destroyed) return false;
    // What comes next must not overtake an answer that is under way.
    if (this.#lastAnswers.get(socket)?.writableFinished === false) return false;
    const rest = rawPacket.subarray(rawPacket.lastIndexOf(lineFeed, bytesParsed - 1) + 1);
    const line = rest.toString('latin1').split('\n', 1)[0]!;
    if (!/^[A-Z]+ \/[^\0- ]*[\x80-\xff]/.test(line)) return false;
    const inner = socket instanceof Continued ? socket.release() : (socket as Socket);
    server.emit('connection', new Continued(inner, rest));
    return true;
  }
}

function encoded(line: Buffer): Buffer {
  return Buffer.from(line.toString('latin1').replace(/[\x80-\xff]/g, (letter) => encodeByte(letter.charCodeAt(0))));
}

function encodeByte(byte: number): string {
  return `%${byte.toString(16).toUpperCase()}`;
}
