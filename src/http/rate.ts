import type { Limits } from './limits.ts';

/** What becomes of a request. */
export type Verdict = 'taken' | 'too_many_requests' | 'blocked';

/** Whether an account may send one more request now, which then counts. */
export interface RateLimit {
  readonly take: (account: number) => Verdict | Promise<Verdict>;
  /** For answers at once, which only a process has that is alone with its data: false where there is something to be told, nothing is noted. */
  readonly takeIfFree?: (account: number) => boolean;
}

/** Milliseconds of the window; and without a refusal for so long earlier ones are forgotten. */
const windowMs = 1000;
const forgetMs = 60_000;

interface Account {
  /** When its last requests were taken, the oldest at `next`. */
  readonly taken: Float64Array;
  next: number;
  refusals: number;
  refusedAt: number;
}

/** So many requests of an account in any second. Those that were refused do not count. source: reference §1.5 */
export class Rate {
  readonly #most: number;
  readonly #blockAfter: number;
  readonly #now: () => number;
  readonly #accounts = new Map<number, Account>();

  constructor({ rate, rateBlock }: Pick<Limits, 'rate' | 'rateBlock'>, now: () => number) {
    this.#most = rate;
    this.#blockAfter = rateBlock || Number.POSITIVE_INFINITY;
    this.#now = now;
  }

  /** Counts a request that may be taken; of another one nothing is noted. */
  takeIfFree(id: number): boolean {
    const account = this.#get(id);
    const isFree = account.refusals < this.#blockAfter && this.#now() - account.taken[account.next]! >= windowMs;
    return isFree && this.take(id) === 'taken';
  }

  take(id: number): Verdict {
    const now = this.#now();
    const account = this.#get(id);
    if (account.refusals >= this.#blockAfter) return 'blocked';
    if (now - account.taken[account.next]! < windowMs) {
      account.refusals = now - account.refusedAt < forgetMs ? account.refusals + 1 : 1;
      account.refusedAt = now;
      return 'too_many_requests';
    }
    account.taken[account.next] = now;
    account.next = (account.next + 1) % this.#most;
    return 'taken';
  }

  #get(id: number): Account {
    let account = this.#accounts.get(id);
    if (account === undefined) {
      const never = Number.NEGATIVE_INFINITY;
      account = { taken: new Float64Array(this.#most).fill(never), next: 0, refusals: 0, refusedAt: never };
      this.#accounts.set(id, account);
    }
    return account;
  }
}
