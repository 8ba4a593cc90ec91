import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { documentAccountId } from '../seed/document.ts';
import { newTestDatabase } from './support/postgres.ts';
import { processLogin, startProcess } from './support/process.ts';
import { request } from './support/server.ts';

const program = fileURLToPath(new URL('../bin/kontora.mjs', import.meta.url));

const started: ChildProcess[] = [];
// What a failed test has left.
after(() => {
  for (const child of started) child.kill('SIGKILL');
});

interface Supervised {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly output: () => string;
}

function serve(...args: readonly string[]): Supervised {
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', ...args], {
    env: { ...process.env, KONTORA_API_KEY: processLogin.USER_HASH },
  });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  return { child, output: () => output, ended: new Promise((resolve) => child.on('close', resolve)) };
}

/** Until it says so. */
async function says({ output, ended }: Supervised, what: RegExp): Promise<RegExpExecArray> {
  let isOver = false;
  ended.then(() => {
    isOver = true;
  });
  for (;;) {
    const found = what.exec(output());
    if (found) return found;
    assert.ok(!isOver, output());
    await setTimeout(20);
  }
}

/** Processes that it has started. */
function workersOf({ child }: Supervised): number[] {
  const list = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
  return list.trim().split(/\s+/).filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function ended(pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await setTimeout(20);
}

const companies = (address: string) => `${address}/api/v2/companies?${new URLSearchParams(processLogin)}`;
const onLinux = { timeout: 120_000, skip: process.platform !== 'linux' && 'reads /proc' };

test('three workers answer at one address; one that is killed is replaced; SIGTERM ends all', onLinux, async () => {
  const { url, remove } = await newTestDatabase();
  const server = serve('--database', url, '--workers', '3');
  try {
    const [address] = await says(server, /http:\/\/127\.0\.0\.1:\d+(?=.*Ctrl\+C)/s);
    while (workersOf(server).length < 3) await setTimeout(20);
    const before = workersOf(server);
    const add = (name: string) => request('POST', companies(address), { add: [{ name }] });
    const added = await Promise.all(Array.from({ length: 12 }, (_, number) => add(`company ${number}`)));
    assert.deepEqual(new Set(added.map(({ status }) => status)), new Set([200]));

    process.kill(before[0]!, 'SIGKILL');
    await says(server, /a worker ended \(SIGKILL\), another takes its place/);
    assert.equal((await request('GET', companies(address))).status, 200);
    while (workersOf(server).filter((pid) => pid !== before[0]).length < 3) await setTimeout(20);
    const all = workersOf(server);

    server.child.kill('SIGTERM');
    assert.equal(await server.ended, 0, server.output());
    await ended(all);
  } finally {
    server.child.kill('SIGKILL');
    await remove();
  }
});

test('workers count the requests of an account together', onLinux, async () => {
  const { url, remove } = await newTestDatabase();
  const server = serve('--database', url, '--workers', '3', '--limit-rate', '7');
  try {
    const [address] = await says(server, /http:\/\/127\.0\.0\.1:\d+(?=.*Ctrl\+C)/s);
    while (workersOf(server).length < 3) await setTimeout(20);
    const account = companies(address).replace('companies', 'account');
    const began = performance.now();
    const replies = await Promise.all(Array.from({ length: 60 }, () => request('GET', account)));
    const seconds = (performance.now() - began) / 1000;
    const taken = replies.filter(({ status }) => status === 200).length;
    assert.equal(taken + replies.filter(({ status }) => status === 429).length, 60);
    assert.ok(taken >= 7 && taken <= 7 * (seconds + 1), `${taken} in ${seconds} s`);
  } finally {
    server.child.kill('SIGKILL');
    await remove();
  }
});

test('workers end when their supervisor is killed', onLinux, async () => {
  const { url, remove } = await newTestDatabase();
  const server = serve('--database', url, '--workers', '2');
  await says(server, /Ctrl\+C/);
  const workers = workersOf(server);
  assert.equal(workers.length, 2);
  server.child.kill('SIGKILL');
  await ended(workers);
  await remove();
});

test('a port that is taken gets one clear line, and no worker stays', onLinux, async () => {
  const { url, remove } = await newTestDatabase();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const server = serve('--database', url, '--workers', '3', '--port', String(port));
  let seen: number[] = [];
  while (server.child.exitCode === null) {
    try {
      seen = [...seen, ...workersOf(server)];
    } catch {
      // It has ended.
    }
    await setTimeout(50);
  }
  assert.equal(await server.ended, 2);
  assert.match(server.output(), /^(kontora: 127\.0\.0\.1:\d+ is in use: give another --port \(kontora --help\)\n)+$/);
  await ended(seen);
  other.close();
  await remove();
});

test('workers on a folder are refused', async () => {
  const server = serve('--data', 'anywhere', '--workers', '2');
  assert.equal(await server.ended, 2);
  assert.match(server.output(), /^kontora: --workers needs --database[^\n]*\n$/);
});

test('a database that is not there is one clear line, whether with workers or without', async () => {
  const { url, remove } = await newTestDatabase();
  const nowhere = Object.assign(new URL(url), { pathname: '/nowhere', password: 'kept-secret' }).href;
  for (const count of ['1', '2']) {
    const server = serve('--database', nowhere, '--workers', count);
    assert.equal(await server.ended, 1);
    assert.match(server.output(), /^(kontora: database "nowhere" does not exist\n)+$/);
  }
  await remove();
});

test('of processes that start at once on an empty database one fills it, and all answer', async () => {
  const { url, remove } = await newTestDatabase();
  const servers = await Promise.all([1, 2, 3].map(() => startProcess(url)));
  try {
    for (const { address } of servers) {
      const { json } = await request('GET', companies(address));
      assert.deepEqual(
        json._embedded.items.map((item: { name: string; account_id: number }) => [item.name, item.account_id]),
        [['ООО Ромашка', documentAccountId]],
      );
    }
  } finally {
    for (const { child } of servers) child.kill('SIGKILL');
    await remove();
  }
});

test('a server that finds nobody to greet ends, rather than to run without having said where', async () => {
  const { url, remove } = await newTestDatabase();
  const before = serve('--database', url, '--seed', 'empty');
  await says(before, /Ctrl\+C/);
  before.child.kill('SIGTERM');
  await before.ended;
  const client = new pg.Client(url);
  await client.connect();
  await client.query('delete from account_user');
  await client.end();
  const server = serve('--database', url);
  assert.equal(await server.ended, 1);
  await remove();
});
