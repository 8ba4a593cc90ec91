import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** Bytes of a log that is worth a thread. It does not become shorter. */
const large = 8 * 1024 * 1024;

/**
 * Has the write-ahead log taken over by a thread of its own. A batch of random records leaves thousands of pages in it, and who writes
 * would spend as much time on them as on writing. Should it not keep up, SQLite has the writer help (`wal_autocheckpoint`).
 */
export class Checkpoints {
  readonly #folder: string;
  #thread: Worker | undefined;
  #ended: Promise<void> | undefined;
  #isBusy = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Call when something was written. */
  note(): void {
    if (this.#isBusy) return;
    this.#thread ??= this.#start();
    if (this.#thread === undefined) return;
    this.#isBusy = true;
    this.#thread.postMessage(false);
  }

  /** What is being taken over is finished first. */
  async stop(): Promise<void> {
    this.#thread?.postMessage(true);
    await this.#ended;
  }

  #start(): Worker | undefined {
    const log = statSync(`${this.#folder}/kontora.db-wal`, { throwIfNoEntry: false });
    if ((log?.size ?? 0) < large) return undefined;
    const thread = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), { workerData: this.#folder });
    thread.on('message', () => {
      this.#isBusy = false;
    });
    // Where it fails, the writer does it alone.
    thread.on('error', () => undefined);
    this.#ended = new Promise((resolve) => thread.once('exit', () => resolve()));
    return thread;
  }
}
