import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './fuzz/connection.ts';
import type { Shot } from './fuzz/draw.ts';
import { judge } from './fuzz/judge.ts';
import { runFuzz } from './fuzz/run.ts';
import { startWorld, type World } from './fuzz/world.ts';
import { testToken } from './support/server.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'kontora-fuzz-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('thousands of mutated requests break nothing; bench/fuzz.ts sends a million', async () => {
  const place = { folder: join(folder, 'many') };
  const { requests, violations, statuses } = await runFuzz({ place, folder, requests: 2000, seed: 1, round: 1000 });
  // How long the loop is held up says little while other tests have the processors.
  const told = violations.filter(({ what }) => !what.startsWith('the loop'));
  assert.deepEqual(
    told.map(({ what, shot }) => [what, shot?.bytes.toString('latin1', 0, 500)]),
    [],
  );
  assert.equal(requests, 2000);
  for (const status of ['200', '204', '400', '401', '404', '405']) assert.ok(statuses.has(status), status);
});

describe('the fuzzer sees', () => {
  const shot: Shot = {
    ...{ number: 0, who: 'restricted', transport: 'plain', isWhole: true, isHead: false },
    bytes: Buffer.alloc(0),
  };
  const none = Buffer.alloc(0);
  const secrets = { administrator: [], restricted: ['secret'], nobody: ['secret'] };
  const json = new Map([['content-type', 'application/json']]);
  const seen = (answer: Partial<Answer>) => {
    const whole = { status: 200, headers: json, head: 'HTTP/1.1 200 OK', body: Buffer.from('{}'), ...answer };
    return [...judge(shot, { answers: [whole], rest: none }, secrets)];
  };

  test('nothing wrong with what is right', () => assert.deepEqual(seen({}), []));

  const wrong: readonly [string, Partial<Answer>][] = [
    ['a failure of the server', { status: 503 }],
    ['JSON that breaks off', { body: Buffer.from('{') }],
    ['bytes that are no text', { body: Buffer.from([0x22, 0xff, 0x22]) }],
    ['what is somebody else’s', { body: Buffer.from('"a secret"') }],
    ['a trace of the stack', { body: Buffer.from('"at run (/srv/main.ts:1:2)"') }],
    ['a header that the client made', { headers: new Map([...json, ['x-injected', '1']]) }],
  ];
  for (const [what, answer] of wrong) test(what, () => assert.equal(seen(answer).length > 0, true));

  test('that there is no answer', () => {
    assert.deepEqual([...judge(shot, { answers: [], rest: none }, secrets)], ['no answer']);
  });
});

describe('found by the fuzzer', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ folder: join(folder, 'found') }, folder);
  });
  after(() => world.close());

  test('a client who does not wait for the end of his import is no failure of the server', async () => {
    const lines = '{"name":"x"}\n'.repeat(20);
    const head = `POST /api/kontora/import/companies HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${testToken}`;
    for (const pause of [5, 20, 50]) {
      const socket = connect(Number(new URL(world.server.address).port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(`${head}\r\nContent-Length: ${lines.length}\r\n\r\n${lines}`.repeat(4));
      await sleep(pause);
      socket.destroy();
    }
    await sleep(500);
    await world.tidy();
    assert.deepEqual(world.complaints, []);
  });

  test('requests on one connection that all wait to be told to go on have whole answers', async () => {
    const ask = 'GET /api/v2/account HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n';
    const socket = connect(Number(new URL(world.server.address).port), '127.0.0.1');
    let received = '';
    socket.on('data', (bytes) => {
      received += bytes;
    });
    socket.write(ask.repeat(5));
    await once(socket, 'close');
    const [, ...answers] = received.split(/HTTP\/1\.1 401 Unauthorized\r\n.*?\r\n\r\n/s);
    assert.ok(answers.length >= 2, received);
    for (const body of answers) assert.equal(JSON.parse(body).response.auth, false, received);
  });
});
