import pg, { DatabaseError, type PoolClient } from 'pg';
import { StoreBusy, StoreFailed, type Trouble } from '../crm/store.ts';
import { hostsOf } from './postgres-address.ts';
import { insertStatement, postgres } from './postgres-dialect.ts';
import type { Db, Insert, Param, Sql } from './sql.ts';

const connectMs = 10_000;
/** A server that has gone without a word answers nothing, and ends nothing either. */
const answerMs = 130_000;
const defaultPatienceMs = 10_000;

/** What the server ends by itself, and how it plans. */
const read = {
  statement_timeout: 120_000,
  idle_in_transaction_session_timeout: 60_000,
  // A plan for any values would take every account for an average one, and a search for a rare one.
  options: '-c plan_cache_mode=force_custom_plan',
};
const settings = {
  read,
  // The only use for which a host need not take writes.
  readReplica: read,
  // Not the statement: a commit that waits for a synchronous standby would, ended so, count as done without it.
  // A lock is waited for as long as on SQLite.
  write: { lock_timeout: 10_000, idle_in_transaction_session_timeout: 60_000 },
  // Migrations and copies take the time that they need.
  maintenance: {},
} as const;

/** A transaction that did not come to its end. */
export class Interrupted extends Error {
  /** The server has undone it; else the connection was lost. */
  readonly isUndone: boolean;

  constructor(cause: Error, isUndone: boolean) {
    super(cause.message, { cause });
    this.isUndone = isUndone;
  }
}

interface HostOptions {
  readonly max: number;
  readonly use: keyof typeof settings;
  /** Milliseconds until an answer is waited for no longer. */
  readonly answerMs?: number;
  /** After so long a transaction that no host takes is given up. */
  readonly patienceMs?: number | undefined;
}

/** Connections to the first of several hosts that answers and, if asked for, takes writes. */
export class PostgresHosts {
  readonly patienceMs: number;
  readonly #pools: readonly pg.Pool[];
  /** Whether a standby will not do. */
  readonly #takesWrites: boolean;
  /** The host that answered last. */
  #current = 0;

  constructor(url: string, options: HostOptions) {
    const { max, use } = options;
    this.patienceMs = options.patienceMs ?? defaultPatienceMs;
    this.#takesWrites = use !== 'readReplica';
    const hosts = hostsOf(url);
    // Of several, one that only reads may have been left behind by another that has taken over.
    const readsOnly = use === 'read' && hosts.length === 1;
    this.#pools = hosts.map((connectionString) => {
      const pool = new pg.Pool({
        connectionString,
        max,
        types,
        keepAlive: true,
        application_name: 'kontora',
        connectionTimeoutMillis: connectMs,
        ...settings[use],
        ...(use !== 'maintenance' && { query_timeout: options.answerMs ?? answerMs }),
        ...(this.#takesWrites && { onConnect: (client) => refuseStandby(client, readsOnly) }),
      });
      // An idle connection that breaks is taken out of the pool, which is all there is to do.
      pool.on('error', () => undefined);
      return pool;
    });
  }

  /** @throws Interrupted when no host can be used; where there is to be one that takes writes, what will not mend by itself as it is */
  async take(): Promise<PostgresConnection> {
    const failures: Error[] = [];
    for (const _ of this.#pools) {
      try {
        return new PostgresConnection(await this.#pools[this.#current]!.connect());
      } catch (error) {
        if (this.#takesWrites && isHopeless(error)) throw error;
        failures.push(error as Error);
        this.#current = (this.#current + 1) % this.#pools.length;
      }
    }
    // Where there is a standby too, it may be about to take over.
    throw failures.every((error) => error instanceof StoreFailed)
      ? failures[0]
      : new Interrupted(failures.at(-1)!, true);
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end()));
  }
}

/** A connection that one transaction has for itself. */
export class PostgresConnection implements Db {
  readonly dialect = postgres;
  readonly #client: PoolClient;
  #last: Promise<unknown> = Promise.resolve();
  #isBroken = false;

