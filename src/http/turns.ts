import type { Limits } from './limits.ts';
import { overloaded } from './request.ts';

interface Waiting {
  readonly begin: () => void;
  readonly refuse: () => void;
  readonly isGone: () => boolean;
}

/** So many works at a time; the others wait in their order, up to so many and for so long. */
export class Turns {
  readonly #atOnce: number;
  readonly #limits: Pick<Limits, 'waiting' | 'waitingSeconds'>;
  readonly #queue = new Set<Waiting>();
  #running = 0;

  constructor(atOnce: number, limits: Pick<Limits, 'waiting' | 'waitingSeconds'>) {
    this.#atOnce = atOnce;
    this.#limits = limits;
  }

  get isFull(): boolean {
    return this.#queue.size >= this.#limits.waiting;
  }

  /** @param isGone whether nobody waits for it any more: then it is not begun. @throws HttpError 503 if it was not begun */
  async take<T>(work: () => Promise<T>, isGone: () => boolean): Promise<T> {
    if (this.#running >= this.#atOnce) {
      if (this.isFull) throw overloaded();
      await this.#wait(isGone, this.#limits.waitingSeconds);
    } else this.#running += 1;
    return this.#run(work);
  }

  /** The same for a part of something that was begun: it is never refused. */
  async takeOn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce) await this.#wait(() => false);
    else this.#running += 1;
    return this.#run(work);
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  #wait(isGone: () => boolean, seconds?: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        isGone,
        begin: () => {
          clearTimeout(timer);
          resolve();
        },
        refuse: () => {
          clearTimeout(timer);
          this.#queue.delete(waiting);
          reject(overloaded());
        },
      };
      const timer = seconds === undefined ? undefined : setTimeout(waiting.refuse, seconds * 1000);
      this.#queue.add(waiting);
    });
  }

  /** Who is next takes the place of who has ended. */
  #next(): void {
    for (const waiting of this.#queue) {
      this.#queue.delete(waiting);
      if (waiting.isGone()) waiting.refuse();
      else {
        waiting.begin();
        return;
      }
    }
    this.#running -= 1;
  }
}
