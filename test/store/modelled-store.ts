import assert from 'node:assert/strict';
import type { EntityRow, KindName } from '../../src/crm/entity.ts';
import type { EntityChange, ListFilter, Order, Page, ReadTx, Store } from '../../src/crm/store.ts';
import { everyKind } from './builders.ts';
import type { Random } from './random.ts';
import { abroad, home } from './store-test.ts';

interface Held {
  readonly row: EntityRow;
  readonly text: string;
}

/** A store beside a model that goes through plain arrays: both get the same changes and have to give the same lists. */
export class ModelledStore {
  readonly store: Store;
  readonly #held = new Map<string, Held>();

  constructor(store: Store) {
    this.store = store;
  }

  async save(account: number, changes: readonly EntityChange[]): Promise<void> {
    await this.store.write((tx) => tx.saveEntities(account, changes));
    for (const { after, search } of changes) {
      const key = `${account} ${after.kind} ${after.id}`;
      this.#held.set(key, { row: after, text: search ?? this.#held.get(key)?.text ?? '' });
    }
  }

  /** All records of a kind, deleted ones too, in the order of their ids. */
  records(account: number, kind: KindName): EntityRow[] {
    return this.#of(account, kind).map((held) => held.row);
  }

  /** The lines by which undeleted records can be found. */
  lines(account: number, kind: KindName): string[] {
    const texts = this.#of(account, kind).flatMap(({ row, text }) => (row.isDeleted ? [] : text.split('\n')));
    return texts.filter((line) => line !== '');
  }

  list(account: number, kind: KindName, filter: ListFilter, { limit, offset }: Page): EntityRow[] {
    return this.#of(account, kind)
      .filter((held) => passes(held, filter))
      .slice(offset, offset + limit)
      .map((held) => held.row);
  }

  /** Gives how many records there were. */
  async checkList(tx: ReadTx, account: number, kind: KindName, filter: ListFilter, page: Page): Promise<number> {
    const listed = structuredClone(await tx.list(account, kind, filter, page));
    const expected = this.list(account, kind, filter, page);
    assert.deepEqual(listed, expected, `${kind} of ${account}, ${JSON.stringify({ filter, page })}`);
    return listed.length;
  }

  /** Counts, and a page in another order. Gives how many records were counted. */
  async checkOrder(
    tx: ReadTx,
    account: number,
    kind: KindName,
    filter: ListFilter,
    order: Order,
    page: Page,
  ): Promise<number> {
    const all = this.list(account, kind, filter, { limit: 100_000, offset: 0 });
    const about = `${kind} of ${account}, ${JSON.stringify({ filter, order, page })}`;
    assert.equal(await tx.countList(account, kind, filter, 100_000), all.length, about);
    const sorted = order.by === 'id' ? all : all.toSorted((a, b) => a.updatedAt - b.updatedAt || a.id - b.id);
    const ids = (order.descending ? sorted.toReversed() : sorted).map(({ id }) => id);
    const expected = ids.slice(page.offset, page.offset + page.limit);
    assert.deepEqual(await tx.sortedIds(account, kind, filter, order, page, 100_000), expected, about);
    return all.length;
  }

  async checkCounts(): Promise<void> {
    await this.store.read(async (tx) => {
      for (const account of [home, abroad]) {
        for (const kind of everyKind) {
          const expected = this.records(account, kind).filter((row) => !row.isDeleted).length;
          assert.equal(await tx.count(account, kind), expected, `${kind} of ${account}`);
        }
      }
    });
  }

  #of(account: number, kind: KindName): Held[] {
    const prefix = `${account} ${kind} `;
    const held = [...this.#held].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value);
    return held.sort((one, other) => one.row.id - other.row.id);
  }
}

function passes({ row, text }: Held, { responsible, terms, updatedAfter, created, updated }: ListFilter): boolean {
  return (
    !row.isDeleted &&
    responsible.every((users) => users.includes(row.responsibleUserId)) &&
    (terms === undefined || terms.some((term) => text.includes(term))) &&
    (updatedAfter === undefined || row.updatedAt > updatedAfter) &&
    isWithin(row.createdAt, created) &&
    isWithin(row.updatedAt, updated)
  );
}

function isWithin(time: number, range: ListFilter['created']): boolean {
  return range === undefined || (time >= range.from && (range.to === undefined || time <= range.to));
}

/** Who is responsible and when things happened in the random records. */
export const randomUsers: readonly number[] = [1, 2, 3, 4, 5, 6];
const firstTime = 1_500_000_000;
const lastTime = firstTime + 500;

export function randomTime(random: Random): number {
  return random.whole(firstTime, lastTime);
}

/** Any filter but search terms; it may be one that nothing passes, or one that everything does. */
export function randomFilter(random: Random): ListFilter {
  const range = () => {
    const from = randomTime(random);
    return random.chance(0.4) ? { from } : { from, to: from + random.whole(-5, 400) };
  };
  return {
    responsible: Array.from({ length: random.pick([0, 0, 0, 1, 1, 2]) }, () =>
      random.some([...randomUsers, 99], random.pick([0, 1, 1, 1, 3, 5])),
    ),
    ...(random.chance(0.3) && { updatedAfter: randomTime(random) }),
    ...(random.chance(0.25) && { created: range() }),
    ...(random.chance(0.25) && { updated: range() }),
  };
}

export function randomOrder(random: Random): Order {
  return { by: random.pick(['id', 'updated'] as const), descending: random.chance(0.5) };
}

export function randomPage(random: Random): Page {
  return {
    limit: random.pick([1, 3, 50, 500]),
    offset: random.pick([0, 0, 1, random.whole(2, 20), random.whole(20, 200), 5000]),
  };
}
