import type { Limits } from './limits.ts';
import { HttpError } from './request.ts';

/** What PHP makes of `a[b][]=c`: names to texts or further trees, without a prototype. */
export type Tree = { [name: string]: string | Tree };

/** Characters of a parameter's name. */
const maxName = 1000;

type TreeLimits = Pick<Limits, 'depth' | 'parameters'>;

/**
 * Reads `a=1&b[]=2&b[]=3&c[x][y]=4`, as query or form body, by PHP's rules: `[]` takes the next number, a repeated name the last
 * value; empty pairs are passed over. @throws HttpError 400
 */
export function parseBrackets(text: string, limits: TreeLimits): Tree {
  if (hasMorePairs(text, limits.parameters)) throw new HttpError(400, 'too_many_parameters');
  const pairs: [string, string][] = [];
  let equals = -1;
  for (let start = 0; start < text.length; ) {
    const end = placeOf('&', text, start);
    // Looked for from each pair on, one that is far away would be looked for as often as there are pairs.
    if (equals < start) equals = placeOf('=', text, start);
    const middle = Math.min(equals, end);
    if (end > start) pairs.push([decode(text.slice(start, middle)), decode(text.slice(middle + 1, end))]);
    start = end + 1;
  }
  return treeOf(pairs, limits);
}

const [ampersand, bracket, percent] = [0x26, 0x5b, 0x25];

/** Whether there are more pairs that are not empty: known before any is read. */
function hasMorePairs(text: string, most: number): boolean {
  let count = 0;
  let isInside = false;
  for (let place = 0; place < text.length && count <= most; place += 1) {
    const isPair = text.charCodeAt(place) !== ampersand;
    if (isPair && !isInside) count += 1;
    isInside = isPair;
  }
  return count > most;
}

/** Whether there are more opening brackets, encoded ones too: each level of a name costs as much as a parameter. */
function hasMoreLevels(query: string, most: number): boolean {
  let count = 0;
  for (let place = 0; place < query.length && count <= most; place += 1) {
    const letter = query.charCodeAt(place);
    if (letter === bracket || (letter === percent && /^5b/i.test(query.slice(place + 1, place + 3)))) count += 1;
  }
  return count > most;
}

/** Where a sign comes next; the length of the text if it does not. */
function placeOf(sign: string, text: string, start: number): number {
  const place = text.indexOf(sign, start);
  return place < 0 ? text.length : place;
}

/** The query of an address: it is read before anybody has signed in, and has fewer parameters than a form. @throws HttpError 400 */
export function readQuery(url: string, { depth, queryParameters }: Pick<Limits, 'depth' | 'queryParameters'>): Tree {
  const start = url.indexOf('?');
  const query = start < 0 ? '' : url.slice(start + 1);
  if (hasMoreLevels(query, 2 * queryParameters)) throw new HttpError(400, 'too_many_parameters');
  return parseBrackets(query, { depth, parameters: queryParameters });
}

/** The same for names and values that are decoded already. @throws HttpError 400 */
export function treeOf(
  pairs: readonly (readonly [name: string, value: string])[],
  { depth: maxDepth, parameters }: TreeLimits,
): Tree {
  if (pairs.length > parameters) throw new HttpError(400, 'too_many_parameters');
  const tree: Tree = Object.create(null);
  const nextIndex = new Map<Tree, number>();
  for (const [name, value] of pairs) {
    const path = pathOf(name);
    if (path.length > maxDepth) throw new HttpError(400, 'too_many_parameters');
    let node = tree;
    for (let depth = 0; depth < path.length - 1; depth += 1) {
      const key = keyIn(node, path[depth]!, depth, nextIndex);
      let child = node[key];
      if (typeof child !== 'object') {
        child = Object.create(null) as Tree;
        node[key] = child;
      }
      node = child;
    }
    node[keyIn(node, path.at(-1)!, path.length - 1, nextIndex)] = value;
  }
  return tree;
}

/** `[]` takes the next number of its list. */
function keyIn(node: Tree, part: string, depth: number, nextIndex: Map<Tree, number>): string {
  if (depth === 0) return part;
  if (part === '') {
    const next = nextIndex.get(node) ?? nextAfter(node);
    // Of a tree that is empty it is seen at a glance: most of those that lie in each other remain so.
    if (next > 0) nextIndex.set(node, next + 1);
    return String(next);
  }
  const next = isIndex.test(part) ? nextIndex.get(node) : undefined;
  if (next !== undefined) nextIndex.set(node, Math.max(next, Number(part) + 1));
  return part;
}

const isIndex = /^\d{1,9}$/;

function nextAfter(node: Tree): number {
  let next = 0;
  for (const key in node) if (isIndex.test(key)) next = Math.max(next, Number(key) + 1);
  return next;
}

/** `a[b][]` → a, b, ''; as in PHP, what stands behind a closing bracket and is no opening one is passed over. */
function pathOf(name: string): string[] {
  if (name.length > maxName) throw new HttpError(400, 'too_many_parameters');
  let start = name.indexOf('[');
  if (start <= 0) return [name];
  const path = [name.slice(0, start)];
  while (name[start] === '[') {
    const end = name.indexOf(']', start);
    if (end < 0) break;
    path.push(name.slice(start + 1, end));
    start = end + 1;
  }
  return path.length > 1 ? path : [name];
}

function decode(text: string): string {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new HttpError(400, 'parameters_not_utf8');
  }
}
