// Medians over HTTP on a large account, in turns on SQLite and on PostgreSQL, which hold the same data; beside them a plain select of
// the same rows on SQLite.
//
//   npm run kontora -- seed large --companies 100000 --data /tmp/large
//   npx node bench/companies.ts /tmp/large [--repetitions 41] [--database postgres://…]
//
// The folder is copied. --database holds the same seed, and is written to; without it a PostgreSQL of its own is started and filled.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startPostgres } from '../bin/postgres.mjs';
import { documentAccountId, documentUserId } from '../seed/document.ts';
import { generateCompany } from '../seed/generator.ts';
import type { Store } from '../src/crm/store.ts';
import { hashToken, newToken } from '../src/http/keys.ts';
import { openPostgres } from '../src/store/postgres.ts';
import { openSqlite } from '../src/store/sqlite.ts';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { repetitions: { type: 'string', default: '41' }, database: { type: 'string' } },
});
const [source] = positionals;
if (source === undefined) throw new Error('give the data folder that `kontora seed large` made');
const repetitions = Number(flags.repetitions);
const warmUps = 3;

const data = mkdtempSync(join(tmpdir(), 'kontora-bench-'));
cpSync(source, data, { recursive: true });
const token = newToken(documentAccountId);
const sqlite = await prepare(await openSqlite(data));
const cluster = flags.database === undefined ? await startPostgres() : undefined;
const database = flags.database ?? cluster!.url;
if (cluster) {
  const seed = kontora('seed', 'large', '--companies', String(sqlite.total - 1), '--database', database);
  const [code] = await once(seed, 'exit');
  if (code !== 0) throw new Error('the database could not be filled');
}
const postgres = await prepare(await openPostgres(database));
if (postgres.total !== sqlite.total) throw new Error(`${database} holds another number of companies`);
const settled = await settle(database);
const counter = { companies: 0, names: 0 };

const servers = [
  kontora('serve', '--data', data, '--port', '0'),
  kontora('serve', '--database', database, '--port', '0'),
];
const urls = await Promise.all(servers.map(addressOf));
const plain = new DatabaseSync(join(data, 'kontora.db'), { readOnly: true });

const { total, ids } = sqlite;
const deep = total - 500;
const phone = String(generateCompany(Math.floor(total * 0.77)).draft.fields![0]!.values[1]!.value).slice(-10);
const company = `from entity where account_id = ${documentAccountId} and kind = 3 and is_deleted = 0`;
const page = 'order by id limit 500';

/** A request by its query or by what makes its body, and the select of the same rows. */
const scenarios: readonly [name: string, request: string | (() => object), select?: string][] = [
  ['one by id', `?id=${ids[0]}`, `and id = ${ids[0]}`],
  ['page of 500 at offset 0', '?limit_rows=500', page],
  [`page of 500 at offset ${deep}`, `?limit_rows=500&limit_offset=${deep}`, `${page} offset ${deep}`],
  ['one responsible user', '?limit_rows=500&responsible_user_id=504141', `and responsible_user_id = 504141 ${page}`],
  [`phone ${phone}`, `?query=${phone}`, `and fields like '%${phone}%' ${page}`],
  ['rare word', `?query=${encodeURIComponent('кварцхронометр')}`, `and name like '%Кварцхронометр%' ${page}`],
  ['common word «москва»', `?query=${encodeURIComponent('москва')}`, `and fields like '%Москва%' ${page}`],
  ['two letters «яг»', `?query=${encodeURIComponent('яг')}`],
  ['nothing found', '?query=zzzqqq', `and fields like '%zzzqqq%' ${page}`],
  ['add one', () => ({ add: newCompanies(1) })],
  ['update one (name)', () => ({ update: newNames(1) })],
  ['add 500', () => ({ add: newCompanies(500) })],
  ['update 500 (name)', () => ({ update: newNames(500) })],
];

