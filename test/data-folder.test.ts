import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { openSqlite } from '../src/store/sqlite.ts';
import { withDataFolder } from './support/process.ts';

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

test('a folder that is there keeps the rights that somebody gave it; the database in it is its owner’s', async () => {
  await withDataFolder(async (data) => {
    mkdirSync(data, { mode: 0o750 });
    await (await openSqlite(data)).close();
    assert.deepEqual([rightsOf(data), rightsOf(`${data}/kontora.db`)], ['750', '600']);
  });
});
