import assert from 'node:assert/strict';
import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type CrashOptions, runCrashes } from './crash/crashes.ts';
import { type CrashPlace, postgresPlace, sqlitePlace } from './crash/place.ts';
import { newTestDatabase } from './support/postgres.ts';

/** Short runs; bench/crash.ts is the long one. KONTORA_TEST_SEED tells others. */
const seed = Number(process.env['KONTORA_TEST_SEED'] ?? 1);

test('SQLite: the server is killed in the middle of what many do; what it acknowledged is there, and nothing in half', async () => {
  await crash(sqlitePlace(), { kills: 4 });
});

test('PostgreSQL: the same', async () => {
  const { url, remove } = await newTestDatabase();
  await crash(postgresPlace(url, remove), { kills: 3 });
});

test('a write that is lost after it was acknowledged is noticed', async () => {
  const place = sqlitePlace();
  const forgetful: CrashPlace = {
    ...place,
    async start() {
      const wal = join(place.folder, 'kontora.db-wal');
      // Only what a killed server left.
      if (readdirSync(place.folder).includes('kontora.db-wal')) truncateSync(wal, Math.floor(statSync(wal).size / 2));
      return place.start();
    },
  };
  await assert.rejects(crash(forgetful, { kills: 3 }), /instead of|are there|is there|wrong_credentials|401/);
});

async function crash(place: CrashPlace, options: Pick<CrashOptions, 'kills'>): Promise<void> {
  try {
    const { kills, acknowledged } = await runCrashes({ place, seed, ...options });
    assert.ok(kills === options.kills && acknowledged > 0);
  } finally {
    await place.remove();
  }
}
