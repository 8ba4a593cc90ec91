import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { defaultLimits, type Limits } from '../../src/http/limits.ts';
import type { Answer, HttpError, Request } from '../../src/http/request.ts';
import { createServer } from '../../src/http/server.ts';
import type { SignIn } from '../../src/http/session.ts';
import { readAnswer } from '../support/refusals.ts';

const apps: FastifyInstance[] = [];
after(() => Promise.all(apps.map((app) => app.close())));

const answerOf = (status: number, text: string, headers = {}): Answer => ({
  status,
  headers,
  body: Buffer.from(text),
});

const large = 'x'.repeat(100_000);

/** A server of one route, at which as many requests are at work as are let. */
async function start(limits: Partial<Limits>, atOnce = 1) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const handle = async (request: Request) => {
    begun.push(String(await request.readBody()));
    await new Promise<void>((resolve) => ends.push(resolve));
    return answerOf(200, 'done');
  };
  const presentHttpError = ({ status, reason, headers }: HttpError) => answerOf(status, reason, headers);
  const app = createServer({
    routes: [
      { path: '/work', open: true, methods: { POST: handle } },
      { path: '/large', open: true, here: true, methods: { GET: async () => answerOf(200, large) } },
      { path: '/quick', open: true, here: true, methods: { GET: async () => answerOf(200, 'quick') } },
    ],
    signIn: {} as SignIn,
    answerAtOnce: () => undefined,
    limits: { ...defaultLimits, ...limits },
    atOnce: { reads: atOnce, writes: atOnce },
    sessionCookies: () => [],
    presentError: (error) => presentHttpError(error as HttpError),
    presentHttpError,
    clock: () => 1,
    log: { error: () => undefined },
    findAddress: () => '127.0.0.1',
  });
  apps.push(app);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const post = async (name: string, more = '') => {
    const response = await fetch(`${url}/work`, { method: 'POST', body: JSON.stringify(name + more) });
    return { status: response.status, retry: response.headers.get('retry-after'), text: await response.text() };
  };
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await setTimeout(2);
  };
  /** Lets those end that are at work, and those that follow. */
  const endAll = async (count: number) => {
    for (let ended = 0; ended < count; ended += 1) {
      await until(() => ends.length > 0);
      ends.shift()!();
    }
  };
  return { app, url, port: Number(new URL(url).port), begun, ends, post, until, endAll };
}

const refusal = { status: 503, retry: '1', text: 'overloaded' };
const done = { status: 200, retry: null, text: 'done' };

test('beyond what may wait requests are refused and not begun; what was accepted is done, and others after it', async () => {
  const { begun, post, until, endAll, url } = await start({ waiting: 2 });
  const first = post('a');
  await until(() => begun.length === 1);
  const waiting = [post('b'), post('c')];
  await setTimeout(100);
  const surplus = await Promise.all(Array.from({ length: 20 }, (_, index) => post(`surplus ${index}`)));
  for (const reply of surplus) assert.deepEqual(reply, refusal);
  assert.equal((await fetch(`${url}/quick`)).status, 200);
  await endAll(3);
  assert.deepEqual(await Promise.all([first, ...waiting]), [done, done, done]);
  const later = post('d');
  await endAll(1);
  assert.deepEqual(await later, done);
  assert.deepEqual(begun.toSorted(), ['a', 'b', 'c', 'd']);
});

test('who waits for too long is refused and not begun', async () => {
  const { begun, post, until, endAll } = await start({ waitingSeconds: 0.1 });
  const first = post('a');
  await until(() => begun.length === 1);
  assert.deepEqual(await post('b'), refusal);
  await endAll(1);
  assert.deepEqual(await first, done);
  assert.deepEqual(begun, ['a']);
});

test('what a client left before its turn is not begun', async () => {
  const { begun, port, post, until, endAll } = await start({});
  const first = post('a');
  await until(() => begun.length === 1);
  const socket = connect(port, '127.0.0.1');
  socket.write('POST /work HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n"left"');
  await setTimeout(100);
  socket.destroy();
  await setTimeout(100);
  const last = post('b');
  await setTimeout(100);
  await endAll(2);
  assert.deepEqual(await Promise.all([first, last]), [done, done]);
  assert.deepEqual(begun, ['a', 'b']);
});

