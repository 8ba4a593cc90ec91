import type { Actor } from '../crm/account.ts';
import type { KindName } from '../crm/entity.ts';
import { CrmError } from '../crm/errors.ts';
import { type AnyDraft, type Decided, isUpdate, saveEach } from '../crm/save-each.ts';
import type { Store, WriteTx } from '../crm/store.ts';
import type { Limits } from '../http/limits.ts';
import { type Item, issueText } from './batch-items.ts';
import { readItems, refusalOf } from './import-items.ts';
import { isRefusal, type Refusal } from './import-row.ts';
import { batchResource } from './read-batch.ts';

/** Items of one transaction: as many as a request to the API may hold. A server beside the import waits no longer than for one of its own. */
export const batchSize = 500;

export interface Importing {
  readonly store: Store;
  readonly actor: Actor;
  readonly kind: KindName;
  readonly limits: Limits;
  /** Unix seconds. */
  readonly now: number;
  /** What drafts become in the transaction that writes them. */
  readonly complete?: (tx: WriteTx, drafts: readonly PlacedDraft[]) => Promise<readonly AnyDraft[]>;
  /** What else is written with them; `results`: what became of the first so many things of the batch, which are done with. */
  readonly also?: (tx: WriteTx, results: readonly Result[]) => Promise<void>;
  readonly committed?: () => void;
}

/** A draft with its position in the batch. */
export interface PlacedDraft {
  readonly draft: AnyDraft;
  readonly position: number;
}

/** What became of a thing of a batch: a record that was added or updated, or why it was not. */
export type Result = { readonly id: number; readonly isNew: boolean } | Refusal;

/** Saves items by the rules of the API; in a batch of an import each is refused by itself, and what could not even be read as well. */
export async function importBatch(importing: Importing, batch: readonly (Item | Refusal)[]): Promise<Result[]> {
  const { store, kind, limits, now, complete, also, committed } = importing;
  const read = readItems(
    kind,
    batch.filter((item): item is Item => !isRefusal(item)),
    limits,
  ).values();
  const given = batch.map((item): AnyDraft | Refusal => (isRefusal(item) ? item : read.next().value!));
  const places = given.flatMap((one, index) => (isRefusal(one) ? [] : [index]));
  const drafts = places.map((index) => given[index] as AnyDraft);
  const positions = new Map(drafts.map((draft, index) => [draft, places[index]!]));

  const resultsOf = (decided: readonly Decided[]): Result[] => {
    // Up to the first draft that is not decided: what comes before it in the batch is done with.
    const end = decided.length < drafts.length ? places[decided.length]! : given.length;
    const outcomes = decided.values();
    return given
      .slice(0, end)
      .map((one) => (isRefusal(one) ? one : resultOf(kind, one, outcomes.next().value as Decided)));
  };
  const decided = await saveEach(store, importing.actor, {
    kind,
    drafts,
    now,
    ...(complete && {
      complete: (tx: WriteTx, open: readonly AnyDraft[]) =>
        complete(
          tx,
          open.map((draft) => ({ draft, position: positions.get(draft)! })),
        ),
    }),
    ...(committed && { committed }),
    ...(also && { also: (tx: WriteTx, some: readonly Decided[]) => also(tx, resultsOf(some)) }),
  });
  return resultsOf(decided);
}

function resultOf(kind: KindName, draft: AnyDraft, decided: Decided): Result {
  if ('error' in decided) return refusalOf(decided.error);
  const { id, issue } = decided;
  if (issue !== undefined) return { refused: issueText(batchResource(kind), issue) };
  return { id, isNew: !isUpdate(draft) };
}

/** The actor with what the account's administrators have changed meanwhile. @throws CrmError user_inactive */
export async function refreshActor(store: Store, { account, user }: Actor): Promise<Actor> {
  const settings = await store.read((tx) => tx.settings(account.id), account.id);
  const now = settings.users.get(user.id);
  if (!now?.isActive) throw new CrmError('user_inactive');
  return { account, user: now, settings };
}

/** What lies somewhere in a stream, in bytes. */
interface Placed {
  readonly from: number;
  readonly to: number;
}

/** Bytes of a batch: a few items may be very long. */
const maxBatch = 4 * 1024 * 1024;

/** Lists of things, cut and joined to batches. */
export async function* inBatches<T extends Placed>(lists: AsyncIterable<readonly T[]>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const list of lists) {
    for (const thing of list) {
      batch.push(thing);
      if (batch.length < batchSize && thing.to - batch[0]!.from < maxBatch) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