try {
  console.log(`${total} companies; ${Math.round(sizeOfSqlite() / 1e6)} MB on SQLite, ${settled}; medians of ${repetitions}, ms
\n| scenario | SQLite | PostgreSQL | ratio | plain select on SQLite |\n|---|---|---|---|---|`);
  for (const [name, request, select] of scenarios) {
    const times = await measure(request, select && `select * ${company} ${select}`);
    const [onSqlite, onPostgres, bare] = times.map((all) => all.sort((a, b) => a - b)[all.length >> 1]);
    const cells = [
      onSqlite!.toFixed(2),
      onPostgres!.toFixed(2),
      (onPostgres! / onSqlite!).toFixed(2),
      bare?.toFixed(2),
    ];
    console.log(`| ${name} | ${cells.map((cell) => cell ?? '–').join(' | ')} |`);
  }
} finally {
  plain.close();
  for (const server of servers) {
    server.kill('SIGTERM');
    if (server.exitCode === null) await once(server, 'exit');
  }
  await cluster?.remove();
  rmSync(data, { recursive: true, force: true });
}

/** Times on SQLite, on PostgreSQL and of the select: one of each in every round, so that what else the machine does hits all alike. */
async function measure(request: string | (() => object), select: string | undefined): Promise<number[][]> {
  const times: number[][] = [[], [], []];
  for (let round = -warmUps; round < repetitions; round += 1) {
    const body = typeof request === 'string' ? undefined : JSON.stringify(request());
    const works: (() => unknown)[] = urls.map(
      (url) => () => send(url, typeof request === 'string' ? request : '', body),
    );
    if (select !== undefined) works.push(() => plain.prepare(select).all());
    for (const [index, work] of works.entries()) {
      const start = performance.now();
      await work();
      if (round >= 0) times[index]!.push(performance.now() - start);
    }
  }
  return times;
}

async function send(url: string, query: string, body: string | undefined): Promise<void> {
  const method = body === undefined ? 'GET' : 'POST';
  const headers = { authorization: `Bearer ${token}` };
  const reply = await fetch(`${url}/api/v2/companies${query}`, { method, headers, ...(body && { body }) });
  if (reply.status >= 300) throw new Error(await reply.text());
  await reply.arrayBuffer();
}

function newCompanies(count: number): object[] {
  return Array.from({ length: count }, () => {
    counter.companies += 1;
    const { draft } = generateCompany(10_000_000 + counter.companies);
    const custom_fields = draft.fields!.map(({ fieldId, values }) => ({ id: fieldId, values }));
    return { name: draft.name, tags: draft.tags!.map((tag) => tag.name).join(','), custom_fields };
  });
}

function newNames(count: number): object[] {
  counter.names += 1;
  const updated_at = 1_600_000_000 + counter.names;
  return ids.slice(0, count).map((id) => ({ id, updated_at, name: `ООО Новая ${counter.names}` }));
}

/** Lets the bench in; gives the number of companies, and ids of some all over the first thousands. */
async function prepare(store: Store): Promise<{ total: number; ids: number[] }> {
  await store.write((tx) =>
    tx.addToken(documentAccountId, { hash: hashToken(token), userId: documentUserId, createdAt: 0 }),
  );
  const found = await store.read(async (tx) => ({
    total: await tx.count(documentAccountId, 'company'),
    rows: await tx.list(documentAccountId, 'company', { responsible: [] }, { limit: 2500, offset: 1 }),
  }));
  await store.close();
  return { total: found.total, ids: found.rows.filter((_, index) => index % 5 === 0).map(({ id }) => id) };
}

/** What autovacuum does some minutes after the database was filled. */
async function settle(url: string): Promise<string> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query('vacuum analyze');
  await client.query('checkpoint');
  const { rows } = await client.query(`select pg_database_size(current_database()) as size, version()`);
  await client.end();
  return `${Math.round(rows[0].size / 1e6)} MB on ${rows[0].version.replace(/ [(on].*/, '')}`;
}

function sizeOfSqlite(): number {
  return statSync(join(data, 'kontora.db')).size;
}

function kontora(...args: string[]) {
  const program = fileURLToPath(new URL('../bin/kontora.mjs', import.meta.url));
  return spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

function addressOf(server: ReturnType<typeof kontora>): Promise<string> {
  return new Promise((resolve) => {
    server.stdout.on('data', (chunk) => {
      const found = /http:\/\/\S+:\d+/.exec(String(chunk))?.[0];
      if (found) resolve(found);
    });
  });
}
