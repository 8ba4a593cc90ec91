import { setTimeout as sleep } from 'node:timers/promises';
import { after } from 'node:test';
import pg from 'pg';

export interface TestDatabase {
  readonly url: string;
  /** Gives it back, whatever is still connected to it. */
  remove(): Promise<void>;
}

interface Kept {
  readonly name: string;
  readonly url: string;
  readonly pool: pg.Pool;
  /** The rows that `prepare` left, as JSON, by table. */
  readonly rows: ReadonlyMap<string, string>;
}

type Prepare = (url: string) => Promise<void>;

/** A larger table is truncated: dead rows would slow the tests that follow. A small one is emptied faster by delete. */
const largeBytes = 512 * 1024;
const own = `c.relkind = 'r' and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)`;
const clean = `do $$
declare found record;
begin
  set local session_replication_role = replica; -- neither triggers nor foreign keys
  for found in select oid::regclass as name, pg_relation_size(oid) as size from pg_class c
    where ${own} and pg_relation_size(oid) > 0
  loop
    if found.size > ${largeBytes} then execute format('truncate %s cascade', found.name);
    else execute format('delete from %s', found.name);
    end if;
  end loop;
  perform setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    from pg_sequences where last_value is not null;
end $$`;

let cluster: pg.Pool | undefined;
let made = 0;
const free = new Map<Prepare | undefined, Kept[]>();
const all: Kept[] = [];

/**
 * A database for one test. `prepare` fills it (with tables, say); a database that is given back goes, emptied to what
 * `prepare` left, to the next test that names the same function: that costs a fifteenth of making one. So a test that
 * changes tables rather than rows takes one without `prepare`, which is new and really removed.
 */
export async function newTestDatabase(prepare?: Prepare): Promise<TestDatabase> {
  const waiting = free.get(prepare)?.pop();
  const database = waiting ? await emptied(waiting) : await create(prepare);
  let given = false;
  return {
    url: database.url,
    async remove() {
      if (given) return;
      given = true;
      if (!prepare) return drop(database);
      free.set(prepare, [...(free.get(prepare) ?? []), database]);
    },
  };
}

after(async () => {
  for (const database of all.splice(0)) await drop(database);
  await cluster?.end();
});

async function create(prepare: Prepare | undefined): Promise<Kept> {
  const address = process.env['KONTORA_TEST_POSTGRES'];
  if (!address) {
    throw new Error(
      'This test needs a PostgreSQL: run "npm test", or "npx node bin/with-postgres.mjs node --test FILE", or name one in KONTORA_TEST_POSTGRES.',
    );
  }
  cluster ??= connect(address);
  made += 1;
  const name = `kontora_test_${process.pid}_${made}`;
  // What an ended process of the same number left on a cluster that is not thrown away.
  await cluster.query(`drop database if exists ${name} with (force)`);
  await cluster.query(`create database ${name} strategy file_copy`);
  const url = Object.assign(new URL(address), { pathname: `/${name}` }).href;
  await prepare?.(url);
  const pool = connect(url);
  const rows = prepare ? await rowsIn(pool) : new Map();
  const database = { name, url, pool, rows };
  all.push(database);
  return database;
}

async function emptied(database: Kept): Promise<Kept> {
  const { pool, rows } = database;
  for (;;) {
    const { rowCount } = await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    if (rowCount === 0) break;
    await sleep(1);
  }
  await pool.query(clean);
  for (const [table, json] of rows) {
    await pool.query(
      `insert into ${table} overriding system value select * from json_populate_recordset(null::${table}, $1)`,
      [json],
    );
  }
  return database;
}

async function drop({ name, pool }: Kept): Promise<void> {
  await pool.end();
  await cluster!.query(`drop database if exists ${name} with (force)`);
}

async function rowsIn(pool: pg.Pool): Promise<ReadonlyMap<string, string>> {
  const tables = await pool.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c where ${own} and pg_relation_size(oid) > 0`,
  );
  const rows = new Map<string, string>();
  for (const { name } of tables.rows) {
    const { rows: found } = await pool.query<{ json: string | null }>(`select json_agg(t)::text as json from ${name} t`);
    if (found[0]?.json) rows.set(name, found[0].json);
  }
  return rows;
}

/** One connection that does not keep the process alive. */
function connect(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 1, idleTimeoutMillis: 0, allowExitOnIdle: true });
  pool.on('error', () => {});
  return pool;
}
