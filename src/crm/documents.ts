import { type Actor, makeRobot } from './account.ts';
import { type Query, readEntities, searchFilter } from './entities.ts';
import type { Entity, KindName } from './entity.ts';
import { kinds } from './kinds.ts';
import { scopeOf } from './rights.ts';
import type { Page, ReadTx, Store, StoredDocument } from './store.ts';

/** How a record becomes its document. `version` is another whenever the same record could become another document; undefined: not kept. */
export interface Render {
  readonly version: number | undefined;
  readonly render: (entity: Entity) => string;
}

/** Has the documents of these records kept, now or later or not at all: nobody waits for it. */
export type Keep = (account: number, kind: KindName, ids: readonly number[]) => void;

/**
 * Records as the bytes of their answers. For users who see everything these are kept beside the records: a read then only collects
 * them, and what it finds missing it renders, and has it kept for the next. For others each answer is rendered, since links differ.
 */
export class Documents {
  readonly #store: Store;
  readonly #keep: Keep;

  constructor(store: Store, keep: Keep) {
    this.#store = store;
    this.#keep = keep;
  }

  /** The documents of what the actor may see, in the order of their ids. */
  async find(actor: Actor, kind: KindName, query: Query, page: Page, how: Render): Promise<Uint8Array[]> {
    const { version } = how;
    const account = actor.account.id;
    if (version === undefined || !seesAll(actor)) {
      const entities = await this.#store.read((tx) => readEntities(tx, actor, kind, query, page), account);
      return entities.map((entity) => encode(how.render(entity)));
    }
    const { documents, missing } = await this.#store.read(async (tx) => {
      const found = await readDocuments(tx, actor, kind, query, page, version);
      const missing = found.filter(({ document }) => document === null).map(({ id }) => id);
      const rendered = new Map((await renderAll(tx, actor, kind, missing, how)).map((r) => [r.id, r.document]));
      return { missing, documents: found.map(({ id, document }) => document ?? encode(rendered.get(id)!)) };
    }, account);
    if (missing.length > 0) this.#keep(account, kind, missing);
    return documents;
  }
}

/** Renders in the transaction that writes: so what is kept is never older than what it shows. `render`: as somebody who sees everything. */
export function keepDocuments(
  store: Store,
  account: number,
  kind: KindName,
  ids: readonly number[],
  renderFor: (actor: Actor) => Render,
): Promise<void> {
  return store.write(async (tx) => {
    const found = await tx.findAccount(account);
    if (found === undefined) return;
    const actor = makeRobot(found, await tx.settings(account));
    const how = renderFor(actor);
    if (how.version === undefined) return;
    await tx.saveDocuments(account, kind, how.version, await renderAll(tx, actor, kind, ids, how));
  });
}

/** Those that come while so many are under way are passed over: what is not kept now is kept after a later read. */
export function atMost(most: number, keep: (...args: Parameters<Keep>) => Promise<void>): Keep {
  let underWay = 0;
  return (...args) => {
    if (underWay === most) return;
    underWay += 1;
    keep(...args)
      // Who reads has his answer; a store that cannot write says so to those who write.
      .catch(() => undefined)
      .finally(() => {
        underWay -= 1;
      });
  };
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
