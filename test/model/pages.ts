export interface Paging {
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/** At most 500 rows; an offset counts only with a limit. doc: companies, GET parameters */
export function page<T>(rows: readonly T[], { limit, offset }: Paging): T[] {
  const start = limit === undefined ? 0 : (offset ?? 0);
  return rows.slice(start, start + Math.min(limit ?? 500, 500));
}

export interface Range {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Both ends are in it; `to` alone says nothing. docs: companies */
export function isIn(time: number, range: Range | undefined): boolean {
  if (range?.from === undefined) return true;
  return time >= range.from && (range.to === undefined || time <= range.to);
}
