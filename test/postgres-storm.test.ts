import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runStorm } from './storm/run.ts';
import { type Servers, startServers } from './storm/servers.ts';
import { newTestDatabase, type TestDatabase } from './support/postgres.ts';

let database: TestDatabase;
let servers: Servers;

before(async () => {
  database = await newTestDatabase();
  servers = await startServers({ processes: 3, where: ['--database', database.url] });
});

after(async () => {
  await servers?.stop();
  await database?.remove();
});

test('three processes on one PostgreSQL: every answer is right, and every event is told once', async () => {
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
test('three processes on one PostgreSQL, one of them killed: every answer is right', async () => {
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
