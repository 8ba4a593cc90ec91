import { type QueryClient, queryOptions, useQueryClient } from '@tanstack/react-query';
import { type AnyRecord, crm, type KindName, storeOf } from '../api.ts';
import type { CellChange } from '../grid/column.ts';
import { useLanguage } from '../i18n/language.tsx';
import { type Edited, saveCells, saveEdits } from '../records/save-cells.ts';
import { useFail } from '../records/use-fail.ts';
import { notify } from '../ui/toaster.tsx';

/** A record for its card; null: there is none that the user sees. */
export function recordQuery(queryClient: QueryClient, kind: KindName, id: number) {
  return queryOptions<AnyRecord | null>({
    queryKey: ['record', kind, id],
    queryFn: async ({ signal }) => {
      const found =
        kind === 'leads'
          ? await crm.leads.find(id, { with: 'loss_reason_name' }, { signal })
          : await storeOf(kind).find(id, {}, { signal });
      return found ?? null;
    },
    // As a table has it, until it comes.
    placeholderData: () => {
      const pages = queryClient.getQueriesData<AnyRecord[]>({ queryKey: ['rows', kind] });
      return pages.flatMap(([, page]) => page ?? []).find((record) => record.id === id);
    },
  });
}

/** What the feed of a record is kept under. */
export function feedKey(kind: KindName, id: number) {
  return ['feed', kind, id] as const;
}

/** How a card saves: as the table does, at once and back again where it is refused. */
export function useSaving(kind: KindName) {
  const { t } = useLanguage();
  const queryClient = useQueryClient();
  const fail = useFail();
  const complain = (text: string) => notify({ text, isError: true });
  const saving = { kind, queryClient, t, fail, complain };
  const settle = (id: number) => queryClient.invalidateQueries({ queryKey: feedKey(kind, id) });
  return {
    saveText: (change: CellChange<AnyRecord>) => saveCells(saving, [change]).then(() => settle(change.record.id)),
    save: (edit: Edited<AnyRecord>) => saveEdits(saving, [edit]).then(() => settle(edit.before.id)),
    complain,
    fail,
  };
}

export type Saving = ReturnType<typeof useSaving>;
