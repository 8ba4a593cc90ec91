import type { WireProfile } from '../crm/account.ts';
import type { Answer, AnswerAtOnce } from '../http/request.ts';
import type { Empty, Links } from './wire.ts';

/** `_links` to a thing or list. */
export function selfLink(href: string, method: 'get' | 'post' = 'get'): Links {
  return { self: { href, method } };
}

/** The address of records by their ids, joined by bare commas. doc: companies, example answer */
export function hrefTo(path: string, ids: readonly number[]): string {
  return `/api/v2/${path}?id=${ids.join(',')}`;
}

/** An empty collection or link container. source: reference, wire profiles */
export function empty(profile: WireProfile): Empty {
  return profile === 'documented' ? [] : {};
}

/** Nothing found: 204 and not a byte. Clients page until they get it. */
export const nothingFound: Answer = { status: 204, headers: {}, body: Buffer.alloc(0) };

export function halAnswer(status: number, body: unknown, profile: WireProfile): Answer {
  return { status, headers: hal, body: Buffer.from(encode(body, profile)) };
}

/** What is outside of /api/v2 has the plain content type. */
export function jsonAnswer(status: number, body: unknown, profile: WireProfile): Answer {
  return { ...halAnswer(status, body, profile), headers: { 'Content-Type': 'application/json' } };
}

/** A list around items that are JSON already. */
export function itemsAnswer(url: string, items: readonly Uint8Array[], profile: WireProfile): Answer {
  const { before, after } = itemsFrame(url, profile);
  const parts: Uint8Array[] = [before];
  for (const [index, item] of items.entries()) parts.push(...(index === 0 ? [item] : [comma, item]));
  parts.push(after);
  return { status: 200, headers: hal, body: Buffer.concat(parts) };
}

/** The same around items that have commas between them. */
export function joinedItems(url: string, items: Uint8Array, profile: WireProfile): Omit<AnswerAtOnce, 'actor'> {
  const { before, after } = itemsFrame(url, profile);
  return { status: 200, headers: hal, parts: [before, items, after] };
}

function itemsFrame(url: string, profile: WireProfile): { before: Buffer; after: Buffer } {
  const href = encode(url, profile);
  return {
    before: Buffer.from(`{"_links":{"self":{"href":${href},"method":"get"}},"_embedded":{"items":[`),
    after: listEnd,
  };
}

const listEnd = Buffer.from(']}}');
const comma = Buffer.from(',');
const hal = { 'Content-Type': 'application/hal+json' };

const keyMark = '\uffff';

/**
 * An object by id that is written in the order of its things: engines would put number-like keys in numeric order, and a client that
 * takes the first stage of a pipeline would get "won". The mark before each key, which no stored text can hold, is gone in the JSON.
 */
export function mapById<T extends { readonly id: number }, Json>(
  things: Iterable<T>,
  present: (thing: T) => Json,
): Record<string, Json> {
  return Object.fromEntries([...things].map((thing) => [`${keyMark}${thing.id}`, present(thing)]));
}

/** JSON without blanks; as PHP's default encoder writes it in the recorded profile. */
export function encode(body: unknown, profile: WireProfile): string {
  const json = JSON.stringify(body).replaceAll(keyMark, '');
  if (profile === 'documented') return json;
  return json.replaceAll('/', '\\/').replace(/[\u0080-\uffff]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
