import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { addIntegration, type Client, codeFor, signedIn } from '../support/integrations.ts';
import { assertPrototypesClean } from '../support/refusals.ts';
import { type Reply, request, startServer, type TestServer, testToken } from '../support/server.ts';

const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

/** What no field here is. */
const oddValues: readonly unknown[] = [
  null,
  '',
  ' ',
  0,
  1e308,
  true,
  [],
  ['x'],
  {},
  { a: { b: 1 } },
  { toString: 'x', length: 3 },
  'x'.repeat(60_000),
  '\0',
  '\ud800',
  '\uffff',
  '../../etc/passwd',
  `' or 1=1 --`,
  '__proto__',
  'constructor',
  'zzzzzzzz.0000000000000000000000000000000000000000',
  '1.0000000000000000000000000000000000000000',
  `zzzzzzzzz.${'0'.repeat(40)}`,
];

/** What no body here is. */
const oddBodies: readonly (string | Uint8Array)[] = [
  '',
  '{',
  '[]',
  'null',
  '1',
  '"x"',
  '{"grant_type":',
  '[[[[]]]]',
  'a=%',
  'a=%ff',
  'grant_type',
  '&&&&',
  '__proto__[client_id]=x&constructor[prototype][client_id]=x',
  '['.repeat(30_000),
  `client_id${'[a]'.repeat(100)}=x`,
  'x=1&'.repeat(15_000),
  '<xml/>',
  new Uint8Array([0xff, 0xfe, 0x00]),
];

describe('bad input at the addresses of OAuth is refused, whatever it is', () => {
  let server: TestServer;
  let calls: Client;
  before(async () => {
    server = await startServer();
    calls = await addIntegration(server, 'calls', { redirectUri: 'http://127.0.0.1:1/' });
  });
  after(() => server.close());

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    request('POST', `${server.url}${path}`, body, headers);
  const assertRefused = (reply: Reply, what: unknown) => {
    const shown = String(JSON.stringify(what)).slice(0, 100);
    assert.ok(reply.status >= 400 && reply.status < 500, `${reply.status} to ${shown}: ${reply.text.slice(0, 200)}`);
    assert.equal(reply.headers.get('location'), null);
  };
  /** What would be taken, so that one wrong field is the only one. */
  const whole = () => ({ client_id: calls.id, client_secret: calls.secret, redirect_uri: calls.redirectUri });

  test('POST /oauth2/access_token', async () => {
    const code = await codeFor(server, calls);
    const right = { ...whole(), grant_type: 'authorization_code', code };
    const refreshing = { ...whole(), grant_type: 'refresh_token', refresh_token: 'x' };
    for (const name of Object.keys(right)) {
      for (const value of [...oddValues, undefined]) {
        const reply = await post('/oauth2/access_token', { ...right, [name]: value });
        assertRefused(reply, { [name]: value });
        assert.ok([400, 401].includes(reply.status));
        assert.deepEqual(Object.keys(reply.json), ['hint', 'title', 'type', 'status', 'detail']);
      }
    }
    for (const value of oddValues) {
      assertRefused(await post('/oauth2/access_token', { ...refreshing, refresh_token: value }), value);
    }
    for (const body of oddBodies) assertRefused(await post('/oauth2/access_token', body), body);
    for (const grant_type of ['password', 'client_credentials', 'code', 'implicit']) {
      assertRefused(await post('/oauth2/access_token', { ...right, grant_type }), grant_type);
    }
    assertRefused(await post('/oauth2/access_token', { ...right, padding: 'x'.repeat(70_000) }), 'a large body');
    assert.equal((await post('/oauth2/access_token', right)).status, 200, 'the code is still good');
  });

  test('POST /oauth2/exchange_api_key', async () => {
    const person = { login: 'nobody@example.com', api_key: 'x' };
    const right = { ...person, client_uuid: calls.id, client_secret: calls.secret };
    for (const name of Object.keys(right)) {
      for (const value of [...oddValues, undefined]) {
        assertRefused(await post('/oauth2/exchange_api_key', { ...right, [name]: value }), { [name]: value });
      }
    }
    for (const body of oddBodies) assertRefused(await post('/oauth2/exchange_api_key', body), body);
  });

  test('GET and POST /oauth', async () => {
    const { browser, page } = await signedIn(server, calls);
    const token = /name="token" value="([^"]+)"/.exec(page.text)![1]!;
    const right = { client_id: calls.id, state: 'x', redirect_uri: calls.redirectUri, token, decision: 'approve' };
    const cookie = { Cookie: browser.cookie };
    const saysNothing = (name: string, value: unknown) =>
      (value === undefined || value === null || value === '') && ['state', 'redirect_uri'].includes(name);
    for (const name of Object.keys(right)) {
      for (const value of [...oddValues, undefined]) {
        const reply = await post('/oauth', { ...right, [name]: value }, cookie);
        if (name === 'state' && typeof value === 'string' && value.length < 2000) assert.equal(reply.status, 302);
        else if (saysNothing(name, value)) assert.equal(reply.status, 302);
        else assertRefused(reply, { [name]: value });
      }
    }
    for (const body of oddBodies) {
      assertRefused(await post('/oauth', body, cookie), body);
      assertRefused(await post('/oauth', body, form), body);
    }
    const queries = ['%', 'client_id=%ff', 'client_id[a][b]=x', `client_id=calls&${'state[]=x&'.repeat(2000)}`];
    for (const query of queries) assertRefused(await request('GET', `${server.url}/oauth?${query}`), query);
    for (const headers of [{ Cookie: 'session_id=' }, { Cookie: 'session_id=zzzzzzzz.x' }, { Cookie: '\xff' }]) {
      assert.equal((await request('GET', `${server.url}/oauth?client_id=calls`, undefined, headers)).status, 200);
      assertRefused(await post('/oauth', right, headers), headers);
    }
    for (const value of oddValues.filter((odd) => odd !== null && odd !== '')) {
      const reply = await post('/oauth', { client_id: 'calls', state: 'x', login: 'nobody', api_key: value });
      assertRefused(reply, value);
    }
  });

  test('GET /oauth2/account/subdomain, and other methods everywhere', async () => {
    const signed = { Authorization: `Bearer ${testToken}` };
    const path = '/oauth2/account/subdomain';
    assert.equal((await request('GET', `${server.url}${path}?x[]=1&id=%00`, undefined, signed)).status, 200);
    for (const authorization of [
      'Bearer',
      'Bearer x',
      `Bearer ${testToken}0`,
      'Basic eDp4',
      `Bearer ${'x'.repeat(9999)}`,
    ]) {
      assert.equal((await request('GET', `${server.url}${path}`, undefined, { authorization })).status, 401);
    }
    for (const [method, address] of [
      ['POST', path],
      ['GET', '/oauth2/access_token'],
      ['GET', '/oauth2/exchange_api_key'],
      ['PUT', '/oauth'],
      ['DELETE', '/oauth2/access_token'],
    ] as const) {
      assert.equal((await request(method, `${server.url}${address}`, undefined, signed)).status, 405, address);
    }
    assert.equal((await request('GET', `${server.url}/oauth2`)).status, 404);
  });

  test('and leaves no trace on the prototypes that everything has', async () => {
    await assertPrototypesClean(async () => {
      const polluted = '{"__proto__":{"client_id":"calls"},"constructor":{"prototype":{"client_id":"calls"}}}';
      for (const path of ['/oauth', '/oauth2/access_token', '/oauth2/exchange_api_key']) {
        assertRefused(await post(path, polluted), polluted);
      }
    });
  });
});
