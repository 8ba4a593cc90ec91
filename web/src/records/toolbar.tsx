import { ArrowDownUp, ArrowLeft, ArrowRight, Columns3, Download, Plus, X } from 'lucide-react';
import { useRef, useState } from 'react';
import type { KindName } from '../api.ts';
import type { Columns } from '../grid/use-columns.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import type { Account } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { Input } from '../ui/input.tsx';
import { lazyPart } from '../ui/lazy-part.tsx';
import { Menu, MenuChoice } from '../ui/menu.tsx';
import { Popover } from '../ui/popover.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { ChangedFilter, ResponsibleFilter, StageFilter } from './filters.tsx';
import { FieldFilter, TagFilter } from './own-filters.tsx';
import { may } from './rights.ts';
import type { Rows } from './rows.ts';
import { texts } from './texts.ts';
import { sorts, type View } from './view.ts';

const ExportDialog = lazyPart(() => import('./export-dialog.tsx').then((part) => part.ExportDialog));

interface ToolbarProps<R extends object> {
  readonly kind: KindName;
  readonly account: Account;
  readonly view: View;
  readonly onView: (view: View) => void;
  readonly columns: Columns<R>;
  readonly rows: Rows<R>;
  readonly onGoToRow: (row: number) => void;
  readonly onAdd: () => void;
}

const filterKeys = ['q', 'users', 'since', 'stages', 'tags', 'fields'] as const;

/** What the table shows, and how. */
export function Toolbar<R extends object>(props: ToolbarProps<R>) {
  const { kind, account, view, onView, columns, rows, onGoToRow, onAdd } = props;
  const { t } = useLanguage();
  const r = useTexts(texts);
  const change = (part: { [K in keyof View]: View[K] | undefined }) => onView(withPart(view, part));
  const [isExporting, setExporting] = useState(false);
  const isFiltered = view.q !== undefined || filterKeys.some((key) => view[key] !== undefined);
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
      <h1 className="sr-only">{t.nav[kind]}</h1>
      <SearchField label={r.kinds[kind].search} text={view.q ?? ''} onText={(q) => change({ q: q || undefined })} />
      {/* On a phone these scroll by the finger, under what is used most. */}
      <div className="flex items-center gap-2 max-sm:order-2 max-sm:-m-1 max-sm:w-full max-sm:overflow-x-auto max-sm:p-1 sm:contents [&>*]:shrink-0">
        <span className="sm:order-1 sm:ml-auto">
          <RowCount kind={kind} rows={rows} onGoToRow={onGoToRow} />
        </span>
        <ResponsibleFilter account={account} users={view.users} onUsers={(users) => change({ users })} />
        {kind === 'leads' && (
          <StageFilter account={account} stages={view.stages} onStages={(stages) => change({ stages })} />
        )}
        <TagFilter kind={kind} tags={view.tags} onTags={(tags) => change({ tags })} />
        <FieldFilter kind={kind} account={account} fields={view.fields} onFields={(fields) => change({ fields })} />
        <ChangedFilter since={view.since} onSince={(since) => change({ since })} />
        {isFiltered && (
          <Button
            look="quiet"
            className="max-sm:w-9 max-sm:px-0"
            onClick={() => onView(view.sort ? { sort: view.sort } : {})}
          >
            <X />
            <span className="max-sm:sr-only">{t.table.clear}</span>
          </Button>
        )}
      </div>
      <div className="flex items-center gap-1 max-sm:order-1 max-sm:ml-auto sm:order-2">
        <Menu
          align="end"
          trigger={
            <Button look="quiet" className="max-sm:w-9 max-sm:px-0">
              <ArrowDownUp />
              <span className="max-2xl:sr-only">{t.table.sorts[view.sort ?? 'id']}</span>
            </Button>
          }
        >
          <MenuChoice
            value={view.sort ?? 'id'}
            choices={sorts.map((sort) => [sort, t.table.sorts[sort]] as const)}
            onChoose={(sort) => change({ sort: sort === 'id' ? undefined : sort })}
          />
        </Menu>
        <ColumnChooser columns={columns} />
        {may('export', kind, account) && (
          <Button look="quiet" icon aria-label={r.export} title={r.export} onClick={() => setExporting(true)}>
            <Download />
          </Button>
        )}
        {may('add', kind, account) && (
          <Button
            look="primary"
            className="max-2xl:px-2.5 max-sm:w-9 max-sm:px-0"
            title={r.kinds[kind].add}
            onClick={onAdd}
          >
            <Plus />
            <span className="max-2xl:sr-only">{r.kinds[kind].add}</span>
          </Button>
        )}
      </div>
      {isExporting && (
        <ExportDialog {...{ kind, account, view, columns }} count={rows.count} onClose={() => setExporting(false)} />
      )}
    </div>
  );
}

