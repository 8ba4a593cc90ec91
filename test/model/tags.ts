import type { TagRef } from './batches.ts';
import type { Kind } from './kinds.ts';
import { type Account, takeId } from './state.ts';

/** The ids of the tags that are meant, each once; unknown names become tags, in their first spelling. source: reference §3.4 */
export function tagIds(account: Account, kind: Kind, refs: readonly TagRef[]): number[] {
  return [...new Set(refs.map((ref) => findOrMake(account, kind, ref)))];
}

function findOrMake(account: Account, kind: Kind, { id, name }: TagRef): number {
  const own = [...account.tags.values()].filter((tag) => tag.kind === kind);
  const found = own.find((tag) => tag.id === id) ?? own.find((tag) => folded(tag.name) === folded(name));
  if (found) return found.id;
  const tag = { id: takeId(account, 'tag'), kind, name };
  account.tags.set(tag.id, tag);
  return tag.id;
}

/** Whether a record has a tag of a filter: names and ids, apart by commas. doc: lists */
export function isTagged(account: Account, tags: readonly number[], filter: string): boolean {
  const wanted = filter
    .split(',')
    .map(folded)
    .filter((text) => text !== '');
  const isWanted = (id: number) =>
    wanted.some((text) => text === String(id) || text === folded(account.tags.get(id)!.name));
  return wanted.length === 0 || tags.some(isWanted);
}

/** Letter case and ё or е do not tell tags apart. */
function folded(name: string): string {
  return name.trim().normalize('NFC').toLowerCase().replaceAll('ё', 'е');
}
