import type { CustomField, RawValue } from '../crm/custom-field.ts';
import type { KindName } from '../crm/entity.ts';
import { listTypes } from '../crm/field-type.ts';
import { findOption, flagCell, plainNumber, readOptions, splitContacts } from './import-cells.ts';
import type { CellReader, OpenRow, Reading } from './import-row.ts';
import { addressTitles, fieldTitles, legalTitlesOf, optionTitles } from './import-titles.ts';

/** A column of a custom field, or of a part of one. */
export interface FieldColumn {
  /** The title by which nothing else is called. */
  readonly key: string;
  readonly name: string;
  readonly titles: readonly string[];
  readonly also: readonly string[];
  readonly reader: (title: string) => CellReader;
}

const types = { number: 2, flag: 3, multiselect: 5, multitext: 8, address: 13, legal: 15, items: 16, organisation: 17 };

/** The columns that the fields of a kind can have. Lists of goods (type 16) have no place in a cell. */
export function fieldColumns(kind: KindName, { fields }: Pick<Reading['settings'], 'fields'>): FieldColumn[] {
  return [...fields.values()]
    .filter((field) => field.kinds.includes(kind) && field.type !== types.items)
    .flatMap((field) => [wholeColumn(field), ...partColumns(field)]);
}

function wholeColumn(field: CustomField): FieldColumn {
  return {
    key: String(field.id),
    name: field.name,
    titles: basesOf(field),
    also: fieldTitles[field.code] ?? [],
    reader: (title) => (isLegal(field) ? legalReader(field, title, 'name') : put(field, title, wholeReader(field))),
  };
}

function isLegal({ type }: CustomField): boolean {
  return type === types.legal || type === types.organisation;
}

/** A field is called by its name, id or code. */
function basesOf({ id, name, code }: CustomField): string[] {
  return [name, String(id), ...(code === '' ? [] : [code])];
}

type ReadCell = (cell: string) => RawValue[] | { readonly wrong: string };

function put({ id }: CustomField, title: string, read: ReadCell): CellReader {
  return (cell, row) => {
    const values = read(cell);
    if ('wrong' in values) row.wrong.push(`${title}: ${values.wrong}`);
    else valuesOf(row, id, title).push(...values);
  };
}

function valuesOf({ fields }: OpenRow, id: number, title: string): RawValue[] {
  const known = fields.get(id) ?? { title, values: [] };
  fields.set(id, known);
  return known.values;
}

function wholeReader(field: CustomField): ReadCell {
  const { type, enums } = field;
  if (type === types.multiselect) {
    return (cell) => {
      const values = readOptions(cell, enums);
      return typeof values === 'string' ? { wrong: `нет варианта «${values}»` } : values;
    };
  }
  if (listTypes.has(type)) {
    return (cell) => {
      const option = findOption(cell, enums);
      return option ? [{ value: option.id }] : { wrong: `нет варианта «${cell}»` };
    };
  }
  if (type === types.multitext) return multitextReader(field);
  if (type === types.number) return (cell) => [{ value: plainNumber(cell) }];
  if (type === types.flag) return (cell) => [{ value: flagCell(cell) }];
  return (cell) => [{ value: cell }];
}

function multitextReader({ code }: CustomField, option?: string): ReadCell {
  const canSplit = code === 'PHONE' || code === 'EMAIL';
  const sort = option === undefined ? {} : { enum: option };
  return (cell) => (canSplit ? splitContacts(cell) : [cell]).map((value) => ({ value, ...sort }));
}

function partColumns(field: CustomField): FieldColumn[] {
  const { type, code, enums } = field;
  if (type === types.multitext) {
    return enums.map(({ value }) => {
      const titles = optionTitles[code]?.[value] ?? [];
      return partColumn(field, [value], titles, (title) => put(field, title, multitextReader(field, value)));
    });
  }
  if (type === types.address) {
    return Object.entries(addressTitles).map(([subtype, titles]) =>
      partColumn(field, [...titles, subtype], [], (title) => put(field, title, (cell) => [{ value: cell, subtype }])),
    );
  }
  if (isLegal(field)) {
    return Object.entries(legalTitlesOf(type)).map(([key, titles]) =>
      partColumn(field, [...titles, key], [], (title) => legalReader(field, title, key)),
    );
  }
  return [];
}

/** `Телефон: WORK`, `PHONE/WORK`, `address.city` and so on. */
function partColumn(
  field: CustomField,
  parts: readonly string[],
  also: readonly string[],
  reader: FieldColumn['reader'],
): FieldColumn {
  const bases = [...basesOf(field), ...(field.type === types.address ? ['address', 'Адрес'] : [])];
  const titles = bases.flatMap((base) =>
    parts.flatMap((part) => [`${base}: ${part}`, `${base}/${part}`, `${base}.${part}`, `${base} (${part})`]),
  );
  return { key: `${field.id}: ${parts.at(-1)}`, name: also[0] ?? titles[0]!, titles, also, reader };
}

/** The parts of a legal entity are one value. */
function legalReader({ id }: CustomField, title: string, key: string): CellReader {
  return (cell, row) => {
    const values = valuesOf(row, id, title);
    const [known] = values;
    const value = { ...(known?.value as object | undefined), [key]: cell };
    values.splice(0, 1, { value });
  };
}
