import type { ReadTx, Store, WriteTx } from '../crm/store.ts';

const names = [
  'writes',
  'records',
  'tasks',
  'notes',
  'documentsKept',
  'documentsMade',
  'webhooksDone',
  'webhooksAgain',
  'webhooksFailed',
] as const;
export type FigureName = (typeof names)[number];

/** Counters that the threads of a process share. */
export class Figures {
  readonly memory: SharedArrayBuffer;
  readonly #values: BigInt64Array;

  constructor(memory = new SharedArrayBuffer(names.length * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#values = new BigInt64Array(memory);
  }

  add(name: FigureName, count: number): void {
    Atomics.add(this.#values, names.indexOf(name), BigInt(count));
  }

  get(name: FigureName): number {
    return Number(Atomics.load(this.#values, names.indexOf(name)));
  }
}

/** The same store, and what is done with it is counted. Of a transaction that was undone and run again only the last run counts. */
export function countingStore(store: Store, figures: Figures): Store {
  return {
    atOnce: store.atOnce,
    read: (work, account) => store.read((tx) => work({ ...tx, ...countingReads(tx, figures) }), account),
    async write(work) {
      const done = new Map<FigureName, number>();
      const result = await store.write((tx) => {
        done.clear();
        const count = (name: FigureName, more: number) => done.set(name, (done.get(name) ?? 0) + more);
        return work({ ...tx, ...countingWrites(tx, count) });
      });
      figures.add('writes', 1);
      for (const [name, count] of done) figures.add(name, count);
      return result;
    },
    check: () => store.check(),
    close: () => store.close(),
  };
}

function countingReads(tx: ReadTx, figures: Figures): Pick<ReadTx, 'documents'> {
  return {
    async documents(...args) {
      const found = await tx.documents(...args);
      const kept = found.filter(({ document }) => document !== null).length;
      figures.add('documentsKept', kept);
      figures.add('documentsMade', found.length - kept);
      return found;
    },
  };
}

const outcomes = { done: 'webhooksDone', pending: 'webhooksAgain', failed: 'webhooksFailed' } as const;

type CountedWrites = 'saveEntities' | 'saveTasks' | 'saveNotes' | 'saveAttempt';

function countingWrites(tx: WriteTx, count: (name: FigureName, more: number) => void): Pick<WriteTx, CountedWrites> {
  return {
    saveEntities(account, changes) {
      count('records', changes.length);
      return tx.saveEntities(account, changes);
    },
    saveTasks(account, tasks) {
      count('tasks', tasks.length);
      return tx.saveTasks(account, tasks);
    },
    saveNotes(account, notes) {
      count('notes', notes.length);
      return tx.saveNotes(account, notes);
    },
    saveAttempt(account, delivery, attempt) {
      count(outcomes[delivery.status], 1);
      return tx.saveAttempt(account, delivery, attempt);
    },
  };
}
