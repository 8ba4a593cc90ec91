import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { crm, type KindName } from '../api.ts';

const pageSize = 500;
/** Read by themselves, so that what was deleted last comes first; of more, when somebody asks or searches. */
const pagesAtOnce = 10;
const shownAtOnce = 200;

/** Deleted records by name, those that were deleted last first. The server lists them by id: what is searched is read to the end. */
export function useBin(kind: KindName, text: string) {
  const [shown, setShown] = useState(shownAtOnce);
  const query = useInfiniteQuery({
    queryKey: ['bin', kind],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      crm[kind].bin.list({ limit_rows: pageSize, limit_offset: pageParam * pageSize }, { signal }),
    getNextPageParam: (last, pages) => (last.length === pageSize ? pages.length : undefined),
  });
  const { data, hasNextPage, isFetching, fetchNextPage } = query;
  const pages = data?.pages ?? [];
  const wanted = text.trim().toLowerCase();
  const readsOn = hasNextPage && !isFetching && (wanted !== '' || pages.length % pagesAtOnce !== 0);
  useEffect(() => {
    if (readsOn) fetchNextPage();
  }, [readsOn, fetchNextPage]);
  const matches = ({ name }: { readonly name: string }) => name.toLowerCase().includes(wanted);
  const found = pages
    .flat()
    .filter(matches)
    .sort((a, b) => b.updated_at - a.updated_at || b.id - a.id);
  /** Reads what is not here yet. @returns the ids of all that the text finds */
  const readIds = async () => {
    let last: Pick<typeof query, 'data' | 'error' | 'hasNextPage'> = query;
    while (last.hasNextPage) {
      last = await fetchNextPage();
      if (last.error) throw last.error;
    }
    return (
      last.data?.pages
        .flat()
        .filter(matches)
        .map(({ id }) => id) ?? []
    );
  };
  const more = () => {
    setShown((was) => was + shownAtOnce);
    if (hasNextPage && found.length <= shown + shownAtOnce) fetchNextPage();
  };
  return {
    items: found.slice(0, shown),
    count: found.length,
    /** The count is of all that there are. */
    isWhole: data !== undefined && !hasNextPage,
    readIds,
    isLoading: isFetching,
    error: query.error,
    more: found.length > shown || hasNextPage ? more : undefined,
    refresh: () => query.refetch(),
  };
}
