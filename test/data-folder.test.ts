import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openSqlite } from '../src/store/sqlite.ts';
import { withDataFolder } from './support/process.ts';

const program = fileURLToPath(new URL('../bin/kontora.mjs', import.meta.url));
const rightsOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('a new data folder, and every file in it, is its owner’s alone, whatever the umask', async () => {
  const umask = process.umask(0);
  try {
    await withDataFolder(async (data) => {
      const store = await openSqlite(`${data}/deeper`);
      await store.write((tx) => tx.setAllowedIps(1, null));
      assert.deepEqual([rightsOf(data), rightsOf(`${data}/deeper`)], ['700', '700']);
      const files = readdirSync(`${data}/deeper`).sort();
      assert.deepEqual(files, ['kontora.db', 'kontora.db-shm', 'kontora.db-wal']);
      for (const file of files) assert.equal(rightsOf(`${data}/deeper/${file}`), '600', file);
      await store.close();
    });
  } finally {
    process.umask(umask);
  }
});

test('a backup, and what is restored from it, is its owner’s alone', async () => {
  await withDataFolder(async (data) => {
    const kontora = (...args: string[]) => {
      const { status, stderr } = spawnSync('sh', [
        '-c',
        'umask 0; exec "$@"',
        'sh',
        process.execPath,
        program,
        ...args,
      ]);
      assert.equal(status, 0, String(stderr));
    };
    kontora('seed', 'document', '--data', data);
    kontora('backup', `${data}/file`, '--data', data);
    kontora('restore', `${data}/file`, '--data', `${data}/again`);
    const paths = [`${data}/file`, `${data}/again`, `${data}/again/kontora.db`];
    assert.deepEqual(paths.map(rightsOf), ['600', '700', '600']);
  });
});

test('a folder that is there keeps the rights that somebody gave it; the database in it is its owner’s', async () => {
  await withDataFolder(async (data) => {
    mkdirSync(data, { mode: 0o750 });
    await (await openSqlite(data)).close();
    assert.deepEqual([rightsOf(data), rightsOf(`${data}/kontora.db`)], ['750', '600']);
  });
});
