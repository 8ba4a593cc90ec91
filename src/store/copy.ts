import { noRows, type Row, type Sum } from './checksum.ts';
import { beginCopy, endCopy, moveOn, type Progress, removing, unfinishedCopies } from './copy-progress.ts';
import { CopyRefused, type RawDatabase } from './raw-database.ts';
import {
  addRows,
  batchRows,
  countRows,
  findParts,
  type Key,
  keyOf,
  type Part,
  pagesOf,
  sumRows,
  wholeServer,
} from './raw-rows.ts';
import { type Db, sql } from './sql.ts';

/** Rows of one part. */
export interface Batch {
  readonly part: Part;
  readonly rows: readonly Row[];
  /** The place behind them. */
  readonly place: string;
}

/** What can be copied: one moment of a database, or an archive. */
export interface CopySource {
  /** Tells it from others and can be shown. */
  readonly name: string;
  readonly account: CopiedAccount | null;
  readonly parts: readonly Part[];
  /** Of all parts together. */
  readonly rows: number;
  integrations(): Promise<readonly Row[]>;
  /** Everything else, from a place on. */
  batches(place: string, limit?: number): AsyncGenerator<Batch, void>;
  sum(part: Part): Promise<Sum>;
}

/** null, where it is used: a whole server. */
export interface CopiedAccount {
  readonly id: number;
  readonly subdomain: string;
}

/** A part on both sides. */
export interface Compared extends Part {
  readonly source: Sum;
  readonly target: Sum;
}

export interface CopyOptions {
  /** Called after each batch, with the rows that are in the target. */
  readonly progress?: (part: Part, copied: number) => void;
  readonly limit?: number;
}

/** What a database holds of an account, or all of it. `db`: reads one moment. @throws CopyRefused */
export async function databaseSource(db: Db, name: string, subdomain?: string): Promise<CopySource> {
  const account = subdomain === undefined ? null : await findAccount(db, name, subdomain);
  const scope = account?.id ?? wholeServer;
  const half = (await unfinishedCopies(db)).find((copy) => copy.scope === wholeServer || copy.scope === scope);
  if (half) throw new CopyRefused(`${name} is itself an unfinished copy of ${half.source}`);
  const parts = await findParts(db, scope);
  let rows = 0;
  for (const part of parts) rows += await countRows(db, part);
  return {
    name,
    account,
    parts,
    rows,
    async integrations() {
      const found: Row[] = [];
      for await (const page of pagesOf(db, parts[0]!)) found.push(...page);
      return found;
    },
    batches: (place, limit = batchRows) => batchesOf(db, parts.slice(1), place, limit),
    sum: (part) => sumRows(db, part),
  };
}

async function findAccount(db: Db, name: string, subdomain: string): Promise<CopiedAccount> {
  const accounts = await db.all<CopiedAccount>(sql`select id, subdomain from account order by id`);
  const found = accounts.find((account) => account.subdomain === subdomain);
  if (found) return found;
  const known = accounts.map((account) => account.subdomain).join(', ');
  throw new CopyRefused(`${name} has no account "${subdomain}", only ${known || 'none at all'}`);
}

/** A place is the last row's account, table and key. */
async function* batchesOf(db: Db, parts: readonly Part[], place: string, limit: number): AsyncGenerator<Batch, void> {
  const [account, table, key] = place === '' ? [] : (JSON.parse(place) as [number, string, Key]);
  const first = place === '' ? 0 : parts.findIndex((part) => part.account === account && part.table === table);
  if (first < 0) throw new Error('the account up to which everything is copied is not in the source any more');
  for (const [index, part] of parts.slice(first).entries()) {
    const after = index === 0 ? (key ?? null) : null;
    // The one row of an account is there already.
    if (after?.length === 0) continue;
    for await (const rows of pagesOf(db, part, after, limit)) {
      yield { part, rows, place: JSON.stringify([part.account, part.table, keyOf(part, rows.at(-1)!)]) };
    }
  }
}

/**
 * Copies everything into a database, or what an earlier try has left, and compares both. It may be ended at any moment and called
 * again. Unless both are the same, the target stays an unfinished copy. @throws CopyRefused
 */
