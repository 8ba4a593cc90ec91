import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  promises,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import {
  type AtOnce,
  type ReadTx,
  type Store,
  StoreBusy,
  StoreFailed,
  StoreUnfit,
  type WriteTx,
} from '../crm/store.ts';
import { refuseHalfServer } from './copy-progress.ts';
import { migrate } from './migrate.ts';
import { PageMarks } from './page-marks.ts';
import { CopyRefused, checkSchemaOf, type RawDatabase, type RawUse } from './raw-database.ts';
import type { Db } from './sql.ts';
import { sqliteAtOnce } from './sqlite-at-once.ts';
import { checkSqlite, rebuildTrigrams } from './sqlite-check.ts';
import { connectSqlite, pauseMs, type SqliteConnection } from './sqlite-connection.ts';
import { judgeSqliteError } from './sqlite-errors.ts';
import { readTx, SettingsCache, writeTx } from './transactions.ts';

const readers = 4;
const patienceMs = 10_000;
/** Bytes on the disk below which it counts as full: the largest body of a request. */
const leastSpace = 8 * 1024 * 1024;

/** Opens, or makes, the database in a folder. One connection writes; several read beside it (WAL). */
export async function openSqlite(folder: string): Promise<Store> {
  const writer = await openWriter(folder, refuseHalfServer);
  try {
    return new SqliteStore(fileIn(folder), writer);
  } catch (error) {
    writer.close();
    throw error;
  }
}

/** Opens a database that is prepared already, only to read it. */
export async function openSqliteToRead(folder: string): Promise<Store> {
  return new SqliteStore(fileIn(folder), undefined);
}

/** Opens the database in a folder to copy it, or makes one to copy into. @throws CopyRefused */
export async function openSqliteRaw(folder: string, use: RawUse): Promise<RawDatabase> {
  if (use === 'source' && !existsSync(fileIn(folder))) throw new CopyRefused(`${folder} holds no data of Kontora`);
  const connection = use === 'source' ? connect(fileIn(folder), true) : await openWriter(folder);
  const name = realpathSync(folder);
  const read: RawDatabase['read'] = (work) => transaction(connection, 'begin', () => work(connection));
  try {
    await read((db) => checkSchemaOf(db, name));
  } catch (error) {
    connection.close();
    throw error;
  }
  return {
    name,
    read,
    write: (work) => transaction(connection, 'begin immediate', () => work(connection)),
    // Statements here name the index that they want.
    settle: async () => undefined,
    checkEngine: checkSqlite,
    rebuildSearch: rebuildTrigrams,
    close: async () => connection.close(),
  };
}

function fileIn(folder: string): string {
  return `${folder}/kontora.db`;
}

async function openWriter(
  folder: string,
  check: (db: Db) => Promise<void> = async () => undefined,
): Promise<SqliteConnection> {
  // What is new is its owner's alone; SQLite gives the files beside it the same rights.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = fileIn(folder);
  if (!existsSync(file)) make(file);
  if (statSync(file).size === 0) {
    throw new StoreFailed(
      'damaged',
      `${file} is empty, what was in it is gone: restore a backup, or move it away to begin anew`,
    );
  }
  expectWritable(folder, file);
  const writer = connect(file);
  try {
    await transaction(writer, 'begin immediate', async () => {
      await migrate(writer, 'sqlite');
      await check(writer);
    });
  } catch (error) {
    writer.close();
    throw error;
  }
  return writer;
}

