import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runStorm } from './storm/run.ts';
import { startServers } from './storm/servers.ts';
import { newTestDatabase } from './support/postgres.ts';

test('three processes on one PostgreSQL', async (t) => {
  const { url, remove } = await newTestDatabase();
  const servers = await startServers({ processes: 3, where: ['--database', url] });
  try {
    await t.test('every answer is right, and every event is told once', async () => {
      const { violations, statistics, events } = await runStorm(servers, {
        clients: 24,
        operations: 1000,
        accounts: 2,
        webhookClients: 3,
        drainSeconds: 60,
      });
      assert.deepEqual(violations.first, []);
      assert.ok(statistics.operations >= 1000);
      assert.ok(events.wanted > 10);
      assert.deepEqual([events.delivered, events.copies], [events.wanted, 0]);
    });

    // Without webhooks: what a killed process has claimed is delivered half a minute later.
    await t.test('one of them is killed: every answer is right', async () => {
      const { violations, statistics, kills } = await runStorm(servers, {
        clients: 24,
        operations: 1500,
        accounts: 2,
        webhooks: 0,
        killAt: [0.4],
      });
      assert.deepEqual(violations.first, []);
      assert.ok(statistics.operations >= 1500);
      assert.equal(kills, 1);
    });
  } finally {
    await servers.stop();
    await remove();
  }
});
