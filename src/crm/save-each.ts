import type { Actor } from './account.ts';
import { saveEntities } from './entities.ts';
import type { Draft, KindName, Outcome, UpdateDraft } from './entity.ts';
import { CrmError } from './errors.ts';
import type { LoadedBatch } from './load-batch.ts';
import { acceptBatch } from './plan-batch.ts';
import { type Store, storeOf, type WriteTx } from './store.ts';

export type AnyDraft = Draft | UpdateDraft;

/** What became of one draft: its outcome, or the error for which the API would have refused the whole batch. */
export type Decided = Outcome | { readonly error: CrmError };

export interface EachParts {
  readonly kind: KindName;
  /** Each with a path of its own. */
  readonly drafts: readonly AnyDraft[];
  /** Unix seconds. */
  readonly now: number;
  /** What the drafts become in the transaction that writes them, before they are saved. */
  readonly complete?: (tx: WriteTx, drafts: readonly AnyDraft[]) => Promise<readonly AnyDraft[]>;
  /** What else is written in the same transaction. `decided`: what became of the first so many drafts, which are done with. */
  readonly also?: (tx: WriteTx, decided: readonly Decided[]) => Promise<void>;
  /** Called when a transaction is done, for good. */
  readonly committed?: () => void;
}

/**
 * Saves drafts by the rules of a batch, but an error in one costs that one alone. Most lists are right and are saved at once, in one
 * transaction. In one that is not, all drafts are looked at; what only planning finds splits the list in two, so that a list full of errors
 * takes a few statements for each.
 */
export async function saveEach(store: Store, asking: Actor, parts: EachParts): Promise<Decided[]> {
  const { drafts, complete, also } = parts;
  const decided: (Decided | undefined)[] = drafts.map(() => undefined);
  const places = new Map(drafts.map(({ path }, index) => [path, index]));
  let told = 0;
  let isScreened = false;

  const upTo = (end: number) => decided.slice(0, end) as Decided[];
  const save = async (from: number, to: number): Promise<void> => {
    const open = drafts.map((_, index) => index).slice(from, to);
    const undecided = open.filter((index) => decided[index] === undefined);
    if (undecided.length === 0) return;
    try {
      await store.write(async (tx) => {
        const given = undecided.map((index) => drafts[index]!);
        const outcomes = await saveAll(tx, asking, parts, complete ? await complete(tx, given) : given);
        for (const [index, outcome] of outcomes.entries()) decided[undecided[index]!] = outcome;
        await also?.(tx, upTo(to));
      });
      told = to;
      parts.committed?.();
    } catch (error) {
      // The transaction is undone.
      for (const index of undecided) decided[index] = undefined;
      if (!(error instanceof CrmError)) throw error;
      if (undecided.length === 1) {
        decided[undecided[0]!] = { error };
        return;
      }
      if (!isScreened) {
        isScreened = true;
        for (const [index, found] of await screen(store, asking, parts)) decided[index] = { error: found };
        await save(from, to);
        return;
      }
      const named = places.get(error.path?.split('/', 2).join('/') ?? '');
      if (named !== undefined) decided[named] = { error };
      const middle = named ?? undecided[undecided.length >> 1]!;
      await save(from, middle);
      await save(middle, to);
    }
  };

  await save(0, drafts.length);
  if (also && (told < drafts.length || drafts.length === 0)) {
    await store.write((tx) => also(tx, upTo(drafts.length)));
    parts.committed?.();
  }
  return upTo(drafts.length);
}

/** @returns outcomes in the order of the drafts */
async function saveAll(tx: WriteTx, asking: Actor, { kind, now }: EachParts, drafts: readonly AnyDraft[]) {
  const add = drafts.filter((draft) => !isUpdate(draft));
  const update = drafts.filter(isUpdate);
  const outcomes = await saveEntities(storeOf(tx), asking, kind, { add, update }, now);
  const [added, updated] = [outcomes.add.values(), outcomes.update.values()];
  return drafts.map((draft): Outcome => (isUpdate(draft) ? updated : added).next().value!);
}

export function isUpdate(draft: AnyDraft): draft is UpdateDraft {
  return 'id' in draft;
}

/** Errors of single drafts, by their indexes, as far as they can be seen without the records. */
async function screen(store: Store, asking: Actor, { kind, drafts, now }: EachParts): Promise<Map<number, CrmError>> {
  const settings = await store.read((tx) => tx.settings(asking.account.id));
  const actor = { ...asking, settings };
  const found = new Map<number, CrmError>();
  for (const [index, draft] of drafts.entries()) {
    const batch = isUpdate(draft) ? { add: [], update: [draft] } : { add: [draft], update: [] };
    // A named company may exist: then none of the name is made.
    const targets = new Set((draft.link.company ?? []).map((id) => `company ${id}`));
    try {
      acceptBatch(actor, kind, batch, { ...nothingLoaded, targets }, now);
    } catch (error) {
      if (!(error instanceof CrmError)) throw error;
      found.set(index, error);
    }
  }
  return found;
}

const nothingLoaded: LoadedBatch = {
  rows: new Map(),
  tags: [],
  tagsBefore: new Map(),
  targets: new Set(),
  links: [],
  hiddenLinks: new Set(),
};
