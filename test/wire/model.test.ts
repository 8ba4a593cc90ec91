import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runHistories } from '../model/histories.ts';
import { startHere } from '../model/server.ts';

/** A short run; bench/model.ts is the long one. KONTORA_TEST_SEED tells other histories. */
test('every answer of random histories is the one that the oracle gives', async () => {
  const server = await startHere();
  const seed = Number(process.env['KONTORA_TEST_SEED'] ?? 1);
  try {
    await runHistories(server, { chances: { kill: 0.01, killDuring: 0 }, steps: 80, histories: 15, seed });
    assert.deepEqual(await server.problems(), []);
  } finally {
    await server.close();
  }
});
