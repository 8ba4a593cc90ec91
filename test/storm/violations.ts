/** What the servers did wrong: counted by sort, the first ones in full. */
export interface Violations {
  readonly bySort: ReadonlyMap<string, number>;
  readonly first: readonly string[];
  add(sort: string, detail: string): void;
}

const kept = 20;

export function collectViolations(): Violations {
  const bySort = new Map<string, number>();
  const first: string[] = [];
  return {
    bySort,
    first,
    add(sort, detail) {
      bySort.set(sort, (bySort.get(sort) ?? 0) + 1);
      if (first.length < kept) first.push(`${sort}: ${detail.slice(0, 1000)}`);
    },
  };
}
