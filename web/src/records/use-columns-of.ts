import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { KindName, Records } from '../api.ts';
import type { GridColumn } from '../grid/column.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { accountQuery } from '../session.ts';
import { columnsOf, tagNames } from './columns.tsx';
import { texts } from './texts.ts';

/** The columns of a kind in the reader's language. */
export function useColumnsOf<K extends KindName>(kind: K): GridColumn<Records[K]>[] {
  const { t, date, dateTime, number } = useLanguage();
  const r = useTexts(texts);
  const { data: account } = useSuspenseQuery(accountQuery);
  const queryClient = useQueryClient();
  return useMemo(() => {
    // The API has no list of tags: those of the records that are here.
    const tags = () => {
      const pages = queryClient.getQueriesData<Records[K][]>({ queryKey: ['rows', kind] });
      return [...new Set(pages.flatMap(([, page]) => page?.flatMap(tagNames) ?? []))].sort();
    };
    return columnsOf(kind, { account, t, r, date, dateTime, number, tags });
  }, [kind, account, t, r, date, dateTime, number, queryClient]);
}
