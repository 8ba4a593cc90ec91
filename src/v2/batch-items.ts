import type { WireProfile } from '../crm/account.ts';
import type { Outcome } from '../crm/entity.ts';
import type { Issue } from '../crm/errors.ts';
import { isStorable } from '../crm/text.ts';
import type { Limits } from '../http/limits.ts';
import { WireError } from './errors.ts';
import { hrefTo, selfLink } from './hal.ts';
import { isBlank, isObject, type Problems, readId, toInteger, toList } from './input.ts';
import type { SavedItemJson, SavedItemsJson } from './wire.ts';

export type Item = Readonly<Record<string, unknown>>;
export type RequestId = number | string | undefined;

/** What differs between resources that are written in batches. */
export interface BatchResource {
  /** The last part of its address. */
  readonly path: string;
  /** amoCRM's numbers for: no lists at all, an empty add, an empty update, an update without id. doc: errors */
  readonly codes: { readonly empty: number; readonly add: number; readonly update: number; readonly id: number };
  readonly notFound: string;
  /** `request_id` of the recorded profile when none was sent: 0, or left out. source: reference, wire profiles */
  readonly requestIdZero?: boolean;
}

/** A request's items, not yet read, with the client's own names for them. */
export interface ItemLists {
  readonly add: readonly Item[];
  readonly update: readonly Item[];
  readonly requestIds: { readonly add: readonly RequestId[]; readonly update: readonly RequestId[] };
}

/** @throws WireError 400 for what is no batch at all; `alone`: these other lists may stand without add and update */
export function readItemLists({ codes }: BatchResource, body: unknown, limits: Limits, alone = false): ItemLists {
  if (!isObject(body) && body !== undefined) throw new WireError(400, codes.empty, 'Тело запроса — не объект');
  const add = readItems(body?.['add'], 'add', codes.add);
  const update = readItems(body?.['update'], 'update', codes.update);
  if (!alone) {
    if (!add && !update) throw new WireError(400, codes.empty, 'Нет ни add, ни update');
    if (!add?.length && !update?.length) throw new WireError(400, add ? codes.add : codes.update, 'Пустой список');
  }
  checkItems((add?.length ?? 0) + (update?.length ?? 0), limits);
  return {
    add: add ?? [],
    update: update ?? [],
    requestIds: {
      add: (add ?? []).map((item) => readRequestId(item['request_id'])),
      update: (update ?? []).map((item) => readRequestId(item['request_id'])),
    },
  };
}

/** @throws WireError 400 if a request holds more. doc: recommendations */
export function checkItems(count: number, { items: most }: Limits): void {
  if (count > most) throw new WireError(400, 400, `Больше ${most} элементов в запросе`);
}

/** @throws WireError 400 with this code for what is no list of objects */
export function readItems(value: unknown, path: string, code: number): readonly Item[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list = toList(value);
  if (!list?.every(isObject)) throw new WireError(400, code, `Ожидается список объектов (${path})`);
  return list;
}

/** The id of an update. @throws WireError 400 when there is none */
export function readUpdateId({ codes }: BatchResource, item: Item, path: string, problems: Problems): number {
  const id = readId(item['id'], `${path}/id`, problems);
  if (id === undefined && (isBlank(item['id']) || toInteger(item['id']) === 0)) {
    throw new WireError(400, codes.id, `Не указан id (${path}/id)`);
  }
  return id ?? 0;
}

export function readRequestId(value: unknown): RequestId {
  if (typeof value === 'string') return toInteger(value) ?? (value === '' || !isStorable(value) ? undefined : value);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Refusals of single items, in the answer's `errors.update`. The first text is recorded; the others are ours in its style. */
export function issueText({ notFound }: BatchResource, issue: Issue): string {
  return { stale: 'Last modified date is older than in database', not_found: notFound, no_right: 'Access denied' }[
    issue
  ];
}

/** The answer to a batch: an item for each thing written and an error for each update refused. doc: companies, example answers */
export function savedItems(
  resource: BatchResource,
  { requestIds }: Pick<ItemLists, 'requestIds'>,
  { add, update }: { readonly add: readonly Outcome[]; readonly update: readonly Outcome[] },
  profile: WireProfile,
): SavedItemsJson {
  const item = (outcome: Outcome, list: 'add' | 'update', position: number): SavedItemJson => ({
    id: outcome.id,
    ...(list === 'update' && { updated_at: outcome.updatedAt }),
    ...requestIdKey(resource, requestIds[list], position, profile),
    _links: selfLink(hrefTo(resource.path, [outcome.id])),
  });
  const items = [
    ...add.map((outcome, index) => item(outcome, 'add', index)),
    ...update.flatMap((outcome, index) => (outcome.issue === undefined ? [item(outcome, 'update', index)] : [])),
  ];
  const refused = update.flatMap(({ id, issue }) => (issue === undefined ? [] : [[id, issueText(resource, issue)]]));
  return {
    _links: selfLink(`/api/v2/${resource.path}`, 'post'),
    _embedded: { items, ...(refused.length > 0 && { errors: { update: Object.fromEntries(refused) } }) },
  };
}

/**
 * `ids`: those of the item's list. source: reference, wire profiles: generated as the position; or, recorded, left out or 0.
 * doc: companies, response: it is unique, so no generated one is like one that was sent
 */
export function requestIdKey(
  { requestIdZero }: Pick<BatchResource, 'requestIdZero'>,
  ids: readonly RequestId[],
  position: number,
  profile: WireProfile,
): { request_id?: number | string } {
  const sent = ids[position];
  if (sent !== undefined) return { request_id: sent };
  if (profile !== 'documented') return requestIdZero ? { request_id: 0 } : {};
  let generated = position;
  while (ids.includes(generated)) generated += ids.length;
  return { request_id: generated };
}
