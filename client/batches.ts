import { KontoraError, type Refused, refused, type Saved } from './error.ts';
import { mostItems } from './lists.ts';
import type { Options, Transport } from './transport.ts';
import type { SavedItemsJson } from './wire.ts';

/** Most bytes of a body that we make; the server takes 8 MiB. */
const mostBytes = 7_000_000;

export interface Batches<Add, Update> {
  /** Any number of items; 500 at a time, each time all or none. The results are in the order of the items. */
  add(items: readonly Add[], options?: Options): Promise<Saved[]>;
  /** The same; an item that is refused does not hinder the others: `'error' in result`. */
  update(items: readonly Update[], options?: Options): Promise<(Saved | Refused)[]>;
}

export function createBatches<Add extends object, Update extends { id: number }>(
  { json }: Transport,
  path: string,
): Batches<Add, Update> {
  async function send<Item extends object, Result extends Saved | Refused>(
    key: 'add' | 'update',
    items: readonly Item[],
    options: Options | undefined,
    result: (answer: Embedded, item: Item, position: number) => Result,
  ): Promise<Result[]> {
    const done: Result[] = [];
    for (const part of encodedParts(items)) {
      try {
        const body = `{"${key}":[${part.texts.join(',')}]}`;
        const answer = await json<SavedItemsJson>({ method: 'POST', path, body, ...options });
        done.push(...part.items.map((item, position) => result(answer!._embedded, item, position)));
      } catch (error) {
        if (error instanceof KontoraError) error.done = done;
        throw error;
      }
    }
    return done;
  }

  return {
    add: (items, options) =>
      send('add', items, options, ({ items, errors }, _item, position) => {
        const saved = items.find((item) => item.request_id === position);
        if (saved) return savedOf(saved);
        const failure = { request: `POST ${path}`, status: 200, isUncertain: true };
        throw new KontoraError(`The answer does not tell of item ${position} ${JSON.stringify(errors ?? {})}`, failure);
      }),
    update: (items, options) =>
      send('update', items, options, ({ items, errors }, { id }, position) => {
        const error = errors?.update[id];
        const own = items.find((item) => item.request_id === position);
        const saved = own ?? (error === undefined ? items.find((item) => item.id === id) : undefined);
        return saved ? savedOf(saved) : refused(id, error ?? 'The answer does not tell of it');
      }),
  };
}

type Embedded = SavedItemsJson['_embedded'];

function savedOf({ id, updated_at }: Saved): Saved {
  return { id, ...(updated_at !== undefined && { updated_at }) };
}

/** Each item with its place as `request_id`, by which the answer tells of it. */
function* encodedParts<Item extends object>(items: readonly Item[]): Generator<{ items: Item[]; texts: string[] }> {
  let part: { items: Item[]; texts: string[] } = { items: [], texts: [] };
  let bytes = 0;
  const encoder = new TextEncoder();
  for (const item of items) {
    const encode = () => JSON.stringify({ ...item, request_id: part.items.length });
    let text = encode();
    const size = encoder.encode(text).length;
    if (part.items.length === mostItems || (bytes + size > mostBytes && part.items.length > 0)) {
      yield part;
      part = { items: [], texts: [] };
      bytes = 0;
      text = encode();
    }
    part.items.push(item);
    part.texts.push(text);
    bytes += size;
  }
  if (part.items.length > 0) yield part;
}
