import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ask, assertProblem, assertRefused, listing, rawHead, sendRaw } from '../support/refusals.ts';
import { request, startServer, type TestServer, testToken } from '../support/server.ts';

const signed = { Authorization: `Bearer ${testToken}` };
const batch = '{"add":[{"name":"Компания"}]}';
let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const post = (body: string | Uint8Array | undefined, headers = {}) =>
  request('POST', `${server.url}/api/v2/companies`, body, { ...signed, ...headers });
const get = (path: string) => request('GET', `${server.url}${path}`, undefined, signed);

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
    for (const body of [whole, batch]) assert.equal((await post(body, { 'Content-Type': type })).status, 200);
    const wrongTypes = ['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=c'];
    await assertRefused(
      server,
      [
        ...wrongTypes.map((wrong) => () => post(whole, { 'Content-Type': wrong })),
        ...[part('b'), whole.slice(0, -6), whole.slice(0, 30)].map(
          (body) => () => post(body, { 'Content-Type': type }),
        ),
      ],
      400,
      400,
    );
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
      '/nowhere',
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
    assert.equal(
      (await ask(server, rawHead(`GET /api/v2/companies?x=${'x'.repeat(200_000)}`, 'Connection: close'))).status,
      200,
    );
    await assertRefused(
      server,
      [
        () => ask(server, rawHead(`GET /api/v2/companies?x=${'x'.repeat(300_000)}`)),
        () => ask(server, rawHead('GET /api/v2/companies', `X-Filler: ${'x'.repeat(300_000)}`)),
        () =>
          ask(
            server,
            rawHead('GET /api/v2/companies', ...Array.from({ length: 3000 }, (_, i) => `X-${i}: ${'x'.repeat(100)}`)),
          ),
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
    assertProblem(await ask(server, rawHead('TRACE /api/v2/companies', 'Connection: close')), 405, 207);
    assert.equal(await listing(server), before);
  });

  test('that the web forgot are refused, and those that are none are not HTTP', async () => {
    const before = await listing(server);
    for (const method of ['PROPFIND', 'MKCOL', 'PURGE', 'LOCK', 'M-SEARCH', 'LINK']) {
      const reply = await ask(server, rawHead(`${method} /api/v2/companies`, 'Connection: close'));
      assertProblem(reply, reply.status === 404 ? 404 : 405);
    }
    for (const method of ['FOO', 'get', 'GETT', '', 'PÖST'])
      assertProblem(await ask(server, rawHead(`${method} /api/v2/companies`)));
    assert.equal(await listing(server), before);
  });

  test('HEAD is GET without a body, and CONNECT leads nowhere', async () => {
    const reply = await request('HEAD', `${server.url}/api/v2/companies`, undefined, signed);
    assert.deepEqual([reply.status, reply.text], [200, '']);
    assert.equal(await sendRaw(server, rawHead('CONNECT example.com:443')), undefined);
    assert.equal((await get('/api/v2/companies')).status, 200);
  });
});
