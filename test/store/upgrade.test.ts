import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findMigrations } from '../../src/store/migrate.ts';
import { openPostgres, openPostgresRaw } from '../../src/store/postgres.ts';
import { PostgresHosts } from '../../src/store/postgres-hosts.ts';
import { openSqlite, openSqliteRaw } from '../../src/store/sqlite.ts';
import { connectSqlite } from '../../src/store/sqlite-connection.ts';
import { fillOld, newestSchema, oldAccount, oldRows } from '../support/old-database.ts';
import { newTestDatabase } from '../support/postgres.ts';
import { problemsOf } from '../support/problems.ts';
import { connect } from '../support/rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'kontora-upgrade-'));
const dying = fileURLToPath(new URL('../support/killed-upgrade.ts', import.meta.url));
let made = 0;
after(() => rmSync(folder, { recursive: true, force: true }));

const sqlite = {
  name: 'sqlite',
  async make(version: number) {
    made += 1;
    const place = join(folder, String(made));
    mkdirSync(place);
    const connection = connectSqlite(join(place, 'kontora.db'));
    connection.exec('begin');
    await fillOld(connection, 'sqlite', version);
    connection.exec('commit');
    connection.close();
    return { place, remove: async () => undefined };
  },
  open: (place: string) => openSqlite(place),
  openRaw: (place: string) => openSqliteRaw(place, 'source'),
} as const;

const postgres = {
  name: 'postgres',
  async make(version: number) {
    const { url, remove } = await newTestDatabase();
    const hosts = new PostgresHosts(url, { max: 1, use: 'maintenance' });
    const connection = await hosts.take();
    await connection.command('begin');
    await fillOld(connection, 'postgres', version);
    await connection.command('commit');
    connection.release();
    await hosts.close();
    return { place: url, remove };
  },
  open: (place: string) => openPostgres(place),
  openRaw: (place: string) => openPostgresRaw(place, 'source'),
} as const;

/** Each row of then is there, with the values of then. */
async function assertNothingLost(place: string, engine: 'sqlite' | 'postgres', version: number): Promise<void> {
  const send = await connect(place);
  const rows = oldRows(version, engine);
  for (const { table, values } of rows) {
    const names = Object.keys(values);
    const found = await send(`select ${names.join(', ')} from ${table}`);
    const texts = found.map((row) => JSON.stringify(names.map((name) => row[name]?.toString() ?? null)));
    const wanted = JSON.stringify(Object.values(values).map((value) => value?.toString() ?? null));
    assert.ok(texts.includes(wanted), `${table} ${wanted} in ${texts}`);
  }
  for (const table of ['entity', 'change_log', 'link', 'task', 'note', 'tag', 'account_user', 'session'] as const) {
    const counted = await send(`select count(*) as n from ${table}`).catch(() => [{ n: 0 }]);
    assert.equal(Number(counted[0]!['n']), rows.filter((row) => row.table === table).length, table);
  }
  await send('end');
}

for (const engine of [sqlite, postgres]) {
  const check = async (place: string) => problemsOf(await engine.openRaw(place));
  describe(`opening a database of an earlier schema (${engine.name})`, () => {
    for (let version = 1; version <= newestSchema; version += 1) {
      test(`version ${version}: nothing is lost, and everything is as it must be`, async () => {
        const { place, remove } = await engine.make(version);
        const store = await engine.open(place);
        const accounts = await store.read((tx) => tx.accounts());
        const found = await store.read((tx) =>
          tx.list(oldAccount, 'company', { responsible: [], terms: ['ромашка'] }, { limit: 9, offset: 0 }),
        );
        await store.close();
        assert.deepEqual([accounts.map(({ name }) => name), found.map(({ id }) => id)], [['ООО «Старое»'], [100]]);
        await assertNothingLost(place, engine.name, version);
        assert.deepEqual(await check(place), []);
        await remove();
      });
    }

    test('killed with -9 in the middle, again and again, it is as it was, and the next start does it', async () => {
      const { place, remove } = await engine.make(1);
      const all = findMigrations(engine.name)
        .slice(1)
        .reduce((sum, { statements }) => sum + statements.length + 1, 2);
      for (const statements of [1, 3, Math.floor(all / 2), all - 1]) {
        const child = spawnSync(process.execPath, [dying, place, String(statements)], { encoding: 'utf8' });
        assert.equal(child.signal, 'SIGKILL', child.stderr);
        const send = await connect(place);
        const [newest] = await send('select max(version) as version from schema_version');
        await send('end');
        assert.equal(newest!['version'], 1);
        await assertNothingLost(place, engine.name, 1);
      }
      await (await engine.open(place)).close();
      await assertNothingLost(place, engine.name, 1);
      assert.deepEqual(await check(place), []);
      await remove();
    });
  });
}

/** What a database was made with is never made otherwise later: a change is a new migration, and a line here. */
const released: Readonly<Record<string, readonly string[]>> = {
  sqlite: [
    '3306480d1b9c7f36',
    '379043a408f99044',
    'c6c122eb74d6520d',
    '669a4e35a6bb9b71',
    '2e8b3f277dc2193d',
    'bdcecee31a4c0772',
    'e39ed037b85ca835',
    'd2b9b5c5da2b3416',
    'b05f9853965b7307',
    '2cc24f9db3ef56e4',
    'd6fd04ae41095c18',
    '5b87e4f30a128f7e',
    'f1bbf0858a59ae09',
    '841fbd0058faac77',
    '570d624769b593e7',
    '648109136a78472b',
    'e94f5a24e41bc87c',
    '4ab0dc993e76e790',
  ],
  postgres: [
    '1b40f6a1fcb1dee2',
    'fa3151275a73fa1a',
    '08991a2dce4ca762',
    '6fc196a842334574',
    'c1e4164bfc77f770',
    '944c1bb9a85e59df',
    '75ae7b99cbe333c4',
    'a20022c6c3e84dab',
    'e4cf198e8ddf2aaf',
    'f7e499dc458bb975',
    'e9a1e27738c18c19',
    '6c03b1db18d3074d',
    'c125b9207aace737',
    '7f4b74771967238f',
    '570d624769b593e7',
    '98047dfa2c768383',
    '321d378cb3fd736a',
    'e3b0c44298fc1c14',
  ],
};

test('migrations that databases have been made with do not change', () => {
  for (const engine of ['sqlite', 'postgres'] as const) {
    const hashes = findMigrations(engine).map(({ statements }) =>
      createHash('sha256').update(statements.join(';')).digest('hex').slice(0, 16),
    );
    assert.deepEqual(hashes, released[engine]);
  }
});
