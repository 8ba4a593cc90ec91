import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Company, KontoraError, listIds } from '../api.ts';
import type { CellChange } from '../grid/column.ts';
import { Grid, type GridHandle } from '../grid/grid.tsx';
import { useColumns } from '../grid/use-columns.ts';
import { useLanguage } from '../i18n/language.tsx';
import { BulkBar } from '../records/bulk-bar.tsx';
import { companyColumns } from '../records/company-columns.tsx';
import { refreshRows, type Span, useRows } from '../records/rows.ts';
import { saveCells } from '../records/save-cells.ts';
import { Toolbar } from '../records/toolbar.tsx';
import { filtersOf, type View } from '../records/view.ts';
import { accountQuery, isSignedOut } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { notify } from '../ui/toaster.tsx';

const kind = 'companies';
/** Most rows that can be selected: each is named in a request. */
const mostSelected = 5_000;
const idsAtOnce = 500;

export function CompaniesPage() {
  const { t, date, dateTime } = useLanguage();
  const { data: account } = useSuspenseQuery(accountQuery);
  const view = useSearch({ from: '/shell/signed-in/companies' });
  const navigate = useNavigate({ from: '/companies' });
  const queryClient = useQueryClient();
  const setView = useCallback((next: View) => navigate({ search: next, replace: true }), [navigate]);
  useEffect(() => {
    document.title = `${t.nav.companies} · Kontora`;
  }, [t]);

  const listKey = JSON.stringify(view);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text says all of the view
  const list = useMemo(() => ({ kind, filters: filtersOf(view), sort: view.sort ?? 'id' }) as const, [listKey]);
  const [span, setSpan] = useState<Span>({ first: 0, last: 40, isBackward: false });
  const rows = useRows(list, span);
  const all = useMemo(() => companyColumns(account, { t, date, dateTime }), [account, t, date, dateTime]);
  const columns = useColumns(all, `columns ${kind} ${account.json.id} ${account.me.id}`);

  const fail = useCallback(
    (error: unknown) => {
      // The cache of queries leads to the sign-in.
      if (isSignedOut(error)) queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
      const isOffline = error instanceof KontoraError && error.status === 0;
      notify({ text: isOffline ? t.error.offline : (error as Error).message || t.error.unknown, isError: true });
    },
    [t, queryClient],
  );
  const edit = (changes: readonly CellChange<Company>[]) => {
    const complain = (text: string) => notify({ text, isError: true });
    void saveCells({ kind, queryClient, t, complain, fail }, changes);
  };

  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list, another selection
  useEffect(() => setSelected(new Set()), [listKey]);
  const lastToggled = useRef(0);
  const ranks = useRef(rows);
  ranks.current = rows;
  const selectRange = useCallback(
    async (first: number, last: number) => {
      const end = Math.min(last, first + mostSelected - 1);
      if (end < last) notify({ text: t.table.selectLimit(mostSelected) });
      const ids: number[] = [];
      for (let at = first; at <= end; at += idsAtOnce) {
        const page = { limit_rows: Math.min(idsAtOnce, end - at + 1), limit_offset: at, sort: list.sort };
        ids.push(...(await listIds(kind, { ...list.filters, ...page })));
      }
      setSelected((was) => new Set([...was, ...ids]));
    },
    [list, t],
  );
  const toggleRow = useCallback(
    (rank: number, isRange: boolean) => {
      const from = lastToggled.current;
      lastToggled.current = rank;
      if (isRange) {
        selectRange(Math.min(from, rank), Math.max(from, rank)).catch(fail);
        return;
      }
      const id = ranks.current.at(rank)?.id;
      if (id === undefined) return;
      setSelected((was) => {
        const next = new Set(was);
        if (!next.delete(id)) next.add(id);
        return next;
      });
    },
    [selectRange, fail],
  );
  const toggleAll = () => {
    if (selected.size > 0) setSelected(new Set());
    else if (rows.count) selectRange(0, rows.count - 1).catch(fail);
  };

  const handle = useRef<GridHandle>(undefined);
  const isFiltered = Object.keys(list.filters).length > 0;
  return (
    <main className="flex h-full flex-col">
      <Toolbar
        account={account}
        view={view}
        onView={setView}
        columns={columns}
        rows={rows}
        onGoToRow={(row) => handle.current?.goToRow(row)}
      />
      {rows.error && !isSignedOut(rows.error) && (
        <div role="alert" className="flex items-center gap-3 border-b border-line px-4 py-2 text-danger">
          {t.table.failed}
          <Button onClick={rows.retry}>{t.table.again}</Button>
        </div>
      )}
      <div className="min-h-0 flex-1">
        <Grid
          label={t.nav.companies}
          rows={rows}
          listKey={listKey}
          columns={columns}
          nameOf={nameOf}
          selected={selected}
          onToggleRow={toggleRow}
          onToggleAll={toggleAll}
          onSpan={setSpan}
          onEdit={edit}
          handle={handle}
          empty={
            <div className="sticky left-0 grid w-full justify-items-center gap-2 p-16 text-center">
              <p className="text-base font-medium">{isFiltered ? t.table.empty : t.table.none}</p>
              <p className="text-muted">{isFiltered ? t.table.emptyHint : t.table.noneHint}</p>
            </div>
          }
        />
      </div>
      {selected.size > 0 && (
        <BulkBar
          account={account}
          ids={selected}
          onClear={() => setSelected(new Set())}
          onFail={fail}
          onDone={() => refreshRows(queryClient, kind)}
        />
      )}
    </main>
  );
}

function nameOf({ name }: Company): string {
  return name;
}
