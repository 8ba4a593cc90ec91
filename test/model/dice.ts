/**
 * Numbers that decide what a step does. Where they are 0, or there are no more, the simplest thing is chosen: so a history that
 * fast-check shrinks becomes simpler, too.
 */
export class Dice {
  readonly #numbers: readonly number[];
  #next = 0;

  /** @param numbers from 0 to 999 */
  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  next(): number {
    const number = this.#numbers[this.#next] ?? 0;
    this.#next += 1;
    return number;
  }

  /** Most often not, and never by 0. */
  chance(share: number): boolean {
    return this.next() >= 1000 * (1 - share);
  }

  /** From 0 to `most`. */
  whole(most: number): number {
    return this.next() % (most + 1);
  }

  /** The first is the simplest. */
  pick<T>(list: readonly T[]): T {
    return list[this.next() % list.length]!;
  }

  /** Some of the list, at most so many, each once, none by 0. */
  some<T>(list: readonly T[], most: number): T[] {
    const left = [...list];
    const count = Math.min(this.whole(most), left.length);
    return Array.from({ length: count }, () => left.splice(this.next() % left.length, 1)[0]!);
  }
}