test('of bodies no more than so many bytes are held, and none of a request that has its answer', async () => {
  const { begun, post, until, endAll } = await start({ held: 50_000 }, 10);
  const half = 'x'.repeat(30_000);
  const first = [post('a', half), post('b', half)];
  await until(() => begun.length === 2);
  assert.deepEqual(await post('c'), refusal);
  await endAll(2);
  assert.deepEqual(await Promise.all(first), [done, done]);
  await setTimeout(50);
  const later = [post('d', half), post('e')];
  await endAll(2);
  assert.deepEqual(await Promise.all(later), [done, done]);
});

test('answers that nobody takes are held, until their client has gone', async () => {
  const { port, url, post, endAll } = await start({ held: 1_000_000 }, 10);
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.pause();
  socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(200));
  await setTimeout(300);
  assert.deepEqual(await post('a'), refusal);
  socket.destroy();
  await setTimeout(100);
  assert.equal((await (await fetch(`${url}/large`)).text()).length, large.length);
  const last = post('b');
  await endAll(1);
  assert.deepEqual(await last, done);
});

async function talk(socket: Socket, text: string): Promise<string> {
  let received = '';
  socket.on('data', (data) => {
    received += data;
  });
  socket.on('error', () => undefined);
  socket.write(text);
  await Promise.race([once(socket, 'close'), setTimeout(500)]);
  return received;
}

test('connections beyond the limit are answered 503 and closed, still more are closed at once, and one that goes makes room', async () => {
  const { port } = await start({ connections: 2 });
  const open = () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    return socket;
  };
  const ask = 'GET /quick HTTP/1.1\r\nHost: x\r\n\r\n';
  const kept = [open(), open()];
  for (const socket of kept) assert.match(await talk(socket, ask), /^HTTP\/1\.1 200 .*quick$/s);
  const surplus = readAnswer(await talk(open(), ask));
  assert.deepEqual([surplus?.status, surplus?.text], [503, 'overloaded']);
  assert.deepEqual([surplus?.headers.get('connection'), surplus?.headers.get('retry-after')], ['close', '1']);
  const silent = [open(), open()];
  await Promise.all(silent.map((socket) => once(socket, 'connect')));
  await setTimeout(50);
  assert.equal(await talk(open(), ask), '');
  kept[0]!.destroy();
  for (const socket of silent) socket.destroy();
  await setTimeout(100);
  assert.match(await talk(open(), ask), /^HTTP\/1\.1 200 .*quick$/s);
  kept[1]!.destroy();
});

test('a head, and a body, that do not come in time are 408; of who says nothing at all the connection is closed', async () => {
  const { port, begun } = await start({ headSeconds: 1, requestSeconds: 2, silenceSeconds: 1 });
  const slowly = async (text: string) => {
    const began = performance.now();
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', (data) => {
      received += data;
    });
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    socket.write(text);
    const drops = setInterval(() => socket.write('x'), 300);
    await closed;
    clearInterval(drops);
    return { received, answer: readAnswer(received), seconds: (performance.now() - began) / 1000 };
  };
  const [head, body, silent] = await Promise.all([
    slowly('POST /work HTTP/1.1\r\nHost: x\r\nX-Slow: '),
    slowly('POST /work HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"'),
    new Promise<number>((resolve) => {
      const began = performance.now();
      connect(port, '127.0.0.1')
        .on('close', () => resolve((performance.now() - began) / 1000))
        .resume();
    }),
  ]);
  for (const { answer } of [head, body]) assert.deepEqual([answer?.status, answer?.text], [408, 'too_slow']);
  // Node's parser tells of nothing that it cannot read behind a request for an upgrade.
  const wish = 'GET /quick HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n';
  const behind = await slowly(`${wish}GET ?/quick HTTP/1.1\r\nHost: x\r\n\r\n`);
  assert.match(behind.received, /^HTTP\/1\.1 200 .*quickHTTP\/1\.1 408 .*too_slow$/s);
  assert.ok(head.seconds > 0.9 && head.seconds < 5, `${head.seconds}`);
  assert.ok(body.seconds > 1.9 && body.seconds < 6, `${body.seconds}`);
  assert.ok(silent < 5, `${silent}`);
  assert.deepEqual(begun, []);
});
