import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type KindName, listIds } from '../api.ts';
import { Grid, type GridHandle } from '../grid/grid.tsx';
import { useColumns } from '../grid/use-columns.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { may } from '../records/rights.ts';
import { refreshRows, type Span, useRows } from '../records/rows.ts';
import { texts } from '../records/texts.ts';
import { Toolbar } from '../records/toolbar.tsx';
import { useColumnsOf } from '../records/use-columns-of.ts';
import { useEditing } from '../records/use-editing.ts';
import { useFail } from '../records/use-fail.ts';
import { filtersOf, readView, type View } from '../records/view.ts';
import { accountQuery, isSignedOut } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { lazyPart } from '../ui/lazy-part.tsx';
import { notify } from '../ui/toaster.tsx';

// Not with the first rows.
const BulkBar = lazyPart(() => import('../records/bulk-bar.tsx').then((part) => part.BulkBar));
const NewRecord = lazyPart(() => import('../records/new-record.tsx').then((part) => part.NewRecord));

/** Most rows that can be selected: each is named in a request. */
const mostSelected = 5_000;
const idsAtOnce = 500;

export const companies = () => <RecordsPage kind="companies" />;
export const contacts = () => <RecordsPage kind="contacts" />;
export const leads = () => <RecordsPage kind="leads" />;
export const customers = () => <RecordsPage kind="customers" />;

/** The table of a kind. */
function RecordsPage<K extends KindName>({ kind }: { readonly kind: K }) {
  const { t } = useLanguage();
  const r = useTexts(texts);
  const { data: account } = useSuspenseQuery(accountQuery);
  const view = readView(useSearch({ strict: false }));
  const navigate = useNavigate();
  const router = useRouter();
  const queryClient = useQueryClient();
  const setView = useCallback(
    (next: View) => navigate({ to: `/${kind}`, search: next, replace: true }),
    [navigate, kind],
  );
  useEffect(() => {
    document.title = `${t.nav[kind]} · Kontora`;
  }, [t, kind]);

  const listKey = JSON.stringify(view);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text says all of the view
  const list = useMemo(() => ({ kind, filters: filtersOf(view), sort: view.sort ?? 'id' }), [listKey, kind]);
  const [span, setSpan] = useState<Span>({ first: 0, last: 40, isBackward: false });
  const rows = useRows(list, span);
  const all = useColumnsOf(kind);
  const columns = useColumns(all, `columns ${kind} ${account.json.id} ${account.me.id}`);

  const fail = useFail();
  const editing = useEditing(kind);

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
    [kind, list, t],
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
  const follow = (href: string) => router.history.push(href);
  const [isAdding, setAdding] = useState(false);
  const isFiltered = Object.keys(list.filters).length > 0;
  return (
    <main className="flex h-full flex-col">
      <Toolbar
        kind={kind}
        account={account}
        view={view}
        onView={setView}
        columns={columns}
        rows={rows}
        onGoToRow={(row) => handle.current?.goToRow(row)}
        onAdd={() => setAdding(true)}
      />
      {rows.error && !isSignedOut(rows.error) && (
        <div role="alert" className="flex items-center gap-3 border-b border-line px-4 py-2 text-danger">
          {t.table.failed}
          <Button onClick={rows.retry}>{t.table.again}</Button>
        </div>
      )}
      <div className="min-h-0 flex-1">
        <Grid
          label={t.nav[kind]}
          rows={rows}
          listKey={listKey}
          columns={columns}
          nameOf={nameOf}
          selected={selected}
          onToggleRow={toggleRow}
          onToggleAll={toggleAll}
          onSpan={setSpan}
          onEdit={editing.edit}
          onOverwrite={editing.overwrite}
          onUndo={editing.undo}
          hrefOf={({ id }) => `/${kind}/${id}`}
          onFollow={follow}
          handle={handle}
          empty={
            <div className="sticky left-0 grid w-full justify-items-center gap-2 p-16 text-center">
              <p className="text-base font-medium">{isFiltered ? t.table.empty : r.kinds[kind].none}</p>
              {(isFiltered || may('add', kind, account)) && (
                <p className="text-muted">{isFiltered ? t.table.emptyHint : t.table.noneHint}</p>
              )}
            </div>
          }
        />
      </div>
      {selected.size > 0 && (
        <BulkBar
          kind={kind}
          account={account}
          ids={selected}
          onClear={() => setSelected(new Set())}
          onFail={fail}
          onDone={() => refreshRows(queryClient, kind)}
        />
      )}
      {isAdding && (
        <NewRecord kind={kind} onClose={() => setAdding(false)} onAdded={(id) => follow(`/${kind}/${id}`)} />
      )}
    </main>
  );
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}
