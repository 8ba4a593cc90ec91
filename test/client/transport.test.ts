import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ClientOptions, createClient, KontoraError } from '../../client/client.ts';
import { type FakeServer, hangUp, problem, type Step, startFakeServer } from './fake-server.ts';

let server: FakeServer;
before(async () => {
  server = await startFakeServer();
});
after(() => server.close());

const connect = (options: Partial<ClientOptions> = {}) =>
  createClient({ baseUrl: server.url, auth: { token: 'secret-5c2' }, retry: { delay: 1 }, ...options });

const nothing: Step = { status: 204 };
const saved: Step = { status: 200, body: { _embedded: { items: [{ id: 7, request_id: 0 }] } } };
const busy = problem(503, 'Код ошибки 503. База данных занята, повторите позже', { 'Retry-After': '0' });
const unknown = problem(503, 'Код ошибки 503. Связь с базой данных прервалась: неизвестно, сохранены ли изменения');
const tooMany = problem(429, 'Код ошибки 429. Слишком много запросов', { 'Retry-After': '0' });

async function failure(promise: Promise<unknown>): Promise<KontoraError> {
  const error = await promise.then(
    () => assert.fail('it was done'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof KontoraError, String(error));
  assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`, /secret-5c2/);
  return error;
}

describe('reads', () => {
  for (const [what, step] of Object.entries({
    'a broken connection': hangUp,
    'too many requests': tooMany,
    'a database that is away': busy,
    'a write that is not known': unknown,
    'a gateway': { status: 502, body: '<html>Bad Gateway</html>' },
    'a gateway that waited': { status: 504 },
    'an answer that breaks off': ((response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('{"_em', () => response.destroy());
    }) as Step,
  })) {
    test(`are repeated after ${what}`, async () => {
      server.script(step, step, step, nothing);
      assert.deepEqual(await connect().companies.list(), []);
      assert.equal(server.sent.length, 4);
    });
  }

  test('are given up after the last time', async () => {
    server.script(unknown);
    const error = await failure(connect().companies.list());
    assert.deepEqual([error.status, error.code, error.isUncertain, server.sent.length], [503, 503, false, 4]);
    await failure(connect({ retry: { times: 0 } }).companies.list());
    assert.equal(server.sent.length, 5);
  });

  for (const status of [400, 401, 403, 404, 500]) {
    test(`are not repeated after ${status}`, async () => {
      server.script(problem(status, 'Код ошибки 400. Неверно'), nothing);
      const error = await failure(connect().companies.list({ query: 'Ромашка' }));
      assert.deepEqual([error.status, error.code, error.message], [status, 400, 'Неверно']);
      assert.deepEqual([error.request, server.sent.length], ['GET /api/v2/companies', 1]);
    });
  }
});

describe('writes', () => {
  const add = (options: Partial<ClientOptions> = {}) => connect(options).companies.add([{ name: 'Ромашка' }]);

  for (const [what, step] of Object.entries({ 'too many requests': tooMany, 'a busy database': busy })) {
    test(`are repeated after ${what}: nothing was done`, async () => {
      server.script(step, step, saved);
      assert.deepEqual(await add(), [{ id: 7 }]);
      assert.deepEqual(
        server.sent.map(({ body }) => body),
        Array(3).fill('{"add":[{"name":"Ромашка","request_id":0}]}'),
      );
    });
  }

  test('are repeated where there was no connection', async () => {
    let calls = 0;
    const lazy: typeof fetch = (input, init) => {
      calls += 1;
      if (calls > 2) return fetch(input, init);
      return Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }));
    };
    server.script(saved);
    assert.deepEqual(await add({ fetch: lazy }), [{ id: 7 }]);
    assert.equal(calls, 3);
  });

  for (const [what, step] of Object.entries({
    'a broken connection': hangUp,
    'an answer that is not known': unknown,
    'a gateway': { status: 502 },
    'an unknown error': problem(500, 'Код ошибки 500. Внутренняя ошибка'),
    'an answer that is none': { status: 200, body: '<html>' },
    'an answer that tells of nothing': { status: 200, body: { _embedded: { items: [] } } },
  } satisfies Record<string, Step>)) {
    test(`are not repeated after ${what}, and are uncertain`, async () => {
      server.script(step, saved);
      const error = await failure(add());
      assert.deepEqual([error.isUncertain, error.request, server.sent.length], [true, 'POST /api/v2/companies', 1]);
    });
  }

  test('that are refused are certain', async () => {
    server.script(problem(400, 'Код ошибки 205. Название обязательно (add/0/name)'));
    assert.equal((await failure(add())).isUncertain, false);
  });

  test('without request_id in the answer an update is found by its id', async () => {
    const errors = { update: { 6: 'Something new' } };
    server.script({ status: 200, body: { _embedded: { items: [{ id: 5, updated_at: 9 }], errors } } });
    const results = await connect().leads.update([5, 6, 8].map((id) => ({ id, updated_at: 9 })));
    assert.deepEqual(results, [
      { id: 5, updated_at: 9 },
      { id: 6, error: 'Something new', reason: 'other' },
      { id: 8, error: 'The answer does not tell of it', reason: 'other' },
    ]);
  });
});

describe('waiting', () => {
  test('as long as Retry-After says, as seconds or as a date', async () => {
    for (const after of [() => '1', () => new Date(Date.now() + 2000).toUTCString()]) {
      server.script(problem(429, 'Код ошибки 429. Позже', { 'Retry-After': after() }), nothing);
      const start = performance.now();
      await connect().companies.list();
      const waited = performance.now() - start;
      assert.ok(waited > 800 && waited < 4000, `${waited} ms`);
    }
  });

  test('not longer than a minute: that is told', async () => {
    server.script(problem(429, 'Код ошибки 429. Позже', { 'Retry-After': '61' }));
    const error = await failure(connect().companies.list());
    assert.deepEqual([error.retryAfter, server.sent.length], [61, 1]);
  });

  test('each time twice as long', async () => {
    server.script(hangUp, hangUp, hangUp, nothing);
    const start = performance.now();
    await connect({ retry: { delay: 50 } }).companies.list();
    const waited = performance.now() - start;
    assert.ok(waited >= 350 && waited < 2000, `${waited} ms`);
  });

  test('for a turn: no more than so many start in any second', async () => {
    const starts: number[] = [];
    const quick: typeof fetch = async () => {
      starts.push(performance.now());
      return new Response(null, { status: 204 });
    };
    const crm = connect({ fetch: quick, perSecond: 7 });
    await Promise.all(Array.from({ length: 20 }, () => crm.companies.list()));
    for (const [index, start] of starts.entries()) {
      const eighth = starts[index + 7];
      if (eighth !== undefined) assert.ok(eighth - start >= 1000, `${eighth - start} ms`);
    }
    assert.ok(starts[19]! - starts[0]! < 4000);
  });
});

describe('an abort', () => {
  const reason = new Error('enough');
  const soon = (milliseconds = 30) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), milliseconds);
    return controller.signal;
  };
  const never: Step = () => {};

  test('ends a request under way, a pause, a turn and a sign-in, with its own reason', async () => {
    server.script(never);
    await assert.rejects(connect().companies.list({}, { signal: soon() }), reason);
    await assert.rejects(connect().companies.add([{ name: 'x' }], { signal: soon() }), reason);
    await assert.rejects(connect({ auth: { login: 'a', key: 'b' } }).account([], { signal: soon() }), reason);
    server.script(problem(503, 'Код ошибки 503. Позже', { 'Retry-After': '30' }));
    await assert.rejects(connect().companies.find(5, {}, { signal: soon(500) }), reason);
    // Those of before may still be arriving.
    const arrived = (query: string) => server.sent.filter(({ url }) => url.endsWith(query)).length;
    assert.equal(arrived('?id=5'), 1);
    server.script(nothing);
    const slow = connect({ perSecond: 1 });
    await slow.companies.list({ query: 'slow' });
    await assert.rejects(slow.companies.list({ query: 'slow' }, { signal: soon() }), reason);
    assert.equal(arrived('?query=slow'), 1);
  });

  test('of before the start sends nothing', async () => {
    server.script(nothing);
    const signal = AbortSignal.abort(reason);
    await assert.rejects(connect().companies.list({}, { signal }), reason);
    await assert.rejects(Array.fromAsync(connect().changes({}, { signal })), reason);
    await assert.rejects(Array.fromAsync(connect().leads.import([{ name: 'x' }], { signal })), reason);
    assert.equal(server.sent.length, 0);
  });

  test('between pages ends the pages', async () => {
    const controller = new AbortController();
    server.script({ status: 200, body: { _embedded: { items: [{ id: 1 }] } } });
    const seen = async () => {
      for await (const _ of connect().companies.all({}, { signal: controller.signal })) {
        if (server.sent.length === 3) controller.abort(reason);
      }
    };
    await assert.rejects(seen(), reason);
    assert.equal(server.sent.length, 3);
  });
});

describe('a sign-out', () => {
  const signedIn: Step = {
    status: 200,
    headers: { 'Set-Cookie': 'session_id=s1; path=/; HttpOnly' },
    body: { response: { auth: true } },
  };
  for (const [what, step] of Object.entries({
    'is told to the server': nothing,
    'is one where nobody is signed in': { status: 401 },
    'is one where the server knows no such call': problem(404, 'Код ошибки 104. Неизвестный метод API'),
  } satisfies Record<string, Step>)) {
    test(what, async () => {
      server.script(signedIn, step, nothing);
      const crm = connect({ auth: 'cookie' });
      await crm.signIn({ login: 'me@example.com', key: 'secret-5c2' });
      await crm.signOut();
      await crm.companies.list();
      assert.deepEqual(
        server.sent.map(({ url, cookie }) => [url, cookie]),
        [
          ['/private/api/auth.php?type=json', undefined],
          ['/api/kontora/sign-out', 'session_id=s1'],
          ['/api/v2/companies', undefined],
        ],
      );
    });
  }
});

describe('secrets', () => {
  test('are in no error: neither of the address, nor of a token that no header takes', async () => {
    assert.throws(
      () => connect({ baseUrl: 'https://me:secret-5c2@crm.example' }),
      (error: Error) => {
        return error instanceof TypeError && !error.message.includes('secret-5c2');
      },
    );
    assert.throws(() => connect({ baseUrl: 'crm.example' }), TypeError);
    await assert.rejects(connect({ auth: { token: 'secret-5c2\n' } }).account(), (error: Error) => {
      return error instanceof TypeError && !`${error.message}${error.cause}`.includes('secret-5c2');
    });
  });

  test('a key is not in the error of a sign-in that nobody answered', async () => {
    server.script(hangUp);
    const crm = connect({ auth: { login: 'me@example.com', key: 'secret-5c2' } });
    assert.equal((await failure(crm.account())).request, 'POST /private/api/auth.php');
    assert.deepEqual(
      server.sent.filter(({ url }) => url.includes('secret')),
      [],
    );
  });
});
