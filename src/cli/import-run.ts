import type { Actor } from '../crm/account.ts';
import type { KindName } from '../crm/entity.ts';
import type { Store, WriteTx } from '../crm/store.ts';
import { defaultLimits } from '../http/limits.ts';
import type { Item } from '../v2/batch-items.ts';
import { importBatch, inBatches, type Result, refreshActor } from '../v2/import-batch.ts';
import { withoutIds } from '../v2/import-link.ts';
import { type LinkNames, loadLinkNames } from '../v2/import-links.ts';
import { isRefusal, type Refusal } from '../v2/import-row.ts';
import { readAhead } from '../v2/read-ahead.ts';
import type { DataFile } from './data-file.ts';
import { advance, type Progress, ProgressLine, toMark } from './import-progress.ts';
import type { ImportRecord, RecordSource } from './import-records.ts';
import type { Rejects } from './rejects.ts';
import { now } from './start.ts';

export interface RunParts {
  readonly store: Store;
  readonly actor: Actor;
  readonly kind: KindName;
  readonly file: DataFile;
  readonly source: RecordSource;
  /** undefined: what is refused is shown. */
  readonly rejects: Rejects | undefined;
  /** Everything is tried, and undone. */
  readonly isDry: boolean;
  /** The ids in the file are of another account. */
  readonly isNew: boolean;
  /** Under which the store remembers how far it is. */
  readonly name: string;
  /** Whether it remembers that already. */
  readonly begun: boolean;
  readonly from: Progress;
}

export interface Ran {
  readonly progress: Progress;
  /** Lines a second. */
  readonly rate: number;
  /** false: it was told to stop. */
  readonly isWhole: boolean;
}

/** Refusals that are shown when there is no file for them. */
const maxShown = 20;

/**
 * Writes the records of a file from a place on, a batch after the other. The place behind a batch, and what was refused of it, are
 * remembered in the transaction that writes it; only then the refused lines go to their file.
 */
export async function importRecords(parts: RunParts): Promise<Ran> {
  const { store, source, rejects, isDry, name } = parts;
  const account = parts.actor.account.id;
  const target = isDry ? undoing(store) : store;
  const stop = stopSignal();
  const line = new ProgressLine(parts.file.path, parts.file.size, parts.from);
  const names = await loadLinkNames(store, parts.actor, parts.kind, source.columns ?? { names: noNames });
  let progress = parts.from;
  let remembered = parts.begun ? parts.from.place : undefined;
  let shown = 0;

  /** What is remembered now goes to the file. */
  const settle = async (): Promise<void> => {
    if (rejects) await rejects.add(progress.pending);
    else
      for (const { number, reason } of progress.pending)
        if (++shown <= maxShown) tell(line, `line ${number}: ${reason}`);
    progress = { ...progress, pending: [], rejects: rejects?.size ?? 0 };
  };

  const save = async (batch: readonly ImportRecord[]): Promise<void> => {
    const before = progress;
    let reached = before;
    const actor = await refreshActor(store, parts.actor);
    const read = batch.map(({ thing }) => linked(thing, { names, actor, parts }));
    const nameAt = (position: number) => read[position]!.newCompany;
    const at = now();
    await importBatch(
      {
        ...{ store: target, actor, kind: parts.kind, limits: defaultLimits, now: at },
        complete: (tx, drafts) => names.makeCompanies(tx, actor, drafts, nameAt, at),
        also: async (tx, some) => {
          reached = advance(before, batch, inTitles(source, batch, some));
          if (!isDry) await remember(tx, reached);
        },
        committed: () => {
          progress = reached;
          if (!isDry) remembered = reached.place;
          names.committed();
        },
      },
      read.map(({ item }) => item),
    );
  };
  const remember = async (tx: WriteTx, reached: Progress): Promise<void> => {
    const moved = await tx.moveImport(account, name, remembered, toMark(reached));
    if (!moved) throw new Error('another process imports the same file');
  };

  const { place, line: number } = progress;
  try {
    await settle();
    for await (const batch of readAhead(inBatches(source.records({ place, line: number })))) {
      await save(batch);
      await settle();
      line.show(progress);
      if (stop.isAsked) break;
    }
  } catch (error) {
    line.end();
    if (remembered === undefined || isDry) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${why}\nWhat comes before line ${progress.line} is written: the same command goes on from there`, {
      cause: error,
    });
  } finally {
    stop.end();
    line.end();
    await rejects?.close();
  }
  if (shown > maxShown) console.error(`and ${shown - maxShown} more; --rejects FILE keeps them`);
  const isWhole = !stop.isAsked || progress.place >= parts.file.size;
  if (isWhole && !isDry) await store.write((tx) => tx.removeImport(account, name));
  return { progress, rate: line.rate(progress), isWhole };
}

const noNames = { company: false, contact: false };

interface Linking {
  readonly names: LinkNames;
  readonly actor: Actor;
  readonly parts: Pick<RunParts, 'isNew'>;
}

interface Linked {
  readonly item: Item | Refusal;
  readonly newCompany?: string;
}

function linked(thing: ImportRecord['thing'], { names, actor, parts }: Linking): Linked {
  if (isRefusal(thing)) return { item: thing };
  const link = names.link(parts.isNew ? { ...thing, item: withoutIds(thing.item) } : thing, actor);
  return isRefusal(link) ? { item: link } : link;
}

/** What was refused of rows of a table is told by the titles of its columns. */
function inTitles(
  { columns }: RecordSource,
  batch: readonly ImportRecord[],
  results: readonly Result[],
): readonly Result[] {
  if (columns === undefined) return results;
  return results.map((result, index) => {
    const { thing } = batch[index]!;
    return isRefusal(result) && !isRefusal(thing) ? columns.inTitles(result, thing) : result;
  });
}

/** A store that writes nothing for good. */
function undoing(store: Store): Store {
  return {
    read: (work, account) => store.read(work, account),
    check: () => store.check(),
    close: () => store.close(),
    write: async (work) => {
      const done: { result?: Awaited<ReturnType<typeof work>> } = {};
      const undone = new Error('undone');
      await store
        .write(async (tx) => {
          done.result = await work(tx);
          throw undone;
        })
        .catch((error) => {
          if (error !== undone) throw error;
        });
      return done.result!;
    },
  };
}

/** Ctrl+C, and what a system sends that shuts down, is heard between two batches. */
function stopSignal(): { readonly isAsked: boolean; end(): void } {
  const signal = { isAsked: false, end: () => undefined };
  const ask = () => {
    signal.isAsked = true;
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.once(name, ask);
  return Object.assign(signal, {
    end: () => {
      for (const name of signals) process.off(name, ask);
    },
  });
}

function tell(line: ProgressLine, text: string): void {
  line.end();
  console.error(text);
}
