import { type Batches, createBatches } from './batches.ts';
import type { KindPath, Kinds, Page, Stamp } from './drafts.ts';
import { type Refused, refused, type Saved } from './error.ts';
import { type ImportOptions, type ImportSource, importItems } from './import.ts';
import { createList, embeddedItems, type List, partsOf } from './lists.ts';
import { showRecord } from './records.ts';
import type { Options, Transport } from './transport.ts';
import type { BinJson, DisposedJson, ImportedJson, ImportLineJson } from './wire.ts';

/** Companies, contacts, leads or customers. */
export interface Records<K extends KindPath>
  extends List<Kinds[K]['item'], Kinds[K]['query']>,
    Batches<Kinds[K]['add'], Kinds[K]['update']> {
  /** Of a record as it was read: refused as stale where somebody was faster. */
  link(record: Stamp, links: Kinds[K]['links'], options?: Options): Promise<Saved | Refused>;
  unlink(record: Stamp, links: Kinds[K]['links'], options?: Options): Promise<Saved | Refused>;
  /** Into the bin. @returns those that the user sees and may not delete */
  delete(ids: readonly number[], options?: Options): Promise<Refused[]>;
  readonly bin: Bin;
  /** Any number of items in one request, as `add` and `update` take them or as they were read; one with an `id` is an update. */
  import(
    source: ImportSource<Partial<Kinds[K]['add'] | Kinds[K]['update'] | Kinds[K]['item']>>,
    options?: ImportOptions,
  ): AsyncGenerator<ImportLineJson | ImportedJson, void>;
}

/** Deleted records. */
export interface Bin extends List<BinJson['items'][number], Page> {
  /** @returns those that are back, and those that the user may not give back */
  restore(ids: readonly number[], options?: Options): Promise<Disposed>;
  /** For good. Administrators only. */
  purge(ids: readonly number[], options?: Options): Promise<Disposed>;
}

export interface Disposed {
  done: number[];
  refused: number[];
}

export function createRecords<K extends KindPath>(transport: Transport, kind: K): Records<K> {
  const path = `/api/v2/${kind}`;
  const batches = createBatches<Kinds[K]['add'], Kinds[K]['update']>(transport, path);
  const change = async ({ id, updated_at }: Stamp, keys: object, options?: Options) => {
    const [result] = await batches.update([{ id, updated_at, ...keys } as Kinds[K]['update']], options);
    return result!;
  };
  return {
    ...createList(transport, { path, read: (body) => embeddedItems(body).map(showRecord<Kinds[K]['item']>) }),
    ...batches,
    link: (record, links, options) => change(record, links, options),
    unlink: (record, links, options) => change(record, { unlink: links }, options),
    delete: (ids, options) =>
      kind === 'customers' ? deleteCustomers(transport, ids, options) : deleteByAction(transport, kind, ids, options),
    bin: createBin(transport, kind),
    import: (source, options) => importItems(transport, `/api/kontora/import/${kind}`, source, options),
  };
}

/** Of the web interface's multiactions, which have numbers of their own. */
const entityTypes: Readonly<Record<string, number>> = { leads: 2, companies: 3, tasks: 4, contacts: 17 };

/** @returns those that the user sees and may not delete; what is not there is passed over */
export async function deleteByAction(
  { json }: Transport,
  kind: string,
  ids: readonly number[],
  options?: Options,
): Promise<Refused[]> {
  const kept: Refused[] = [];
  for (const part of partsOf(ids)) {
    const action = {
      entity_type: entityTypes[kind],
      multiaction_type: 4,
      data: { data: { ACTION: 'DELETE' } },
      ids: part,
    };
    const body = { request: { multiactions: { add: [action] } } };
    const answer = await json<MultiactionsJson>({
      method: 'POST',
      path: '/ajax/v1/multiactions/set',
      body,
      ...options,
    });
    const errors = answer!.response.multiactions.set.errors;
    kept.push(
      ...errors.map((error) => ({ ...refused(/\d+$/.exec(error)?.[0] ?? 0, error), reason: 'no_right' as const })),
    );
  }
  return kept;
}

interface MultiactionsJson {
  response: { multiactions: { set: { errors: string[] } } };
}

async function deleteCustomers({ json }: Transport, ids: readonly number[], options?: Options): Promise<Refused[]> {
  const kept: Refused[] = [];
  for (const part of partsOf(ids)) {
    const call = { method: 'POST' as const, path: '/api/v2/customers', body: { delete: part }, ...options };
    const answer = await json<{ _embedded: { errors?: { delete?: Record<string, string> } } }>(call);
    const errors = Object.entries(answer!._embedded.errors?.delete ?? {});
    kept.push(...errors.map(([id, error]) => refused(id, error)).filter(({ reason }) => reason !== 'not_found'));
  }
  return kept;
}

function createBin(transport: Transport, kind: KindPath): Bin {
  const path = '/api/kontora/bin';
  async function dispose(how: 'restore' | 'purge', ids: readonly number[], options?: Options): Promise<Disposed> {
    const all: Disposed = { done: [], refused: [] };
    for (const part of partsOf(ids)) {
      const call = { method: 'POST' as const, path: `${path}/${how}`, body: { [kind]: part }, ...options };
      const answer = await transport.json<DisposedJson>(call);
      all.done.push(...(answer?.[kind] ?? []));
      all.refused.push(...(answer?.refused ?? []));
    }
    return all;
  }
  return {
    ...createList(transport, { path, fixed: { entity: kind }, read: (body) => (body as BinJson).items }),
    restore: (ids, options) => dispose('restore', ids, options),
    purge: (ids, options) => dispose('purge', ids, options),
  };
}
