import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { KindName, Records } from '../api.ts';
import type { GridColumn } from '../grid/column.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { accountQuery } from '../session.ts';
import { columnsOf } from './columns.tsx';
import { tagsQuery } from './own-filters.tsx';
import { texts } from './texts.ts';

/** The columns of a kind in the reader's language. */
export function useColumnsOf<K extends KindName>(kind: K): GridColumn<Records[K]>[] {
  const { t, date, dateTime, number } = useLanguage();
  const r = useTexts(texts);
  const { data: account } = useSuspenseQuery(accountQuery);
  const queryClient = useQueryClient();
  return useMemo(() => {
    const findTags = (text: string) => queryClient.fetchQuery(tagsQuery(kind, text));
    return columnsOf(kind, { account, t, r, date, dateTime, number, findTags });
  }, [kind, account, t, r, date, dateTime, number, queryClient]);
}
