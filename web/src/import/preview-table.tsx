import { withoutIds } from '../../../src/v2/import-link.ts';
import { isRefusal, type Reading } from '../../../src/v2/import-row.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import type { Account } from '../session.ts';
import type { Columns } from './reading.ts';
import type { TableRow } from './table-file.ts';
import { texts } from './texts.ts';

interface PreviewProps {
  readonly reading: Reading;
  readonly columns: Columns;
  readonly rows: readonly TableRow[];
  readonly account: Account;
  readonly isNew: boolean;
}

interface Shown {
  readonly number: number;
  readonly refused?: string;
  /** Texts by what they will be. */
  readonly values: ReadonlyMap<string, string>;
}

/** Rows as the columns read them: what will be sent, in words. */
export function PreviewTable({ reading, columns, rows, account, isNew }: PreviewProps) {
  const t = useTexts(texts);
  const { dateTime } = useLanguage();
  const nameOf = (key: string) => t.keys[key] ?? key;
  const { fields, pipelines } = reading.settings;
  const stages = new Map(
    [...pipelines.values()].flatMap(({ statuses }) => [...statuses.values()]).map((s) => [s.id, s]),
  );

  const ownText = (key: string, value: unknown): string => {
    if (key.endsWith('_at') || key === 'next_date') return dateTime(Number(value));
    if (key === 'responsible_user_id' || key === 'created_by') return account.nameOf(Number(value));
    if (key === 'pipeline_id') return pipelines.get(Number(value))?.name ?? String(value);
    if (key === 'status_id') return stages.get(Number(value))?.name ?? String(value);
    return String(value);
  };
  const fieldText = (id: number, values: readonly { value?: unknown; enum?: unknown }[]): string => {
    const options = new Map(fields.get(id)?.enums.map((option) => [option.id, option.value]));
    const texts = values.map(({ value, enum: sort }) => {
      const text = typeof value === 'object' && value !== null ? Object.values(value).join(', ') : String(value);
      const option = options.get(Number(value));
      return option ?? (sort === undefined ? text : `${text} (${sort})`);
    });
    return texts.join(', ');
  };
  const show = (row: TableRow): Shown => {
    const { number } = row;
    const read = row.refused === undefined ? columns.read(row.cells) : { refused: row.refused };
    if (isRefusal(read)) return { number, refused: read.refused, values: new Map() };
    const item = isNew ? withoutIds(read.item) : read.item;
    const { custom_fields = [], ...own } = item as { custom_fields?: { id: number; values: object[] }[] };
    const values = new Map<string, string>();
    for (const [key, value] of Object.entries(own)) {
      if (value === undefined) continue;
      values.set(nameOf(key), ownText(key, value));
    }
    if (read.companyName !== undefined) values.set(nameOf('company_name'), read.companyName);
    if (read.contactName !== undefined) values.set(nameOf('contact_name'), read.contactName);
    for (const field of custom_fields) values.set(fields.get(field.id)!.name, fieldText(field.id, field.values));
    return { number, values };
  };
  const shown = rows.map(show);
  const heads = [...new Set(shown.flatMap(({ values }) => [...values.keys()]))];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard
    <section aria-label={t.preview} tabIndex={0} className="overflow-x-auto rounded-lg border border-line">
      <table className="min-w-full">
        <thead>
          <tr className="border-b border-line bg-sunken text-left text-muted">
            <th className="px-3 py-2 font-medium">{t.row}</th>
            {heads.map((head) => (
              <th key={head} className="px-3 py-2 font-medium whitespace-nowrap">
                <bdi>{head}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {shown.map(({ number, refused, values }) => (
            <tr key={number}>
              <td className="px-3 py-1.5 text-muted tabular-nums">{number}</td>
              {refused === undefined ? (
                heads.map((head) => (
                  <td key={head} className="max-w-64 truncate px-3 py-1.5">
                    <bdi>{values.get(head)}</bdi>
                  </td>
                ))
              ) : (
                <td colSpan={Math.max(1, heads.length)} className="px-3 py-1.5 text-danger">
                  <bdi>{refused}</bdi>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
