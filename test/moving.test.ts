import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openPostgres } from '../src/store/postgres.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import { fillServer, fullAccounts } from './support/full-server.ts';
import { newTestDatabase } from './support/postgres.ts';
import { connect, readAllRows, rowsOfAccounts } from './support/rows.ts';

const program = fileURLToPath(new URL('../bin/kontora.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kontora-moving-'));
const full = join(folder, 'full');
const archive = join(folder, 'full.ndjson');
/** Enough for many batches of the size that the commands take. */
const companies = 2500;
let made = 0;

before(async () => {
  const store = await openSqlite(full);
  await fillServer(store);
  await store.close();
  assert.equal(run('seed', 'large', '--companies', String(companies), '--data', full).status, 0);
  assert.equal(run('export', archive, '--data', full).status, 0);
});

after(() => rmSync(folder, { recursive: true, force: true }));

function newPath(): string {
  made += 1;
  return join(folder, String(made));
}

function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const rest = Object.entries(process.env).filter(([name]) => !name.startsWith('KONTORA_'));
  return { ...Object.fromEntries(rest), ...more };
}

function run(...args: string[]) {
  return runWith({}, ...args);
}

function runWith(env: Record<string, string>, ...args: string[]) {
  const options = { encoding: 'utf8', env: environment(env), maxBuffer: 1 << 30 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], options);
  return { status, stdout, stderr };
}

/** Kills it by -9 that many milliseconds after the first rows are there; whether it was still at work. */
function killAfter(delay: number, ...args: string[]): Promise<boolean> {
  const child = spawn(process.execPath, [program, ...args], { env: environment() });
  let isTimed = false;
  child.stderr.on('data', (chunk) => {
    if (isTimed || !String(chunk).includes(' rows')) return;
    isTimed = true;
    setTimeout(() => child.kill('SIGKILL'), delay);
  });
  return new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal === 'SIGKILL')));
}

const prepare = async (url: string) => (await openPostgres(url)).close();

describe('killed with -9 again and again, and given once more,', () => {
  async function survives(to: string, ...args: string[]): Promise<void> {
    const places = new Set<string>();
    for (const delay of [0, 30, 80, 150]) {
      if (!(await killAfter(delay, ...args))) break;
      const send = await connect(to);
      const [mark] = await send('select place from copy_progress');
      await send('end');
      if (mark) places.add(String(mark['place']));
      const refused = run(
        ...(to.includes('://') ? ['export', newPath(), '--database', to] : ['user', 'list', '--data', to]),
      );
      assert.notEqual(refused.status, 0);
      assert.match(refused.stderr, /^kontora: .*unfinished copy of [^\n]+\n$/);
    }
    assert.ok(places.size >= 2, `${[...places]}`);
    const last = run(...args);
    assert.equal(last.status, 0, last.stderr);
    assert.match(last.stderr, /account \d+ +\w+ +\d+ of \d+ rows/);
    assert.deepEqual(await readAllRows(to), await readAllRows(full));
  }

  test('a copy to PostgreSQL ends as one that was never broken off', async () => {
    const { url, remove } = await newTestDatabase(prepare);
    await survives(url, 'copy', '--from', full, '--to', url);
    await remove();
  });

  test('an import into a data folder does', async () => {
    const to = newPath();
    await survives(to, 'import', archive, '--data', to);
  });
});

test('moving there and back: the report, the same data, and everybody gets in', async () => {
  const { url, remove } = await newTestDatabase();
  const back = newPath();
  const file = newPath();
  const there = run('copy', '--from', full, '--to', url);
  assert.equal(there.status, 0, there.stderr);
  assert.match(there.stdout, /^account +table +rows +checksum +target\n/);
  assert.match(there.stdout, new RegExp(`\n${fullAccounts.test} +entity +\\d+ +[0-9a-f]{32} +same\n`));
  const out = runWith({ KONTORA_DATABASE: url }, 'export', file);
  assert.equal(out.status, 0, out.stderr);
  assert.ok(!existsSync(`${file}.part`));
  const imported = run('import', file, '--data', back);
  assert.equal(imported.status, 0, imported.stderr);
  assert.deepEqual(await readAllRows(back), await readAllRows(full));
  assert.match(run('account', 'list', '--data', back).stdout, /acme.*\n.*test.*\n.*demo/);
  const again = run('copy', '--from', full, '--to', url);
  assert.deepEqual([again.status, again.stdout], [2, '']);
  assert.match(again.stderr, /^kontora: .*holds accounts already[^\n]*\n$/);
  await remove();
});

