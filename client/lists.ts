import type { Page } from './drafts.ts';
import type { Options, Transport } from './transport.ts';

/** Items that a list may have at most, and a batch. */
export const mostItems = 500;

export interface ListOptions extends Options {
  /** Unix seconds or a date: only what changed later. */
  ifModifiedSince?: number | Date | undefined;
}

/** What is required is asked for. */
type Query<Q> = Record<never, never> extends Q ? [query?: Q, options?: ListOptions] : [query: Q, options?: ListOptions];

export interface List<Item, Q extends Page> {
  /** One page, by default the first; 500 at most. Nothing found is an empty list. */
  list(...query: Query<Q>): Promise<Item[]>;
  /** Page after page to the end, of `limit_rows` each. What is deleted meanwhile shifts the pages behind it. */
  pages(...query: Query<Q>): AsyncGenerator<Item[], void>;
  /** One by one to the end. */
  all(...query: Query<Q>): AsyncGenerator<Item, void>;
  /** By id: those that are there and may be seen, in the order in which they are asked for. */
  find(id: number, ...query: Query<Omit<Q, keyof Page>>): Promise<Item | undefined>;
  find(ids: readonly number[], ...query: Query<Omit<Q, keyof Page>>): Promise<Item[]>;
}

export interface ItemsAt<Item> {
  path: string;
  /** What is asked each time. */
  fixed?: object;
  read: (body: unknown) => Item[];
}

export function createList<Item extends { id: number }, Q extends Page>(
  { json }: Transport,
  at: ItemsAt<Item>,
): List<Item, Q> {
  async function list(query?: object, { signal, ifModifiedSince }: ListOptions = {}): Promise<Item[]> {
    const headers = ifModifiedSince === undefined ? undefined : { 'If-Modified-Since': httpDate(ifModifiedSince) };
    const body = await json({ path: at.path, query: { ...at.fixed, ...query }, signal, headers });
    return body === undefined ? [] : at.read(body);
  }

  async function* pages(query: Page = {}, options?: ListOptions): AsyncGenerator<Item[], void> {
    const { limit_rows: wanted = mostItems } = query;
    const rows = wanted >= 1 && wanted <= mostItems ? Math.floor(wanted) : mostItems;
    for (let offset = query.limit_offset ?? 0; ; offset += rows) {
      const items = await list({ ...query, limit_rows: rows, limit_offset: offset }, options);
      if (items.length === 0) return;
      yield items;
    }
  }

  async function* all(query?: Page, options?: ListOptions): AsyncGenerator<Item, void> {
    for await (const items of pages(query, options)) yield* items;
  }

  async function find(ids: number | readonly number[], query?: object, options?: ListOptions) {
    if (typeof ids === 'number') return (await list({ ...query, id: ids }, options))[0];
    const found = new Map<number, Item>();
    for (const part of partsOf([...new Set(ids)])) {
      for (const item of await list({ ...query, id: part.join(',') }, options)) found.set(item.id, item);
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  }
  return { list, pages, all, find } as List<Item, Q>;
}

/** Items of an answer in API v2's frame. */
export function embeddedItems(body: unknown): unknown[] {
  return (body as { _embedded: { items: unknown[] } })._embedded.items;
}

export function partsOf<T>(items: readonly T[], most = mostItems): T[][] {
  const count = Math.ceil(items.length / most);
  return Array.from({ length: count }, (_, index) => items.slice(index * most, (index + 1) * most));
}

function httpDate(time: number | Date): string {
  return (typeof time === 'number' ? new Date(time * 1000) : time).toUTCString();
}
