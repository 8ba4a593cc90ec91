import type { Keep } from '../crm/documents.ts';
import type { KindName } from '../crm/entity.ts';

/** Milliseconds without a request after which there is time for this. */
const quietMs = 50;
/** Records at a time, so that a request that comes meanwhile waits for a few milliseconds at most. */
const atATime = 100;
/** More records than this are left to who reads them. */
const most = 50_000;

/** Makes documents of records that were written, once nothing else is to be done. */
export class KeepLater {
  readonly #keep: (...args: Parameters<Keep>) => Promise<void>;
  readonly #waiting = new Map<string, { account: number; kind: KindName; ids: Set<number> }>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #count = 0;

  constructor(keep: (...args: Parameters<Keep>) => Promise<void>) {
    this.#keep = keep;
  }

  add(account: number, kind: KindName, ids: readonly number[]): void {
    if (this.#count + ids.length > most) return;
    const key = `${account} ${kind}`;
    const waiting = this.#waiting.get(key) ?? { account, kind, ids: new Set() };
    this.#waiting.set(key, waiting);
    for (const id of ids) waiting.ids.add(id);
    this.#count += ids.length;
    this.#wait(quietMs);
  }

  /** Call when something else has begun. */
  rest(): void {
    if (this.#timer !== undefined) this.#wait(quietMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => this.#next(), ms);
  }

  #next(): void {
    this.#timer = undefined;
    const [entry] = this.#waiting;
    if (entry === undefined) return;
    const [key, { account, kind, ids }] = entry;
    const some: number[] = [];
    for (const id of ids) {
      if (some.length === atATime) break;
      some.push(id);
      ids.delete(id);
    }
    if (ids.size === 0) this.#waiting.delete(key);
    this.#count = Math.max(0, this.#count - some.length);
    this.#keep(account, kind, some)
      // What is not kept is made by who reads it.
      .catch(() => undefined)
      .finally(() => this.#waiting.size > 0 && this.#wait(1));
  }
}
