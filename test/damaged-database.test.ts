import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { documentAccount } from '../seed/document.ts';
import { createApp } from '../src/cli/serve.ts';
import type { Store } from '../src/crm/store.ts';
import { StoreFailed } from '../src/crm/store.ts';
import { defaultRetrySeconds } from '../src/crm/webhook.ts';
import { hashKey } from '../src/http/keys.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import { type Random, randomOf } from './storm/random.ts';
import { endProcess, processLogin, startProcess } from './support/process.ts';
import { administrator, key, login, request, testNow } from './support/server.ts';

const pageBytes = 16_384;
const credentials = new URLSearchParams({ USER_LOGIN: login, USER_HASH: key });
const reads = [
  '/api/v2/companies?limit_rows=500',
  '/api/v2/companies?limit_rows=50&limit_offset=250',
  '/api/v2/companies?id=1099270',
  '/api/v2/companies?query=%D0%BF%D0%B0%D1%80%D1%82%D0%B8%D1%8F%2017',
  '/api/v2/contacts',
  '/api/v2/leads',
  '/api/v2/tasks',
  '/api/v2/notes?type=company',
  '/api/v2/account?with=custom_fields,pipelines',
  '/api/kontora/changes',
].map((path) => `${path}${path.includes('?') ? '&' : '?'}${credentials}`);

let folder: string;
/** What the undamaged database answers. */
let truth: string[];

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kontora-damage-'));
  const data = join(folder, 'whole');
  const store = await openSqlite(data);
  await documentAccount(store, administrator);
  const app = appOf(store);
  const add = Array.from({ length: 400 }, (_, index) => ({ name: `партия ${index}`, tags: `тег ${index % 9}` }));
  assert.equal(
    (await app.inject({ method: 'POST', url: `/api/v2/companies?${credentials}`, payload: { add } })).statusCode,
    200,
  );
  for (const url of [...reads, ...reads]) await app.inject(url);
  truth = (await read(app)).map(({ text }) => text);
  await app.close();
  await store.close();
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe('a database file that is none any more: the start is refused by one line, and the file stays as it is', () => {
  const damages: Readonly<Record<string, (file: string) => void>> = {
    'it is empty': (file) => truncateSync(file, 0),
    'it is something else': (file) => writeFileSync(file, 'Дорогая бабушка! '.repeat(5000)),
    'half of it is missing': (file) =>
      truncateSync(file, Math.floor(readFileSync(file).length / 2 / pageBytes) * pageBytes),
    'its beginning is overwritten': (file) => writeOver(file, 0, Buffer.alloc(pageBytes, 0xa5)),
  };
  for (const [what, damage] of Object.entries(damages)) {
    test(what, async () => {
      const data = copyOf();
      const file = join(data, 'kontora.db');
      damage(file);
      const before = readFileSync(file);
      await assert.rejects(startProcess(data), (error: Error) => {
        assert.match(error.message, /^the server ended with 1: kontora: \S+kontora\.db[: ][^\n]+\n$/);
        return true;
      });
      assert.ok(readFileSync(file).equals(before));
    });
  }
});

test('what a killed server leaves beside the file: a list of the log that is nonsense, or none, is made anew; all is there', async (t) => {
  const data = join(folder, 'killed');
  const server = await startProcess(data);
  t.after(() => endProcess(server));
  const url = (address: string) => `${address}/api/v2/companies?${new URLSearchParams(processLogin)}`;
  assert.equal((await request('POST', url(server.address), { add: [{ name: 'есть' }] })).status, 200);
  await endProcess(server, 'SIGKILL');
  for (const damage of [
    (file: string) => writeFileSync(file, Buffer.alloc(32_768, 0x5a)),
    (file: string) => rmSync(file),
  ]) {
    const copy = copyOf('killed');
    damage(join(copy, 'kontora.db-shm'));
    const again = await startProcess(copy);
    t.after(() => endProcess(again));
    const found = await request('GET', `${url(again.address)}&query=${encodeURIComponent('есть')}`);
    assert.equal(found.json._embedded.items.length, 1);
  }
});

