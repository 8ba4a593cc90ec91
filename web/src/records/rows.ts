import { type QueryClient, queryOptions, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { RecordQuery } from '../../../client/client.ts';
import { countRecords, type Filters, type KindName, listIds, type Records, storeOf } from '../api.ts';
import type { Sort } from './view.ts';

const pageSize = 100;

/** A list as the server has it: a kind, what filters it, and its order. */
export interface ListOf<K extends KindName> {
  readonly kind: K;
  readonly filters: Filters;
  readonly sort: Sort;
}

function pageQuery<K extends KindName>({ kind, filters, sort }: ListOf<K>, page: number) {
  const query: RecordQuery = { ...filters, limit_rows: pageSize, limit_offset: page * pageSize };
  return queryOptions({
    queryKey: ['rows', kind, filters, sort, page],
    // A page that nobody looks at any more is not waited for: its signal ends the request.
    queryFn: async ({ signal }): Promise<Records[K][]> => {
      if (sort === 'id') return storeOf(kind).list(query, { signal });
      const ids = await listIds(kind, { ...query, sort }, signal);
      return storeOf(kind).find(ids, {}, { signal });
    },
    gcTime: 60_000,
  });
}

export interface Rows<R> {
  /** How many there are; undefined: not known yet. */
  readonly count: number | undefined;
  /** False: a search found more than that. */
  readonly isExact: boolean;
  readonly at: (rank: number) => R | undefined;
  /** Those between two ranks, from the server where they are not here. */
  readonly load: (first: number, last: number) => Promise<R[]>;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** The ranks that are looked at, and which way they move. */
export interface Span {
  readonly first: number;
  readonly last: number;
  readonly isBackward: boolean;
}

/** The rows of a list by rank: the pages that are looked at, and one more in the direction of scrolling. */
export function useRows<K extends KindName>(list: ListOf<K>, span: Span): Rows<Records[K]> {
  const queryClient = useQueryClient();
  const { kind, filters } = list;
  const count = useQuery({
    queryKey: ['count', kind, filters],
    queryFn: ({ signal }) => countRecords(kind, filters, signal),
  });
  const total = count.data?.count;
  const pages = useSettled(pagesOf(span, total));
  const found = useQueries({ queries: pages.map((page) => pageQuery(list, page)) });
  const held = new Map(pages.map((page, index) => [page, found[index]?.data]));
  const load = useCallback(
    async (first: number, last: number) => {
      const wanted = range(Math.floor(first / pageSize), Math.floor(last / pageSize));
      const all = await Promise.all(wanted.map((page) => queryClient.fetchQuery(pageQuery(list, page))));
      const skipped = wanted[0]! * pageSize;
      return all.flat().slice(first - skipped, last - skipped + 1);
    },
    [queryClient, list],
  );
  const first = held.get(0);
  return {
    // A first page that is not full is all there is.
    count: total ?? (first && first.length < pageSize ? first.length : undefined),
    isExact: count.data?.is_exact ?? true,
    at: (rank) => held.get(Math.floor(rank / pageSize))?.[rank % pageSize],
    load,
    error: count.error ?? found.find((page) => page.error)?.error ?? null,
    retry: () => {
      count.refetch();
      for (const page of found) page.refetch();
    },
  };
}

function pagesOf({ first, last, isBackward }: Span, total: number | undefined): string {
  if (total === undefined) return '0';
  const lastPage = Math.floor(Math.max(0, total - 1) / pageSize);
  const within = (rank: number) => Math.max(0, Math.min(lastPage, Math.floor(rank / pageSize)));
  const [from, to] = [within(first), within(last)];
  return range(isBackward ? Math.max(0, from - 1) : from, isBackward ? to : Math.min(lastPage, to + 1)).join();
}

/** Milliseconds between two times that pages are asked for: who drags the scroll bar passes hundreds of them. */
const askEvery = 60;

/** The pages wanted, or those that were a moment ago. */
function useSettled(wanted: string): number[] {
  const [settled, setSettled] = useState(wanted);
  const asked = useRef(0);
  const ask = () => {
    asked.current = performance.now();
    setSettled(wanted);
  };
  // While it is drawn: an effect would come a frame later.
  if (wanted !== settled && performance.now() >= asked.current + askEvery) ask();
  useEffect(() => {
    if (wanted === settled) return;
    const timer = setTimeout(ask, askEvery);
    return () => clearTimeout(timer);
  });
  return useMemo(() => settled.split(',').map(Number), [settled]);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Puts records where lists and cards have older ones of the same ids. */
export function putRecords<K extends KindName>(
  queryClient: QueryClient,
  kind: K,
  records: readonly Records[K][],
): void {
  const byId = new Map(records.map((record) => [record.id, record]));
  queryClient.setQueriesData<Records[K][]>({ queryKey: ['rows', kind] }, (page) =>
    page?.some(({ id }) => byId.has(id)) ? page.map((record) => byId.get(record.id) ?? record) : page,
  );
  for (const record of records) {
    queryClient.setQueryData<Records[K] | null>(['record', kind, record.id], (was) => was && { ...was, ...record });
  }
}

/** After records came or went, or changed in ways that lists filter by. */
export function refreshRows(queryClient: QueryClient, kind: KindName): void {
  queryClient.invalidateQueries({ queryKey: ['rows', kind] });
  queryClient.invalidateQueries({ queryKey: ['count', kind] });
}
