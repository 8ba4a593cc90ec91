import { NotUnderstood } from '../grid/not-understood.ts';
import type { Messages } from '../i18n/en.ts';

const mostDigits = 15;

/**
 * A sum of money as people and spreadsheets write it: `12 500,50`, `15 000 ₽`, `1,200,000.00`. Sums are whole: a fraction is rounded; of
 * nothing it is 0. @throws NotUnderstood
 */
export function readAmount(text: string, currency: string, t: Messages): number {
  const written = withoutCurrency(text.trim(), currency).replace(/[\s'’]/g, '');
  if (text.trim() === '') return 0;
  if (!/^[+-]?\d[\d.,]*$/.test(written)) throw new NotUnderstood(t.edit.notNumber);
  const number = /^\+?(\d+)(?:\.(\d+))?$/.exec(withoutGroups(written));
  if (!number || number[1]!.length > mostDigits) throw new NotUnderstood(t.edit.notAmount);
  return Number(number[1]) + (/^[5-9]/.test(number[2] ?? '') ? 1 : 0);
}

function withoutCurrency(text: string, currency: string): string {
  const name = [
    /\p{Sc}/u.source,
    /р(?:уб(?:л(?:ей|я|ь))?)?\.?/.source,
    ...(/^[A-Z]{3}$/.test(currency) ? [currency] : []),
  ].join('|');
  return text.replace(new RegExp(`^(?:${name})|(?:${name})$`, 'giu'), '');
}

/** With a point before the fraction. Three digits behind the only mark are a group: 15,000 is fifteen thousand in every language. */
function withoutGroups(number: string): string {
  const [mark] = /[.,](?=[^.,]*$)/.exec(number) ?? [];
  if (mark === undefined) return number;
  const isGrouped = /^[+-]?[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*$/.test(number);
  if (isGrouped) return number.replaceAll(mark, '');
  const other = mark === '.' ? ',' : '.';
  return number.replaceAll(other, '').replace(mark, '.');
}
