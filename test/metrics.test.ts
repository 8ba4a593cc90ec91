import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { newTestDatabase } from './support/postgres.ts';
import { type LoggedProcess, processLogin, serve, withDataFolder } from './support/process.ts';
import { startReceiver } from './support/receiver.ts';
import { request } from './support/server.ts';

const query = new URLSearchParams(processLogin);
const flags = ['--metrics', '127.0.0.1:0', '--log', 'info'];

/** The samples by their names and labels, once it tells of so many requests by clients. */
async function scrape(server: LoggedProcess, requests: number): Promise<(sample: string) => number | undefined> {
  const told = await server.logged('metrics');
  const url = String(told.find(({ msg }) => msg === 'metrics')!['address']);
  for (;;) {
    const { status, headers, text } = await request('GET', url);
    assert.equal(status, 200);
    assert.match(headers.get('content-type')!, /^text\/plain; version=0\.0\.4/);
    const samples = new Map(text.split('\n').map((line) => line.split(/ (?=\S+$)/) as [string, string]));
    const counted = [...samples].filter(([name]) => name.startsWith('kontora_http_request_seconds_count'));
    if (counted.reduce((sum, [, count]) => sum + Number(count), 0) >= requests) {
      return (sample) => (samples.has(sample) ? Number(samples.get(sample)) : undefined);
    }
    await setTimeout(50);
  }
}

const requestsOf = (route: string, method: string, status: number) =>
  `kontora_http_request_seconds_count{route="${route}",method="${method}",status="${status}"}`;

test(
  '--metrics tells at an address of its own what requests, store, threads and webhooks do',
  { timeout: 60_000 },
  () =>
    withDataFolder(async (data) => {
      const receiver = await startReceiver();
      const server = await serve(['--data', data, '--webhook-private', ...flags]);
      const { address } = server;
      const send = async (path: string, body?: unknown) =>
        (await request(body === undefined ? 'GET' : 'POST', `${address}${path}?${query}`, body)).status;
      const before = await scrape(server, 0);
      // Nothing has asked for the threads yet.
      assert.equal(before('kontora_thread_busy_seconds_total{thread="writer"}'), 0);
      assert.equal(before('kontora_webhook_deliveries_pending'), 0);
      await send('/api/v2/webhooks/subscribe', { subscribe: [{ url: receiver.url, events: ['add_company'] }] });
      await send('/api/v2/companies', { add: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] });
      await send('/api/v2/companies', { add: [{}] });
      await send('/api/v2/tasks', { add: [{ element_id: 41389, element_type: 3, task_type: 1, text: 'x' }] });
      await send('/api/v2/companies');
      await setTimeout(300);
      for (let round = 0; round < 4; round += 1) await send('/api/v2/companies/');
      await send('/nowhere');
      assert.equal((await request('PUT', `${address}/api/v2/companies`)).status, 405);
      assert.equal(await send('/metrics'), 404);

      let told = await scrape(server, 12);
      while (told('kontora_webhook_attempts_total{outcome="done"}') !== 3) {
        await setTimeout(100);
        told = await scrape(server, 12);
      }
      const expected = {
        [requestsOf('/api/v2/companies', 'GET', 200)]: 5,
        [requestsOf('/api/v2/companies', 'POST', 200)]: 1,
        [requestsOf('/api/v2/companies', 'POST', 400)]: 1,
        [requestsOf('/api/v2/companies', 'other', 405)]: 1,
        [requestsOf('none', 'GET', 404)]: 2,
        kontora_http_requests_in_flight: 0,
        kontora_webhook_deliveries_pending: 0,
        'kontora_webhook_attempts_total{outcome="failed"}': 0,
        'kontora_thread_calls_waiting{thread="writer"}': 0,
        kontora_store_tasks_total: 1,
      };
      for (const [sample, value] of Object.entries(expected)) assert.equal(told(sample), value, sample);
      const least = {
        kontora_store_records_total: 3,
        kontora_store_writes_total: 3,
        kontora_http_answers_at_once_total: 1,
        process_resident_memory_bytes: 1e6,
      };
      for (const [sample, value] of Object.entries(least))
        assert.ok(told(sample)! >= value, `${sample} ${told(sample)}`);
      assert.ok(told('kontora_documents_total{kept="no"}')! + told('kontora_documents_total{kept="yes"}')! > 0);
      assert.ok(told('kontora_thread_busy_seconds_total{thread="writer"}')! > 0);
      assert.ok(told('nodejs_eventloop_lag_p99_seconds')! > 0);

      server.child.kill('SIGTERM');
      assert.equal(await server.ended, 0, server.log());
      await receiver.close();
    }),
);

test('with --workers the sum of them is told, also when one has been replaced', { timeout: 120_000 }, async () => {
  const { url, remove } = await newTestDatabase();
  const server = await serve(['--database', url, '--workers', '2', ...flags]);
  const list = () => request('GET', `${server.address}/api/v2/companies?${query}`, undefined, { Connection: 'close' });
  for (let count = 0; count < 20; count += 1) assert.equal((await list()).status, 200);
  const told = await scrape(server, 20);
  assert.equal(told(requestsOf('/api/v2/companies', 'GET', 200)), 20);
  assert.equal(told('kontora_webhook_deliveries_pending'), 0);
  const pid = (await server.logged('listening')).find(({ msg }) => msg === 'listening')!['pid'];
  process.kill(Number(pid), 'SIGKILL');
  for (let there = 0; there < 3; await setTimeout(50)) {
    there = server.log().split('"listening"').length - 1;
  }
  assert.equal((await list()).status, 200);
  await scrape(server, 1);
  server.child.kill('SIGTERM');
  assert.equal(await server.ended, 0, server.log());
  await remove();
});

test('an address that is taken, or none, gets one clear line', { timeout: 60_000 }, () =>
  withDataFolder(async (data) => {
    const program = fileURLToPath(new URL('../bin/kontora.mjs', import.meta.url));
    const server = await serve(['--data', data]);
    const run = (metrics: string) => {
      const args = [program, 'serve', '--data', `${data}-other`, '--port', '0', '--metrics', metrics];
      return spawnSync(process.execPath, args, { encoding: 'utf8' });
    };
    const taken = run(new URL(server.address).host);
    assert.equal(taken.status, 2);
    assert.match(taken.stderr, /^kontora: --metrics 127\.0\.0\.1:\d+: .*EADDRINUSE[^\n]*\n$/);
    for (const wrong of ['yes', '127.0.0.1', '70000', ':9464']) {
      const { status, stderr } = run(wrong);
      assert.equal(status, 2, wrong);
      assert.match(stderr, /^kontora: --metrics is [^\n]*\n$/);
    }
    server.child.kill('SIGTERM');
    assert.equal(await server.ended, 0);
  }),
);
