import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
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
  /** Statements that empty it to what `prepare` left. */
  readonly clean: string;
}

type Prepare = (url: string) => Promise<void>;

/** A larger table is truncated: dead rows would slow the tests that follow. A small one is emptied faster by delete. */
const largeBytes = 512 * 1024;
const own = `c.relkind = 'r' and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)`;
const emptyAll = `do $$
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
end $$;`;

let cluster: pg.Pool | undefined;
let made = 0;
const free = new Map<Prepare, Kept[]>();
const all = new Set<Kept>();

/**
 * A database for one test. `prepare` fills it (with tables, say); a database that is given back goes, emptied to what
 * `prepare` left, to the next test that names the same function: that costs a fifteenth of making one. So a test that
 * changes tables rather than rows takes one without `prepare`, which is new and really removed.
 */
export async function newTestDatabase(prepare?: Prepare): Promise<TestDatabase> {
  const waiting = prepare && free.get(prepare)?.pop();
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
  for (const database of all) await drop(database);
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
  const database = { name, url, pool, clean: `${emptyAll} ${await refill(pool)}` };
  all.add(database);
  return database;
}

async function emptied(database: Kept): Promise<Kept> {
  const { pool, clean } = database;
  for (;;) {
    const { rowCount } = await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    if (rowCount === 0) break;
    await sleep(1);
  }
  await pool.query(clean);
  return database;
}

async function drop(database: Kept): Promise<void> {
  await database.pool.end();
  await cluster!.query(`drop database if exists ${database.name} with (force)`);
  all.delete(database);
}

/** Statements that bring back the rows and the sequences that are there now. */
async function refill(pool: pg.Pool): Promise<string> {
  const statements: string[] = [];
  const tables = await pool.query(
    `select oid::regclass as name from pg_class c where ${own} and pg_relation_size(oid) > 0`,
  );
  for (const { name } of tables.rows) {
    const { rows } = await pool.query(`select json_agg(t)::text as json from ${name} t`);
    if (rows[0].json === null) continue;
    const records = `json_populate_recordset(null::${name}, ${pg.escapeLiteral(rows[0].json)})`;
    statements.push(`insert into ${name} overriding system value select * from ${records};`);
  }
  const sequences = await pool.query(
    `select quote_literal(format('%I.%I', schemaname, sequencename)) as name, last_value
     from pg_sequences where last_value is not null`,
  );
  for (const { name, last_value } of sequences.rows) statements.push(`select setval(${name}, ${last_value});`);
  return statements.join(' ');
}

/** One connection that does not keep the process alive. */
function connect(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 1, idleTimeoutMillis: 0, allowExitOnIdle: true });
  pool.on('error', () => {});
  return pool;
}
