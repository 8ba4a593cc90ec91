import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Shot } from './draw.ts';

export interface Answer {
  readonly status: number;
  /** Names in small letters; of several with one name the last. */
  readonly headers: ReadonlyMap<string, string>;
  /** All that came, for what is looked for in it. */
  readonly head: string;
  readonly body: Buffer;
}

export interface Received {
  readonly answers: readonly Answer[];
  /** What is wrong with the bytes themselves. */
  readonly fault?: string | undefined;
  /** What came of an answer that is not whole, for whoever looks for the reason. */
  readonly rest: Buffer;
}

/** Within it each answer has to be there, in milliseconds. */
const patience = 30_000;
/** For those that may have none. */
const short = 300;

/** One connection after the other to a server, for one request at a time. */
export class Connection {
  readonly #port: number;
  #socket: Socket | undefined;
  #reader = new Reader();
  #changed: () => void = () => undefined;

  constructor(port: number) {
    this.#port = port;
  }

  async send(shot: Shot): Promise<Received> {
    const socket = this.#open();
    this.#reader.begin(shot.isHead);
    await write(socket, shot);
    const wanted = shot.transport === 'pipelined' ? Number.POSITIVE_INFINITY : 1;
    await this.#until(() => this.#reader.answers.length >= wanted, shot.isWhole ? patience : short);
    const { answers, fault, rest } = this.#reader;
    const received = { answers, fault, rest };
    const isOver = received.answers.some(({ headers }) => /close/i.test(headers.get('connection') ?? ''));
    if (shot.transport !== 'plain' || isOver || received.fault || received.answers.length === 0) this.close();
    return received;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #open(): Socket {
    if (this.#socket && !this.#socket.destroyed) return this.#socket;
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    const reader = new Reader();
    this.#reader = reader;
    socket.on('data', (bytes) => {
      reader.take(bytes);
      this.#changed();
    });
    socket.on('error', () => undefined);
    socket.on('end', () => {
      reader.end();
      socket.destroy();
    });
    socket.on('close', () => this.#changed());
    this.#socket = socket;
    return socket;
  }

  async #until(isDone: () => boolean, milliseconds: number): Promise<void> {
    const socket = this.#socket;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#changed = () => {
        if (!isDone() && this.#reader.fault === undefined && !socket?.destroyed) return;
        clearTimeout(timer);
        resolve();
      };
      this.#changed();
    });
    this.#changed = () => undefined;
  }
}

async function write(socket: Socket, { transport, bytes }: Shot): Promise<void> {
  switch (transport) {
    case 'slow':
    case 'split': {
      const [count, pause] = transport === 'slow' ? [10, 50] : [3, 1];
      const size = Math.ceil(bytes.length / count);
      for (let start = 0; start < bytes.length && socket.writable; start += size) {
        socket.write(bytes.subarray(start, start + size));
        await sleep(pause);
      }
      return;
    }
    case 'half':
      socket.end(bytes);
      return;
    case 'abort':
      socket.write(bytes.subarray(0, Math.ceil(bytes.length * 0.7)));
      await sleep(2);
      socket.destroy();
      return;
    default:
      socket.write(bytes);
  }
}

const headEnd = Buffer.from('\r\n\r\n');
const none = Buffer.alloc(0);

/** Reads answers from bytes as they come, strictly. */
class Reader {
  answers: Answer[] = [];
  fault: string | undefined;
  #bytes: Buffer = none;
  #isHead = false;
  #hasEnded = false;

  get rest(): Buffer {
    return this.#bytes;
  }

  begin(isHead: boolean): void {
    this.#isHead = isHead;
    this.answers = [];
    if (this.#bytes.length > 0) this.fault ??= 'bytes behind an answer';
  }

  take(bytes: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
    while (this.#bytes.length > 0 && this.fault === undefined && this.#readOne());
  }

  /** What has no length is over then, if it said so. */
  end(): void {
    this.#hasEnded = true;
    while (this.#bytes.length > 0 && this.fault === undefined && this.#readOne());
    if (this.#bytes.length > 0) this.fault ??= 'closed within an answer';
  }

  #readOne(): boolean {
    const end = this.#bytes.indexOf(headEnd);
    if (end < 0) return false;
    const head = this.#bytes.toString('latin1', 0, end);
    const [statusLine = '', ...lines] = head.split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
    const headers = new Map<string, string>();
    for (const line of lines) {
      const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+): ?([^\0\r\n]*)$/.exec(line) ?? [];
      if (name === undefined) return this.#fail(`a header ${JSON.stringify(line)}`);
      headers.set(name.toLowerCase(), value!);
    }
    if (!(status >= 100)) return this.#fail(`a status line ${JSON.stringify(statusLine)}`);
    const start = end + headEnd.length;
    if (status < 200) {
      this.#bytes = this.#bytes.subarray(start);
      return true;
    }
    // Of a head that cannot be read nobody knows that it was a HEAD: src/http/unreadable.ts.
    const hasBody = !this.#isHead || statusLine === 'HTTP/1.1 400 Error';
    const found = hasBody ? this.#readBody(status, headers, start) : { body: none, end: start };
    if (found === undefined) return false;
    this.answers.push({ status, headers, head, body: found.body });
    this.#bytes = this.#bytes.subarray(found.end);
    return true;
  }

  #readBody(
    status: number,
    headers: ReadonlyMap<string, string>,
    start: number,
  ): { body: Buffer; end: number } | undefined {
    if (status === 204 || status === 304) return { body: none, end: start };
    const length = headers.get('content-length');
    if (length !== undefined) {
      if (!/^\d+$/.test(length)) this.#fail(`Content-Length ${length}`);
      const end = start + Number(length);
      return end <= this.#bytes.length ? { body: this.#bytes.subarray(start, end), end } : undefined;
    }
    if (headers.get('transfer-encoding') === 'chunked') return this.#readChunks(start);
    if (headers.get('connection') === 'close') {
      return this.#hasEnded ? { body: this.#bytes.subarray(start), end: this.#bytes.length } : undefined;
    }
    this.#fail('a body without a length');
    return undefined;
  }

  #readChunks(start: number): { body: Buffer; end: number } | undefined {
    const parts: Buffer[] = [];
    for (let at = start; ; ) {
      const lineEnd = this.#bytes.indexOf('\r\n', at);
      if (lineEnd < 0) return undefined;
      const size = Number.parseInt(this.#bytes.toString('latin1', at, lineEnd), 16);
      const end = lineEnd + 2 + size;
      if (end + 2 > this.#bytes.length) return undefined;
      if (size === 0) return { body: Buffer.concat(parts), end: end + 2 };
      parts.push(this.#bytes.subarray(lineEnd + 2, end));
      at = end + 2;
    }
  }

  #fail(fault: string): false {
    this.fault ??= fault;
    return false;
  }
}
