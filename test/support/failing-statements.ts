import { DatabaseSync, StatementSync } from 'node:sqlite';
import type { TestContext } from 'node:test';
import pg from 'pg';

/** What happens in place of a statement. */
export type Fault = 'full' | 'full, undone by the engine' | 'serialization' | 'cancelled' | 'connection lost';

/** Lets one statement of the next transaction that writes fail, counted from 1; its last one is the commit. */
export interface FailingStatements {
  arm(fault: Fault, statement: number): void;
  /** @returns whether the statement was reached; what is still armed is no more */
  disarm(): boolean;
  /** Waits until no transaction writes. */
  quiet(): Promise<void>;
}

interface Armed {
  readonly fault: Fault;
  left: number;
  /** The connection whose transaction it is, once there is one. */
  connection?: object;
  isDone: boolean;
}

export function failStatements(t: TestContext, engine: 'SQLite' | 'PostgreSQL'): FailingStatements {
  let armed: Armed | undefined;
  const writing = new Set<object>();
  /** @returns the fault, when its statement has come */
  const count = (connection: object, text: string): Fault | undefined => {
    if (text === 'rollback') writing.delete(connection);
    if (isBegin(text)) {
      writing.add(connection);
      if (armed && armed.connection === undefined) armed.connection = connection;
      return undefined;
    }
    if (text === 'commit') writing.delete(connection);
    if (armed === undefined || armed.isDone || armed.connection !== connection || text === 'rollback') return undefined;
    armed.left -= 1;
    if (armed.left > 0) return undefined;
    armed.isDone = true;
    return armed.fault;
  };
  if (engine === 'SQLite') failSqlite(t, count, writing as Set<DatabaseSync>);
  else failPostgres(t, count);
  return {
    arm(fault, statement) {
      armed = { fault, left: statement, isDone: false };
    },
    disarm() {
      const isDone = armed?.isDone ?? false;
      armed = undefined;
      return isDone;
    },
    async quiet() {
      for (let calm = 0; calm < 3; calm = writing.size === 0 ? calm + 1 : 0) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
  };
}

type Count = (connection: object, text: string) => Fault | undefined;

function isBegin(text: string): boolean {
  return text === 'begin immediate' || text === 'begin isolation level read committed';
}

/** The prototypes are changed: a statement does not know its connection, so the only transaction that writes is taken for its own. */
function failSqlite(t: TestContext, count: Count, writing: Set<DatabaseSync>): void {
  const { exec } = DatabaseSync.prototype;
  const fail = (database: DatabaseSync, fault: Fault | undefined): void => {
    if (fault === undefined) return;
    if (fault === 'full, undone by the engine') {
      exec.call(database, 'rollback');
      writing.delete(database);
    }
    throw Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
  };
  t.mock.method(DatabaseSync.prototype, 'exec', function (this: DatabaseSync, text: string) {
    fail(this, count(this, text));
    exec.call(this, text);
  });
  for (const name of ['run', 'all'] as const) {
    const original = StatementSync.prototype[name] as (...args: unknown[]) => unknown;
    t.mock.method(StatementSync.prototype, name, function (this: StatementSync, ...args: unknown[]) {
      const [database] = writing;
      if (database && !/^(begin|commit)$/.test(this.sourceSQL)) fail(database, count(database, this.sourceSQL));
      return original.apply(this, args);
    });
  }
}

const raising: Readonly<Partial<Record<Fault, string>>> = {
  full: "do $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$",
  cancelled: "do $$ begin raise exception 'canceling statement due to user request' using errcode = '57014'; end $$",
  serialization: "do $$ begin raise exception 'could not serialize access' using errcode = '40001'; end $$",
};

function failPostgres(t: TestContext, count: Count): void {
  type Query = (config: pg.QueryConfig) => Promise<pg.QueryResult>;
  const original = pg.Client.prototype.query as unknown as Query;
  const failing = async function (this: pg.Client, config: pg.QueryConfig): Promise<pg.QueryResult> {
    const query = (text: string) => original.call(this, { text });
    const fault = count(this, config.text);
    if (fault === undefined) return original.call(this, config);
    if (fault === 'connection lost') {
      (this as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
      return original.call(this, config);
    }
    const error: unknown = await query(raising[fault]!).catch((raised) => raised);
    // A commit that fails ends the transaction.
    if (config.text === 'commit') await query('rollback');
    throw error;
  };
  t.mock.method(
    pg.Client.prototype,
    'query',
    function (this: pg.Client, config: pg.QueryConfig | string, ...rest: unknown[]) {
      // By callback: what the pool asks itself.
      if (typeof config === 'string' || rest.length > 0)
        return original.apply(this, [config as pg.QueryConfig, ...(rest as [])]);
      return failing.call(this, config);
    },
  );
}
