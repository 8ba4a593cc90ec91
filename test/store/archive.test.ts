import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { archiveSource, writeArchive } from '../../src/store/archive.ts';
import { type CopyOptions, copyInto, databaseSource, isSame } from '../../src/store/copy.ts';
import { openPostgres, openPostgresRaw } from '../../src/store/postgres.ts';
import { openSqlite, openSqliteRaw } from '../../src/store/sqlite.ts';
import { answersOf, fillServer, fullAccounts } from '../support/full-server.ts';
import { newTestDatabase } from '../support/postgres.ts';
import { readAllRows, rowsOfAccounts } from '../support/rows.ts';
import { Random } from './random.ts';

const folder = mkdtempSync(join(tmpdir(), 'kontora-archive-'));
const full = join(folder, 'full');
const whole = join(folder, 'whole.ndjson');
const none = () => undefined;
let made = 0;

before(async () => {
  const store = await openSqlite(full);
  await fillServer(store, 60);
  await store.close();
  await exportTo(whole, full);
});

after(() => rmSync(folder, { recursive: true, force: true }));

function newPath(): string {
  made += 1;
  return join(folder, String(made));
}

async function exportTo(path: string, from: string, account?: string): Promise<void> {
  const database = await (from.includes('://') ? openPostgresRaw : openSqliteRaw)(from, 'source');
  const parts: string[] = [];
  await database.read(async (db) =>
    writeArchive(await databaseSource(db, database.name, account), async (text) => void parts.push(text), none),
  );
  await database.close();
  writeFileSync(path, parts.join(''));
}

async function importFrom(path: string, to: string, options: CopyOptions = {}) {
  const source = await archiveSource(path);
  const database = await (to.includes('://') ? openPostgresRaw : openSqliteRaw)(to, 'target');
  try {
    return await copyInto(database, source, options);
  } finally {
    await database.close();
  }
}

function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}

