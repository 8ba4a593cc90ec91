import type { Account, Rec, Stored } from './state.ts';

/**
 * What a search finds: what occurs in the name or any filled field, whatever the case of letters and ё or е; phones in any spelling.
 * docs: companies; source: reference §5.5
 */
export function isFound(query: string, { searched }: Rec): boolean {
  const text = folded(query);
  const digits = text.replace(/\D/g, '');
  // What is written like a phone is also looked for as its digits alone.
  const terms = /^[-+\d\s().]+$/.test(text) && digits !== '' ? [text, digits] : [text];
  return terms.some((term) => searched.some((line) => line.includes(term)));
}

/** Whether it says anything at all. */
export function isQuery(query: string): boolean {
  return query.trim() !== '';
}

export function searchedOf(account: Account, { name, own, values }: Pick<Rec, 'name' | 'own' | 'values'>): string[] {
  const texts = [...values].flatMap(([id, stored]) => {
    const field = account.fields.find((other) => other.id === id);
    const ownTexts = field ? stored.flatMap((value) => textsOf(value, field)) : [];
    return ownTexts.flatMap((text) => [text, ...(field?.code === 'PHONE' || isPhone(text) ? phonesIn(text) : [])]);
  });
  return [name, own.firstName ?? '', own.lastName ?? '', ...texts].map(folded).filter((line) => line !== '');
}

function textsOf({ value, option }: Stored, { options }: Account['fields'][number]): string[] {
  if (typeof value === 'string') return [value];
  if (value !== undefined) return leavesOf(value);
  return options.filter(({ id }) => id === option).map((found) => found.value);
}

function leavesOf(value: unknown): string[] {
  if (value !== null && typeof value === 'object') return Object.values(value).flatMap(leavesOf);
  return value === null ? [] : [String(value)];
}

/** What stands in another field than that of phones, and looks like one. */
function isPhone(text: string): boolean {
  return /^[-+\d\s().]+$/.test(text) && text.replace(/\D/g, '').length >= 6;
}

/** The digits of a phone, and of what can be a Russian one both national forms. */
function phonesIn(text: string): string[] {
  const digits = text.replace(/\D/g, '');
  const national = /^[78]\d{10}$/.test(digits) ? digits.slice(1) : digits.length === 10 ? digits : undefined;
  return national === undefined ? [digits] : [digits, `7${national}`, `8${national}`];
}

/** й and и with a breve are one letter; е and ё are one here. */
function folded(text: string): string {
  return text.trim().replace(/\s+/g, ' ').normalize('NFC').toLowerCase().replaceAll('ё', 'е');
}