test('one account, and an archive on stdout', async () => {
  const [to, file, from] = [newPath(), newPath(), newPath()];
  const out = run('export', '-', '--data', full, '--account', 'demo');
  assert.equal(out.status, 0, out.stderr);
  writeFileSync(file, out.stdout);
  assert.equal(run('import', file, '--data', to).status, 0);
  assert.equal(run('copy', '--from', full, '--to', from, '--account', 'demo').status, 0);
  const rows = rowsOfAccounts(await readAllRows(full), [fullAccounts.demo], ['forms']);
  assert.deepEqual(await readAllRows(to), rows);
  assert.deepEqual(await readAllRows(from), rows);
});

test('a difference in the end is exit code 1, and tells where', async () => {
  const to = newPath();
  await killAfter(0, 'copy', '--from', full, '--to', to);
  const send = await connect(to);
  await send(`update account set name = 'other' where id = ${fullAccounts.acme}`);
  await send('end');
  const { status, stdout, stderr } = run('copy', '--from', full, '--to', to);
  assert.equal(status, 1);
  assert.match(
    stderr,
    new RegExp(`kontora: the copy is not the same .* first in account of account ${fullAccounts.acme}`),
  );
  assert.match(stdout, new RegExp(`${fullAccounts.acme} +account +1 +[0-9a-f]{32} +1 +[0-9a-f]{32}`));
  assert.match(run('copy', '--discard', '--to', to).stdout, /^removed the unfinished copy of .*full\n$/);
  assert.equal(run('copy', '--discard', '--to', to).stdout, 'there is no unfinished copy\n');
  assert.equal(run('copy', '--from', full, '--to', to).status, 0);
});

test('what is wrong gets one clear line and exit code 2, and makes nothing', () => {
  const to = newPath();
  const damaged = newPath();
  writeFileSync(damaged, readFileSync(archive, 'utf8').slice(0, 100_000));
  const wrong: readonly [string[], RegExp][] = [
    [['copy'], /needs --from and --to/],
    [['copy', '--from', full], /needs --from and --to/],
    [['copy', '--from', '', '--to', full], /--from must not be empty/],
    [['copy', '--from', full, '--to', full], /are the same/],
    [['copy', '--from', full, '--to', 'mysql://root:secret@host/x'], /postgres:\/\/user@host\/name/],
    [['copy', '--from', newPath(), '--to', to], /holds no data of Kontora/],
    [['copy', '--from', full, '--to', to, '--account', 'nope'], /has no account "nope"/],
    [['copy', '--from', full, '--to', to, 'more'], /Unexpected argument/],
    [['copy', '--discard', '--from', full, '--to', to], /takes --to alone/],
    [['copy', '--discard', '--to', to], /holds no data of Kontora/],
    [['export'], /needs a FILE/],
    [['export', '--data', full], /needs a FILE/],
    [['export', newPath(), '--data', full, '--database', 'postgres://a/b'], /not both/],
    [['export', newPath(), '--data', newPath()], /holds no data of Kontora/],
    [['import'], /needs a FILE/],
    [['import', '-', '--data', to], /give the name of one/],
    [['import', newPath(), '--data', to], /no such file/],
    [['import', damaged, '--data', to], /is cut off/],
    [['import', join(full, 'kontora.db'), '--data', to], /is no archive of Kontora/],
  ];
  for (const [args, message] of wrong) {
    const { status, stdout, stderr } = run(...args);
    assert.equal(status, 2, `${args.join(' ')}: ${stderr}`);
    assert.equal(stdout, '');
    assert.match(stderr.replace(/^checking .*\n/, ''), /^kontora: [^\n]+\n$/);
    assert.match(stderr, message);
    assert.ok(!stderr.includes('secret'));
  }
  assert.ok(!existsSync(to));
});

test('a password is shown nowhere, also when nobody answers or it is wrong', async () => {
  const { url, remove } = await newTestDatabase(prepare);
  const withPassword = url.replace(/\/\/([^@/]*@)?/, '//kontora:top-secret@');
  const [broken, file] = [newPath(), newPath()];
  const outputs = [
    run('copy', '--from', full, '--to', withPassword, '--account', 'demo'),
    run('copy', '--from', full, '--to', withPassword),
    run('export', file, '--database', withPassword),
    run('copy', '--from', `${withPassword}_nope`, '--to', broken),
    run('copy', '--from', withPassword, '--to', withPassword),
  ];
  assert.deepEqual(
    outputs.map(({ status }) => status),
    [0, 2, 0, 1, 2],
  );
  for (const { stdout, stderr } of outputs) assert.ok(!`${stdout}${stderr}`.includes('secret'), stderr);
  assert.ok(!readFileSync(file, 'utf8').includes('top-secret'));
  await remove();
});
