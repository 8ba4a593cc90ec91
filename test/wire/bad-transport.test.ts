import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { type Answered, assertProblem, assertRefused, listing, readAnswer, sendRaw } from '../support/refusals.ts';
import { request, startServer, type TestServer, testToken } from '../support/server.ts';

const mebibyte = 1024 * 1024;
const signed = { Authorization: `Bearer ${testToken}` };
const batch = '{"add":[{"name":"Компания"}]}';
const head = (line: string, ...headers: string[]) =>
  `${[`${line} HTTP/1.1`, 'Host: 127.0.0.1', `Authorization: Bearer ${testToken}`, ...headers].join('\r\n')}\r\n\r\n`;

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const post = (body: string | Uint8Array | undefined, headers = {}) =>
  request('POST', `${server.url}/api/v2/companies`, body, { ...signed, ...headers });
const get = (path: string) => request('GET', `${server.url}${path}`, undefined, signed);

/** Sends a raw request that has to be answered, and gives the answer. */
async function ask(...pieces: readonly (string | Buffer)[]): Promise<Answered> {
  const answered = await sendRaw(server, ...pieces);
  assert.ok(answered, 'closed without an answer');
  return answered;
}

/** Sends up to 100 MB after a head, as long as there is no answer; with it how much was taken and what memory grew by. */
async function sendHundred(headers: string, chunk: Buffer): Promise<{ reply: Answered; taken: number; grown: number }> {
  const memory = () => process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const closed = once(socket, 'close');
  const received: Buffer[] = [];
  socket.on('data', (data) => received.push(data));
  socket.on('error', () => undefined);
  const start = memory();
  let most = start;
  let taken = 0;
  socket.write(head('POST /api/v2/companies', headers));
  while (received.length === 0 && taken < 100 * mebibyte && !socket.destroyed) {
    if (!socket.write(chunk))
      await Promise.race([once(socket, 'drain'), once(socket, 'data'), closed]).catch(() => undefined);
    taken += chunk.length;
    most = Math.max(most, memory());
  }
  await closed;
  const reply = readAnswer(Buffer.concat(received).toString('utf8'));
  assert.ok(reply, 'closed without an answer');
  return { reply, taken, grown: most - start };
}

