import type { Dice } from './dice.ts';
import { type Kind, sequences } from './kinds.ts';
import type { Account, Field } from './state.ts';

/** Names, texts and phones that have something to be wrong with, and who and what is meant. */

const words = [
  ...[
    'Ромашка',
    'ёлка',
    'ЁЛКА',
    'Acme',
    'ООО',
    'а',
    'ж',
    'я',
    'x',
    '12',
    "O'Brien",
    '50%',
    'a_b',
    '"q"',
    'с/л',
    'й',
    'ель',
  ],
  ...['\\', '🌼', 'É', 'е\u0308ж', '*', '(x)', 'and', 'NOT', 'Ту-154', '\u2028', 'ЩЁ'],
];
const phones = [
  '+7 926 123-45-67',
  '89261234567',
  '9261234568',
  '8 (495) 765-43-21',
  '123-45-67',
  '+380441234567',
  '12-34',
];

export function imagineName(dice: Dice): string {
  const name = [dice.pick(words), ...dice.some(words, 2)].join(' ');
  return dice.chance(0.05) ? ` ${name} ` : name;
}

export function imaginePhone(dice: Dice): string {
  return dice.pick(phones);
}

/** A part of something that is there, or a word, in other letters perhaps; of phones in another spelling. */
export function imagineQuery(dice: Dice, { records }: Account, kind: Kind): string {
  const lines = [...records[kind].values()].flatMap(({ searched }) => searched);
  const numbers = lines.filter((line) => /^\d{10,}$/.test(line));
  if (numbers.length > 0 && dice.chance(0.2)) return spellPhone(dice, dice.pick(numbers));
  const source = dice.chance(0.2) || lines.length === 0 ? dice.pick(words) : dice.pick(lines);
  const from = dice.chance(0.5) ? dice.whole(source.length) : 0;
  const length = dice.pick([30, 1, 2, 3, 4, 8]);
  // Never half of a character.
  const text = [...source].slice(from, from + length).join('');
  const digits = text.replace(/\D/g, '');
  if (digits.length >= 3 && dice.chance(0.4)) return `${digits.slice(0, 2)}-${digits.slice(2)}`;
  return dice.chance(0.3) ? text.toUpperCase() : dice.chance(0.1) ? ` ${text}  ` : text;
}

function spellPhone(dice: Dice, digits: string): string {
  const [code, rest] = [digits.slice(0, -7), digits.slice(-7)];
  return dice.pick([digits, `+${code} ${rest}`, `(${code}) ${rest.slice(0, 3)}-${rest.slice(3)}`, digits.slice(1)]);
}

const unknownId = 999_999;

/** An id of that kind: most often of a record that is there, else of one in the bin or purged, or of none. */
export function imagineId(dice: Dice, account: Account, kind: Kind): number {
  const recs = [...account.records[kind].values()];
  const number = dice.next();
  const pool = number < 900 ? recs.filter(({ isDeleted }) => !isDeleted) : recs.filter(({ isDeleted }) => isDeleted);
  if (number >= 960 || pool.length === 0) {
    return number % 2 === 0 ? unknownId : 1 + (number % Math.max(1, account.next[sequences[kind]] - 1));
  }
  // The newest are those that something else was just done with.
  return dice.chance(0.5) ? pool[Math.max(0, pool.length - 1 - dice.whole(3))]!.id : dice.pick(pool).id;
}

/** Each once. */
export function imagineIds(dice: Dice, account: Account, kind: Kind, most: number): number[] {
  return [...new Set(Array.from({ length: dice.whole(most) }, () => imagineId(dice, account, kind)))];
}

export function imagineKind(dice: Dice): Kind {
  return dice.pick(['company', 'contact', 'lead', 'customer'] as const);
}

/** Now and then of nobody. */
export function imagineUser(dice: Dice, { users }: Account): number {
  return dice.chance(0.04) ? unknownId : dice.pick([...users.keys()]);
}

export function imagineField(dice: Dice, { fields }: Account, kind: Kind): Field | undefined {
  const own = fields.filter((field) => field.kinds.includes(kind));
  const number = dice.next();
  if (number >= 985) return undefined;
  return number >= 970 || own.length === 0 ? dice.pick(fields) : dice.pick(own);
}

export const noField = 987_654;
