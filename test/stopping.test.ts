import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { documentAccountId } from '../seed/document.ts';
import { openPlace } from '../src/cli/place.ts';
import type { Place } from '../src/config.ts';
import { newTestDatabase } from './support/postgres.ts';
import { processLogin, serve, withDataFolder } from './support/process.ts';
import { request } from './support/server.ts';

const batchSize = 40;
const clients = 6;
const query = new URLSearchParams(processLogin);

type Fate = 'answered' | 'refused' | 'broken';

/** Batch number n adds companies named "n/0" … "n/39", over and over until the server is gone; what became of each. */
async function sendBatches(address: string, fates: Map<number, Fate>): Promise<void> {
  for (let fate: Fate | undefined; fate !== 'broken'; ) {
    const batch = fates.size;
    fates.set(batch, 'broken');
    fate = await sendBatch(address, batch);
    fates.set(batch, fate);
  }
}

async function sendBatch(address: string, batch: number): Promise<Fate> {
  const add = Array.from({ length: batchSize }, (_, index) => ({ name: `${batch}/${index}` }));
  try {
    const { status, json, text } = await request('POST', `${address}/api/v2/companies?${query}`, { add });
    if (status === 503) {
      assert.match(text, /останавливается/);
      return 'refused';
    }
    assert.equal(status, 200, text);
    assert.equal(json._embedded.items.length, batchSize);
    return 'answered';
  } catch (error) {
    // fetch: the connection was refused, or broke.
    if (error instanceof TypeError) return 'broken';
    throw error;
  }
}

/** An import without an end, in whose lines "import/…" is added; gives the lines of its answer. */
async function importOn(address: string): Promise<Record<string, number>[]> {
  const sending = httpRequest(`${address}/api/kontora/import/companies?${query}`, { method: 'POST' });
  sending.on('error', () => undefined);
  let number = 0;
  const more = setInterval(() => {
    for (let line = 0; line < 200; line += 1, number += 1) sending.write(`{"name":"import/${number}"}\n`);
  }, 20);
  sending.flushHeaders();
  const [answer] = (await once(sending, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  clearInterval(more);
  sending.destroy();
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** How many companies of each batch, and of the import, there are. */
async function countNames(place: Place): Promise<Map<string, number>> {
  const store = await openPlace(place);
  const counts = new Map<string, number>();
  try {
    const page = { limit: 100_000, offset: 0 };
    const rows = await store.read((tx) => tx.list(documentAccountId, 'company', { responsible: [] }, page));
    for (const { name } of rows) {
      const batch = name.split('/')[0]!;
      counts.set(batch, (counts.get(batch) ?? 0) + 1);
    }
  } finally {
    await store.close();
  }
  return counts;
}

/** Stops a server under load, and holds what its clients were told against what is there afterwards. */
async function stopUnderLoad(place: Place, ...flags: readonly string[]): Promise<void> {
  const { child, address, ended, log } = await serve([...flags, '--log', 'info']);
  const fates = new Map<number, Fate>();
  // The first write starts the thread that does them.
  assert.equal(await sendBatch(address, 0), 'answered');
  fates.set(0, 'answered');
  const importing = importOn(address);
  const sending = Promise.all(Array.from({ length: clients }, () => sendBatches(address, fates)));
  while ([...fates.values()].filter((fate) => fate === 'answered').length < 12) await setTimeout(20);
  const start = performance.now();
  child.kill('SIGTERM');
  assert.equal(await ended, 0, log());
  const ms = performance.now() - start;
  assert.ok(ms < 20_000, `${ms} ms`);
  await sending;
  const lines = await importing;

  const counts = await countNames(place);
  for (const [batch, fate] of fates) {
    const there = counts.get(String(batch)) ?? 0;
    if (fate === 'answered') assert.equal(there, batchSize, `batch ${batch} was answered`);
    else if (fate === 'refused') assert.equal(there, 0, `batch ${batch} was refused`);
    else assert.ok(there === 0 || there === batchSize, `${there} of batch ${batch}, whose connection broke`);
  }
  const last = lines.pop()!;
  assert.equal(last['status'], 503, JSON.stringify(last));
  assert.equal(counts.get('import') ?? 0, lines.pop()?.['added'] ?? 0);
  const text = log();
  assert.match(text, /"msg":"stopping"/);
  assert.match(text, /"msg":"stopped"/);
  assert.doesNotMatch(text, /"level":"error"/);
}

describe('SIGTERM under load: what was answered is there, what was refused is not, what broke is there whole or not at all', () => {
  test('on SQLite, whose threads answer', { timeout: 120_000 }, () =>
    withDataFolder((folder) => stopUnderLoad({ folder }, '--data', folder)),
  );

  for (const workers of ['1', '2']) {
    test(`on PostgreSQL with --workers ${workers}`, { timeout: 120_000 }, async () => {
      const { url, remove } = await newTestDatabase();
      await stopUnderLoad({ url }, '--database', url, '--workers', workers);
      await remove();
    });
  }
});

async function open(address: string, bytes?: string): Promise<Socket> {
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (bytes !== undefined) socket.write(bytes);
  return socket;
}

const head = 'Host: localhost\r\n';

test('connections on which nothing is under way do not hold up a stop', { timeout: 60_000 }, () =>
  withDataFolder(async (folder) => {
    const { child, address, ended, log } = await serve(['--data', folder, '--log', 'info']);
    const unused = await open(address);
    const idle = await open(address, `GET /healthz HTTP/1.1\r\n${head}\r\n`);
    await once(idle, 'data');
    const closed = Promise.all([once(unused, 'close'), once(idle, 'close')]);
    const start = performance.now();
    child.kill('SIGINT');
    assert.equal(await ended, 0, log());
    const ms = performance.now() - start;
    assert.ok(ms < 10_000, `${ms} ms`);
    await closed;
  }),
);

test(
  'a request that is still arriving is waited for, and answered on a connection that then ends',
  { timeout: 60_000 },
  () =>
    withDataFolder(async (folder) => {
      const { child, address, ended, log, logged } = await serve(['--data', folder, '--log', 'info']);
      const body = JSON.stringify({ add: [{ name: 'late' }] });
      const start = `POST /api/v2/companies?${query} HTTP/1.1\r\n${head}Content-Length: ${body.length}\r\n\r\n`;
      const socket = await open(address, start + body.slice(0, 5));
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk;
      });
      const closed = once(socket, 'close');
      await setTimeout(500);
      child.kill('SIGTERM');
      await logged('stopping');
      await assert.rejects(fetch(`${address}/healthz`));
      await setTimeout(300);
      socket.write(body.slice(5));
      await closed;
      assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
      assert.match(answer, /\r\nconnection: close\r\n/i);
      assert.equal(await ended, 0, log());
      assert.equal((await countNames({ folder })).get('late'), 1);
    }),
);

test('a second signal ends the server at once, unless it is the first one come twice', { timeout: 60_000 }, () =>
  withDataFolder(async (folder) => {
    const { child, address, ended, log } = await serve(['--data', folder, '--log', 'info']);
    await open(address, `POST /api/v2/companies?${query} HTTP/1.1\r\n${head}Content-Length: 100\r\n\r\n{`);
    await setTimeout(500);
    child.kill('SIGINT');
    child.kill('SIGINT');
    await setTimeout(1500);
    assert.equal(child.exitCode, null);
    child.kill('SIGINT');
    assert.equal(await ended, 1);
    assert.match(log(), /a second SIGINT/);
  }),
);
