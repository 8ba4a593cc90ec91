import type { Page, Range } from '../crm/store.ts';
import type { Tree } from '../http/brackets.ts';
import { isObject, toInteger, toList } from './input.ts';

/** Most rows of an answer, and how many there are when nothing is said. doc: companies, GET parameters */
export const maxRows = 500;

/** `to` without `from` is passed over, as the original does. source: reference §5.3 */
export function readRange(value: unknown): Range | undefined {
  const from = isObject(value) ? toInteger(value['from']) : undefined;
  return from === undefined || !isObject(value) ? undefined : { from, to: toInteger(value['to']) };
}

/**
 * `limit_offset` counts only with `limit_rows`. Ids are not paged, unless there are more than a page of them: then the offset has
 * to work, or a client that pages until a short answer would never end.
 */
export function readPage(query: Tree, ids?: readonly number[]): Page {
  const limit = positive(query['limit_rows']);
  const offset = limit === undefined ? 0 : (positive(query['limit_offset']) ?? 0);
  if (ids && ids.length <= maxRows) return { limit: maxRows, offset: 0 };
  return { limit: Math.min(limit ?? maxRows, maxRows), offset };
}

function positive(value: unknown): number | undefined {
  const number = toInteger(value);
  return number === undefined || number < 1 ? undefined : number;
}

/** The words of `with`, as `a,b` or a list. */
export function wordsOf(value: unknown): ReadonlySet<string> {
  const texts = typeof value === 'string' ? [value] : (toList(value) ?? []);
  return new Set(texts.flatMap((text) => (typeof text === 'string' ? text.split(',').map((word) => word.trim()) : [])));
}
