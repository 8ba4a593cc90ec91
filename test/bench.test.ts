import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { dataSet } from '../bench/data-set.ts';
import { clockMark } from '../bench/http-request.ts';
import { installed } from '../bench/installed.ts';
import { type Pair, percentile } from '../bench/measure.ts';
import { readOptions } from '../bench/options.ts';
import { report } from '../bench/report.ts';
import { Results, type Run } from '../bench/results.ts';
import type { Scenario } from '../bench/scenario.ts';
import { startFloor, startProduct } from '../bench/server.ts';
import { verify } from '../bench/verify.ts';
import { openWorld } from '../bench/world.ts';
import { runWrk } from '../bench/wrk.ts';

const folder = mkdtempSync(join(tmpdir(), 'kontora-bench-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test("the floor gives the product's bytes, from a set that is made once", async () => {
  const told: string[] = [];
  const set = await dataSet(folder, '600', (line) => told.push(line));
  assert.equal(set.total, 601);
  assert.ok(told.length > 0);
  told.length = 0;
  assert.deepEqual(await dataSet(folder, '600', (line) => told.push(line)), set);
  assert.deepEqual(told, []);

  const product = await startProduct(['--data', set.folders.product]);
  const floor = await startFloor(join(set.folders.floor, 'floor.db'));
  try {
    const pair: Pair = { world: openWorld(set), product, floor, productPids: () => [product.pid] };
    await verify(pair);
    // A difference would be seen: the two are held against each other's answers, and these are not the same.
    await assert.rejects(verify({ ...pair, floor: { ...floor, url: `${product.url}/no` } }), /the floor answers 404/);
  } finally {
    await Promise.all([product.stop(), floor.stop()]);
  }
});

test("the longest block of a server's event loop is seen from outside", async () => {
  const floor = await startFloor(join(folder, '600', 'floor', 'floor.db'));
  try {
    const quiet = await floor.watchLoop();
    await setTimeout(100);
    const short = await quiet.end();
    const stopped = await floor.watchLoop();
    process.kill(floor.pid, 'SIGSTOP');
    await setTimeout(300);
    process.kill(floor.pid, 'SIGCONT');
    await setTimeout(50);
    const long = await stopped.end();
    assert.ok(long > 200 && short < long, `${short} and ${long} ms`);
  } finally {
    await floor.stop();
  }
});

const skip = spawnSync('wrk', ['-v']).error ? 'wrk is not installed' : false;