describe('a body of 100 MB is refused before it has come', () => {
  const chunk = Buffer.alloc(mebibyte, 'x');
  const asChunk = Buffer.concat([Buffer.from(`${mebibyte.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);

  test('with Content-Length at once', async () => {
    const before = await listing(server);
    const { reply, taken, grown } = await sendHundred(`Content-Length: ${100 * mebibyte}`, chunk);
    assertProblem(reply, 413);
    assert.ok(taken < 16 * mebibyte, `${taken} bytes were taken`);
    assert.ok(grown < 16 * mebibyte, `memory grew by ${grown} bytes`);
    assert.equal(await listing(server), before);
  });

  test('in chunks when 16 MB have come, and no more than these are held', async () => {
    const before = await listing(server);
    const { reply, taken, grown } = await sendHundred('Transfer-Encoding: chunked', asChunk);
    assertProblem(reply, 413);
    assert.ok(taken < 40 * mebibyte, `${taken} bytes were taken`);
    assert.ok(grown < 40 * mebibyte, `memory grew by ${grown} bytes`);
    assert.equal(await listing(server), before);
  });

  test('while one just under the limit is read', async () => {
    const body = `{"add":[{"name":"x","zzz":"${'x'.repeat(16 * mebibyte - 100)}"}]}`;
    assert.equal((await post(body)).status, 200);
    await assertRefused(server, [() => post(body.padEnd(16 * mebibyte + 1))], 413);
  });
});

describe('the body is read by what it is', () => {
  const bytes = new TextEncoder().encode(batch);

  test('as JSON under any media type and under none', async () => {
    const types = [
      'hal/json',
      'text/plain',
      'text/plain; charset=utf-8',
      'application/x-www-form-urlencoded',
      'text/html',
    ];
    for (const type of types) assert.equal((await post(bytes, { 'Content-Type': type })).status, 200, type);
    assert.equal((await post(bytes)).status, 200);
    assert.equal((await post(new TextEncoder().encode(`\ufeff${batch}`))).status, 200);
  });

  test('as a form under any media type and under none', async () => {
    const pairs = new TextEncoder().encode('add[0][name]=x');
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      assert.equal((await post(pairs, { 'Content-Type': type })).status, 200, type);
    }
    assert.equal((await post(pairs)).status, 200);
  });

  test('and refused when it is neither, or compressed', async () => {
    const { gzipSync } = await import('node:zlib');
    const bodies = ['<add><name>x</name></add>', '---\nadd: x', 'add', '[1', '"x', '{'];
    await assertRefused(server, [
      ...bodies.map((body) => () => post(body)),
      () => post(gzipSync(batch), { 'Content-Encoding': 'gzip' }),
    ]);
  });

  test('and refused when it is not UTF-8: broken, cut, or Windows-1251, also percent-encoded', async () => {
    const cyrillic = Buffer.from([0xca, 0xee, 0xec, 0xef]);
    const around = (inner: Buffer, before = '{"add":[{"name":"', after = '"}]}') =>
      Buffer.concat([Buffer.from(before), inner, Buffer.from(after)]);
    const broken = ['ff', 'c0af', 'eda080', 'f5808080', 'd0', 'e282'].map((hex) => Buffer.from(hex, 'hex'));
    await assertRefused(
      server,
      [...broken, cyrillic].flatMap((inner) => [
        () => post(around(inner)),
        () => post(around(inner, 'add[0][name]=', '')),
        () =>
          post(around(inner, 'add[0][name]=', '&a=b'), { 'Content-Type': 'application/json; charset=windows-1251' }),
        () => post(`add[0][name]=${inner.toString('hex').replace(/../g, '%$&')}`),
      ]),
    );
  });

  test('as multipart, and refused when its boundary is missing, another or not at the end', async () => {
    const part = (boundary: string) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="add[0][name]"\r\n\r\nx\r\n`;
    const whole = `${part('b')}--b--\r\n`;
    const type = 'multipart/form-data; boundary=b';
    assert.equal((await post(whole, { 'Content-Type': type })).status, 200);
    const wrongTypes = ['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=c'];
    await assertRefused(server, [
      ...wrongTypes.map((wrong) => () => post(whole, { 'Content-Type': wrong })),
      ...[part('b'), whole.slice(0, -6), whole.slice(0, 30), whole.replace('--b', '--c'), batch, ''].map(
        (body) => () => post(body, { 'Content-Type': type }),
      ),
    ]);
  });

  test('and refused with more than a hundred thousand pairs', async () => {
    const pairs = (count: number) => `${'&x=1'.repeat(count - 1)}&add[0][name]=x`;
    assert.equal((await post(pairs(100_000))).status, 200);
    await assertRefused(server, [() => post(pairs(100_001))]);
  });
});

describe('addresses', () => {
  test('with a broken percent sign are refused, in path and query', async () => {
    const paths = [
      '/%',
      '/api/v2/%',
      '/api/v2/companies%',
      '/api/v2/companies%zz',
      '/api/v2/%c3companies',
      '/%E0%A4%A',
    ];
    const queries = ['%', 'id=%', 'id=41389&%zz', 'query=%E0%A4%A', '%ff=1', 'id[%]=1', 'query=%c0%af', 'a=1&b=%u0041'];
    await assertRefused(server, [
      ...paths.map((path) => () => get(path)),
      ...queries.map((query) => () => get(`/api/v2/companies?${query}`)),
      ...queries.map((query) => () => request('POST', `${server.url}/api/v2/companies?${query}`, batch, signed)),
    ]);
  });

  test('that do not exist are 404 with code 104', async () => {
    const paths = [
      '/',
      '/api',
      '/api/v2',
      '/api/v2/',
      '/api/v2/company',
      '/api/v2/companies/41389',
      '/API/v2/companies',
      '/api/v2/companies//',
      '//api/v2/companies',
      '/__proto__',
      '/api/v2/constructor',
      '/api/v2/companies%00',
      '/api/v2/companies;x=1',
    ];
    await assertRefused(
      server,
      paths.map((path) => () => get(path)),
      404,
      104,
    );
    await assertRefused(
      server,
      paths.map((path) => () => request('POST', `${server.url}${path}`, batch, signed)),
      404,
      104,
    );
  });

  test('with headers of more than 256 KB are 431', async () => {
    assert.equal((await ask(head(`GET /api/v2/companies?x=${'x'.repeat(200_000)}`, 'Connection: close'))).status, 200);
    await assertRefused(
      server,
      [
        () => ask(head(`GET /api/v2/companies?x=${'x'.repeat(300_000)}`)),
        () => ask(head('GET /api/v2/companies', `X-Filler: ${'x'.repeat(300_000)}`)),
        () =>
          ask(head('GET /api/v2/companies', ...Array.from({ length: 3000 }, (_, i) => `X-${i}: ${'x'.repeat(100)}`))),
      ],
      431,
    );
  });
});

describe('methods', () => {
  test('other than GET, HEAD and POST are 405 and tell which there are', async () => {
    const before = await listing(server);
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const body = method === 'OPTIONS' ? undefined : '{"add":[{"name":"x"}]}';
      const reply = await request(method, `${server.url}/api/v2/companies`, body, signed);
      assertProblem(reply, 405, 207);
      assert.equal(reply.headers.get('allow'), 'GET, POST');
    }
    assertProblem(await ask(head('TRACE /api/v2/companies', 'Connection: close')), 405, 207);
    assert.equal(await listing(server), before);
  });

  test('that the web forgot are refused, and those that are none are not HTTP', async () => {
    const before = await listing(server);
    for (const method of ['PROPFIND', 'MKCOL', 'PURGE', 'LOCK', 'M-SEARCH', 'LINK']) {
      const reply = await ask(head(`${method} /api/v2/companies`, 'Connection: close'));
      assertProblem(reply, reply.status === 404 ? 404 : 405);
    }
    for (const method of ['FOO', 'get', 'GETT', '', 'PÖST'])
      assertProblem(await ask(head(`${method} /api/v2/companies`)));
    assert.equal(await listing(server), before);
  });

  test('HEAD is GET without a body, and CONNECT leads nowhere', async () => {
    const reply = await request('HEAD', `${server.url}/api/v2/companies`, undefined, signed);
    assert.deepEqual([reply.status, reply.text], [200, '']);
    assert.equal(await sendRaw(server, head('CONNECT example.com:443')), undefined);
    assert.equal((await get('/api/v2/companies')).status, 200);
  });
});