test('pages of the file are nonsense or zeros: every answer is the right one or 503, never another', async (t) => {
  const random = randomOf(Number(process.env['KONTORA_TEST_SEED'] ?? 1));
  const counts = { right: 0, refused: 0, 'not opened': 0 };
  for (let round = 0; round < 40; round += 1) {
    const data = copyOf();
    overwritePages(join(data, 'kontora.db'), random);
    const store = await openSqlite(data).catch((error) => {
      assert.ok(error instanceof StoreFailed && error.trouble === 'damaged', String(error));
    });
    if (store === undefined) {
      counts['not opened'] += 1;
      continue;
    }
    const app = appOf(store);
    const compare = async () => {
      for (const [index, { status, text }] of (await read(app)).entries()) {
        if (status === 503) assert.match(text, /повреждена/);
        else assert.equal(text, truth[index], `round ${round}: ${reads[index]}`);
        counts[status === 503 ? 'refused' : 'right'] += 1;
      }
    };
    await compare();
    const payload = { update: [{ id: 1, name: 'x', updated_at: testNow + 1 }] };
    const { statusCode } = await app.inject({ method: 'POST', url: `/api/v2/tasks?${credentials}`, payload });
    assert.ok([200, 503].includes(statusCode));
    await compare();
    await app.close();
    await store.close();
    rmSync(data, { recursive: true });
  }
  assert.ok(counts.right > 50 && counts.refused > 20, JSON.stringify(counts));
  t.diagnostic(JSON.stringify(counts));
});

function copyOf(name = 'whole'): string {
  const copy = mkdtempSync(join(folder, 'copy-'));
  for (const file of ['kontora.db', 'kontora.db-wal', 'kontora.db-shm']) {
    if (existsSync(join(folder, name, file))) copyFileSync(join(folder, name, file), join(copy, file));
  }
  return copy;
}

test('a thread that cannot open the database answers 503 and lets the server live; when it can, all is well', async (t) => {
  const data = join(folder, 'thread');
  // When a store is closed everything is in the file, and nothing in the log beside it.
  const store = await openSqlite(data);
  await documentAccount(store, {
    login: processLogin.USER_LOGIN,
    keyHash: hashKey(processLogin.USER_HASH),
    now: testNow,
  });
  await store.close();
  const server = await startProcess(data);
  t.after(() => endProcess(server));
  const url = `${server.address}/api/v2/companies?${new URLSearchParams(processLogin)}`;
  const file = join(data, 'kontora.db');
  const whole = readFileSync(file);
  writeOver(file, 0, Buffer.from('Дорогая бабушка!'));
  // The thread that writes starts with the first write.
  for (let round = 0; round < 2; round += 1) {
    const refused = await request('POST', url, { add: [{ name: 'x' }] });
    assert.equal(refused.status, 503);
    assert.match(refused.text, /повреждена/);
  }
  writeOver(file, 0, whole.subarray(0, 32));
  assert.equal((await request('POST', url, { add: [{ name: 'есть' }] })).status, 200);
});

/** From one to four, not the first. What is no page SQLite sees; a page of the same database in the wrong place it would take. docs: reliability */
function overwritePages(file: string, random: Random): void {
  const bytes = readFileSync(file);
  const pages = bytes.length / pageBytes;
  for (let count = 1 + random.whole(4); count > 0; count -= 1) {
    const page = 1 + random.whole(pages - 1);
    const nonsense = Buffer.from(Array.from({ length: pageBytes }, () => random.whole(256)));
    const put = random.chance(0.7) ? nonsense : Buffer.alloc(pageBytes);
    writeOver(file, page * pageBytes, put);
  }
}

function writeOver(file: string, place: number, put: Buffer): void {
  const bytes = readFileSync(file);
  put.copy(bytes, place);
  writeFileSync(file, bytes);
}

function appOf(store: Store) {
  return createApp(store, 'documented', { allowPrivate: false, retrySeconds: defaultRetrySeconds }, () => testNow);
}

async function read(app: ReturnType<typeof appOf>): Promise<{ status: number; text: string }[]> {
  const answers = [];
  for (const url of reads) {
    const reply = await app.inject(url);
    answers.push({ status: reply.statusCode, text: reply.body });
  }
  return answers;
}
