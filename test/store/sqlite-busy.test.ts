import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { openTestStore } from '../support/server.ts';
import { anAccount } from './builders.ts';

test('while another process writes, reads go on, the event loop runs, and a write waits its turn', async () => {
  const { store, folder, remove } = await openTestStore();
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
    remove();
  }
});
