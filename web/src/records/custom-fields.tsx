import type { AccountFieldJson, CustomField, FieldValue } from '../api.ts';
import type { Edit, Editor, GridColumn } from '../grid/column.ts';
import { NotUnderstood } from '../grid/not-understood.ts';
import { splitOptions, splitValues, valueSeparator } from '../grid/split.ts';
import type { Messages } from '../i18n/en.ts';
import { Flag, Tag, WebLink } from './values.tsx';

interface WithFields {
  readonly custom_fields: CustomField[];
}

/** The types of fields by amoCRM's numbers. docs/api/companies.md, values */
export const types = {
  number: 2,
  flag: 3,
  select: 4,
  multiselect: 5,
  date: 6,
  url: 7,
  multitext: 8,
  long: 9,
  radio: 10,
  address: 13,
  birthday: 14,
  legal: 15,
  items: 16,
  organisation: 17,
} as const;
/** Values of these are more than a text: they are edited on the card. */
const compound: ReadonlySet<number> = new Set([types.address, types.legal, types.items, types.organisation]);

/** A column for each field of the account. */
export function fieldColumns<R extends WithFields>(
  fields: readonly AccountFieldJson[],
  t: Messages,
  date: (seconds: number) => string,
): GridColumn<R>[] {
  return fields.map((field, index): GridColumn<R> => {
    const text = (record: R) => textOf(field, valuesOf(record, field));
    const show = showOf(field, t, date);
    return {
      id: `field${field.id}`,
      title: field.name,
      width: field.field_type === types.long ? 240 : 180,
      isNumber: field.field_type === types.number,
      isShown: index < 4,
      text,
      ...(show && { show: (record: R) => show(text(record)) }),
      ...(field.field_type === types.address && {
        show: (record: R) => addressText(valuesOf(record, field), t.code),
      }),
      ...(!compound.has(field.field_type) && field.is_editable && { edit: editOf<R>(field, t) }),
    };
  });
}

export function valuesOf({ custom_fields }: WithFields, { id }: AccountFieldJson): readonly FieldValue[] {
  return custom_fields.find((field) => field.id === id)?.values ?? [];
}

export function withValues<R extends WithFields>(record: R, field: AccountFieldJson, values: FieldValue[]): R {
  const { id, name, is_system } = field;
  const others = record.custom_fields.filter((other) => other.id !== id);
  return { ...record, custom_fields: values.length > 0 ? [...others, { id, name, values, is_system }] : others };
}

/** What the API is sent of a field. */
export function fieldItem(record: WithFields, field: AccountFieldJson): object {
  const values = valuesOf(record, field).map(({ value, enum: option, subtype }) => ({
    value,
    ...(option && { enum: option }),
    ...(subtype && { subtype }),
  }));
  return { custom_fields: [{ id: field.id, values }] };
}

/** Parts of an address are numbered: 5 is the postal code, by which it begins, 6 the country. */
export function addressText(values: readonly FieldValue[], language: string): string {
  const parts = new Map(values.map(({ value, subtype }) => [subtype, String(value)]));
  const country = parts.get('6');
  if (country !== undefined) parts.set('6', countryName(country, language));
  return ['5', '6', '4', '3', '1', '2'].flatMap((part) => parts.get(part) || []).join(', ');
}

/** What is no code of a country is its name. */
function countryName(code: string, language: string): string {
  return /^[A-Z]{2}$/.test(code) ? (new Intl.DisplayNames(language, { type: 'region' }).of(code) ?? code) : code;
}

function textOf({ field_type }: AccountFieldJson, filled: readonly FieldValue[]): string {
  const values = filled.map(({ value }) => {
    if (typeof value === 'string') return value;
    const { name, description } = value as { name?: unknown; description?: unknown };
    return String(name ?? description ?? '');
  });
  const isDay = field_type === types.date || field_type === types.birthday;
  return (isDay ? values.map((value) => value.slice(0, 10)) : values)
    .filter((value) => value !== '')
    .join(valueSeparator);
}

