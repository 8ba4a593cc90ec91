import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type ReadTx, type Store, StoreBusy, type WriteTx } from '../crm/store.ts';
import { refuseHalfServer } from './copy-progress.ts';
import { migrate } from './migrate.ts';
import { CopyRefused, checkSchemaOf, type RawDatabase, type RawUse } from './raw-database.ts';
import {
  type Columns,
  type Db,
  type Dialect,
  join,
  nothing,
  raw,
  type Search,
  type SearchKey,
  type SearchText,
  type Sql,
  sql,
} from './sql.ts';
import { readTx, SettingsCache, writeTx } from './transactions.ts';

const readers = 4;
/** SQLITE_BUSY */
const busy = 5;
const pauseMs = 10;
const patienceMs = 10_000;

/** Opens, or makes, the database in a folder. One connection writes; several read beside it (WAL). */
export async function openSqlite(folder: string): Promise<Store> {
  const writer = await openWriter(folder, refuseHalfServer);
  return new SqliteStore(fileIn(folder), writer);
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
    close: async () => connection.close(),
  };
}

function fileIn(folder: string): string {
  return `${folder}/kontora.db`;
}

async function openWriter(
  folder: string,
  check: (db: Db) => Promise<void> = async () => undefined,
): Promise<Connection> {
  mkdirSync(folder, { recursive: true });
  const writer = connect(fileIn(folder));
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

class SqliteStore implements Store {
  readonly #file: string;
  readonly #writer: Connection;
  readonly #idle: Connection[] = [];
  readonly #waiting: ((reader: Connection) => void)[] = [];
  readonly #settings = new SettingsCache();
  #open = 0;
  #closed = false;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(file: string, writer: Connection) {
    this.#file = file;
    this.#writer = writer;
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
    if (this.#closed) throw new Error('the store is closed');
    const turn = this.#lastWrite.then(() =>
      transaction(this.#writer, 'begin immediate', () => work(writeTx(this.#writer))),
    );
    this.#lastWrite = turn.catch(() => undefined);
    return turn;
  }

  /** What is under way is finished first; what comes later is refused. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const reader of this.#idle.splice(0)) reader.close();
    await this.#lastWrite;
    this.#writer.close();
  }

  #giveReader(reader: Connection): void {
    const next = this.#waiting.shift();
    if (next) next(reader);
    else if (this.#closed) reader.close();
    else this.#idle.push(reader);
  }

  #takeReader(): Promise<Connection> | Connection {
    if (this.#closed) throw new Error('the store is closed');
    const reader = this.#idle.pop();
    if (reader) return reader;
    if (this.#open === readers) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#open += 1;
    return connect(this.#file);
  }
}

async function transaction<T>(connection: Connection, begin: string, work: () => Promise<T>): Promise<T> {
  await beginWhenFree(connection, begin);
  try {
    const result = await work();
    connection.exec('commit');
    return result;
  } catch (error) {
    // A full disk, for one, has the engine undo it by itself.
    if (connection.inTransaction) connection.exec('rollback');
    throw error;
  }
}

/** Waits for another process's write without holding this one up. @throws StoreBusy */
async function beginWhenFree(connection: Connection, begin: string): Promise<void> {
  for (let waited = 0; ; waited += pauseMs) {
    try {
      connection.exec(begin);
      return;
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== busy) throw error;
      if (waited >= patienceMs) throw new StoreBusy('the database is held by another process');
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** A connection with its prepared statements. node:sqlite is synchronous; the promises are there for the other engine. */
class Connection implements Db {
  readonly dialect = sqlite;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string, readOnly: boolean) {
    this.#database = new DatabaseSync(file, { timeout: pauseMs, readOnly });
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  exec(text: string): void {
    this.#database.exec(text);
  }

  async all<Row>({ text, params }: Sql): Promise<Row[]> {
    return this.#prepare(text).all(...params) as Row[];
  }

  async run({ text, params }: Sql): Promise<void> {
    this.#prepare(text).run(...params);
  }

  close(): void {
    this.#database.close();
  }

  #prepare(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.#database.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }
}

function connect(file: string, readOnly = false): Connection {
  const connection = new Connection(file, readOnly);
  connection.exec(
    'pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -65536; pragma temp_store = memory',
  );
  return connection;
}

/**
 * rowid of entity_trigram: 27 bits of account, 2 of kind (1, 2, 3 and 12 differ in their last two), 34 of id. Written out, because
 * numbers are bound as floating point and the index takes only integers as bounds.
 */
const idMask: Sql = sql`17179869183`;
/** The rowid of the record that `r` names. */
const trigramRow = (account: number): Sql => sql`(${account} << 36) + ((r.kind & 3) << 34) + r.id`;
/** More trigrams than this do not narrow a search further: the text itself is looked at anyway. */
const maxTrigrams = 24;
/** A beginning of one or two characters that more trigrams have than this is frequent enough to find by reading along. */
const maxExpansions = 64;

const sqlite: Dialect = {
  isIn: (column, values) => sql`${column} in (select value from json_each(${JSON.stringify(values)}))`,
  pick: (select, values) => sql`(${sqlite.isIn(select, values)})`,
  isAmong: (column, subselect) => sql`${column} in (${subselect})`,
  rows: (columns, rows) => sql`(select ${jsonColumns(columns)} from json_each(${JSON.stringify(rows)})) r`,
  returning: nothing,
  useIndex: (name) => raw(`indexed by ${name}`),
  unindexed: (column) => ({ text: `+${column.text}`, params: column.params }),

  async indexSearch(db: Db, account: number, texts: readonly SearchText[]): Promise<void> {
    await sqlite.unindexSearch(
      db,
      account,
      texts.filter((text) => !text.isNew),
    );
    const rows = texts.map(({ kind, id, text }) => [kind, id, text]);
    await db.run(sql`insert into entity_trigram (rowid, text)
      select ${trigramRow(account)}, r.text from ${sqlite.rows({ kind: 'integer', id: 'integer', text: 'text' }, rows)}`);
  },

  async unindexSearch(db: Db, account: number, records: readonly SearchKey[]): Promise<void> {
    if (records.length === 0) return;
    const keys = sqlite.rows(
      { kind: 'integer', id: 'integer' },
      records.map(({ kind, id }) => [kind, id]),
    );
    await db.run(sql`delete from entity_trigram where rowid in (select ${trigramRow(account)} from ${keys})`);
  },

  async searchIds(db: Db, search: Search): Promise<Sql | undefined> {
    const { account, kind, where, limit, offset } = search;
    const match = await matchExpression(db, search.terms);
    if (match === '') return undefined;
    const holds = sql`(${join(
      ' or ',
      search.terms.map((term) => sql`instr(s.text, ${term}) > 0`),
    )})`;
    const texts =
      match === undefined
        ? sql`entity_search s`
        : sql`entity_trigram t cross join entity_search s
            on s.account_id = ${account} and s.kind = ${kind} and s.id = (t.rowid & ${idMask})`;
    const from = sql`(${account} << 36) + ((${kind} & 3) << 34)`;
    const matches =
      match === undefined
        ? nothing
        : sql`and t.entity_trigram match ${match} and t.rowid >= ${from} and t.rowid <= ${from} + ${idMask}`;
    const order: Sql = match === undefined ? sql`s.id` : sql`t.rowid`;
    return sql`select e.id from ${texts} cross join entity e on e.account_id = s.account_id and e.kind = s.kind and e.id = s.id
      where s.account_id = ${account} and s.kind = ${kind} ${matches} and ${holds} and e.is_deleted = 0 ${where}
      order by ${order} limit ${limit} offset ${offset}`;
  },
};

function jsonColumns(columns: Columns): Sql {
  const values = Object.entries(columns).map(([name, type], index) =>
    type === 'bytes' ? `cast(value ->> ${index} as blob) as ${name}` : `value ->> ${index} as ${name}`,
  );
  return raw(values.join(', '));
}

/** What to ask the trigram index for. Empty: nothing can match. Undefined: too common, better read the texts along. */
async function matchExpression(db: Db, terms: readonly string[]): Promise<string | undefined> {
  const parts: string[] = [];
  for (const term of terms) {
    const characters = [...term];
    if (characters.length >= 3) {
      const trigrams = new Set(characters.slice(2).map((_, i) => characters.slice(i, i + 3).join('')));
      parts.push(`(${[...trigrams].slice(0, maxTrigrams).map(quote).join(' AND ')})`);
    } else {
      const beginnings = await db.all<{ term: string }>(sql`select term from entity_trigram_term
        where term >= ${term} and term < ${term + String.fromCodePoint(0x10ffff)} limit ${maxExpansions + 1}`);
      if (beginnings.length > maxExpansions) return undefined;
      parts.push(...beginnings.map((row) => quote(row.term)));
    }
  }
  return parts.join(' OR ');
}

function quote(trigram: string): string {
  return `"${trigram.replaceAll('"', '""')}"`;
}
