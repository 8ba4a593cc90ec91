import type { FieldEnum, RawValue } from '../crm/custom-field.ts';
import { readDate, utcSeconds } from '../crm/date.ts';
import { fold } from '../crm/text.ts';

/** Cells of a CSV file as the values that the API takes. Undefined: it is none. */

/** Unix seconds of a date as spreadsheets and people write it, in the account's time zone. */
export function readTimeCell(cell: string, timezone: string): number | undefined {
  if (/^\d{9,11}$/.test(cell)) return Number(cell);
  const local = readDate(cell, timezone);
  return local === undefined ? undefined : utcSeconds(local, timezone);
}

/** `12 500,00 ₽` → `12500`: blanks between digits, a currency and empty decimals say nothing. What is no number stays as it is. */
export function plainNumber(cell: string): string {
  const digits = cell.replace(/[\s\u00a0\u202f']/g, '').replace(/(?:руб\.?|р\.|₽|₸|€|\$|RUB|KZT|USD|EUR)$/i, '');
  return /^-?\d+([.,]\d+)?$/.test(digits) ? digits.replace(/[.,]0+$/, '') : cell;
}

const flags: ReadonlyMap<string, string> = new Map([
  ...['да', 'yes', 'true', '1', '+', 'y', 'истина'].map((word): [string, string] => [word, '1']),
  ...['нет', 'no', 'false', '0', '-', 'n', 'ложь'].map((word): [string, string] => [word, '0']),
]);

/** What is no flag stays as it is: the field refuses it. */
export function flagCell(cell: string): string {
  return flags.get(fold(cell)) ?? cell;
}

/** The apostrophe that exports put before a number, and before what a spreadsheet would run, be it behind a separator. */
const shield = /^'|(?<=[;,\t\r\n]"*)'(?=[=+\-@＝＋－＠])/g;

/** Several phones or addresses in one cell. */
export function splitContacts(cell: string): string[] {
  const parts = cell
    .split(/[,;\n]+/)
    .map((part) => part.trim().replace(/^'/, ''))
    .filter(Boolean);
  const areAlike =
    parts.every((part) => part.includes('@')) ||
    parts.every((part) => part.replace(/\D/g, '').length >= 5 && !part.includes('@'));
  return parts.length > 1 && areAlike ? parts : [cell.replace(shield, '')];
}

/** The option that a cell names by its id or text, in whatever case. */
export function findOption(cell: string, enums: readonly FieldEnum[]): FieldEnum | undefined {
  const folded = fold(cell.trim());
  return enums.find(({ id }) => String(id) === folded) ?? enums.find(({ value }) => fold(value.trim()) === folded);
}

/**
 * Options separated by commas, semicolons or line breaks, of which a text may hold some itself: the longest one that fits is taken.
 * @returns the part that names none
 */
export function readOptions(cell: string, enums: readonly FieldEnum[]): RawValue[] | string {
  const parts = cell.split(/([,;\n]+)/);
  const values: RawValue[] = [];
  for (let at = 0; at < parts.length; ) {
    if (parts[at]!.trim() === '') {
      at += 2;
      continue;
    }
    let end = parts.length;
    let option: FieldEnum | undefined;
    while (end > at && option === undefined) {
      option = findOption(parts.slice(at, end).join(''), enums);
      if (option === undefined) end -= 2;
    }
    if (option === undefined) return parts[at]!.trim();
    values.push({ value: option.id });
    at = end + 1;
  }
  return values;
}