function withPart(view: View, part: { [K in keyof View]: View[K] | undefined }): View {
  return Object.fromEntries(Object.entries({ ...view, ...part }).filter(([, value]) => value !== undefined));
}

type RowCountProps = Pick<ToolbarProps<object>, 'kind' | 'rows' | 'onGoToRow'>;

/** How many there are; leads to a row by its number. */
function RowCount({ kind, rows, onGoToRow }: RowCountProps) {
  const { t, number } = useLanguage();
  const r = useTexts(texts);
  const [isOpen, setOpen] = useState(false);
  const wanted = useRef<number>(undefined);
  if (rows.count === undefined) return null;
  const count = r.kinds[kind].count(rows.count);
  const text = rows.isExact ? count : r.moreThan(count);
  return (
    <Popover
      label={t.table.goToRow}
      align="end"
      open={isOpen}
      onOpenChange={setOpen}
      className="w-64 p-3"
      onCloseAutoFocus={(event) => {
        if (wanted.current === undefined) return;
        event.preventDefault();
        onGoToRow(wanted.current - 1);
        wanted.current = undefined;
      }}
      trigger={
        <Button look="quiet" className="text-muted tabular-nums">
          <span aria-live="polite">{text}</span>
        </Button>
      }
    >
      <form
        className="grid gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          wanted.current = Number(new FormData(event.currentTarget).get('row'));
          setOpen(false);
        }}
      >
        <label htmlFor="go-to-row" className="font-medium">
          {t.table.goToRow}
        </label>
        <div className="flex gap-2">
          <Input
            id="go-to-row"
            name="row"
            type="number"
            min={1}
            max={rows.count}
            required
            autoFocus
            placeholder={`1 – ${number(rows.count)}`}
          />
          <Button look="primary" type="submit">
            {t.table.go}
          </Button>
        </div>
      </form>
    </Popover>
  );
}

function ColumnChooser<R extends object>({ columns }: { readonly columns: Columns<R> }) {
  const { t } = useLanguage();
  const shown = columns.columns.map(({ id }) => id);
  return (
    <Popover
      label={t.table.columns}
      align="end"
      className="w-72"
      trigger={
        <Button look="quiet" className="max-sm:w-9 max-sm:px-0">
          <Columns3 />
          <span className="max-2xl:sr-only">{t.table.columns}</span>
        </Button>
      }
    >
      <ul className="max-h-[60vh] overflow-y-auto">
        {columns.all.slice(1).map(({ id, title }) => {
          const at = shown.indexOf(id);
          const [before, after] = [shown[at - 1], shown[at + 1]];
          return (
            <li key={id} className="group flex items-center gap-2 rounded-md pr-1 pl-2 hover:bg-hover max-sm:py-1">
              <Checkbox checked={at >= 0} aria-label={title} onToggle={() => columns.show(id, at < 0)} />
              <bdi className="flex-1 truncate py-1.5">{title}</bdi>
              {at > 1 && (
                <Button
                  look="quiet"
                  icon
                  aria-label={`${t.table.moveLeft}: ${title}`}
                  onClick={() => columns.move(id, before!)}
                >
                  <ArrowLeft />
                </Button>
              )}
              {at > 0 && after !== undefined && (
                <Button
                  look="quiet"
                  icon
                  aria-label={`${t.table.moveRight}: ${title}`}
                  onClick={() => columns.move(id, after)}
                >
                  <ArrowRight />
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      <div className="mt-1 border-t border-line pt-1">
        <Button look="quiet" className="w-full justify-start px-2" onClick={columns.reset}>
          {t.table.reset}
        </Button>
      </div>
    </Popover>
  );
}
