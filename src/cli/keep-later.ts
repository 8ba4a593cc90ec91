import type { Keep } from '../crm/documents.ts';
import type { KindName } from '../crm/entity.ts';

/** Milliseconds without a request after which there is time for this. */
const quietMs = 50;
/** Records at a time, so that a request that comes meanwhile waits for a few milliseconds at most. */
const atATime = 100;
/** More records than this are left to who reads them. */
const most = 50_000;

/** Milliseconds between two portions, in which a request may come in between. */
const pauseMs = 1;

/** Makes documents: of records that somebody wanted now, of those that were only written once nothing else is to be done. */
export class KeepLater {
  readonly #keep: (...args: Parameters<Keep>) => Promise<void>;
  readonly #waiting = new Map<string, { account: number; kind: KindName; ids: Set<number> }>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #isWanted = false;
  #count = 0;

  constructor(keep: (...args: Parameters<Keep>) => Promise<void>) {
    this.#keep = keep;
  }

  /** `isWanted`: somebody has asked for them, and may again. */
  add(account: number, kind: KindName, ids: readonly number[], isWanted: boolean): void {
    if (this.#count + ids.length > most) return;
    const key = `${account} ${kind}`;
    const waiting = this.#waiting.get(key) ?? { account, kind, ids: new Set() };
    this.#waiting.set(key, waiting);
    const before = waiting.ids.size;
    for (const id of ids) waiting.ids.add(id);
    this.#count += waiting.ids.size - before;
    const isSet = this.#timer !== undefined && this.#isWanted;
    this.#isWanted ||= isWanted;
    if (!isSet) this.#wait();
  }

  /** Call when something else has begun. */
  rest(): void {
    if (this.#timer !== undefined && !this.#isWanted) this.#wait();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #wait(ms = this.#isWanted ? pauseMs : quietMs): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => this.#next(), ms);
  }

  #next(): void {
    this.#timer = undefined;
    const [entry] = this.#waiting;
    if (entry === undefined) {
      this.#isWanted = false;
      return;
    }
    const [key, { account, kind, ids }] = entry;
    const some: number[] = [];
    for (const id of ids) {
      if (some.length === atATime) break;
      some.push(id);
      ids.delete(id);
    }
    if (ids.size === 0) this.#waiting.delete(key);
    this.#count -= some.length;
    this.#keep(account, kind, some)
      // What is not kept is made by who reads it.
      .catch(() => undefined)
      .finally(() => this.#wait(pauseMs));
  }
}
