import { type InfiniteData, infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import { crm, type Filters, type Lead, listIds, type StagesJson, totalStages } from '../api.ts';

const pageSize = 30;
/** A lead may have been changed on its card meanwhile, however short that was. */
const refetchOnMount = 'always';

/** A pipeline, and what filters its leads. */
export interface BoardOf {
  readonly pipeline: number;
  readonly filters: Filters;
}

type Pages = InfiniteData<Lead[], number>;

export function totalsQuery({ pipeline, filters }: BoardOf) {
  return queryOptions({
    queryKey: ['board', pipeline, 'totals', filters],
    queryFn: ({ signal }) => totalStages(pipeline, filters, signal),
    refetchOnMount,
  });
}

/** The leads of a stage, page by page, the last changed ones first. */
export function stageQuery({ pipeline, filters }: BoardOf, status: number) {
  return infiniteQueryOptions({
    queryKey: ['board', pipeline, status, filters],
    queryFn: async ({ signal, pageParam }): Promise<Lead[]> => {
      const page = { limit_rows: pageSize, limit_offset: pageParam, sort: '-updated_at' };
      const ids = await listIds('leads', { ...filters, pipeline_id: pipeline, status, ...page }, signal);
      return crm.leads.find(ids, {}, { signal });
    },
    refetchOnMount,
    initialPageParam: 0,
    getNextPageParam: (last: Lead[], pages: Lead[][]) => (last.length < pageSize ? undefined : pages.length * pageSize),
  });
}

/** Each once: what moves to the top between two pages pushes others down into the next. */
export function leadsOf(pages: readonly Lead[][]): Lead[] {
  return [...new Map(pages.flat().map((lead) => [lead.id, lead])).values()];
}

/** Shows a lead in another stage, or as it is now in the same one. */
export function putLead(queryClient: QueryClient, board: BoardOf, from: Lead, to: Lead): void {
  const pagesOf = (status: number) => stageQuery(board, status).queryKey;
  if (from.status_id === to.status_id) {
    queryClient.setQueryData<Pages>(pagesOf(to.status_id), (data) =>
      mapPages(data, (page) => page.map((lead) => (lead.id === to.id ? to : lead))),
    );
    return;
  }
  queryClient.setQueryData<Pages>(pagesOf(from.status_id), (data) =>
    mapPages(data, (page) => page.filter(({ id }) => id !== from.id)),
  );
  queryClient.setQueryData<Pages>(
    pagesOf(to.status_id),
    (data) => data && { ...data, pages: withLead(data.pages, to) },
  );
  queryClient.setQueryData<StagesJson>(totalsQuery(board).queryKey, (totals) => {
    const change = (id: number) => Number(id === to.status_id) - Number(id === from.status_id);
    return (
      totals && {
        ...totals,
        stages: totals.stages.map(({ id, count, sum }) => ({
          id,
          count: count + change(id),
          sum: sum + change(id) * to.sale,
        })),
      }
    );
  });
}

/** Ends what is being read again, which would show leads where they were; gives a way to read it again. */
export async function holdReads(queryClient: QueryClient, { pipeline }: BoardOf): Promise<() => void> {
  const filter = { queryKey: ['board', pipeline], fetchStatus: 'fetching' } as const;
  const held = queryClient.getQueryCache().findAll({ ...filter, predicate: ({ state }) => state.data !== undefined });
  await Promise.all(held.map(({ queryKey }) => queryClient.cancelQueries({ queryKey, exact: true })));
  return () => {
    for (const { queryKey } of held) queryClient.invalidateQueries({ queryKey, exact: true });
  };
}

function mapPages(data: Pages | undefined, change: (page: Lead[]) => Lead[]): Pages | undefined {
  return data && { ...data, pages: data.pages.map(change) };
}

/** With one more, in its place. */
function withLead(pages: readonly Lead[][], lead: Lead): Lead[][] {
  const compare = (other: Lead) => other.updated_at - lead.updated_at || other.id - lead.id;
  const found = pages.findIndex((page) => page.some((other) => compare(other) < 0));
  const at = found < 0 ? pages.length - 1 : found;
  return pages.map((page, index) => {
    if (index !== at) return page;
    const place = page.findIndex((other) => compare(other) < 0);
    return place < 0 ? [...page, lead] : page.toSpliced(place, 0, lead);
  });
}
