import type { Actor } from './account.ts';
import type { KindName } from './entity.ts';
import { covers, scopeOf } from './rights.ts';
import type { Store } from './store.ts';
import { fold } from './text.ts';

/** The records of a kind by their names: an id, or `many` where several are called so. Names are compared without letter case. */
export class Names {
  readonly #ids = new Map<string, number | 'many'>();

  find(name: string): number | 'many' | undefined {
    return this.#ids.get(foldName(name));
  }

  add(name: string, id: number): void {
    const folded = foldName(name);
    this.#ids.set(folded, this.#ids.has(folded) ? 'many' : id);
  }
}

export function foldName(name: string): string {
  return fold(name.trim().replace(/\s+/g, ' '));
}

const pageSize = 1000;

/** All records of a kind that the actor sees. They are read one page after the other, of one snapshot. */
export function loadNames(store: Store, actor: Actor, kind: KindName): Promise<Names> {
  const scope = scopeOf(actor, kind, 'view');
  return store.read(async (tx) => {
    const names = new Names();
    for (let offset = 0; ; offset += pageSize) {
      const rows = await tx.list(actor.account.id, kind, { responsible: [] }, { limit: pageSize, offset });
      for (const { id, name, responsibleUserId } of rows) if (covers(scope, responsibleUserId)) names.add(name, id);
      if (rows.length < pageSize) return names;
    }
  });
}
