import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Store, StoreUnfit } from '../../src/crm/store.ts';
import { healthRoutes } from '../../src/http/health.ts';
import type { Methods, Request } from '../../src/http/request.ts';
import { request, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

for (const path of ['/healthz', '/readyz', '/healthz/', '/readyz?x=1']) {
  test(`${path} is there for anybody, tiny, and kept by nobody`, async () => {
    for (const method of ['GET', 'HEAD']) {
      const { status, headers, text } = await request(method, `${server.url}${path}`);
      assert.equal(status, 200);
      assert.equal(text, method === 'GET' ? '{"status":"ok"}' : '');
      assert.equal(headers.get('content-type'), 'application/json');
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.equal(headers.get('content-length'), '15');
    }
    assert.equal((await request('POST', `${server.url}${path}`, {})).status, 405);
  });
}

describe('a store that is not well', () => {
  let check: () => Promise<void>;
  const told: string[] = [];
  const log = {
    error: (fields: { err?: unknown }, text: string) =>
      told.push(`${text}: ${(fields.err as Error | undefined)?.message}`),
    info: (text: string) => told.push(text),
  };
  const [, ready] = healthRoutes({ check: () => check() } as Store, log);
  const ask = async () => {
    const { status, body } = await (ready!.methods as Methods<Request>).GET!({} as Request);
    return [status, JSON.parse(String(body))];
  };
  const well = [200, { status: 'ok' }];
  const ill = (reason: string) => [503, { status: 'unavailable', reason }];

  test('makes /readyz answer 503, in words that tell no more than anybody may know, until it is well again', async () => {
    check = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:5432, password hunter2'));
    assert.deepEqual(await ask(), ill('the database does not answer'));
    check = () => Promise.reject(new StoreUnfit('the disk is full'));
    assert.deepEqual(await ask(), ill('the disk is full'));
    check = () => Promise.reject(undefined);
    assert.deepEqual(await ask(), ill('the database does not answer'));
    check = () => Promise.resolve();
    assert.deepEqual(await ask(), well);
    assert.deepEqual(await ask(), well);
    assert.deepEqual(told, ['not ready: connect ECONNREFUSED 10.0.0.7:5432, password hunter2', 'ready again']);
  });

  test('is given a second, and asked once however many want to know', async () => {
    let asked = 0;
    let answer: () => void = () => undefined;
    check = () => {
      asked += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    const start = performance.now();
    const answers = await Promise.all([ask(), ask(), ask()]);
    const ms = performance.now() - start;
    assert.ok(ms > 900 && ms < 3000, `${ms}`);
    for (const one of answers) assert.deepEqual(one, ill('the database does not answer'));
    assert.equal(asked, 1);
    const next = ask();
    answer();
    assert.deepEqual(await next, well);
    assert.equal(asked, 1);
  });
});
