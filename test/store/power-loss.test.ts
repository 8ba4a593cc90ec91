import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import type { Store } from '../../src/crm/store.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { connectSqlite } from '../../src/store/sqlite-connection.ts';
import { randomOf } from '../storm/random.ts';
import { adding, anAccount, aRecord, listIds, save, span } from './builders.ts';

// What a power cut can leave: less of the log than was written, or nonsense in its place. What the system was made to store is there.
const batches = 40;
const size = 25;
let folder: string;
let store: Store;
let log: Buffer;
/** Bytes of the log when each batch was acknowledged. */
const ends: number[] = [];

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kontora-power-'));
  store = await openSqlite(folder);
  await store.write((tx) => tx.addAccount(anAccount(1)));
  // Into the database file, with an empty log after it.
  await store.close();
  store = await openSqlite(folder);
  for (const batch of span(0, batches - 1)) {
    await save(store, 1, ...idsOf(batch).map((id) => adding(aRecord('company', id), `партия ${batch}`)));
    ends.push(statSync(join(folder, 'kontora.db-wal')).size);
  }
  log = readFileSync(join(folder, 'kontora.db-wal'));
});
after(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('after a power cut batches are there whole, without gaps between them, and all that was stored', () => {
  const random = randomOf(Number(process.env['KONTORA_TEST_SEED'] ?? 1));
  const cuts = () => [
    ...[0, 1, 31, 32],
    ...ends.slice(0, 5).flatMap((end) => [end - 1, end, end + 1]),
    ...span(1, 25).map(() => random.whole(log.length)),
  ];

  test('when the log ends anywhere', async () => {
    for (const cut of cuts()) await expectPrefix(log.subarray(0, cut), cut);
  });

  test('when it is nonsense from anywhere on, or nothing but zeros', async () => {
    for (const cut of cuts()) {
      const torn = Buffer.from(log);
      torn.fill(random.chance(0.5) ? 0 : randomBytes(4096), cut);
      // Where zeros were, zeros are no loss.
      let sound = cut;
      while (sound < log.length && torn[sound] === log[sound]) sound += 1;
      await expectPrefix(torn, sound);
    }
  });
});

function idsOf(batch: number): number[] {
  return span(batch * size + 1, (batch + 1) * size);
}

/** @param sound up to where the log is as it was */
async function expectPrefix(torn: Uint8Array, sound: number): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'kontora-power-'));
  try {
    copyFileSync(join(folder, 'kontora.db'), join(copy, 'kontora.db'));
    writeFileSync(join(copy, 'kontora.db-wal'), torn);
    const opened = await openSqlite(copy);
    const ids = await listIds(opened, 1, 'company');
    await opened.close();
    const stored = ends.filter((end) => end <= sound).length;
    assert.deepEqual(ids, span(1, stored * size), `of ${log.length} bytes ${sound} are sound`);
    const database = new DatabaseSync(join(copy, 'kontora.db'));
    assert.deepEqual({ ...database.prepare('pragma integrity_check').get() }, { integrity_check: 'ok' });
    database.close();
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

test('on every connection a commit waits until its log is stored (synchronous = full, in a log beside the file)', () => {
  const connection = connectSqlite(join(folder, 'kontora.db'));
  const value = (name: string) =>
    Object.values(connection.allAtOnce<object>({ text: `pragma ${name}`, params: [] })[0]!)[0];
  assert.deepEqual(
    [value('journal_mode'), value('synchronous'), value('foreign_keys'), value('busy_timeout')],
    ['wal', 2, 1, 10],
  );
  connection.close();
});
