import { useMemo, useState } from 'react';
import { delimiters, encodings } from '../../../src/v2/import-text.ts';
import { type KindName, kindNames } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import type { Account } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { Select } from '../ui/select.tsx';
import { ColumnsTable } from './columns-table.tsx';
import { PreviewTable } from './preview-table.tsx';
import { choicesOf, doubled, planRows, readingOf } from './reading.ts';
import type { Plan } from './run.ts';
import type { TableFile, TableRow } from './table-file.ts';
import { texts } from './texts.ts';

interface PrepareProps {
  readonly table: TableFile;
  /** The titles, and the rows behind them. */
  readonly rows: readonly TableRow[];
  readonly account: Account;
  /** Another way to read it, or no file any more. */
  readonly onTable: (table: TableFile | undefined) => void;
  readonly onStart: (plan: Plan) => void;
}

export function PrepareImport({ table, rows, account, onTable, onStart }: PrepareProps) {
  const t = useTexts(texts);
  const { t: common, language } = useLanguage();
  const size = new Intl.NumberFormat(language, { style: 'unit', unit: 'kilobyte' });
  const [kind, setKind] = useState<KindName>(() => kindOfFile(table.file.name));
  const [isNew, setNew] = useState(false);
  const titles = rows[0]?.cells ?? [];
  // What was chosen for a column holds as long as there are the same columns.
  const mapping = `${kind} ${titles.join('\0')}`;
  const [chosen, setChosen] = useState<{ of: string; keys: Readonly<Record<number, string>> }>({ of: '', keys: {} });
  const reading = useMemo(() => readingOf(kind, account), [kind, account]);
  const { choices, keyOf } = useMemo(() => choicesOf(reading), [reading]);
  const own = chosen.of === mapping ? chosen.keys : {};
  const keys = titles.map((title, index) => own[index] ?? keyOf(title));
  const columns = planRows(reading, titles, keys, choices);
  const [twice] = doubled(keys, choices);
  const hasName = keys.some((key) => ['name', 'id'].includes(key) || (kind === 'contacts' && /_name$/.test(key)));
  const choose = (index: number, key: string) => setChosen({ of: mapping, keys: { ...own, [index]: key } });
  return (
    <>
      <section className="grid gap-4 rounded-xl border border-line p-4 sm:p-5">
        <div className="flex flex-wrap items-center gap-3">
          <bdi className="min-w-0 truncate text-base font-medium">{table.file.name}</bdi>
          <span className="text-muted">{size.format(Math.max(1, Math.round(table.file.size / 1024)))}</span>
          <Button className="ml-auto" onClick={() => onTable(undefined)}>
            {t.other}
          </Button>
        </div>
        <div className="flex flex-wrap gap-x-6 gap-y-3">
          <Choice label={t.kind}>
            <Select autoFocus value={kind} onChange={(event) => setKind(event.target.value as KindName)}>
              {kindNames.map((one) => (
                <option key={one} value={one}>
                  {common.nav[one]}
                </option>
              ))}
            </Select>
          </Choice>
          <Choice label={t.encoding}>
            <Select
              value={table.encoding}
              onChange={(event) => onTable({ ...table, encoding: event.target.value as TableFile['encoding'] })}
            >
              {encodings.map((one) => (
                <option key={one} value={one}>
                  {one === 'utf-8' ? 'UTF-8' : 'Windows-1251'}
                </option>
              ))}
            </Select>
          </Choice>
          <Choice label={t.delimiter}>
            <Select
              value={table.delimiter}
              onChange={(event) => onTable({ ...table, delimiter: event.target.value as TableFile['delimiter'] })}
            >
              {delimiters.map((one) => (
                <option key={one} value={one}>
                  {t.delimiters[one]}
                </option>
              ))}
            </Select>
          </Choice>
        </div>
        <div className="flex items-start gap-2">
          <div className="py-0.5">
            <Checkbox id="is-new" checked={isNew} onToggle={() => setNew((was) => !was)} />
          </div>
          <label htmlFor="is-new">{t.isNew}</label>
        </div>
      </section>
      <section className="grid gap-3">
        <div>
          <h2 className="text-base font-semibold">{t.columns}</h2>
          <p className="text-muted">{t.columnsLead}</p>
        </div>
        <ColumnsTable titles={titles} rows={rows.slice(1)} keys={keys} choices={choices} onChoose={choose} />
        {twice && (
          <p role="alert" className="text-danger">
            {t.doubled(t.keys[twice] ?? twice)}
          </p>
        )}
        {!hasName && <p className="text-danger">{t.noName}</p>}
      </section>
      {columns && rows.length > 1 && (
        <section className="grid gap-3">
          <div>
            <h2 className="text-base font-semibold">{t.preview}</h2>
            <p className="text-muted">{t.previewLead(rows.length - 1)}</p>
          </div>
          <PreviewTable reading={reading} columns={columns} rows={rows.slice(1)} account={account} isNew={isNew} />
        </section>
      )}
      <div className="sticky bottom-0 -mx-4 flex border-t border-line bg-page px-4 py-3 sm:-mx-10 sm:px-10">
        <Button
          look="primary"
          disabled={!columns}
          onClick={() => columns && onStart({ kind, table, titles, columns, isNew })}
        >
          {t.start}
        </Button>
      </div>
    </>
  );
}

function Choice({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: it is among the children
    <label className="grid gap-1">
      <span className="text-muted">{label}</span>
      {children}
    </label>
  );
}

/** Exports and people name files after what is in them. */
function kindOfFile(name: string): KindName {
  const words: readonly (readonly [RegExp, KindName])[] = [
    [/contact|контакт/i, 'contacts'],
    [/lead|deal|сделк/i, 'leads'],
    [/customer|покупател/i, 'customers'],
  ];
  return words.find(([word]) => word.test(name))?.[1] ?? 'companies';
}
