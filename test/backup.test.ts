import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { openPostgres } from '../src/store/postgres.ts';
import { openSqlite, openSqliteRaw } from '../src/store/sqlite.ts';
import { connectSqlite } from '../src/store/sqlite-connection.ts';
import { Load } from './backup/load.ts';
import { backUp, kontora, mustRun, verify } from './backup/round.ts';
import { answersOf, fillServer } from './support/full-server.ts';
import { fillOld, newestSchema, oldRows } from './support/old-database.ts';
import { newTestDatabase } from './support/postgres.ts';
import { problemsOf } from './support/problems.ts';
import { endProcess, processLogin, startProcess } from './support/process.ts';
import { type AllRows, connect, readAllRows } from './support/rows.ts';
import { request } from './support/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'kontora-backup-'));
const program = fileURLToPath(new URL('../bin/kontora.mjs', import.meta.url));
const full = join(folder, 'full');
const backupOfFull = join(folder, 'full.kontora');
let made = 0;

before(async () => {
  const store = await openSqlite(full);
  await fillServer(store);
  await store.close();
  await mustRun('backup', backupOfFull, '--data', full);
});
after(() => rmSync(folder, { recursive: true, force: true }));

function newPath(): string {
  made += 1;
  return join(folder, String(made));
}

const prepare = async (url: string) => (await openPostgres(url)).close();
const withoutSessions = (rows: AllRows): AllRows => ({ ...rows, session: [], password_link: [] });

describe('under full write load', () => {
  async function survives(place: string, where: string[]): Promise<void> {
    const server = await startProcess(place);
    const load = new Load(`${server.address}/api/v2/contacts?${new URLSearchParams(processLogin)}`, 4);
    while (!load.answered.every((count) => count > 0)) await sleep(20);
    const file = newPath();
    const { least, most } = await backUp(where, file, load);
    while (!load.answered.some((count, client) => count > most[client]!)) await sleep(20);
    await load.stop();
    await endProcess(server);
    const restored = newPath();
    const moment = await verify(file, restored, least, most);
    // What was written after that moment is not in it: it is a moment in the middle of the load.
    assert.ok(
      moment.some((count, client) => count < load.answered[client]!),
      `${moment} of ${load.answered}`,
    );
    // The key that let in before does, and ids go on behind those that are there.
    const again = await startProcess(restored);
    const login = new URLSearchParams(processLogin);
    const added = await request('POST', `${again.address}/api/v2/contacts?${login}`, { add: [{ name: 'new' }] });
    assert.equal(added.status, 200);
    await endProcess(again);
    await mustRun('check', '--data', restored);
  }

  test('a backup of a data folder is one moment, and passes every check', async () => {
    const data = newPath();
    await survives(data, ['--data', data]);
  });

  test('a backup of a PostgreSQL database is', async () => {
    const { url, remove } = await newTestDatabase(prepare);
    await survives(url, ['--database', url]);
    await remove();
  });
});

test('everything comes back, in a folder and in PostgreSQL, but sessions and links to passwords, which have ended', async () => {
  const wanted = await readAllRows(full);
  assert.ok(wanted['session']!.length > 0);
  const data = newPath();
  await mustRun('restore', backupOfFull, '--data', data);
  assert.deepEqual(await readAllRows(data), withoutSessions(wanted));
  assert.deepEqual(readdirSync(data), ['kontora.db']);
  const { url, remove } = await newTestDatabase(prepare);
  assert.match(await mustRun('restore', backupOfFull, '--database', url), / same\n/);
  assert.deepEqual(await readAllRows(url), withoutSessions(wanted));
  // And from there once more.
  const [file, back] = [newPath(), newPath()];
  await mustRun('backup', file, '--database', url);
  await mustRun('restore', file, '--data', back);
  await mustRun('check', '--data', back);
  assert.deepEqual(await readAllRows(back), withoutSessions(wanted));
  const stores = [await openSqlite(full), await openSqlite(back)];
  const [one, other] = [await answersOf(stores[0]!, 'test', 'demo'), await answersOf(stores[1]!, 'test', 'demo')];
  assert.deepEqual(other, one);
  for (const store of stores) await store.close();
  await remove();
});

describe('killed with -9', () => {
  function killedAt(sign: RegExp, delay: number, ...args: string[]): Promise<boolean> {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (chunk) => sign.test(String(chunk)) && setTimeout(() => child.kill('SIGKILL'), delay));
    return new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal === 'SIGKILL')));
  }

  test('a backup has left no file of its name, and the next is whole', async () => {
    const file = newPath();
    assert.ok(await killedAt(/checking/, 0, 'backup', file, '--data', full));
    assert.ok(!existsSync(file));
    await mustRun('backup', file, '--data', full);
  });

  test('a restore to a folder has left nothing that a server would open, and the next is whole', async () => {
    const wanted = withoutSessions(await readAllRows(full));
    let cut = 0;
    for (const delay of [0, 10, 30]) {
      const data = newPath();
      await killedAt(/checking/, delay, 'restore', backupOfFull, '--data', data);
      // Where it was quicker, all of it is there.
      if (!existsSync(join(data, 'kontora.db'))) {
        cut += 1;
        assert.equal((await kontora('user', 'list', '--data', data)).status, 2);
        await mustRun('restore', backupOfFull, '--data', data);
      }
      assert.deepEqual(await readAllRows(data), wanted);
    }
    assert.ok(cut > 0);
  });

  test('a restore to PostgreSQL has left what no server starts on, and the same command goes on', async () => {
    const { url, remove } = await newTestDatabase(prepare);
    assert.ok(await killedAt(/ rows/, 0, 'restore', backupOfFull, '--database', url));
    const refused = await kontora('user', 'list', '--database', url);
    assert.equal(refused.status, 1);
    assert.match(
      refused.stderr,
      /^kontora: the database holds an unfinished copy of the backup with sha256 [0-9a-f]{64}: [^\n]*\n$/,
    );
    await mustRun('restore', backupOfFull, '--database', url);
    assert.deepEqual(await readAllRows(url), withoutSessions(await readAllRows(full)));
    await remove();
  });

  test('a server has left all that it had answered to the backup that is made then', async () => {
    const [data, file] = [newPath(), newPath()];
    const server = await startProcess(data);
    const load = new Load(`${server.address}/api/v2/contacts?${new URLSearchParams(processLogin)}`, 2);
    const gone = load.gone();
    while (!load.answered.every((count) => count > 1)) await sleep(20);
    await endProcess(server, 'SIGKILL');
    await gone;
    await mustRun('backup', file, '--data', data);
    await verify(file, newPath(), load.answered, load.sent);
  });

  test('told to end, a backup takes away what it has made', async () => {
    const place = newPath();
    mkdirSync(place);
    const child = spawn(process.execPath, [program, 'backup', join(place, 'file'), '--data', full]);
    child.stderr.on('data', (chunk) => /checking/.test(String(chunk)) && child.kill('SIGTERM'));
    const code = await new Promise((resolve) => child.on('exit', resolve));
    assert.equal(code, 1);
    assert.deepEqual(readdirSync(place), []);
  });
});

