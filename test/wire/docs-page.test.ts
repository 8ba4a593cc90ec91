import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { request, startServer, type TestServer } from '../support/server.ts';

describe('the page of the API', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());
  const get = (path: string, headers: Record<string, string> = {}) =>
    request('GET', `${server.url}${path}`, undefined, headers);

  const files = [
    ['/openapi.json', 'application/json', /^\{\s*"openapi": "3\.1\.0"/],
    ['/docs', 'text/html; charset=utf-8', /^<!doctype html>/],
    ['/docs/init.js', 'text/javascript; charset=utf-8', /SwaggerUIBundle\(/],
    ['/docs/swagger-ui.css', 'text/css; charset=utf-8', /\.swagger-ui/],
    ['/docs/swagger-ui-bundle.js', 'text/javascript; charset=utf-8', /SwaggerUIBundle/],
  ] as const;
  for (const [path, type, text] of files) {
    test(`${path} is there for anybody, in its type`, async () => {
      const reply = await get(path);
      assert.equal(reply.status, 200);
      assert.equal(reply.headers.get('content-type'), type);
      assert.equal(reply.headers.get('x-content-type-options'), 'nosniff');
      assert.match(reply.headers.get('cache-control') ?? '', /^(no-cache|max-age=86400)$/);
      assert.match(reply.text, text);
    });

    test(`${path} is not sent to who has it`, async () => {
      const tag = (await get(path)).headers.get('etag') ?? '';
      const again = await get(path, { 'If-None-Match': tag });
      assert.deepEqual([again.status, again.text], [304, '']);
    });
  }

  test('it asks nothing of other servers, and runs no script but files of this one', async () => {
    const { headers, text } = await get('/docs');
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; /);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
    assert.doesNotMatch(text, /(src|href)="(?!\/|data:,")|style=|<script>|\bon\w+=/);
    const addresses = [...text.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map((match) => match[1]!);
    for (const address of addresses) assert.equal((await get(address)).status, 200, address);
  });

  test('there is no other file', async () => {
    const others = [
      '/docs/x',
      '/docs/index.html',
      '/docs/swagger-ui.js',
      '/docs/..%2f..%2fpackage.json',
      '/docs/%2e%2e/server.ts',
    ];
    for (const path of others) assert.equal((await get(path)).status, 404, path);
    assert.equal((await request('POST', `${server.url}/docs`, '{}')).status, 405);
  });
});
