import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type Answered, ask, assertProblem, assertRefused, listing, rawHead, readAnswer } from '../support/refusals.ts';
import { startServer, type TestServer } from '../support/server.ts';

const mebibyte = 1024 * 1024;

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const portOf = () => Number(new URL(server.url).port);

const mebibyteOfText = Buffer.alloc(mebibyte, 'x');

function chunked(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

/**
 * Sends pieces after a head, waits a little for the answer to come, and then goes on up to 100 MB: a server that reads on is found
 * out. Gives the answer, how much was taken and what memory grew by.
 */
async function sendHundred(
  headers: string,
  pieces: readonly Buffer[],
  more: Buffer,
): Promise<{ reply: Answered; taken: number; grown: number }> {
  const memory = () => process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
  const socket = connect(portOf(), '127.0.0.1');
  const received: Buffer[] = [];
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.on('data', (data) => received.push(data));
  socket.on('error', () => undefined);
  const start = memory();
  let most = start;
  let taken = 0;
  const write = async (piece: Buffer) => {
    const drained = new Promise((resolve) => socket.once('drain', resolve));
    if (!socket.write(piece)) await Promise.race([drained, closed]);
    taken += piece.length;
    most = Math.max(most, memory());
  };
  socket.write(rawHead('POST /api/v2/companies', headers, 'Connection: close'));
  for (const piece of pieces) await write(piece);
  await Promise.race([closed, setTimeout(5000, undefined, { ref: false })]);
  while (received.length === 0 && taken < 100 * mebibyte && !socket.destroyed) await write(more);
  socket.end('0\r\n\r\n');
  await closed;
  const reply = readAnswer(Buffer.concat(received).toString('utf8'));
  assert.ok(reply, 'closed without an answer');
  return { reply, taken, grown: most - start };
}

describe('a body of 100 MB is refused before it has come', () => {
  test('with Content-Length at once', async () => {
    const before = await listing(server);
    const { reply, taken } = await sendHundred(`Content-Length: ${100 * mebibyte}`, [], mebibyteOfText);
    assertProblem(reply, 413);
    assert.equal(taken, 0);
    assert.equal(await listing(server), before);
  });

  test('in chunks when 16 MB have come, and no more than these are held', async () => {
    const before = await listing(server);
    const piece = chunked(mebibyteOfText);
    const pieces = [...Array.from({ length: 16 }, () => piece), chunked(Buffer.from('x'))];
    const { reply, taken, grown } = await sendHundred('Transfer-Encoding: chunked', pieces, piece);
    assertProblem(reply, 413);
    assert.ok(taken < 17 * mebibyte, `${taken} bytes were taken`);
    assert.ok(grown < 40 * mebibyte, `memory grew by ${grown} bytes`);
    assert.equal(await listing(server), before);
  });

  test('while one just under the limit is read', async () => {
    const body = `{"add":[{"name":"x","zzz":"${'x'.repeat(8 * mebibyte - 100)}"}]}`;
    const post = (text: string) => server.post('/api/v2/companies', text);
    assert.equal((await post(body)).status, 200);
    await assertRefused(server, [() => post(body.padEnd(8 * mebibyte + 1))], 413);
  });
});

describe('bytes on a bare socket', () => {
  const body = '{"add":[{"name":"x"}]}';
  const length = `Content-Length: ${body.length}`;

  test('that are no HTTP are refused', async () => {
    const garbage = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 167 + 13) % 256));
    const line = (text: string) => `${text}\r\nHost: 127.0.0.1\r\n\r\n`;
    const lines = ['GET', 'GET / HTTP/9.9', 'GET  HTTP/1.1', 'HELLO', 'GET /api/v2/companies\0 HTTP/1.1', ' ', '{}'];
    await assertRefused(server, [
      () => ask(server, garbage),
      () => ask(server, Buffer.from('160301020001fc0303', 'hex'), garbage),
      () => ask(server, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
      ...lines.map((text) => () => ask(server, line(text))),
      ...['a b: c', ': x', 'X: a\0b', 'X: a\rb', 'no colon'].map(
        (wrong) => () => ask(server, rawHead('GET /api/v2/companies', wrong)),
      ),
    ]);
  });

  test('with letters as they are in the address are read as if they were encoded', async () => {
    const head = (target: string) => rawHead(`GET ${target}`);
    const raw = head('/api/v2/companies?query=Ромашка');
    const inLetters = Buffer.from(raw).indexOf('ш') + 1;
    const sent: readonly [what: string, pieces: readonly (string | Buffer)[], ...answers: RegExp[]][] = [
      ['at once', [raw], /"id":41389/],
      ['again and again', [raw, head('/api/v2/account'), raw, raw], /41389/, /"subdomain"/, /41389/, /41389/],
      ['in pieces', [Buffer.from(raw).subarray(0, inLetters), Buffer.from(raw).subarray(inLetters)], /"id":41389/],
      ['with a body', [rawHead('POST /api/v2/companies?x=Ромашка', length), body], /"request_id":0/],
      ['that are no UTF-8', [Buffer.from(head('/api/v2/companies?query=\xe9'), 'latin1')], /Параметры не в UTF-8/],
      ['in a path', [head('/api/v2/компании')], /Код ошибки 104/],
    ];
    for (const [what, pieces, ...answers] of sent) {
      const socket = connect(portOf(), '127.0.0.1').setNoDelay();
      let received = '';
      socket.on('data', (data) => {
        received += data;
      });
      for (const piece of pieces) {
        socket.write(piece);
        await setTimeout(100);
      }
      assert.equal(socket.readyState, 'open', what);
      socket.destroy();
      const bodies = received.split(/HTTP\/1\.1 \d+ .*?\r\n\r\n/s).slice(1);
      assert.equal(bodies.length, answers.length, `${what}: ${received}`);
      for (const [index, answer] of answers.entries()) assert.match(bodies[index]!, answer, what);
    }
  });

  test('with an address of another sort are told to encode it, and what is no HTTP that it is none', async () => {
    // Where an answer is under way, the next must not overtake it.
    const two = rawHead('GET /api/v2/account') + rawHead('GET /api/v2/companies?query=Ромашка');
    for (const text of [rawHead('GET ?query=Ромашка'), rawHead('GET /api/v2/companies?query=\x01Ромашка'), two]) {
      const refused = await ask(server, text);
      assertProblem(refused, 400, 400);
      assert.match(refused.text, /В адресе .* %D0%A0/);
    }
    const space = await ask(server, rawHead('GET /api/v2/companies?query=a b'));
    assertProblem(space, 400, 400);
    assert.match(space.text, /не запрос HTTP/);
    const large = await ask(server, rawHead('GET /api/v2/companies', `X: ${'x'.repeat(300 * 1024)}`));
    assertProblem(large, 431, 400);
    const endless = await ask(server, `GET /api/v2/companies?query=${'Ромашка'.repeat(30_000)}`);
    assertProblem(endless, 431, 400);
  });

  test('whose length is told wrongly or twice are refused', async () => {
    const wrong = [
      ['Content-Length: -1'],
      ['Content-Length: 0x10'],
      ['Content-Length: 99999999999999999999999'],
      [length, 'Content-Length: 5'],
      [length, 'Transfer-Encoding: chunked'],
      ['Transfer-Encoding: gzip'],
      ['Transfer-Encoding: chunked, identity'],
    ];
    await assertRefused(
      server,
      wrong.map((headers) => () => ask(server, rawHead('POST /api/v2/companies', ...headers), body)),
    );
    const chunks = ['zz\r\nab\r\n', '-1\r\n', '5\r\nab\r\n0\r\n\r\n', 'ffffffffffffffffff\r\n'];
    const chunked = rawHead('POST /api/v2/companies', 'Transfer-Encoding: chunked');
    await assertRefused(
      server,
      chunks.map((text) => () => ask(server, chunked, text)),
    );
  });

  test('that stop half-way write nothing and hold up nobody', async () => {
    const before = await listing(server);
    const whole = rawHead('POST /api/v2/companies', length) + body;
    const halves = [1, 10, 40, whole.length - body.length, whole.length - 1].map((end) => whole.slice(0, end));
    const sockets = halves.map((half) => {
      const socket = connect(portOf(), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(half);
      return socket;
    });
    assert.equal(await listing(server), before);
    const closed = Promise.all(sockets.map((socket) => once(socket, 'close')));
    for (const socket of sockets) socket.destroy();
    await closed;
    assert.equal(await listing(server), before);
    assert.equal((await server.post('/api/v2/companies', body)).status, 200);
  });

  test('of several requests at once are answered in their order', async () => {
    const one = rawHead('GET /api/v2/companies?id=41389');
    const last = rawHead('GET /api/v2/unknown', 'Connection: close');
    const { text } = await ask(server, one + one + last);
    assert.equal(text.split('"id":41389').length - 1, 2);
    assert.ok(text.lastIndexOf('HTTP/1.1 404') > text.lastIndexOf('"id":41389'));
  });
});
