import { DatabaseError } from 'pg';
import { type ReadTx, type Store, StoreBusy, StoreUncertain, StoreUnfit, type WriteTx } from '../crm/store.ts';
import { refuseHalfServer } from './copy-progress.ts';
import { distribute, isDistributed } from './distribute.ts';
import { migrate } from './migrate.ts';
import { withoutCredentials } from './postgres-address.ts';
import { Interrupted, type PostgresConnection, PostgresHosts } from './postgres-hosts.ts';
import { analyzeGrown } from './postgres-statistics.ts';
import { checkSchemaOf, type RawDatabase, type RawUse } from './raw-database.ts';
import { type Db, sql } from './sql.ts';
import { readTx, SettingsCache, writeTx } from './transactions.ts';

/** Connections of one process. Writers of one account wait for each other on theirs, which must not keep readers waiting. */
const readers = 8;
const writers = 8;
const pauseMs = 100;
/** How long a replica that fails is left alone. */
const restMs = 5000;
/** How long after a write it is looked whether tables have grown. */
const growthMs = 1000;

const beginRead = 'begin isolation level repeatable read read only';
const beginWrite = 'begin isolation level read committed';

/**
 * Opens a PostgreSQL database and brings its schema up to date. A URL may name several hosts (`host1:5432,host2:5432`): the one
 * that takes writes is used, also when that changes. `readUrl`: replicas, for reads that name their account.
 * Any number of processes may work on one database.
 */
export async function openPostgres(url: string, readUrl?: string, patienceMs?: number): Promise<Store> {
  await onMaintenance(url, (hosts) => prepare(hosts, refuseHalfServer), patienceMs);
  const writing = new PostgresHosts(url, { max: writers, use: 'write', patienceMs });
  const reading = new PostgresHosts(url, { max: readers, use: 'read', patienceMs });
  const replicas = readUrl === undefined ? undefined : new PostgresHosts(readUrl, { max: readers, use: 'readReplica' });
  const checking = new PostgresHosts(url, { max: 1, use: 'write' });
  return new PostgresStore(writing, reading, replicas, checking);
}

/** Opens a database to copy it, or to copy into. @throws CopyRefused */
export async function openPostgresRaw(url: string, use: RawUse): Promise<RawDatabase> {
  const hosts = new PostgresHosts(url, { max: 2, use: 'maintenance' });
  const name = withoutCredentials(url);
  try {
    if (use === 'target') await prepare(hosts);
    await repeat(hosts, beginRead, (db) => checkSchemaOf(db, name));
  } catch (error) {
    await hosts.close();
    throw error;
  }
  return {
    name,
    read: (work) => attempt(hosts, beginRead, work),
    write: (work, account) =>
      repeat(hosts, beginWrite, async (db) => {
        if (account) await countWrite(db, account);
        return work(db);
      }),
    // Indexes follow the rows by themselves.
    checkEngine: async function* () {},
    rebuildSearch: async () => undefined,
    settle: () => repeat(hosts, beginWrite, (db) => db.run(sql`analyze`)),
    close: () => hosts.close(),
  };
}

async function prepare(hosts: PostgresHosts, check: (db: Db) => Promise<void> = async () => undefined): Promise<void> {
  await repeat(hosts, beginWrite, async (db) => {
    const [database] = await db.all<{ server_encoding: string }>(sql`show server_encoding`);
    if (database!.server_encoding !== 'UTF8') {
      throw new Error(`the database is encoded in ${database!.server_encoding}: make one with encoding UTF8`);
    }
    try {
      await migrate(db, 'postgres');
      if (await isDistributed(db)) await distribute(db);
      await check(db);
    } catch (error) {
      // Another process that starts has just made the same table.
      const isRace = error instanceof DatabaseError && ['23505', '42P07', '42710'].includes(error.code ?? '');
      throw isRace ? new Interrupted(error, true) : error;
    }
  });
}

