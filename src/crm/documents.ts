import type { Actor } from './account.ts';
import { type Query, readEntities, searchFilter } from './entities.ts';
import type { Entity, KindName } from './entity.ts';
import { kinds } from './kinds.ts';
import { scopeOf } from './rights.ts';
import type { Page, ReadTx, Store, StoredDocument } from './store.ts';

/** Only so many writes that keep documents wait at a time; what is not kept now is kept after a later read. */
const maxKeeping = 2;

/** How a record becomes its document. `version` is another whenever the same record could become another document; undefined: not kept. */
export interface Render {
  readonly version: number | undefined;
  readonly render: (entity: Entity) => string;
}

/**
 * Records as the bytes of their answers. For users who see everything these are kept beside the records: a read then only collects
 * them, and what it finds missing it renders, and has it kept for the next. For others each answer is rendered, since links differ.
 */
export class Documents {
  readonly #store: Store;
  #keeping = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The documents of what the actor may see, in the order of their ids. */
  async find(actor: Actor, kind: KindName, query: Query, page: Page, how: Render): Promise<Uint8Array[]> {
    const { version } = how;
    if (version === undefined || !seesAll(actor)) {
      const entities = await this.#store.read((tx) => readEntities(tx, actor, kind, query, page), actor.account.id);
      return entities.map((entity) => encode(how.render(entity)));
    }
    const { documents, missing } = await this.#store.read(async (tx) => {
      const found = await readDocuments(tx, actor, kind, query, page, version);
      const missing = found.filter(({ document }) => document === null).map(({ id }) => id);
      const rendered = new Map((await renderAll(tx, actor, kind, missing, how)).map((r) => [r.id, r.document]));
      return { missing, documents: found.map(({ id, document }) => document ?? encode(rendered.get(id)!)) };
    }, actor.account.id);
    if (missing.length > 0) this.#keep(actor, kind, missing, { ...how, version });
    return documents;
  }

  /** Renders once more, in the transaction that writes: so what is kept is never older than what it shows. */
  #keep(actor: Actor, kind: KindName, ids: readonly number[], how: Render & { readonly version: number }): void {
    if (this.#keeping === maxKeeping) return;
    this.#keeping += 1;
    this.#store
      .write(async (tx) => {
        const documents = await renderAll(tx, actor, kind, ids, how);
        await tx.saveDocuments(actor.account.id, kind, how.version, documents);
      })
      // The answer is out already; a store that cannot write says so to those who write.
      .catch(() => undefined)
      .finally(() => {
        this.#keeping -= 1;
      });
  }
}

async function readDocuments(
  tx: ReadTx,
  actor: Actor,
  kind: KindName,
  query: Query,
  page: Page,
  version: number,
): Promise<StoredDocument[]> {
  const account = actor.account.id;
  if (query.ids === undefined) return tx.documents(account, kind, version, { filter: searchFilter(query), page });
  const all = await tx.documents(account, kind, version, { ids: query.ids });
  return all.slice(page.offset, page.offset + page.limit);
}

async function renderAll(
  tx: ReadTx,
  actor: Actor,
  kind: KindName,
  ids: readonly number[],
  how: Render,
): Promise<{ id: number; document: string }[]> {
  if (ids.length === 0) return [];
  const entities = await readEntities(tx, actor, kind, { ids }, { limit: ids.length, offset: 0 });
  return entities.map((entity) => ({ id: entity.id, document: how.render(entity) }));
}

function encode(document: string): Uint8Array {
  return new TextEncoder().encode(document);
}

/** Whether no right of this user hides anything of any kind. */
export function seesAll(actor: Actor): boolean {
  return Object.values(kinds).every(({ name }) => scopeOf(actor, name, 'view') === 'all');
}
