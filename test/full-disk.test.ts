import assert from 'node:assert/strict';
import { chownSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import pg from 'pg';
import { endProcess, processLogin, type ServerProcess, startProcess } from './support/process.ts';
import { until } from './support/receiver.ts';
import { request } from './support/server.ts';
import { makeReadOnly, noSmallDisk, withSmallDisk } from './support/small-disk.ts';

const megabyte = 1024 * 1024;
const onSmallDisk = { skip: noSmallDisk };

test(
  'SQLite, the disk is full: writes are 507 and leave nothing, reading goes on, and once there is space all is as before',
  onSmallDisk,
  async (t) => {
    await withSmallDisk(48, async (disk) => {
      const ballast = join(disk, 'ballast');
      writeFileSync(ballast, Buffer.alloc(16 * megabyte));
      let server = await start(t, join(disk, 'data'));
      let log = '';
      server.child.stdout!.on('data', (chunk) => {
        log += chunk;
      });
      const office = openOffice(() => server.address);
      await office.fill();
      assert.ok(office.names.length > 500);
      // One line a refused request, with the cause and without the place in the program.
      await until(() => log.split('a request failed').length > office.refused());
      const lines = log.split('\n').filter((line) => line.includes('a request failed'));
      assert.equal(lines.length, office.refused());
      for (const line of lines)
        assert.match(line, /"err":{"type":"StoreFailed","message":"[^"]*kontora\.db: database or disk is full"}/);

      await office.expectAll();
      const signIn = await request('POST', `${server.address}/private/api/auth.php?type=json`, processLogin);
      assert.ok([200, 507].includes(signIn.status));

      // Killed and started where nothing is free: it starts, and shows everything, to somebody who has no session yet.
      await endProcess(server, 'SIGKILL');
      topUp(join(disk, 'more ballast'));
      server = await start(t, join(disk, 'data'));
      await office.expectAll();

      rmSync(ballast);
      const before = office.names.length;
      await office.add(20);
      assert.equal(office.names.length, before + 20);
      await office.expectAll();
      await endProcess(server);
      expectSound(join(disk, 'data'));
    });
  },
);

test('SQLite, the disk is full at the first start: one line says so; with space it starts', onSmallDisk, async () => {
  await withSmallDisk(2, async (disk) => {
    const ballast = join(disk, 'ballast');
    topUp(ballast, 100_000);
    await assert.rejects(startProcess(join(disk, 'data')), (error: Error) => {
      assert.match(error.message, /^the server ended with 1: kontora: \S+kontora\.db\S*: [^\n]+\n$/);
      return true;
    });
    rmSync(ballast);
    await endProcess(await startProcess(join(disk, 'data')));
  });
});

test('SQLite, a folder that is only read: one line says so, and nothing is changed', onSmallDisk, async () => {
  await withSmallDisk(32, async (disk) => {
    const data = join(disk, 'data');
    await endProcess(await startProcess(data));
    const before = filesIn(data);
    makeReadOnly(disk);
    await assert.rejects(startProcess(data), (error: Error) => {
      assert.match(error.message, /^the server ended with 1: kontora: \S+ cannot be written: [^\n]+\n$/);
      return true;
    });
    assert.deepEqual(filesIn(data), before);
  });
});

test(
  'PostgreSQL, its disk is full: the same, and reading goes on while it takes no writes at all',
  onSmallDisk,
  async (t) => {
    const cluster = new pg.Client(process.env['KONTORA_TEST_POSTGRES']);
    await cluster.connect();
    const name = `kontora_full_${process.pid}`;
    await withSmallDisk(40, async (disk) => {
      const { rows } = await cluster.query('show data_directory');
      const { uid, gid } = statSync(rows[0].data_directory);
      chownSync(disk, uid, gid);
      const url = Object.assign(new URL(process.env['KONTORA_TEST_POSTGRES']!), { pathname: `/${name}` }).href;
      try {
        await cluster.query(`create tablespace ${name} location '${disk}'`);
        await cluster.query(`create database ${name} tablespace ${name} strategy file_copy`);
        const ballast = join(disk, 'ballast');
        writeFileSync(ballast, Buffer.alloc(16 * megabyte));
        const server = await start(t, url);
        const office = openOffice(() => server.address);
        await office.fill();
        assert.ok(office.names.length > 500);
        await office.expectAll();
        rmSync(ballast);
        await office.add(20);
        await office.expectAll();

        const disconnect = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`;
        await cluster.query(`alter database ${name} set default_transaction_read_only = on`);
        await cluster.query(disconnect);
        const began = performance.now();
        const reply = await request('POST', office.url(), { add: [{ name: 'x' }] });
        assert.equal(reply.status, 503);
        assert.match(reply.text, /только для чтения/);
        assert.ok(performance.now() - began < 5000, 'nobody waits for what will not come');
        await office.expectAll();
        await cluster.query(`alter database ${name} reset default_transaction_read_only`);
        await cluster.query(disconnect);
        await office.add(20);
        await office.expectAll();
        await endProcess(server);
      } finally {
        await cluster.query(`drop database if exists ${name} with (force)`);
        await cluster.query(`drop tablespace if exists ${name}`);
        await cluster.end();
      }
    });
  },
);

/** It ends with the test, however that ends. */
async function start(t: TestContext, place: string): Promise<ServerProcess> {
  const server = await startProcess(place);
  t.after(() => endProcess(server));
  return server;
}

/** Companies on a server that may refuse them, and what of them has to be there. */
function openOffice(address: () => string) {
  const names: string[] = [];
  let batches = 0;
  let refused = 0;
  const url = (more = '') => `${address()}/api/v2/companies?${new URLSearchParams(processLogin)}${more}`;
  const add = async (size: number): Promise<number> => {
    batches += 1;
    const own = Array.from({ length: size }, (_, index) => `п${batches}к${index} ${'ы'.repeat(500)}`);
    const reply = await request('POST', url(), { add: own.map((name) => ({ name, tags: 'аренда' })) });
    if (reply.status === 200) names.push(...own);
    else {
      refused += 1;
      assert.equal(reply.status, 507, reply.text);
      assert.match(reply.json.detail, /Код ошибки 507.*нет места/);
    }
    return reply.status;
  };
  return {
    ...{ names, url, add, refused: () => refused },
    /** Until nothing goes in any more, however small. */
    async fill(): Promise<void> {
      for (const size of [250, 50, 5, 1]) while ((await add(size)) === 200);
    },
    async expectAll(): Promise<void> {
      const shown: string[] = [];
      for (let offset = 0; ; offset += 500) {
        const page = await request('GET', url(`&limit_rows=500&limit_offset=${offset}`));
        if (page.status === 204) break;
        assert.equal(page.status, 200, page.text);
        shown.push(...page.json._embedded.items.map((item: { name: string }) => item.name));
      }
      // The document's own comes first.
      assert.ok(shown.slice(1).join() === names.join(), `${names.length} were written, ${shown.length - 1} are shown`);
      const last = names.at(-1)!.split(' ')[0]!;
      const found = await request('GET', url(`&query=${encodeURIComponent(`${last} `)}`));
      assert.equal(found.json._embedded.items[0].name, names.at(-1));
      const lost = await request('GET', url(`&query=${encodeURIComponent(`п${batches + 1}к`)}`));
      assert.equal(lost.status, 204);
    },
  };
}

/** Leaves no more than so many bytes free. */
function topUp(file: string, left = 0): void {
  const pieces: Buffer[] = [];
  for (const size of [megabyte, 65_536, 4096]) {
    try {
      for (;;) {
        pieces.push(Buffer.alloc(size));
        writeFileSync(file, Buffer.concat(pieces));
      }
    } catch {
      pieces.pop();
    }
  }
  const whole = Buffer.concat(pieces);
  writeFileSync(file, whole.subarray(0, Math.max(0, whole.length - left)));
}

function filesIn(folder: string): Map<string, string> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('base64')]));
}

function expectSound(data: string): void {
  const database = new DatabaseSync(join(data, 'kontora.db'));
  assert.deepEqual({ ...database.prepare('pragma integrity_check').get() }, { integrity_check: 'ok' });
  database.close();
}
