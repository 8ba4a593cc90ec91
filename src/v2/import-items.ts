import type { KindName } from '../crm/entity.ts';
import type { CrmError } from '../crm/errors.ts';
import type { AnyDraft } from '../crm/save-each.ts';
import { parseJson } from '../http/json.ts';
import type { Limits } from '../http/limits.ts';
import type { Item } from './batch-items.ts';
import { describeCrmError } from './errors.ts';
import { linkKeys } from './import-link.ts';
import type { Refusal } from './import-row.ts';
import { isBlank, isObject, Problems, toInteger } from './input.ts';
import type { Line } from './ndjson.ts';
import { readBatch } from './read-batch.ts';

/** A line as an item, not yet looked into. */
export function parseItem({ text, isTooLong }: Line): Item | Refusal {
  if (isTooLong) return { refused: 'Строка длиннее 1 МБ', code: 400 };
  if (text === undefined) return { refused: 'Строка не в ожидаемой кодировке', code: 400 };
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return { refused: 'Строка — не JSON', code: 400 };
  }
  if (!isObject(value)) return { refused: 'Строка — не объект', code: 400 };
  const isBody = [value['add'], value['update']].some((list) => Array.isArray(list));
  return isBody ? { refused: 'Это тело запроса, а не элемент: один элемент в строке', code: 400 } : value;
}

/**
 * The items as drafts, each with a path of its own, or what is wrong with them. One with an id is an update, as in the API; links may
 * also be as GET shows them.
 */
export function readItems(kind: KindName, items: readonly Item[], limits: Limits): (AnyDraft | Refusal)[] {
  const given = items.map(withShownLinks);
  const drafts = readAll(kind, given, limits);
  if (drafts) return drafts;
  const refusals = given.map((item) => findProblem(kind, item, limits));
  const right = readAll(
    kind,
    given.filter((_, index) => refusals[index] === undefined),
    limits,
  )!.values();
  return refusals.map((refusal) => refusal ?? right.next().value!);
}

/** Undefined if there is something wrong with any. */
function readAll(kind: KindName, items: readonly Item[], limits: Limits): AnyDraft[] | undefined {
  if (items.length === 0) return [];
  const problems = new Problems(limits);
  const [add, update] = [items.filter((item) => !hasId(item)), items.filter(hasId)];
  const batch = readBatch(kind, { add, update }, problems);
  if (problems.text() !== undefined) return undefined;
  const [added, updated] = [batch.add.values(), batch.update.values()];
  return items.map((item): AnyDraft => (hasId(item) ? updated : added).next().value!);
}

function findProblem(kind: KindName, item: Item, limits: Limits): Refusal | undefined {
  const problems = new Problems(limits);
  readBatch(kind, hasId(item) ? { update: [item] } : { add: [item] }, problems);
  const text = problems.text();
  return text === undefined ? undefined : { refused: withoutPlace(text), code: 400 };
}

function hasId({ id }: Item): boolean {
  return !isBlank(id) && toInteger(id) !== 0;
}

function withShownLinks(item: Item): Item {
  const links = linkKeys.flatMap(([shown, named]) => {
    const link = item[shown];
    return isObject(link) && !isBlank(link['id']) && isBlank(item[named]) ? [[named, link['id']]] : [];
  });
  return links.length === 0 ? item : { ...item, ...Object.fromEntries(links) };
}

export function refusalOf(error: CrmError): Refusal {
  const { text, code } = describeCrmError(error);
  return { refused: withoutPlace(text), code };
}

/** Where an item stands in a request is nothing to who has sent a file: `add/17/name` → `name`. */
function withoutPlace(text: string): string {
  return text.replace(/\b(?:add|update)\/\d+(?:\/|: )/g, '');
}