function showOf({ field_type, enums }: AccountFieldJson, t: Messages, date: (seconds: number) => string) {
  switch (field_type) {
    case types.flag:
      return (text: string) =>
        text !== '' && <Flag isSet={text === '1'} label={text === '1' ? t.field.yes : t.field.no} />;
    case types.url:
      return (text: string) => <WebLink address={text} />;
    case types.multiselect:
      return (text: string) =>
        splitOptions(text, Object.values(enums ?? {})).map((value) => <Tag key={value} name={value} />);
    case types.date:
    case types.birthday:
      return (text: string) => text && date(new Date(`${text}T00:00:00`).getTime() / 1000);
    default:
      return undefined;
  }
}

function editOf<R extends WithFields>(field: AccountFieldJson, t: Messages): Edit<R> {
  const options = Object.entries(field.enums ?? {});
  return {
    editor: editorFor(field.field_type, options),
    set: (record, text, like) => {
      const written = readValues(field, options, text.trim(), t);
      if (field.field_type !== types.multitext) return withValues(record, field, written);
      // A phone that stays or is copied keeps what sort of phone it is; a new one becomes the first sort.
      const before = [...(like ? valuesOf(like, field) : []), ...valuesOf(record, field)];
      const kept = written.map((one) => before.find(({ value }) => value === one.value) ?? one);
      return withValues(record, field, kept);
    },
    item: (record) => fieldItem(record, field),
  };
}

function editorFor(type: number, options: readonly (readonly [string, string])[]): Editor {
  switch (type) {
    case types.select:
    case types.radio:
      return { type: 'choice', options: () => options.map(([, text]) => text), isMultiple: false };
    case types.multiselect:
      return { type: 'choice', options: () => options.map(([, text]) => text), isMultiple: true };
    case types.date:
    case types.birthday:
      return { type: 'date' };
    case types.flag:
      return { type: 'flag' };
    case types.long:
      return { type: 'long' };
    default:
      return { type: 'text' };
  }
}

/** @throws NotUnderstood */
function readValues(
  { field_type }: AccountFieldJson,
  options: readonly (readonly [string, string])[],
  text: string,
  t: Messages,
): FieldValue[] {
  if (text === '') return [];
  switch (field_type) {
    case types.select:
    case types.radio:
    case types.multiselect: {
      const chosen =
        field_type === types.multiselect
          ? splitOptions(
              text,
              options.map(([, name]) => name),
            )
          : [text];
      return chosen.map((one) => {
        const option = options.find(([, name]) => name.toLowerCase() === one.toLowerCase());
        if (!option) throw new NotUnderstood(t.edit.notOption(one));
        return { value: option[1], enum: option[0] };
      });
    }
    case types.number:
      return [{ value: readNumber(text, t) }];
    case types.flag:
      return [{ value: /^(1|true|yes|да)$/i.test(text) ? '1' : '0' }];
    case types.date:
    case types.birthday:
      return [{ value: readDay(text, t) }];
    case types.multitext:
      return splitValues(text).map((value) => ({ value }));
    default:
      return [{ value: text }];
  }
}

/** The digits of a number, without the blanks between them. @throws NotUnderstood */
export function readNumber(text: string, t: Messages): string {
  const digits = text.replace(/\s/g, '');
  if (!/^-?\d+([.,]\d+)?$/.test(digits)) throw new NotUnderstood(t.edit.notNumber);
  return digits;
}

/** @throws NotUnderstood */
export function readDay(text: string, t: Messages): string {
  const [, day, month, year] = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(text) ?? [];
  const written = day && month ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : text.slice(0, 10);
  if (!/^\d{4}-\d\d-\d\d$/.test(written) || Number.isNaN(Date.parse(written))) throw new NotUnderstood(t.edit.notDate);
  return written;
}