  constructor(client: PoolClient) {
    this.#client = client;
    // Without a listener a connection that breaks between two statements would end the process.
    client.on('error', this.#break);
  }

  async all<Row>(statement: Sql): Promise<Row[]> {
    return (await this.#send(prepared(statement))).rows;
  }

  async run(statement: Sql): Promise<void> {
    await this.#send(prepared(statement));
  }

  insert(into: Insert): Promise<void> {
    return this.run(insertStatement(into));
  }

  /** begin, commit, rollback: gives the command that the server says it has done. */
  async command(text: string): Promise<string> {
    return (await this.#send({ text })).command;
  }

  release(): void {
    this.#client.off('error', this.#break);
    this.#client.release(this.#isBroken);
  }

  readonly #break = (): void => {
    this.#isBroken = true;
  };

  /** One after the other, as the server does them. */
  #send(query: pg.QueryConfig): Promise<pg.QueryResult> {
    const turn = this.#last.then(() => this.#client.query(query));
    this.#last = turn.catch(() => undefined);
    return turn.catch((error) => {
      throw this.#judge(error);
    });
  }

  #judge(error: Error): Error {
    if (error instanceof DatabaseError && !endsConnection(error)) {
      const trouble = troubles.find(([codes]) => codes.test(error.code ?? ''))?.[1];
      if (trouble !== undefined) return new StoreFailed(trouble, error.message, { cause: error });
      if (waitedCodes.has(error.code ?? '')) return new StoreBusy('other writes took too long', { cause: error });
      if (!undoneCodes.has(error.code ?? '')) return error;
      // Of a server that takes no writes any more nothing is wanted.
      if (error.code === readOnlyCode) this.#isBroken = true;
      return new Interrupted(error, true);
    }
    this.#isBroken = true;
    return new Interrupted(error, false);
  }
}

/** The server is a standby (again), or takes no writes any more: what it is asked to write it refuses. */
const readOnlyCode = '25006';
/** serialization_failure (on a standby: a conflict with recovery), deadlock_detected */
const undoneCodes: ReadonlySet<string> = new Set(['40001', '40P01', readOnlyCode]);

/** disk_full; data_corrupted, index_corrupted; io_error and the like; out_of_memory, configuration_limit_exceeded */
const troubles: readonly (readonly [codes: RegExp, trouble: Trouble])[] = [
  [/^53100$/, 'full'],
  [/^XX00[12]$/, 'damaged'],
  [/^(58|53)/, 'failed'],
];

/** lock_not_available, query_canceled: by the timeouts above */
const waitedCodes: ReadonlySet<string> = new Set(['55P03', '57014']);

/** What the server says as it ends a connection: shut down, or idle for too long. Its `severity` is in the server's language. */
function endsConnection({ code = '' }: DatabaseError): boolean {
  return /^(57P|08|25P0[34])/.test(code);
}

/** A wrong address, wrong credentials or a database that is not there: waiting does not help. */
function isHopeless(error: unknown): boolean {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (error instanceof DatabaseError) return /^(28|3D)/.test(code);
  // SASL: the server wants a password, and there is none.
  return code === 'ERR_INVALID_URL' || message.startsWith('SASL:');
}

/** A standby may lack what was written; of a server that takes no writes for another reason, such as a disk that is nearly full, can be read. */
async function refuseStandby(client: pg.ClientBase, readsOnly: boolean): Promise<void> {
  const { rows } = await client.query<{ standby: boolean; read_only: string }>(
    "select pg_is_in_recovery() as standby, current_setting('transaction_read_only') as read_only",
  );
  const { standby, read_only } = rows[0]!;
  if (standby) throw new Error('the server is a standby');
  if (read_only === 'on' && !readsOnly)
    throw new StoreFailed('read_only', 'the server takes no writes (transaction_read_only)');
}

/** Statements that connections prepare: filters make texts of their own, as many as there are ways to combine them. */
const maxStatements = 2000;
/** Texts as the server takes them, by texts with question marks; each connection prepares each of them once. */
const statements = new Map<string, { readonly name: string; readonly text: string }>();

export function prepared({ text, params }: Sql): pg.QueryConfig {
  const values = params.map(withoutNul);
  const known = statements.get(text);
  if (known !== undefined) return { ...known, values };
  let number = 0;
  const numbered = text.replace(/\?/g, () => {
    number += 1;
    return `$${number}`;
  });
  // No connection forgets what it has prepared: statements beyond the bound are parsed each time.
  if (statements.size >= maxStatements) return { text: numbered, values };
  const statement = { name: `k${statements.size}`, text: numbered };
  statements.set(text, statement);
  return { ...statement, values };
}

/** The server takes no NUL. No text that is kept has one, nor the character in its place (crm/text.ts, isStorable): nothing is found by it. */
function withoutNul(param: Param): Param {
  return typeof param === 'string' ? param.replaceAll('\0', '\uffff') : param;
}

/** By type: boolean, bytea, int8, int4, float8, numeric; all else is text. Numbers here are below 2⁵³. */
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => text === 't',
  17: (text) => Buffer.from(text.slice(2), 'hex'),
  20: Number,
  23: Number,
  701: Number,
  1700: Number,
};
const types = {
  getTypeParser: (type: number) => parsers[type] ?? ((text: string) => text),
} as pg.CustomTypesConfig;
