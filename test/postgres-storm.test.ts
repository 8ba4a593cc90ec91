import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runStorm } from './storm/run.ts';
import { startServers } from './storm/servers.ts';
import { newTestDatabase } from './support/postgres.ts';

test('three processes on one PostgreSQL, one of them killed: every answer is right, and every event is told', async (t) => {
  const { url, remove } = await newTestDatabase();
  const servers = await startServers({ processes: 3, where: ['--database', url] });
  try {
    const { violations, statistics, events, kills, seconds } = await runStorm(servers, {
      clients: 24,
      operations: 2500,
      accounts: 2,
      webhookClients: 3,
      drainSeconds: 60,
      killAt: [0.4],
    });
    assert.deepEqual(violations.first, []);
    assert.ok(statistics.operations >= 2500);
    t.diagnostic(JSON.stringify(seconds));
    assert.equal(kills, 1);
    assert.ok(events.wanted > 20);
    assert.equal(events.delivered, events.wanted);
  } finally {
    await servers.stop();
    await remove();
  }
});
