import type { ImportMark } from '../crm/store.ts';
import type { Result } from '../v2/import-batch.ts';
import { isRefusal } from '../v2/import-row.ts';
import type { ImportRecord } from './import-records.ts';
import type { Reject } from './rejects.ts';
import { minutes } from './transfer.ts';

/** How far an import is, as the store remembers it. */
export interface Progress {
  /** Bytes of the data file that are done with. */
  readonly place: number;
  /** The number of the next line. */
  readonly line: number;
  readonly added: number;
  readonly updated: number;
  readonly refused: number;
  /** Bytes of the file of rejects, and those lines that are still to be written to it. */
  readonly rejects: number;
  readonly pending: readonly Reject[];
  /** The options that say what a line means. */
  readonly how: string;
}

export function toMark({ place, ...state }: Progress): ImportMark {
  return { place, state: JSON.stringify(state) };
}

export function fromMark({ place, state }: ImportMark): Progress {
  return { ...(JSON.parse(state) as Omit<Progress, 'place'>), place };
}

/** What the first lines of a batch have become. */
export function advance(before: Progress, batch: readonly ImportRecord[], results: readonly Result[]): Progress {
  const last = batch[results.length - 1];
  const added = results.filter((result) => !isRefusal(result) && result.isNew).length;
  const pending = results.flatMap((result, index): Reject[] => {
    if (!isRefusal(result)) return [];
    const { from, to, number, cells } = batch[index]!;
    return [{ from, to, number, cells, reason: result.refused }];
  });
  return {
    ...before,
    place: last?.to ?? before.place,
    line: last === undefined ? before.line : last.number + 1,
    added: before.added + added,
    updated: before.updated + results.length - added - pending.length,
    refused: before.refused + pending.length,
    pending,
  };
}

/** Shown in place on a terminal, else as a line now and then. */
export class ProgressLine {
  readonly #name: string;
  readonly #size: number;
  readonly #start: Progress;
  readonly #startedAt = performance.now();
  readonly #isTerminal = process.stderr.isTTY;
  #shownAt = performance.now();
  #isOpen = false;

  constructor(name: string, size: number, start: Progress) {
    this.#name = name;
    this.#size = size;
    this.#start = start;
  }

  show(progress: Progress): void {
    const now = performance.now();
    if (now - this.#shownAt < (this.#isTerminal ? 200 : 5000)) return;
    this.#shownAt = now;
    const line = this.#text(progress);
    process.stderr.write(this.#isTerminal ? `\r${line}\x1b[K` : `${line}\n`);
    this.#isOpen = this.#isTerminal;
  }

  /** Ends the line that is shown in place. */
  end(): void {
    if (this.#isOpen) process.stderr.write('\n');
    this.#isOpen = false;
  }

  /** Lines a second since the start. */
  rate(progress: Progress): number {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    return Math.round((countOf(progress) - countOf(this.#start)) / Math.max(seconds, 0.001));
  }

  #text(progress: Progress): string {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const speed = (progress.place - this.#start.place) / seconds;
    const percent = Math.floor((100 * progress.place) / this.#size);
    const left = speed > 0 ? `, ${minutes((this.#size - progress.place) / speed)} left` : '';
    const refused = progress.refused > 0 ? `, ${progress.refused} refused` : '';
    return `${this.#name}  ${percent} %  ${countOf(progress)} lines${refused}  ${this.rate(progress)} a second${left}`;
  }
}

export function countOf({ added, updated, refused }: Progress): number {
  return added + updated + refused;
}