export async function copyInto(
  target: RawDatabase,
  source: CopySource,
  options: CopyOptions = {},
): Promise<Compared[]> {
  const { limit = batchRows, progress = () => undefined } = options;
  const integrations = await source.integrations();
  let done = await target.write((db) => start(db, target, source, integrations));
  const batches = source.batches(done.place, limit);
  for (let next = batches.next(); ; ) {
    const { value: batch } = await next;
    if (!batch) break;
    const before = done;
    done = { ...before, place: batch.place, copied: before.copied + batch.rows.length };
    const writing = target.write(async (db) => {
      await moveOn(db, before, done);
      await addRows(db, batch.part, batch.rows);
    });
    // The next rows are read while these are written.
    next = batches.next();
    next.catch(() => undefined);
    await writing;
    progress(batch.part, done.copied);
  }
  const compared = await target.read((db) => compare(db, source));
  await target.settle();
  if (compared.every(isSame)) await target.write((db) => endCopy(db, done));
  return compared;
}

export function isSame({ source, target }: Compared): boolean {
  return source.rows === target.rows && source.checksum === target.checksum;
}

/** Where to go on. */
async function start(
  db: Db,
  { name }: RawDatabase,
  source: CopySource,
  integrations: readonly Row[],
): Promise<Progress> {
  const scope = source.account?.id ?? wholeServer;
  const copies = await unfinishedCopies(db);
  let copy = copies.find((candidate) => candidate.scope === scope);
  const other = copies.find(
    ({ scope: theirs }) => theirs !== scope && (theirs === wholeServer || scope === wholeServer),
  );
  const strange = copy && copy.source !== source.name ? copy : other;
  if (strange)
    throw new CopyRefused(
      `${name} holds an unfinished copy of ${strange.source}: go on with that, or remove it by copy --discard`,
    );
  if (copy?.place === removing)
    throw new CopyRefused(`${name} holds a copy that is being removed: copy --discard ends that`);
  if (copy === undefined) {
    await refuseTaken(db, name, source.account);
    copy = { scope, source: source.name, place: '', copied: integrations.length };
    await beginCopy(db, copy);
  }
  await addRows(db, source.parts[0]!, integrations);
  await refuseOther(db, name, source.parts[0]!, integrations);
  return copy;
}

async function refuseTaken(db: Db, name: string, account: CopiedAccount | null): Promise<void> {
  const there = await db.all<CopiedAccount>(sql`select id, subdomain from account order by id`);
  if (account === null) {
    const [first] = there;
    if (first)
      throw new CopyRefused(
        `${name} holds accounts already (${first.subdomain}): a whole server is copied to an empty one`,
      );
    return;
  }
  const taken = there.find(({ id, subdomain }) => id === account.id || subdomain === account.subdomain);
  if (taken) throw new CopyRefused(`${name} holds an account ${taken.id} ${taken.subdomain} already`);
}

/** An integration that both sides know has to be the same. */
async function refuseOther(db: Db, name: string, part: Part, integrations: readonly Row[]): Promise<void> {
  const there = new Map<string, string>();
  for await (const page of pagesOf(db, { ...part, account: wholeServer })) {
    for (const row of page) there.set(String(row[0]), JSON.stringify(row));
  }
  const other = integrations.find((row) => there.get(String(row[0])) !== JSON.stringify(row));
  if (other) throw new CopyRefused(`${name} knows the integration ${other[0]} with other data`);
  if (part.account === wholeServer && there.size > integrations.length) {
    throw new CopyRefused(`${name} holds integrations already: a whole server is copied to an empty one`);
  }
}

/** Also what only the target has. */
async function compare(db: Db, source: CopySource): Promise<Compared[]> {
  const own = new Set(source.parts.map(({ account }) => account));
  const more =
    source.account === null ? (await findParts(db, wholeServer)).filter(({ account }) => !own.has(account)) : [];
  const compared: Compared[] = [];
  for (const part of [...source.parts, ...more]) {
    const isMore = !own.has(part.account);
    const [theirs, ours] = await Promise.all([isMore ? noRows : source.sum(part), sumRows(db, part)]);
    compared.push({ ...part, source: theirs, target: ours });
  }
  return compared;
}
