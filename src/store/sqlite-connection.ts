import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { PageMarks } from './page-marks.ts';
import { type Db, type Insert, type Param, type Sql, updateOnConflict } from './sql.ts';
import { sqlite } from './sqlite-dialect.ts';

/** How long SQLite itself waits for another process. */
export const pauseMs = 10;

/** Prepared statements that are kept: filters and searches make texts of their own, as many as there are ways to combine them. */
const maxStatements = 500;

/** A connection with its prepared statements. node:sqlite is synchronous; the promises are there for the other engine. */
export class SqliteConnection implements Db {
  readonly dialect = sqlite;
  pageMarks: PageMarks | undefined;
  readonly file: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string, readOnly: boolean) {
    this.file = file;
    this.#database = new DatabaseSync(file, { timeout: pauseMs, readOnly });
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  begin(): void {
    this.#prepare('begin').run();
  }

  commit(): void {
    this.#prepare('commit').run();
  }

  exec(text: string): void {
    this.#database.exec(text);
  }

  async all<Row>(statement: Sql): Promise<Row[]> {
    return this.allAtOnce(statement);
  }

  readonly allAtOnce = <Row>({ text, params }: Sql): Row[] => this.#prepare(text).all(...params) as Row[];

  /** Gives the first row of a statement as its values: an object of them, or a list of such, takes longer to make than to read. */
  firstOf<Row extends readonly unknown[]>(text: string): (...params: Param[]) => Row | undefined {
    const statement = this.#database.prepare(text);
    statement.setReturnArrays(true);
    return (...params) => statement.get(...params) as unknown as Row | undefined;
  }

  async run({ text, params }: Sql): Promise<void> {
    this.#prepare(text).run(...params);
  }

  /** Row by row: in the same process a statement that is prepared costs a third of reading the rows out of one JSON text. */
  async insert(into: Insert): Promise<void> {
    const statement = this.#prepare(insertText(into));
    const bytes = Object.values(into.columns).indexOf('bytes');
    const own: Param[] = into.account === undefined ? [] : [into.account];
    for (const row of into.rows) {
      if (bytes < 0) statement.run(...own, ...row);
      else statement.run(...own, ...row.with(bytes, Buffer.from(row[bytes] as string)));
    }
  }

  close(): void {
    this.#database.close();
  }

  #prepare(text: string): StatementSync {
    const statement = this.#statements.get(text) ?? this.#database.prepare(text);
    // The one that was used last is the last one.
    if (!this.#statements.delete(text) && this.#statements.size >= maxStatements) {
      const [oldest] = this.#statements.keys();
      this.#statements.delete(oldest!);
    }
    this.#statements.set(text, statement);
    return statement;
  }
}

function insertText({ table, account, columns, key }: Insert): string {
  const names = [...(account === undefined ? [] : ['account_id']), ...Object.keys(columns)];
  const values = names.map(() => '?').join(', ');
  return `insert into ${table} (${names.join(', ')}) values (${values})${key ? ` ${updateOnConflict(columns, key)}` : ''}`;
}

export function connectSqlite(file: string, readOnly = false): SqliteConnection {
  const connection = new SqliteConnection(file, readOnly);
  try {
    // Another process may just be taking in what a killed one has left: nothing can be read before that is done.
    connection.exec('pragma busy_timeout = 10000');
    // As many pages as a thread of its own may be behind: docs/adr/0011-threads.md
    if (!readOnly) connection.exec('pragma journal_mode = wal; pragma wal_autocheckpoint = 16000');
    connection.exec(
      'pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -65536; pragma temp_store = memory; ' +
        `pragma busy_timeout = ${pauseMs}`,
    );
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}
