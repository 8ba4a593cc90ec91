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
  const pairs: [string, string][] = [];
  for (let start = 0; start < text.length; ) {
    const ampersand = text.indexOf('&', start);
    const end = ampersand < 0 ? text.length : ampersand;
    const equals = text.indexOf('=', start);
    const middle = equals < 0 || equals > end ? end : equals;
    if (end > start) pairs.push([decode(text.slice(start, middle)), decode(text.slice(middle + 1, end))]);
    if (pairs.length > limits.parameters) throw new HttpError(400, 'too_many_parameters');
    start = end + 1;
  }
  return treeOf(pairs, limits);
}

/** The query of an address. @throws HttpError 400 */
export function readQuery(url: string, limits: TreeLimits): Tree {
  const start = url.indexOf('?');
  return start < 0 ? Object.create(null) : parseBrackets(url.slice(start + 1), limits);
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
  if (part !== '' && !/^\d{1,9}$/.test(part)) return part;
  const next = nextIndex.get(node) ?? 0;
  const key = part === '' ? String(next) : part;
  nextIndex.set(node, Math.max(next, Number(key) + 1));
  return key;
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
