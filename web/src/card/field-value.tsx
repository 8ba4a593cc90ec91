import type { ReactNode } from 'react';
import type { AccountFieldJson, AnyRecord } from '../api.ts';
import type { GridColumn } from '../grid/column.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { addressText, types, valuesOf } from '../records/custom-fields.tsx';
import { WebLink } from '../records/values.tsx';
import { type CardTexts, texts } from './texts.ts';

/** These have more to them than a line of text, and editors of their own. */
export const editedWhole: ReadonlySet<number> = new Set([
  types.multitext,
  types.address,
  types.legal,
  types.organisation,
]);

interface FieldValueProps {
  readonly record: AnyRecord;
  readonly column: GridColumn<AnyRecord>;
  /** Of a custom field. */
  readonly field: AccountFieldJson | undefined;
}

/** A value with everything that belongs to it, where a table has room for a line. */
export function FieldValueView({ record, column, field }: FieldValueProps): ReactNode {
  const { t, language } = useLanguage();
  const c = useTexts(texts);
  const values = field ? valuesOf(record, field) : [];
  switch (field?.field_type) {
    case types.multitext:
      return values.map(({ value, enum: option }) => (
        <span key={`${value} ${option}`} className="flex items-baseline gap-2">
          <WebLink address={reachedAt(field, String(value))} text={String(value)} isInOrder />
          {option && <span className="text-xs text-muted">{sortName(field.enums?.[option], c)}</span>}
        </span>
      ));
    case types.flag: {
      const text = column.text(record);
      return text === '' ? null : text === '1' ? t.field.yes : t.field.no;
    }
    case types.url:
      return <WebLink address={column.text(record)} isInOrder />;
    case types.long:
      return <bdi className="whitespace-pre-wrap">{column.text(record)}</bdi>;
    case types.address:
      return <bdi>{addressText(values, language)}</bdi>;
    case types.legal:
    case types.organisation:
      return values.map(({ value }) => {
        const { name, ...rest } = value as Readonly<Record<string, unknown>>;
        return (
          <span key={JSON.stringify(value)} className="block">
            <bdi className="block">{String(name ?? '')}</bdi>
            {scalarsOf(rest).map(([key, text]) => (
              <span key={key} className="block text-xs text-muted">
                <bdi>{c.legal[key] ?? key}</bdi>:{' '}
                <bdi>{key === 'entity_type' ? (c.entityTypes[text] ?? text) : text}</bdi>
              </span>
            ))}
          </span>
        );
      });
    case types.items:
      return values.map(({ value }) => (
        <Item key={JSON.stringify(value)} item={value as Readonly<Record<string, unknown>>} />
      ));
    default:
      return column.show?.(record) ?? <bdi>{column.text(record)}</bdi>;
  }
}

/** One of a list of goods, as its integration has written it. */
function Item({ item }: { readonly item: Readonly<Record<string, unknown>> }) {
  const { name, description, quantity, unit_type, unit_price } = item;
  const amount = [quantity, unit_type].filter(isScalar).join(' ');
  const parts = [amount, isScalar(unit_price) ? String(unit_price) : ''].filter(Boolean).join(' × ');
  return (
    <span className="flex justify-between gap-3">
      <bdi>{String(name ?? description ?? '')}</bdi>
      <bdi className="shrink-0 text-muted tabular-nums">{parts}</bdi>
    </span>
  );
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

export function scalarsOf(value: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]) =>
    isScalar(inner) && inner !== '' ? [[key, String(inner)] as [string, string]] : [],
  );
}

/** What sort of phone or address an option is; a sort of somebody's own is called as he calls it. */
export function sortName(code: string | undefined, c: CardTexts): string {
  return code === undefined ? '' : (c.sorts[code] ?? code);
}

/** Where a phone or an e-mail leads. */
function reachedAt({ code }: AccountFieldJson, text: string): string {
  if (code === 'PHONE') return `tel:${text.replace(/[^\d+*#,;]/g, '')}`;
  return code === 'EMAIL' ? `mailto:${text}` : text;
}

/** All of a field's values in one text: what conflicts are found by, and told. */
export function wholeText(field: AccountFieldJson, record: AnyRecord, c: CardTexts): string {
  return valuesOf(record, field)
    .map(({ value, enum: option, subtype }) => {
      if (typeof value !== 'string') {
        return scalarsOf(value as Record<string, unknown>)
          .map(([key, text]) => (key === 'entity_type' ? (c.entityTypes[text] ?? text) : text))
          .join(', ');
      }
      if (subtype) return value;
      return option ? `${value} (${sortName(field.enums?.[option], c)})` : value;
    })
    .join('; ');
}