describe('bytes on a bare socket', () => {
  const body = '{"add":[{"name":"x"}]}';
  const length = `Content-Length: ${body.length}`;

  test('that are no HTTP are refused', async () => {
    const garbage = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 167 + 13) % 256));
    const line = (text: string) => `${text}\r\nHost: 127.0.0.1\r\n\r\n`;
    const lines = [
      'GET',
      'GET /',
      'GET / HTTP/9.9',
      'GET  HTTP/1.1',
      'HELLO',
      'GET /api/v2/companies\0 HTTP/1.1',
      ' ',
      '{}',
    ];
    await assertRefused(server, [
      () => ask(garbage),
      () => ask(Buffer.from('160301020001fc0303', 'hex'), garbage),
      () => ask('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
      ...lines.map((text) => () => ask(line(text))),
      ...['a b: c', ': x', 'X: a\0b', 'X: a\rb', 'no colon'].map(
        (wrong) => () => ask(head('GET /api/v2/companies', wrong)),
      ),
    ]);
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
      wrong.map((headers) => () => ask(head('POST /api/v2/companies', ...headers), body)),
    );
    const chunks = ['zz\r\nab\r\n', '-1\r\n', '5\r\nab\r\n0\r\n\r\n', 'ffffffffffffffffff\r\n'];
    const chunked = head('POST /api/v2/companies', 'Transfer-Encoding: chunked');
    await assertRefused(
      server,
      chunks.map((text) => () => ask(chunked, text)),
    );
  });

  test('that stop half-way write nothing and hold up nobody', async () => {
    const before = await listing(server);
    const whole = head('POST /api/v2/companies', length) + body;
    const halves = [1, 10, 40, whole.length - body.length, whole.length - 1].map((end) => whole.slice(0, end));
    const sockets = halves.map((half) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(half);
      return socket;
    });
    assert.equal(await listing(server), before);
    const closed = Promise.all(sockets.map((socket) => once(socket, 'close')));
    for (const socket of sockets) socket.destroy();
    await closed;
    assert.equal(await listing(server), before);
    assert.equal((await post(batch)).status, 200);
  });

  test('of several requests at once are answered in their order', async () => {
    const one = head('GET /api/v2/companies?id=41389');
    const last = head('GET /api/v2/unknown', 'Connection: close');
    const { text } = await ask(one + one + last);
    assert.equal(text.split('"id":41389').length - 1, 2);
    assert.match(text, /HTTP\/1\.1 404 [^]*"status":404[^]*$/);
  });
});