test('each request is sent once, in its order, with numbers that grow, and each is timed', { skip }, async () => {
  const got: string[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    got.push(`${request.method} ${request.url} ${request.headers['x-one'] ?? ''} ${Buffer.concat(parts)}`);
    await setTimeout(request.url === '/slow' ? 60 : 0);
    response.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await setTimeout(20);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const requests = [
    { path: '/first', headers: { 'X-One': 'yes' } },
    { path: '/slow', body: `Ж${clockMark}` },
    { path: '/third', body: `${clockMark}${clockMark}` },
  ];
  const once = await runWrk({ url, requests, connections: 1, clock: 1_700_000_000 });
  assert.deepEqual(got.slice(0, 3), [
    'GET /first yes ',
    'POST /slow  Ж1700000001',
    'POST /third  17000000021700000002',
  ]);
  assert.ok(got.slice(3).every((line) => line.startsWith('GET /api/v2/companies?id=1')));
  assert.equal(once.times.length, 3);
  assert.ok(once.times[1]! > 55 && once.times[0]! < 55 && once.times[2]! < 55);
  assert.ok(once.clock >= 1_700_000_003);

  got.length = 0;
  const timed = await runWrk({ url, requests: [requests[0]!], connections: 4, seconds: 1 });
  assert.ok(timed.requests > 10 && Math.abs(timed.requests - got.length) <= 4);
  assert.ok(timed.p50 <= timed.p99 && timed.p99 <= timed.max);
  server.close();
  server.closeAllConnections();
});

test('a request that fails fails the run', { skip }, async () => {
  const server = createServer((_request, response) => response.writeHead(500).end());
  server.listen(0, '127.0.0.1');
  await setTimeout(20);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await assert.rejects(runWrk({ url, requests: [{ path: '/' }], connections: 1, seconds: 1 }), /requests to .* failed/);
  await assert.rejects(runWrk({ url, requests: [{ path: '/' }], connections: 1 }), /requests to .* failed/);
  server.close();
  server.closeAllConnections();
});

const run: Run = { speed: 100, p50: 10, p99: 20, cpu: 5, longestBlock: 1, pss: 50 };
const scenario: Scenario = {
  ...{ name: 'get-one-32', title: 'GET one', onFloor: true, connections: 32, isPinned: true },
  make: () => [],
  isRight: () => true,
};

test('ratios are made within a repetition, and a target is missed or met by their median', () => {
  const results = new Results();
  for (const [floor, product] of [
    [100, 50],
    [1000, 700],
    [10, 9],
  ] as const) {
    results.add(scenario.name, '10k', 'floor', { ...run, speed: floor });
    results.add(scenario.name, '10k', 'product', { ...run, speed: product });
    results.add(scenario.name, '1M', 'product', { ...run, speed: product / 2 });
  }
  assert.deepEqual(results.ratios(scenario.name, '10k'), [0.5, 0.7, 0.9]);
  assert.deepEqual(results.growth(scenario.name, '10k', '1M'), [2, 2, 2]);
  const parts = { head: ['# Head'], scenarios: [scenario], results, installed: installed() };
  const small = report({ ...parts, sizes: ['10k'], hasTargets: true });
  assert.match(small, /\| GET one \| 10k \| pinned \| 100 \| 50 \| .* \| 0\.7 \(0\.5–0\.9\) \|/);
  assert.match(small, /\| GET one, 32 connections \| ≥ 0\.6× floor \| 0\.7× floor \| met \|/);
  const large = report({ ...parts, sizes: ['10k', '1M'], hasTargets: true });
  assert.match(large, /\| GET one \| 10 \| 10 \| 2 \(2–2\) \| {2}\| ≤ 1\.5× \| \*\*missed\*\* \|/);
  assert.match(large, /\| 0 of 1 \| \*\*missed\*\* \|/);
  assert.doesNotMatch(report({ ...parts, sizes: ['10k', '1M'], hasTargets: false }), /missed|met/);
});

test('a percentile is a value that was measured', () => {
  const values = Array.from({ length: 100 }, (_, place) => 100 - place);
  assert.equal(percentile(values, 0.5), 50);
  assert.equal(percentile(values, 0.99), 99);
  assert.equal(percentile([7], 0.99), 7);
});

test('the installation is small, and nothing in it is compiled', () => {
  const { bytes, packages, compiled } = installed();
  assert.ok(bytes > 1e6 && bytes < 50e6, `${bytes} bytes`);
  assert.ok(packages > 10);
  assert.deepEqual(compiled, []);
});

test('wrong flags are told', () => {
  const read = (...args: string[]) => readOptions(args, '/sets', ['get-one']);
  assert.deepEqual(read('--sizes', '1M,10k').sizes, ['10k', '1M']);
  assert.throws(() => read('--sizes', '10'), /10,000 companies at least/);
  assert.throws(() => read('--sizes', 'many'), /a size is such as/);
  assert.throws(() => read('--scenarios', 'get-two'), /no scenario "get-two"/);
  assert.throws(() => read('--engine', 'oracle'), /sqlite or postgres/);
  assert.throws(() => read('--seconds', '0.5'), /whole number/);
  const { stdout } = spawnSync(
    process.execPath,
    [fileURLToPath(new URL('../bench/main.ts', import.meta.url)), '--list'],
    {
      encoding: 'utf8',
    },
  );
  assert.match(stdout, /^get-one-32 +GET one/m);
  assert.match(stdout, /^walk +/m);
});