for (const version of [1, 6, newestSchema]) {
  test(`a backup made of schema version ${version} comes back with this program, as this program's`, async () => {
    const [old, file, data] = [newPath(), newPath(), newPath()];
    mkdirSync(old);
    const connection = connectSqlite(join(old, 'kontora.db'));
    connection.exec('begin');
    await fillOld(connection, 'sqlite', version);
    connection.exec('commit');
    connection.close();
    assert.match(await mustRun('backup', file, '--data', old), new RegExp(`schema version ${version}\n`));
    await mustRun('restore', file, '--data', data);
    assert.deepEqual(await problemsOf(await openSqliteRaw(data, 'source')), []);
    const send = await connect(data);
    const entities = await send('select count(*) as n from entity');
    await send('end');
    assert.equal(entities[0]!['n'], oldRows(version, 'sqlite').filter(({ table }) => table === 'entity').length);
  });
}

test('what is wrong gets one clear line, and changes nothing', async () => {
  const whole = readFileSync(backupOfFull);
  const database = zstdDecompressSync(whole);
  const file = (bytes: Buffer) => {
    const path = newPath();
    writeFileSync(path, bytes);
    return path;
  };
  const flipped = Buffer.from(whole);
  flipped[whole.length >> 1]! ^= 1;
  const newer = newPath();
  mkdirSync(newer);
  writeFileSync(join(newer, 'kontora.db'), database);
  const send = await connect(newer);
  await send(`insert into schema_version (version, name) values (${newestSchema + 1}, 'future')`);
  await send('end');
  const ofNewer = file(zstdCompressSync(readFileSync(join(newer, 'kontora.db'))));
  const withLog = newPath();
  mkdirSync(withLog);
  writeFileSync(join(withLog, 'kontora.db-wal'), 'left behind');
  const half = newPath();
  await mustRun('restore', backupOfFull, '--data', half);
  const halve = await connect(half);
  await halve(`insert into copy_progress (scope, source, place, copied) values (0, 'x', '', 0)`);
  await halve('end');
  const { url, remove } = await newTestDatabase(prepare);
  await mustRun('restore', backupOfFull, '--database', url);

  const to = newPath();
  const parts = () => readdirSync(folder).filter((name) => name.includes('.part'));
  const before = parts();
  const wrong: readonly [string[], RegExp][] = [
    [['backup'], /backup needs a FILE/],
    [['backup', '-', '--data', full], /give that of a file/],
    [['backup', backupOfFull, '--data', full], /is there already/],
    [['backup', newPath(), '--data', to], /holds no data of Kontora/],
    [['backup', newPath(), '--data', half], /holds an unfinished copy of x/],
    [['backup', newPath(), '--data', newer], /use a newer Kontora/],
    [['restore'], /restore needs a FILE/],
    [['restore', newPath(), '--data', to], /there is no file/],
    [['restore', backupOfFull, '--data', full], /is there already: a backup is restored to an empty folder/],
    [['restore', backupOfFull, '--data', withLog], /kontora.db-wal is there already/],
    [['restore', backupOfFull, '--database', url], /holds accounts already/],
    [['restore', file(whole.subarray(0, -7)), '--data', to], /is damaged: unexpected end of file/],
    [['restore', file(flipped), '--data', to], /is damaged/],
    [['restore', file(Buffer.from('{"format":"kontora-archive"}\n')), '--data', to], /is no backup of Kontora/],
    [['restore', file(zstdCompressSync('text')), '--data', to], /holds no data of Kontora/],
    [['restore', ofNewer, '--data', to], /is of schema version \d+, this program knows \d+: use a newer Kontora/],
    [['check', '--data', to], /holds no data of Kontora/],
    [['check', '--data', newer], /use a newer Kontora/],
  ];
  for (const [args, message] of wrong) {
    const { status, stdout, stderr } = await kontora(...args);
    assert.equal(status, 2, `${args.join(' ')}: ${stdout}${stderr}`);
    assert.equal(stdout, '');
    assert.match(
      stderr.replace(/^checking .*\n/gm, '').replace(/^copying .*\n/gm, ''),
      /^kontora: [^\n]+\n$/,
      args.join(' '),
    );
    assert.match(stderr, message);
  }
  assert.ok(!existsSync(to));
  assert.deepEqual(parts(), before);
  await remove();
});
