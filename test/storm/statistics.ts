/** Requests of one sort, and what they did. */
export interface SortStatistics {
  requests: number;
  /** Items written, or 1 for a request that reads. */
  operations: number;
  readonly latency: Histogram;
}

export interface Statistics {
  readonly sorts: Map<string, SortStatistics>;
  /** Answers by class, as `2xx`; `dropped` are connections that ended without one, `refused` those that were not made. */
  readonly answers: Map<string, number>;
  readonly latency: Histogram;
  operations: number;
  requests: number;
  /** Writes of which nothing was heard, and what was found out about them later. */
  readonly unknown: { written: number; absent: number; logged: number; unlogged: number };
}

export function startStatistics(): Statistics {
  return {
    sorts: new Map(),
    answers: new Map(),
    latency: newHistogram(),
    operations: 0,
    requests: 0,
    unknown: { written: 0, absent: 0, logged: 0, unlogged: 0 },
  };
}

export function countAnswer({ answers }: Statistics, name: string): void {
  answers.set(name, (answers.get(name) ?? 0) + 1);
}

/** @param ms milliseconds from the request to its answer */
export function countRequest(statistics: Statistics, sort: string, operations: number, ms: number): void {
  const found = statistics.sorts.get(sort) ?? { requests: 0, operations: 0, latency: newHistogram() };
  statistics.sorts.set(sort, found);
  found.requests += 1;
  found.operations += operations;
  record(found.latency, ms);
  record(statistics.latency, ms);
  statistics.requests += 1;
  statistics.operations += operations;
}

/** Counts of times in classes that grow by 4 %: a million of them cost nothing. */
export interface Histogram {
  readonly counts: Uint32Array;
  total: number;
  /** Milliseconds. */
  longest: number;
}

const growth = Math.log(1.04);
const least = 0.05;

function newHistogram(): Histogram {
  return { counts: new Uint32Array(400), total: 0, longest: 0 };
}

function record(histogram: Histogram, ms: number): void {
  const place = Math.max(0, Math.ceil(Math.log(ms / least) / growth));
  const last = histogram.counts.length - 1;
  histogram.counts[Math.min(last, place)]! += 1;
  histogram.total += 1;
  histogram.longest = Math.max(histogram.longest, ms);
}

/** Milliseconds below which this share of the times lies. */
export function percentile({ counts, total }: Histogram, share: number): number {
  let rest = total * share;
  for (const [place, count] of counts.entries()) {
    rest -= count;
    if (rest <= 0) return least * Math.exp(growth * place);
  }
  return 0;
}