/** An archive of these lines, with an end that fits to them. */
function archiveOf(lines: readonly string[]): string {
  const path = newPath();
  const rows = lines.slice(1).map((line) => ({ line, ...JSON.parse(line) }));
  const { account, tables } = JSON.parse(lines[0]!);
  const sums = Map.groupBy(rows, ({ table, row }) => {
    const place = tables[table]?.indexOf(table === 'account' ? 'id' : 'account_id') ?? -1;
    return JSON.stringify([place < 0 ? (account?.id ?? 0) : row[place], table]);
  });
  const parts = [...sums].map(([name, group]) => {
    const [id, table] = JSON.parse(name);
    const numbers = group.map(({ line }) => BigInt(`0x${sha256(line).slice(0, 32)}`));
    const sum = numbers.reduce((all, number) => (all + number) % 2n ** 128n, 0n);
    return { account: id, table, rows: group.length, checksum: sum.toString(16).padStart(32, '0') };
  });
  const text = lines.map((line) => `${line}\n`).join('');
  writeFileSync(path, `${text}${JSON.stringify({ end: { sha256: sha256(text), rows: rows.length, parts } })}\n`);
  return path;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

test('an archive is what docs/archive.md says: its end can be worked out from its lines', () => {
  const lines = linesOf(whole);
  const again = linesOf(archiveOf(lines.slice(0, -1)));
  assert.deepEqual(JSON.parse(again.at(-1)!), JSON.parse(lines.at(-1)!));
});

test('PostgreSQL → archive → data folder and PostgreSQL: the same rows, and the same answers', async () => {
  const first = await newTestDatabase(prepare);
  const second = await newTestDatabase(prepare);
  const [path, back] = [newPath(), newPath()];
  await importFrom(whole, first.url, { limit: 13 });
  await exportTo(path, first.url);
  const partsOf = (archive: string) => JSON.parse(linesOf(archive).at(-1)!).end.parts;
  assert.deepEqual(partsOf(path), partsOf(whole));
  assert.ok((await importFrom(path, back)).every(isSame));
  assert.ok((await importFrom(path, second.url)).every(isSame));
  const rows = await readAllRows(full);
  for (const place of [first.url, back, second.url]) assert.deepEqual(await readAllRows(place), rows);
  const [store, other] = [await openSqlite(full), await openSqlite(back)];
  assert.deepEqual(await answersOf(other, 'acme', 'test', 'demo'), await answersOf(store, 'acme', 'test', 'demo'));
  for (const opened of [store, other]) await opened.close();
  for (const { remove } of [first, second]) await remove();
});

const prepare = async (url: string) => (await openPostgres(url)).close();

test('one account', async () => {
  const [path, to] = [newPath(), newPath()];
  await exportTo(path, full, 'demo');
  assert.ok((await importFrom(path, to)).every(isSame));
  assert.deepEqual(await readAllRows(to), rowsOfAccounts(await readAllRows(full), [fullAccounts.demo], ['forms']));
  await assert.rejects(importFrom(path, to), /holds an account 20000001 demo already/);
  await assert.rejects(importFrom(whole, to), /holds accounts already/);
});

test('an import goes on after each place at which it was broken off, with the same archive only', async () => {
  const [to, other] = [newPath(), newPath()];
  await exportTo(other, full, 'test');
  let last = 0;
  for (let tries = 0, done = false; !done; tries += 1) {
    let batches = 0;
    const progress = (_: unknown, copied: number) => {
      assert.ok(copied > last);
      last = copied;
      batches += 1;
      if (batches === 5) throw new Error('broken off');
    };
    done = await importFrom(whole, to, { progress, limit: 11 }).then(
      (compared) => compared.every(isSame),
      () => false,
    );
    if (done) assert.ok(tries > 10);
    else {
      await assert.rejects(openSqlite(to), /unfinished copy of the archive/);
      await assert.rejects(importFrom(other, to), /holds an unfinished copy of the archive/);
    }
  }
  assert.deepEqual(await readAllRows(to), await readAllRows(full));
});

describe('refused before anything is imported:', () => {
  async function refused(content: string | Uint8Array, message: RegExp): Promise<void> {
    const path = newPath();
    writeFileSync(path, content);
    await assert.rejects(archiveSource(path), (error: Error) => {
      assert.match(error.message, message);
      assert.equal(error.constructor.name, 'CopyRefused');
      return true;
    });
  }

  test('cut off, wherever', async () => {
    const bytes = readFileSync(whole);
    const lengths = Array.from({ length: 40 }, (_, index) => 4000 + Math.floor(((bytes.length - 4000) * index) / 40));
    for (const length of lengths) await refused(bytes.subarray(0, length), /is cut off|is damaged/);
    for (const less of [2, 10, 1000]) await refused(bytes.subarray(0, -less), /is cut off/);
    const lines = linesOf(whole);
    await refused(`${lines.slice(0, -1).join('\n')}\n`, /is cut off/);
    await refused(`${lines.slice(0, 1).join('\n')}\n`, /is cut off/);
  });

  test('a byte that is another, wherever', async () => {
    const bytes = readFileSync(whole);
    const random = new Random(7);
    for (let count = 0; count < 150; count += 1) {
      const damaged = Buffer.from(bytes);
      const at = random.whole(0, bytes.length - 2);
      damaged[at] = damaged[at]! ^ (1 << random.whole(0, 6));
      await refused(damaged, /is damaged|is cut off|is no archive|is of schema version|is an archive of version/);
    }
  });

  test('lines that are missing, there twice, or in another order', async () => {
    const lines = linesOf(whole);
    const random = new Random(8);
    const join = (all: readonly string[]) => `${all.join('\n')}\n`;
    for (let count = 0; count < 30; count += 1) {
      const at = random.whole(1, lines.length - 3);
      await refused(join(lines.toSpliced(at, 1)), /is damaged/);
      await refused(join(lines.toSpliced(at, 0, lines[at]!)), /is damaged/);
      await refused(join(lines.toSpliced(at, 2, lines[at + 1]!, lines[at]!)), /is damaged/);
    }
    await refused(join([...lines, lines[5]!]), /is damaged|is cut off/);
  });

  test('of another version, another schema, or nothing of ours', async () => {
    const [first, ...rest] = linesOf(whole);
    const header = JSON.parse(first!);
    const withHeader = (parts: object) => `${[JSON.stringify({ ...header, ...parts }), ...rest].join('\n')}\n`;
    await refused(withHeader({ version: 2 }), /is an archive of version 2, this program knows 1: use a newer Kontora/);
    await refused(withHeader({ schema: header.schema - 1 }), /is of schema version/);
    await refused(withHeader({ schema: header.schema + 1 }), /import it with a newer Kontora/);
    await refused(withHeader({ tables: { ...header.tables, more: [] } }), /its first line/);
    for (const text of ['', '\n', '{}\n', 'null\n', 'name;phone\nA;1\n', Buffer.alloc(5000, 255)]) {
      await refused(text, /is no archive of Kontora|is empty/);
    }
  });

  test('rows that are not what they should be, though everything adds up', async () => {
    const lines = linesOf(whole).slice(0, -1);
    const change = (table: string, change: (row: unknown[]) => void) => {
      const at = lines.findIndex((line) => line.startsWith(`{"table":"${table}"`));
      const { row } = JSON.parse(lines[at]!);
      change(row);
      return readFileSync(archiveOf(lines.toSpliced(at, 1, JSON.stringify({ table, row }))));
    };
    await refused(
      change('tag', (row) => row.push(1)),
      /is damaged in line/,
    );
    await refused(
      change('tag', (row) => row.splice(1, 1, '7')),
      /is damaged in line/,
    );
    await refused(
      change('tag', (row) => row.splice(1, 1, 1.5)),
      /is damaged in line/,
    );
    await refused(
      change('tag', (row) => row.splice(3, 1, { a: 1 })),
      /is damaged in line/,
    );
    await refused(
      change('tag', (row) => row.splice(0, 1, null)),
      /is of another account/,
    );
    await refused(readFileSync(archiveOf([...lines, '{"table":"nope","row":[]}'])), /is damaged in line/);
  });
});
