import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { webRoutes } from '../../src/cli/web-pages.ts';
import type { Request } from '../../src/http/request.ts';
import { assertProblem } from '../support/refusals.ts';
import { request, startServer, type TestServer } from '../support/server.ts';

// What bin/web.mjs has built, as browsers are sent it.

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${server.url}${path}`, { method, headers: { 'Accept-Encoding': 'identity', ...headers } });

/** What the page itself names. */
async function assets(): Promise<string[]> {
  const html = await (await get('/')).text();
  return [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
}

describe('pages', () => {
  for (const path of [
    '/',
    '/sign-in',
    '/companies',
    '/companies?q=a&sort=-id',
    '/companies/',
    '/contacts',
    '/leads',
    '/customers',
    '/companies/41389',
    '/customers/7?x=1',
    '/board?pipeline=5',
    '/tasks?show=done',
  ]) {
    test(`${path} is one page, for anybody, under a strict policy`, async () => {
      const reply = await get(path);
      assert.equal(reply.status, 200);
      assert.equal(reply.headers.get('content-type'), 'text/html; charset=utf-8');
      assert.equal(reply.headers.get('x-content-type-options'), 'nosniff');
      assert.equal(reply.headers.get('referrer-policy'), 'no-referrer');
      assert.equal(reply.headers.get('cache-control'), 'no-cache');
      const policy = reply.headers.get('content-security-policy') ?? '';
      assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; .*frame-ancestors 'none'$/);
      assert.doesNotMatch(policy, /unsafe|https?:|\*/);
      const html = await reply.text();
      assert.match(html, /<div id="root">/);
      assert.doesNotMatch(html, /<script(?![^>]* src=")|<style|style="|\bon\w+=/);
    });
  }

  test('files that a page names never change under their names', async () => {
    const named = await assets();
    assert.ok(named.some((name) => /^\/assets\/.*\.js$/.test(name)) && named.some((name) => /\.css$/.test(name)));
    for (const name of named) {
      const reply = await get(name);
      assert.equal(reply.status, 200, name);
      assert.equal(reply.headers.get('x-content-type-options'), 'nosniff');
      const lasting = name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
      assert.equal(reply.headers.get('cache-control'), lasting);
      const tag = reply.headers.get('etag') ?? '';
      assert.equal((await get(name, { 'If-None-Match': tag })).status, 304);
      await reply.arrayBuffer();
    }
  });

  test('they come as brotli or gzip where that is taken, each with a tag of its own', async () => {
    const script = (await assets()).find((name) => name.startsWith('/assets/') && name.endsWith('.js'))!;
    const plain = Buffer.from(await (await get(script)).arrayBuffer());
    // Not by fetch, which unpacks.
    const packed = async (accepted: string) => {
      const { get } = process.getBuiltinModule('node:http');
      return new Promise<{
        encoding?: string | undefined;
        vary?: string | undefined;
        tag?: string | undefined;
        bytes: Buffer;
      }>((resolve, reject) => {
        get(`${server.url}${script}`, { headers: { 'Accept-Encoding': accepted } }, (reply) => {
          const parts: Buffer[] = [];
          reply.on('data', (part: Buffer) => parts.push(part));
          reply.on('end', () =>
            resolve({
              encoding: reply.headers['content-encoding'],
              vary: reply.headers.vary,
              tag: reply.headers.etag,
              bytes: Buffer.concat(parts),
            }),
          );
        }).on('error', reject);
      });
    };
    const [br, gzip] = [await packed('gzip, deflate, br'), await packed('gzip')];
    assert.deepEqual([br.encoding, gzip.encoding], ['br', 'gzip']);
    assert.deepEqual([br.vary, gzip.vary], ['Accept-Encoding', 'Accept-Encoding']);
    assert.notEqual(br.tag, gzip.tag);
    assert.ok(brotliDecompressSync(br.bytes).equals(plain) && gunzipSync(gzip.bytes).equals(plain));
    for (const accepted of ['identity', 'br;q=0, gzip;q=0', 'brotli', 'deflate']) {
      assert.equal((await packed(accepted)).encoding, undefined, accepted);
    }
    assert.equal((await packed('br;q=0, gzip')).encoding, 'gzip');
  });

  test('HEAD tells the same without a body', async () => {
    const [head, whole] = [await get('/', {}, 'HEAD'), await get('/')];
    assert.equal(head.status, 200);
    assert.equal(head.headers.get('content-length'), String((await whole.arrayBuffer()).byteLength));
    assert.equal(await head.text(), '');
  });

  test('the API goes on as it was: unknown addresses, and other methods', async () => {
    const unknown = [
      '/api',
      '/api/v2',
      '/api/v2/houses',
      '/api/kontora/x',
      '/companies/x',
      '/index',
      '/assets',
      '/assets/x.js',
    ];
    for (const path of [...unknown, '/assets/..%2findex.html', '/.sources', '/index.html.br']) {
      assertProblem(await request('GET', `${server.url}${path}`), 404, 104);
    }
    assert.equal((await request('POST', `${server.url}/`, '{}')).status, 405);
    assert.equal((await request('POST', `${server.url}/companies`, '{}')).status, 405);
  });
});

test('where nothing was built the pages say so, and the addresses are the same', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'kontora-web-'));
  try {
    const routes = webRoutes(pathToFileURL(`${empty}/`));
    const paths = routes.map(({ path }) => path);
    const built = webRoutes().map(({ path }) => path);
    assert.ok(paths.includes('/') && paths.includes('/companies') && paths.includes('/settings/import'));
    assert.deepEqual(
      paths,
      built.filter((path) => !/\.\w+$/.test(path)),
    );
    const answer = await (
      routes[0]!.methods as { GET: (request: Request) => Promise<{ status: number; body: Buffer }> }
    ).GET({} as Request);
    assert.equal(answer.status, 503);
    assert.match(answer.body.toString(), /npm start.*href="\/docs"/s);
  } finally {
    rmSync(empty, { recursive: true });
  }
});
