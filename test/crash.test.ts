import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { type CrashOptions, runCrashes } from './crash/crashes.ts';
import { type CrashPlace, postgresPlace, sqlitePlace } from './crash/place.ts';
import { newTestDatabase } from './support/postgres.ts';
import { endProcess, processLogin, startProcess, withDataFolder } from './support/process.ts';
import { request } from './support/server.ts';

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

test('several programs that open at once what a killed server left, or a folder that is not there yet, all find the same', async () => {
  await withDataFolder(async (data) => {
    const server = await startProcess(data);
    const url = `${server.address}/api/v2/companies?${new URLSearchParams(processLogin)}`;
    const add = Array.from({ length: 500 }, (_, index) => ({ name: `партия ${index}` }));
    for (let batch = 0; batch < 4; batch += 1) assert.equal((await request('POST', url, { add })).status, 200);
    await endProcess(server, 'SIGKILL');
    for (const folder of [data, `${data}-new`]) {
      const opened = await Promise.all(Array.from({ length: 4 }, () => inProcess(folder)));
      assert.deepEqual(new Set(opened).size, 1);
    }
  });
});

/** The number of companies that another process finds. */
async function inProcess(folder: string): Promise<string> {
  const program = `import { openSqlite } from ${JSON.stringify(new URL('../src/store/sqlite.ts', import.meta.url).href)};
    const store = await openSqlite(process.argv[1]);
    console.log(await store.read((tx) => tx.count(13667499, 'company')));
    await store.close();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program, folder]);
  return stdout;
}

async function crash(place: CrashPlace, options: Pick<CrashOptions, 'kills'>): Promise<void> {
  try {
    const { kills, acknowledged } = await runCrashes({ place, seed, ...options });
    assert.ok(kills === options.kills && acknowledged > 0);
  } finally {
    await place.remove();
  }
}
