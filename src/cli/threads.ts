import { Worker } from 'node:worker_threads';
import { atMost, type Keep } from '../crm/documents.ts';
import { StoreBusy, StoreFailed, StoreUncertain, type Trouble } from '../crm/store.ts';
import { type Elsewhere, type SentAnswer, type SentRequest, transferable } from '../http/elsewhere.ts';
import type { Failure } from '../http/failure.ts';
import type { SessionWrites } from '../http/session.ts';
import type { ThreadData, ThreadFunctions } from './thread.ts';

/** What a thread is told to do. */
export interface Called {
  readonly call: number;
  readonly name: keyof ThreadFunctions;
  readonly args: readonly unknown[];
}

/** What a thread says: how a call ended, or which documents it found missing. */
export type Reply =
  | { readonly call: number; readonly result: unknown }
  | { readonly call: number; readonly failure: SentFailure }
  /** It has opened the database. */
  | { readonly ready: true }
  | { readonly troubled: Failure }
  | { readonly keep: Parameters<Keep> };

/** An error, whose class does not cross threads. */
interface SentFailure {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly trouble?: Trouble | undefined;
}

/**
 * SQLite answers while the thread waits: so whatever takes longer than a record or a page is done in threads of its own, one that
 * writes and one that reads (docs/adr/0011). Each is started when it is first wanted.
 */
export class Threads implements Elsewhere {
  readonly sessions: SessionWrites;
  readonly #reader: Thread;
  readonly #writer: Thread;

  constructor(data: Omit<ThreadData, 'role'>, onFailure: (error: Error) => void, onTrouble = tellTrouble) {
    const hears = { onFailure, onTrouble };
    const keep = atMost(2, (...args) => this.#writer.call('keep', args));
    this.#reader = new Thread({ ...data, role: 'reader' }, hears, keep);
    this.#writer = new Thread({ ...data, role: 'writer' }, hears, keep);
    this.sessions = {
      addSession: (...args) => this.#writer.call('addSession', args),
      extendSession: (...args) => this.#writer.call('extendSession', args),
      addFailure: (...args) => this.#writer.call('addFailure', args),
      removeFailures: (...args) => this.#writer.call('removeFailures', args),
      setPassword: (...args) => this.#writer.call('setPassword', args),
      usePasswordLink: (...args) => this.#writer.call('usePasswordLink', args),
    };
  }

  /** Starts the thread that writes: something is waiting to be delivered. */
  start(): void {
    this.#writer.start();
  }

  answer(request: SentRequest): Promise<SentAnswer> {
    const thread = request.method === 'GET' && request.by !== undefined ? this.#reader : this.#writer;
    return thread.call('answer', [request], request.body);
  }

  /** How they do, whether they have been started or not. */
  states(): readonly ThreadState[] {
    return [this.#reader.state(), this.#writer.state()];
  }

  /** No further webhook is delivered. */
  async stopWebhooks(): Promise<void> {
    if (this.#writer.isStarted) await this.#writer.call('stopWebhooks', []);
  }

  /** What they are at is finished first. */
  async stop(): Promise<void> {
    await Promise.all([this.#reader.stop(), this.#writer.stop()]);
  }
}

/** `onFailure`: a thread has ended; `onTrouble`: something went wrong that nobody waits for. */
interface ThreadListener {
  onFailure(error: Error): void;
  onTrouble(failure: Failure): void;
}

function tellTrouble(failure: Failure): void {
  console.error('webhooks', failure);
}

export interface ThreadState {
  readonly role: ThreadData['role'];
  /** Calls that have not been answered yet. */
  readonly waiting: number;
  /** Milliseconds for which it has been at work since it was started. */
  readonly busyMs: number;
}

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

class Thread {
  readonly #data: ThreadData;
  readonly #hears: ThreadListener;
  readonly #keep: Keep;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #isReady = false;
  #calls = 0;

  constructor(data: ThreadData, hears: ThreadListener, keep: Keep) {
    this.#data = data;
    this.#hears = hears;
    this.#keep = keep;
  }

  get isStarted(): boolean {
    return this.#worker !== undefined;
  }

  state(): ThreadState {
    const busyMs = this.#worker?.performance.eventLoopUtilization().active ?? 0;
    return { role: this.#data.role, waiting: this.#waiting.size, busyMs };
  }

  start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: this.#data });
    worker.on('message', (reply: Reply) => this.#take(reply));
    worker.on('error', (error) => this.#fail(error));
    this.#worker = worker;
    return worker;
  }

  call<Name extends keyof ThreadFunctions>(
    name: Name,
    args: Parameters<ThreadFunctions[Name]>,
    bytes?: Uint8Array,
  ): ReturnType<ThreadFunctions[Name]> {
    const worker = this.start();
    this.#calls += 1;
    const call = this.#calls;
    const promise = new Promise((resolve, reject) => this.#waiting.set(call, { resolve, reject }));
    worker.postMessage({ call, name, args } satisfies Called, transferable(bytes));
    return promise as ReturnType<ThreadFunctions[Name]>;
  }

  async stop(): Promise<void> {
    if (this.#worker === undefined) return;
    const ended = new Promise((resolve) => this.#worker!.once('exit', resolve));
    await this.call('stop', []);
    await ended;
  }

  /** A database that cannot be opened now is tried again with the next call; what waits is told. */
  #fail(error: Error): void {
    const failed = errorOf(error);
    if (this.#isReady || failed.constructor === Error) {
      this.#hears.onFailure(error);
      return;
    }
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(failed);
    this.#waiting.clear();
  }

  #take(reply: Reply): void {
    if ('ready' in reply) {
      this.#isReady = true;
      return;
    }
    if ('keep' in reply) {
      this.#keep(...reply.keep);
      return;
    }
    if ('troubled' in reply) {
      this.#hears.onTrouble(reply.troubled);
      return;
    }
    const waiting = this.#waiting.get(reply.call)!;
    this.#waiting.delete(reply.call);
    if ('result' in reply) waiting.resolve(reply.result as never);
    else waiting.reject(errorOf(reply.failure));
  }
}

function errorOf({ name, message, stack, trouble }: SentFailure): Error {
  if (trouble !== undefined) return new StoreFailed(trouble, message);
  const Kind = [StoreBusy, StoreUncertain].find((one) => one.name === name) ?? Error;
  return Object.assign(new Kind(message), stack !== undefined && { stack });
}
