import type { Dice } from './dice.ts';

/** The same request in the spellings that clients use. source: reference §1.2, 5.3; clients-send §2 */

export interface Sent {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** 5 or "5". */
export function spellNumber(dice: Dice, number: number): number | string {
  return dice.chance(0.3) ? String(number) : number;
}

/** [1, 2], ["1", "2"], "1,2", {"0": 1, "2": 2}; one alone also as 1. */
export function spellIds(dice: Dice, ids: readonly number[]): unknown {
  const numbers = ids.map((id) => spellNumber(dice, id));
  switch (dice.whole(5)) {
    case 3:
      return ids.join(dice.pick([',', ', ']));
    case 4:
      return Object.fromEntries(numbers.map((id, index) => [index * 2, id]));
    case 5:
      return ids.length === 1 ? numbers[0] : numbers;
    default:
      return numbers;
  }
}

/** An object with numeric keys is a list, too. */
export function spellList(dice: Dice, list: readonly unknown[]): unknown {
  if (list.length === 0 || !dice.chance(0.1)) return list;
  return Object.fromEntries(list.map((item, index) => [index * 3 + 1, item]));
}

/** JSON, whatever the header says; or form data where that can say the same. */
export function spellPost(dice: Dice, url: string, body: object, onlyJson = false): Sent {
  const form = onlyJson || !dice.chance(0.2) ? undefined : formOf(body, '');
  const type = form
    ? 'application/x-www-form-urlencoded'
    : dice.pick(['application/json', 'text/plain', 'hal/json', '']);
  const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
  const slash = dice.chance(0.1) ? '/' : '';
  return { method: 'POST', url: url + slash, headers, body: form ? form.join('&') : JSON.stringify(body) };
}

/** Forms have neither null nor empty lists: undefined where the body has some. */
function formOf(value: unknown, name: string): string[] | undefined {
  if (value === null) return undefined;
  if (typeof value !== 'object') {
    const text = typeof value === 'boolean' ? String(Number(value)) : String(value);
    return [`${encodeURIComponent(name)}=${encodeURIComponent(text)}`];
  }
  const parts = Object.entries(value).filter(([, part]) => part !== undefined);
  if (parts.length === 0 && name !== '') return undefined;
  const forms = parts.map(([key, part]) => formOf(part, name === '' ? key : `${name}[${key}]`));
  return forms.every((form) => form !== undefined) ? forms.flat() : undefined;
}

/** What a query says, by name; undefined: nothing. Of several values each is one. */
export type Parameters = Readonly<Record<string, string | number | readonly number[] | undefined>>;

export function spellGet(dice: Dice, path: string, parameters: Parameters, since?: number): Sent {
  const parts = Object.entries(parameters).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (typeof value !== 'object')
      return [`${encodeURIComponent(name)}=${encodeURIComponent(value).replaceAll("'", '%27')}`];
    const way = dice.whole(3);
    if (way === 0) return [`${encodeURIComponent(name)}=${value.join(',')}`];
    if (way === 1) return [`${encodeURIComponent(name)}=${value.join('%2C')}`];
    // An empty one cannot be said by brackets.
    if (value.length === 0) return [`${name}=,`];
    return value.map((id, index) => `${name}[${way === 2 ? '' : index}]=${id}`);
  });
  const query = parts.length > 0 ? `?${dice.chance(0.05) ? '&' : ''}${parts.join('&')}` : '';
  const headers: Record<string, string> = since === undefined ? {} : { 'if-modified-since': spellTime(dice, since) };
  return { method: 'GET', url: path + query, headers };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** With any weekday, and any word for UTC or none. source: reference §5.6; clients-send §2 */
function spellTime(dice: Dice, seconds: number): string {
  const way = dice.whole(4);
  if (way === 0) return String(seconds);
  const time = new Date(seconds * 1000).toISOString();
  const [, year, month, day, clock] = /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(time)!;
  const zone = ['', ' UTC', ' GMT', ' +0000', ''][way]!;
  const shown = dice.chance(0.1) ? clock!.replaceAll(':', '-') : clock!;
  return `Mon, ${day} ${months[Number(month) - 1]} ${year} ${shown}${zone}`;
}
