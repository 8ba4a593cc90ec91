import type { Compound, CustomField, FieldEnum, Part, RawValue, StoredValue } from './custom-field.ts';
import { readDate } from './date.ts';
import { isStorable } from './text.ts';

/** A value that the field's type does not take: what it takes instead. */
export class BadValue extends Error {
  readonly expected: Expected;

  constructor(expected: Expected) {
    super(expected);
    this.expected = expected;
  }
}

export type Expected = 'text' | 'number' | 'flag' | 'date' | 'option' | 'address_part' | 'object' | 'name';

/** How a field type reads the elements of `values`; nothing left means that the field is cleared. */
export interface FieldType {
  readonly name: string;
  read(raw: readonly RawValue[], field: CustomField, timezone: string): StoredValue[];
}

/** Address parts by the names of the wire; reading gives the number. */
export const addressParts: ReadonlyMap<string, number> = new Map([
  ['address_line_1', 1],
  ['address_line_2', 2],
  ['city', 3],
  ['state', 4],
  ['zip', 5],
  ['country', 6],
]);

/** The types by amoCRM's field_type number; there is no type 12. */
export const fieldTypes: ReadonlyMap<number, FieldType> = new Map<number, FieldType>([
  [1, { name: 'TEXT', read: one(text) }],
  [2, { name: 'NUMERIC', read: one(number) }],
  [3, { name: 'CHECKBOX', read: one(flag) }],
  [4, { name: 'SELECT', read: (raw, field) => options(raw, field).slice(-1) }],
  [5, { name: 'MULTISELECT', read: options }],
  [6, { name: 'DATE', read: one(date) }],
  [7, { name: 'URL', read: one(url) }],
  [8, { name: 'MULTITEXT', read: multitext }],
  [9, { name: 'TEXTAREA', read: one(text) }],
  [10, { name: 'RADIOBUTTON', read: (raw, field) => options(raw, field).slice(-1) }],
  [11, { name: 'STREETADDRESS', read: one(text) }],
  [13, { name: 'SMART_ADDRESS', read: address }],
  [14, { name: 'BIRTHDAY', read: one(date) }],
  [15, { name: 'LEGAL_ENTITY', read: (raw) => compounds(raw, true) }],
  [16, { name: 'ITEMS', read: (raw) => compounds(raw, false) }],
  [17, { name: 'ORG_LEGAL_NAME', read: (raw) => compounds(raw, true) }],
]);

/** Their values are options of the field. */
export const listTypes: ReadonlySet<number> = new Set([4, 5, 10]);
/** Dates; birthdays. */
export const dateTypes: ReadonlySet<number> = new Set([6, 14]);
/** Types that have options; of phones and the like these tell what sort of phone a value is. */
export const optionTypes: ReadonlySet<number> = new Set([...listTypes, 8]);

/** A field of one value: of several the last counts, an empty one clears. */
function one(read: (value: unknown, timezone: string) => string): FieldType['read'] {
  return (raw, _field, timezone) => {
    const value = read(raw.at(-1)?.value, timezone);
    return value === '' ? [] : [{ value }];
  };
}

/** Characters of a value. */
const maxText = 10_000;

/** A scalar as PHP would print it into a string. */
function text(value: unknown): string {
  if (value === undefined || value === null || value === false) return '';
  if (value === true) return '1';
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string' || value.length > maxText || !isStorable(value)) throw new BadValue('text');
  return value;
}

function number(value: unknown): string {
  const digits = text(value).trim();
  if (digits !== '' && !/^-?\d+([.,]\d+)?$/.test(digits)) throw new BadValue('number');
  return digits;
}

function flag(value: unknown): string {
  if (value === false) return '0';
  const word = text(value).toLowerCase();
  if (word === '' || word === '0' || word === '1') return word;
  if (word === 'true' || word === 'false') return word === 'true' ? '1' : '0';
  throw new BadValue('flag');
}

function date(value: unknown, timezone: string): string {
  const written = text(value).trim();
  if (written === '') return '';
  const read = readDate(written, timezone);
  if (read === undefined) throw new BadValue('date');
  return read;
}

const schemes = /^([a-z][a-z0-9+.-]*:\/\/|(mailto|tel|sip|skype|callto):)/i;

/** amoCRM completes addresses: `company.moc` reads back as `http://company.moc`. doc: companies, request and answer examples */
function url(value: unknown): string {
  const address = text(value).trim();
  return address === '' || schemes.test(address) ? address : `http://${address}`;
}

function multitext(raw: readonly RawValue[], field: CustomField): StoredValue[] {
  return raw
    .map((element) => ({ value: text(element.value), option: findOption(element.enum, field.enums) }))
    .filter(({ value }) => value !== '')
    .map(({ value, option = field.enums[0] }) => (option ? { value, enumId: option.id } : { value }));
}

/** List values come as a bare enum id, as {value: id}, or as a read value sent back: {value: text, enum: id}. */
function options(raw: readonly RawValue[], field: CustomField): StoredValue[] {
  const chosen = raw
    .map((element) => (isEmpty(element.enum) ? element.value : element.enum))
    .filter((choice) => !isEmpty(choice))
    .map((choice) => {
      const option = findOption(choice, field.enums);
      if (option) return option.id;
      throw new BadValue('option');
    });
  return [...new Set(chosen)].map((enumId) => ({ enumId }));
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || value === 0 || value === '0';
}

function findOption(choice: unknown, enums: readonly FieldEnum[]): FieldEnum | undefined {
  if (typeof choice !== 'string' && typeof choice !== 'number') return undefined;
  const written = String(choice).trim();
  const id = Number(written);
  const byId = String(id) === written ? enums.find((option) => option.id === id) : undefined;
  return byId ?? enums.find((option) => option.value === written);
}

function address(raw: readonly RawValue[]): StoredValue[] {
  const parts = new Map<number, string>();
  for (const { value, subtype } of raw) {
    const part = isEmpty(subtype) ? 1 : partOf(subtype);
    if (part === undefined) throw new BadValue('address_part');
    parts.set(part, text(value));
  }
  return [...parts].filter(([, value]) => value !== '').map(([subtype, value]) => ({ value, subtype }));
}

function partOf(subtype: unknown): number | undefined {
  if (typeof subtype !== 'string' && typeof subtype !== 'number') return undefined;
  const part = addressParts.get(String(subtype)) ?? Number(subtype);
  return Number.isInteger(part) && part >= 1 && part <= 6 ? part : undefined;
}

function compounds(raw: readonly RawValue[], nameRequired: boolean): StoredValue[] {
  return raw
    .filter(({ value }) => !isEmpty(value))
    .map(({ value }) => {
      const object = compound(value, 3);
      const name = object['name'];
      if (nameRequired && (typeof name !== 'string' || name.trim() === '')) throw new BadValue('name');
      return { value: object };
    });
}

/** Such values are kept as they come; `Object.fromEntries` makes own properties of every key, whatever its name. */
function compound(value: unknown, depth: number): Compound {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new BadValue('object');
  const entries = Object.entries(value).filter(([key]) => key !== '__proto__');
  return Object.fromEntries(entries.map(([key, inner]) => [text(key), part(inner, depth)]));
}

function part(value: unknown, depth: number): Part {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return text(value);
  if (depth === 0) throw new BadValue('object');
  return Array.isArray(value) ? value.map((inner) => part(inner, depth - 1)) : compound(value, depth - 1);
}
