// A large server to PostgreSQL, into an archive and back into a data folder, which is then compared with the first one, row by row.
//
//   npx node bench/round-trip.ts [companies] [a data folder of `kontora seed large`]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startPostgres } from '../bin/postgres.mjs';
import { documentAccountId, documentUserId } from '../seed/document.ts';
import { saveNotes } from '../src/crm/note.ts';
import type { Store } from '../src/crm/store.ts';
import { saveTasks } from '../src/crm/task.ts';
import { subscribe } from '../src/crm/webhook.ts';
import { openSqlite } from '../src/store/sqlite.ts';

const program = fileURLToPath(new URL('../bin/kontora.mjs', import.meta.url));
const [companies = '100000', seeded] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'kontora-round-trip-'));
const first = seeded ?? join(folder, 'first');
const last = join(folder, 'last');
const back = join(folder, 'back');
const archive = join(folder, 'archive.ndjson');
const batchSize = 500;
const now = 1_764_000_000;

interface Done {
  readonly seconds: number;
  /** Megabytes that the process took at most; 0: unknown. */
  readonly memory: number;
}

/** Runs the command as a process of its own. */
function kontora(...args: string[]): Promise<Done> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  let memory = 0;
  const look = setInterval(() => {
    try {
      const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
      memory = Math.max(memory, Math.round(Number(kilobytes ?? 0) / 1024));
    } catch {
      // Not on this system, or not any more.
    }
  }, 100);
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => {
      clearInterval(look);
      if (code !== 0) reject(new Error(`kontora ${args[0]} ended with ${code}`));
      resolve({ seconds: (performance.now() - startedAt) / 1000, memory });
    });
  });
}

/** A task and a note for each company, and a webhook with what it has to be told of them. */
async function addActivity(store: Store): Promise<void> {
  const { account, settings } = await store.read(async (tx) => ({
    account: (await tx.findAccount(documentAccountId))!,
    settings: await tx.settings(documentAccountId),
  }));
  const actor = { account, settings, user: settings.users.get(documentUserId)! };
  await subscribe(store, actor, [{ url: 'https://example.com/hook', events: ['add_task', 'note_company'] }]);
  for (let offset = 0; ; offset += batchSize) {
    const page = { limit: batchSize, offset };
    const records = await store.read((tx) => tx.list(account.id, 'company', { responsible: [] }, page));
    if (records.length === 0) return;
    const elements = records.map(({ id }) => ({ kind: 'company', id }) as const);
    const tasks = elements.map((element) => ({ path: '', element, completeTill: now, text: 'Позвонить' }));
    const notes = elements.map((element) => ({ path: '', element, noteType: 4, text: `Заметка ${element.id}` }));
    await saveTasks(store, actor, { add: tasks, update: [] }, now);
    await saveNotes(store, actor, { add: notes, update: [] }, now);
  }
}

/** Rows that only one of two data folders has. */
function differences(one: string, other: string): number {
  const database = new DatabaseSync(join(one, 'kontora.db'), { readOnly: true });
  database.exec(`attach '${join(other, 'kontora.db')}' as other`);
  const tables = database
    .prepare(
      `select name from sqlite_schema where type = 'table' and sql like '%strict%' and name <> 'entity_document'`,
    )
    .all();
  let different = 0;
  for (const { name } of tables) {
    const only = (left: string, right: string) =>
      Number(
        database.prepare(`select count(*) as n from (select * from ${left} except select * from ${right})`).get()!['n'],
      );
    different += only(`main.${name}`, `other.${name}`) + only(`other.${name}`, `main.${name}`);
  }
  database.close();
  return different;
}

function rowsOf(path: string): number {
  const text = readFileSync(path).subarray(-100_000).toString();
  return Number(/"rows":(\d+),"parts"/.exec(text)![1]);
}

const cluster = await startPostgres();
try {
  const client = new pg.Client(cluster.url);
  await client.connect();
  await client.query('create database round_trip');
  const url = cluster.url.replace(/postgres$/, 'round_trip');
  if (seeded === undefined) await kontora('seed', 'large', '--companies', companies, '--data', first);
  const store = await openSqlite(first);
  await addActivity(store);
  await store.close();

  const steps: [string, Done][] = [
    ['data folder → PostgreSQL', await kontora('copy', '--from', first, '--to', url)],
    ['PostgreSQL → data folder', await kontora('copy', '--from', url, '--to', back)],
    ['PostgreSQL → archive', await kontora('export', archive, '--database', url)],
    ['archive → data folder', await kontora('import', archive, '--data', last)],
  ];
  const rows = rowsOf(archive);
  const [size] = (await client.query('select pg_database_size($1) as n', ['round_trip'])).rows;
  await client.end();
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  console.log(`${companies} companies, ${rows} rows

| step, with its verification | s | rows a second | memory at most, MB |
|---|---|---|---|`);
  for (const [name, { seconds, memory }] of steps) {
    console.log(`| ${name} | ${seconds.toFixed(1)} | ${Math.round(rows / seconds)} | ${memory || '–'} |`);
  }
  console.log(`
MB: data folder ${megabytes(statSync(join(first, 'kontora.db')).size)}, PostgreSQL ${megabytes(Number(size.n))}, archive ${megabytes(statSync(archive).size)}, data folder in the end ${megabytes(statSync(join(last, 'kontora.db')).size)}
Rows that differ between the first and the last data folder: ${differences(first, last)}; and the one copied directly: ${differences(first, back)}`);
} finally {
  await cluster.remove();
  if (seeded === undefined) rmSync(first, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}
