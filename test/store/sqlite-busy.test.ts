import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { openSqlite } from '../../src/store/sqlite.ts';
import { anAccount } from './builders.ts';

test('while another process writes, reads go on, the event loop runs, and a write waits its turn', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kontora-test-'));
  const store = await openSqlite(folder);
  const other = new DatabaseSync(join(folder, 'kontora.db'));
  try {
    other.exec('begin immediate');
    let written = false;
    const write = store
      .write((tx) => tx.addAccount(anAccount(1)))
      .then(() => {
        written = true;
      });
    const start = performance.now();
    for (let i = 0; i < 10; i += 1) {
      assert.deepEqual(await store.read((tx) => tx.accounts()), []);
      await pause(10);
    }
    assert.ok(performance.now() - start < 1000, 'neither reads nor timers were held up');
    assert.equal(written, false);
    other.exec('commit');
    await write;
    assert.equal((await store.read((tx) => tx.accounts())).length, 1);
  } finally {
    other.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
