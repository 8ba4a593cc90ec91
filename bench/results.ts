export type Kind = 'floor' | 'product';

/** One repetition. Times in milliseconds. */
export interface Run {
  /** Requests a second; of batches, records a second. */
  readonly speed: number;
  readonly p50: number;
  readonly p99: number;
  /** Of a request: processor time of the server, with all its threads, and of its database. NaN: unknown. */
  readonly cpu: number;
  /** The event loop's longest block. */
  readonly longestBlock: number;
  /** Megabytes in the end. NaN: unknown. */
  readonly pss: number;
}

/** What was measured: repetitions by scenario, size and server, and single figures of the other parts. */
export class Results {
  readonly #runs = new Map<string, Run[]>();
  readonly #figures = new Map<string, number>();

  add(scenario: string, size: string, kind: Kind, run: Run): void {
    const key = keyOf(scenario, size, kind);
    this.#runs.set(key, [...(this.#runs.get(key) ?? []), run]);
  }

  runs(scenario: string, size: string, kind: Kind): readonly Run[] {
    return this.#runs.get(keyOf(scenario, size, kind)) ?? [];
  }

  /** A run of medians; undefined: not measured. */
  medians(scenario: string, size: string, kind: Kind): Run | undefined {
    const runs = this.runs(scenario, size, kind);
    if (runs.length === 0) return undefined;
    const of = (key: keyof Run) => median(runs.map((run) => run[key]));
    return {
      ...{ speed: of('speed'), p50: of('p50'), p99: of('p99'), cpu: of('cpu'), pss: of('pss') },
      longestBlock: Math.max(...runs.map((run) => run.longestBlock)),
    };
  }

  /** By what the product was faster than the floor: a value for each repetition. */
  ratios(scenario: string, size: string): readonly number[] {
    const floor = this.runs(scenario, size, 'floor');
    return this.runs(scenario, size, 'product').flatMap(({ speed }, place) =>
      floor[place] === undefined ? [] : [speed / floor[place].speed],
    );
  }

  /** By what a size took longer than another: a value for each repetition. */
  growth(scenario: string, from: string, to: string): readonly number[] {
    const small = this.runs(scenario, from, 'product');
    return this.runs(scenario, to, 'product').map(({ speed }, place) => small[place]!.speed / speed);
  }

  set(name: string, size: string, figure: number): void {
    this.#figures.set(`${name} ${size}`, figure);
  }

  get(name: string, size: string): number | undefined {
    return this.#figures.get(`${name} ${size}`);
  }
}

function keyOf(scenario: string, size: string, kind: Kind): string {
  return [scenario, size, kind].join(' ');
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