/** SQLite itself would open what it may not write, and fail with the first write. */
function expectWritable(...places: readonly string[]): void {
  for (const place of places) {
    try {
      accessSync(place, constants.W_OK);
    } catch (error) {
      throw new StoreFailed('read_only', `${place} cannot be written: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** It is there at once with its first page: one that is empty is never new. Another process may be quicker. */
function make(file: string): void {
  const folder = mkdtempSync(`${file}.new-`);
  const made = `${folder}/made`;
  try {
    closeSync(openSync(made, 'wx', 0o600));
    connect(made).close();
    giveName(made, file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function giveName(made: string, file: string): void {
  try {
    linkSync(made, file);
  } catch {
    // Not every file system has links.
    if (!existsSync(file)) copyFileSync(made, file, constants.COPYFILE_EXCL);
  }
}

/** @throws StoreFailed, StoreBusy */
function connect(file: string, readOnly = false): SqliteConnection {
  try {
    return connectSqlite(file, readOnly);
  } catch (error) {
    throw judgeSqliteError(error, file);
  }
}

class SqliteStore implements Store {
  readonly #file: string;
  readonly #writer: SqliteConnection | undefined;
  readonly #idle: SqliteConnection[] = [];
  readonly #waiting: ((reader: SqliteConnection) => void)[] = [];
  readonly #settings = new SettingsCache();
  readonly #quick: SqliteConnection;
  readonly atOnce: AtOnce;
  #open = 0;
  #closed = false;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(file: string, writer: SqliteConnection | undefined) {
    this.#file = file;
    this.#writer = writer;
    this.#quick = connect(file, true);
    this.atOnce = sqliteAtOnce(this.#quick);
  }

  async read<T>(work: (tx: ReadTx) => Promise<T>): Promise<T> {
    const reader = await this.#takeReader();
    try {
      return await transaction(reader, 'begin', () => work(readTx(reader, this.#settings)));
    } finally {
      this.#giveReader(reader);
    }
  }

  async write<T>(work: (tx: WriteTx) => Promise<T>): Promise<T> {
    const writer = this.#writer;
    if (this.#closed || writer === undefined) throw new Error(`the store is ${writer ? 'closed' : 'only read'}`);
    const turn = this.#lastWrite.then(() => transaction(writer, 'begin immediate', () => work(writeTx(writer))));
    this.#lastWrite = turn.catch(() => undefined);
    return turn;
  }

  /** The file system is asked, not the engine: that would have to wait for whoever writes. */
  async check(): Promise<void> {
    if (this.#closed) throw new StoreUnfit('the database is closed');
    this.#quick.allAtOnce({ text: 'select id from account limit 1', params: [] });
    try {
      await promises.access(this.#file, constants.W_OK);
    } catch (cause) {
      throw new StoreUnfit('the database cannot be written', { cause });
    }
    const { bavail, bsize } = await promises.statfs(this.#file);
    if (bavail * bsize < leastSpace) throw new StoreUnfit('the disk is full');
  }

  /** What is under way is finished first; what comes later is refused. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#quick.close();
    for (const reader of this.#idle.splice(0)) reader.close();
    await this.#lastWrite;
    this.#writer?.close();
  }

  #giveReader(reader: SqliteConnection): void {
    const next = this.#waiting.shift();
    if (next) next(reader);
    else if (this.#closed) reader.close();
    else this.#idle.push(reader);
  }

  #takeReader(): Promise<SqliteConnection> | SqliteConnection {
    if (this.#closed) throw new Error('the store is closed');
    const reader = this.#idle.pop();
    if (reader) return reader;
    if (this.#open === readers) return new Promise((resolve) => this.#waiting.push(resolve));
    const connection = connect(this.#file);
    connection.pageMarks = new PageMarks();
    this.#open += 1;
    return connection;
  }
}

async function transaction<T>(connection: SqliteConnection, begin: string, work: () => Promise<T>): Promise<T> {
  await beginWhenFree(connection, begin);
  try {
    const result = await work();
    connection.exec('commit');
    return result;
  } catch (error) {
    // A full disk, for one, has the engine undo it by itself.
    if (connection.inTransaction) connection.exec('rollback');
    throw judgeSqliteError(error, connection.file);
  }
}

/** Waits for another process's write without holding this one up. @throws StoreBusy */
async function beginWhenFree(connection: SqliteConnection, begin: string): Promise<void> {
  for (let waited = 0; ; waited += pauseMs) {
    try {
      connection.exec(begin);
      return;
    } catch (error) {
      const judged = judgeSqliteError(error, connection.file);
      if (!(judged instanceof StoreBusy) || waited >= patienceMs) throw judged;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