/** Spreads the database over the machines of Citus. @returns the tables; undefined: the extension is not there */
export function distributePostgres(url: string): Promise<string[] | undefined> {
  return onMaintenance(url, async (hosts) => {
    await prepare(hosts);
    return repeat(hosts, beginWrite, distribute);
  });
}

async function onMaintenance<T>(
  url: string,
  work: (hosts: PostgresHosts) => Promise<T>,
  patienceMs?: number,
): Promise<T> {
  const hosts = new PostgresHosts(url, { max: 1, use: 'maintenance', patienceMs });
  try {
    return await work(hosts);
  } finally {
    await hosts.close();
  }
}

class PostgresStore implements Store {
  readonly #writing: PostgresHosts;
  readonly #reading: PostgresHosts;
  readonly #replicas: PostgresHosts | undefined;
  /** Its own connection: that the others are all in use is no fault. */
  readonly #checking: PostgresHosts;
  readonly #settings = new SettingsCache();
  readonly #underWay = new Set<Promise<unknown>>();
  #replicasRest = false;
  #growth: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    writing: PostgresHosts,
    reading: PostgresHosts,
    replicas: PostgresHosts | undefined,
    checking: PostgresHosts,
  ) {
    this.#writing = writing;
    this.#reading = reading;
    this.#replicas = replicas;
    this.#checking = checking;
  }

  read<T>(work: (tx: ReadTx) => Promise<T>, account?: number): Promise<T> {
    return this.#track(async () => {
      const onReplica = account === undefined ? undefined : await this.#readOnReplica(work, account);
      if (onReplica) return onReplica.result;
      return repeat(this.#reading, beginRead, (db) => work(readTx(db, this.#settings)));
    });
  }

  write<T>(work: (tx: WriteTx) => Promise<T>): Promise<T> {
    return this.#track(async () => {
      const result = await repeat(this.#writing, beginWrite, (db) => work(lockingAccounts(writeTx(db), db)));
      this.#growth ??= setTimeout(() => this.#lookAtGrowth(), growthMs).unref();
      return result;
    });
  }

  check(): Promise<void> {
    return this.#track(() =>
      attempt(this.#checking, beginWrite, async (db) => {
        await db.all(sql`select id from account limit 1`);
        const [row] = await db.all<{ transaction_read_only: string }>(sql`show transaction_read_only`);
        if (row!.transaction_read_only === 'on') throw new StoreUnfit('the database takes no writes');
      }),
    );
  }

  /** What is under way is finished first; what comes later is refused. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
    if (this.#growth) await this.#lookAtGrowth();
    const all = [this.#writing, this.#reading, this.#replicas, this.#checking];
    await Promise.all(all.map((hosts) => hosts?.close()));
  }

  async #lookAtGrowth(): Promise<void> {
    clearTimeout(this.#growth);
    this.#growth = undefined;
    const looked = withoutTransaction(this.#writing, analyzeGrown).catch(() => {
      // Only plans are the worse for it; the next write has it looked at again.
    });
    this.#underWay.add(looked);
    await looked;
    this.#underWay.delete(looked);
  }

  /** Undefined: no replica has all that the account has written. */
  async #readOnReplica<T>(work: (tx: ReadTx) => Promise<T>, account: number): Promise<{ result: T } | undefined> {
    if (this.#replicas === undefined || this.#replicasRest) return undefined;
    const written = await repeat(this.#reading, beginRead, (db) => countWrites(db, account));
    try {
      return await attempt(this.#replicas, beginRead, async (db) => {
        if ((await countWrites(db, account)) < written) return undefined;
        return { result: await work(readTx(db, this.#settings)) };
      });
    } catch (error) {
      // A replica that lags may lack the tables, or the whole database.
      if (!(error instanceof Interrupted || error instanceof DatabaseError)) throw error;
      this.#replicasRest = true;
      setTimeout(() => {
        this.#replicasRest = false;
      }, restMs).unref();
      return undefined;
    }
  }

  #track<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the store is closed'));
    const promise = work();
    this.#underWay.add(promise);
    const done = () => this.#underWay.delete(promise);
    promise.then(done, done);
    return promise;
  }
}

async function withoutTransaction(hosts: PostgresHosts, work: (db: Db) => Promise<void>): Promise<void> {
  const connection = await hosts.take();
  try {
    await work(connection);
  } finally {
    connection.release();
  }
}

/** Runs a transaction, again if the database undid it or was away. @throws StoreBusy, StoreUncertain */
async function repeat<T>(hosts: PostgresHosts, begin: string, work: (db: Db) => Promise<T>): Promise<T> {
  for (let end: number | undefined; ; ) {
    try {
      return await attempt(hosts, begin, work);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      // From the first failure on, however long that took.
      end ??= performance.now() + hosts.patienceMs;
      if (performance.now() >= end)
        throw new StoreBusy(`the database cannot be reached: ${error.message}`, { cause: error });
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** @throws Interrupted when nothing was written; StoreUncertain when that is not known */
async function attempt<T>(hosts: PostgresHosts, begin: string, work: (db: Db) => Promise<T>): Promise<T> {
  const connection = await hosts.take();
  let result: T;
  try {
    await connection.command(begin);
    result = await work(connection);
  } catch (error) {
    await giveBack(connection, 'rollback');
    throw error;
  }
  if (begin === beginRead) {
    // Nothing can go wrong any more for who reads.
    void giveBack(connection, 'commit');
    return result;
  }
  try {
    const done = await connection.command('commit');
    if (done !== 'COMMIT') throw new Error('a statement had failed: the transaction was undone');
  } catch (error) {
    connection.release();
    if (!(error instanceof Interrupted) || error.isUndone) throw error;
    throw new StoreUncertain('the connection was lost during a commit', { cause: error });
  }
  connection.release();
  return result;
}

async function giveBack(connection: PostgresConnection, end: 'commit' | 'rollback'): Promise<void> {
  try {
    await connection.command(end);
  } catch {
    // A connection that is broken is not used again.
  }
  connection.release();
}

/** What writers of one account need not take turns for. */
const unlocked: ReadonlySet<string> = new Set([
  ...['findAccount', 'findSession', 'addSession', 'extendSession', 'removeSession'],
  ...['removeExpiredSessions', 'findFailures', 'addFailure', 'removeFailures', 'removeExpiredFailures', 'firstAccount'],
]);

/** From the first call that names an account, no other transaction changes that account, in whichever process. */
function lockingAccounts(tx: WriteTx, db: Db): WriteTx {
  const locks = new Map<number, Promise<void>>();
  const lock = (account: number): Promise<void> => {
    const found = locks.get(account) ?? countWrite(db, account);
    locks.set(account, found);
    return found;
  };
  const locking = Object.entries(tx).map(([name, method]: [string, (...args: unknown[]) => Promise<unknown>]) => {
    if (unlocked.has(name)) return [name, method];
    const locked = async (...args: unknown[]) => {
      if (typeof args[0] === 'number') await lock(args[0]);
      return method(...args);
    };
    return [name, locked];
  });
  return Object.fromEntries(locking) as WriteTx;
}

/** Counts the account's transactions: the row is what its writers wait for, and tells how much of them a replica has. */
async function countWrite(db: Db, account: number): Promise<void> {
  const counted = await increment(db, account);
  if (counted > 0) return;
  await db.all(sql`insert into id_counter (account_id, sequence, next_id)
    select ${account}, 'write', 0 from account where id = ${account}
    on conflict (account_id, sequence) do nothing returning next_id`);
  // Of an account that is not there nothing is locked.
  await increment(db, account);
}

async function increment(db: Db, account: number): Promise<number> {
  const rows = await db.all(sql`update id_counter set next_id = next_id + 1
    where account_id = ${account} and sequence = 'write' returning next_id`);
  return rows.length;
}

async function countWrites(db: Db, account: number): Promise<number> {
  const [row] = await db.all<{ writes: number }>(
    sql`select next_id as writes from id_counter where account_id = ${account} and sequence = 'write'`,
  );
  return row?.writes ?? 0;
}
