import { overloaded } from './request.ts';

interface Waiting {
  readonly begin: () => void;
  readonly refuse: () => void;
}

/** How many works wait at a time: of one party, and of all together; and for how many seconds one does. */
interface FairLimits {
  readonly waitingOfOne: number;
  readonly waiting: number;
  readonly waitingSeconds: number;
}

/** So many works at a time. Those that wait have their turns party by party: whoever has many waiting holds up himself. */
export class FairTurns {
  readonly #atOnce: number;
  readonly #limits: FairLimits;
  /** What waits, in its order, by party; the first party is next. None is empty. */
  readonly #queues = new Map<string, Waiting[]>();
  #running = 0;
  #waiting = 0;

  constructor(atOnce: number, limits: FairLimits) {
    this.#atOnce = atOnce;
    this.#limits = limits;
  }

  /** @throws HttpError 503 if it was not begun */
  async take<T>(party: string, work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce) {
      this.#makeRoom(party);
      await this.#wait(party);
    } else this.#running += 1;
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  /** Where everything is full, the last one of the party with most gives way to one of a party that has less. @throws HttpError 503 */
  #makeRoom(party: string): void {
    const own = this.#queues.get(party)?.length ?? 0;
    if (own >= this.#limits.waitingOfOne) throw overloaded();
    if (this.#waiting < this.#limits.waiting) return;
    const [longest] = [...this.#queues.values()].sort((one, other) => other.length - one.length);
    if (longest === undefined || longest.length <= own + 1) throw overloaded();
    longest.at(-1)!.refuse();
  }

  #wait(party: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        begin: () => {
          clearTimeout(timer);
          resolve();
        },
        refuse: () => {
          clearTimeout(timer);
          this.#leave(party, waiting);
          reject(overloaded());
        },
      };
      const timer = setTimeout(waiting.refuse, this.#limits.waitingSeconds * 1000);
      const queue = this.#queues.get(party) ?? [];
      this.#queues.set(party, queue);
      queue.push(waiting);
      this.#waiting += 1;
    });
  }

  #leave(party: string, waiting: Waiting): void {
    const queue = this.#queues.get(party)!;
    queue.splice(queue.indexOf(waiting), 1);
    this.#waiting -= 1;
    if (queue.length === 0) this.#queues.delete(party);
  }

  /** Who is next takes the place of who has ended, and his party becomes the last one. */
  #next(): void {
    const [next] = this.#queues;
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    const [party, queue] = next;
    const first = queue[0]!;
    this.#leave(party, first);
    if (this.#queues.delete(party)) this.#queues.set(party, queue);
    first.begin();
  }
}
