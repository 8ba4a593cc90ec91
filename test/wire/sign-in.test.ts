import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { documentAccountId } from '../../seed/document.ts';
import { hashKey } from '../../src/http/keys.ts';
import { acmeAdministrator, addAcme, addUser } from '../support/accounts.ts';
import { key, login, request, startServer, type TestServer, testNow, testToken } from '../support/server.ts';

const minute = 60;
const credentials = { USER_LOGIN: login, USER_HASH: key };

describe('signing in', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());
  afterEach(() => server.setNow(testNow));

  const status = async (headers: Record<string, string>, query = '') =>
    (await request('GET', `${server.url}/api/v2/companies${query}`, undefined, headers)).status;
  const signIn = async (body: unknown = credentials, headers: Record<string, string> = {}) =>
    request('POST', `${server.url}/private/api/auth.php?type=json`, body, headers);
  const cookieOf = (reply: { headers: Headers }) => reply.headers.getSetCookie()[0]!.split(';')[0]!;

  test('POST takes JSON, a form and multipart, GET the query, and each gives a session that works', async () => {
    const form = new FormData();
    for (const [name, value] of Object.entries(credentials)) form.append(name, value);
    const multipart = new Response(form);
    const replies = [
      await signIn(credentials, { 'Content-Type': 'application/json' }),
      await signIn(new URLSearchParams(credentials).toString(), {
        'Content-Type': 'application/x-www-form-urlencoded',
      }),
      await signIn(new Uint8Array(await multipart.arrayBuffer()), {
        'Content-Type': multipart.headers.get('content-type')!,
      }),
      await request('GET', `${server.url}/private/api/auth.php?${new URLSearchParams(credentials)}&type=json`),
      await request('POST', `${server.url}/private/api/auth.php/?${new URLSearchParams(credentials)}`),
    ];
    for (const reply of replies) {
      assert.equal(reply.status, 200);
      assert.deepEqual(reply.json.response.user, { id: 504141, language: 'ru' });
      assert.equal(await status({ cookie: cookieOf(reply) }), 200);
    }
  });

  test('session_id is the first cookie, the second holds the url-encoded login, neither has Domain or Secure', async () => {
    const [session, loginCookie] = (await signIn()).headers.getSetCookie();
    assert.match(session!, /^session_id=[0-9a-z.]+; path=\/; HttpOnly; SameSite=Lax$/);
    assert.match(loginCookie!, /^BITRIX_SM_LOGIN=example%40example\.com; expires=[^;]+GMT; path=\/; SameSite=Lax$/);
  });

  test('the login is compared without letter case, and both pairs of names work in any query', async () => {
    const loud = new URLSearchParams({ USER_LOGIN: 'Example@Example.COM', USER_HASH: key });
    assert.equal(await status({}, `?${loud}`), 200);
    assert.equal(await status({}, `?&login=${login}&api_key=${key}`), 200);
    assert.equal(await status({}, `?login=${login}`), 401);
    assert.equal(await status({}, `?USER_LOGIN[]=${login}&USER_HASH=${key}`), 401);
  });

  test('a key in the query of a data request gives the session cookie as well, and the same one again', async () => {
    const query = `?${new URLSearchParams(credentials)}`;
    const [first, second] = [
      await request('GET', `${server.url}/api/v2/companies${query}`),
      await request('GET', `${server.url}/api/v2/companies${query}`),
    ];
    assert.equal(cookieOf(first), cookieOf(second));
    assert.equal(await status({ cookie: cookieOf(first) }), 200);
  });

  test('each sign-in gives a session of its own, never one that the client brings', async () => {
    const first = cookieOf(await signIn());
    const brought = `session_id=${documentAccountId.toString(36)}.${'a'.repeat(40)}`;
    const given = [first, cookieOf(await signIn()), cookieOf(await signIn(credentials, { cookie: first }))];
    given.push(cookieOf(await signIn(credentials, { cookie: brought })));
    assert.equal(new Set([...given, brought]).size, 5);
    for (const cookie of given) assert.equal(await status({ cookie }), 200);
    assert.equal(await status({ cookie: brought }), 401);
  });

  test('signing out ends the session of the cookie and no other, and takes the cookies back', async () => {
    const [mine, other] = [cookieOf(await signIn()), cookieOf(await signIn())];
    for (let time = 0; time < 3; time += 1) assert.equal(await status({ cookie: mine }), 200);
    const reply = await request('POST', `${server.url}/api/kontora/sign-out`, undefined, { cookie: mine });
    assert.deepEqual([reply.status, reply.json], [200, { auth: false }]);
    const taken = reply.headers.getSetCookie();
    assert.deepEqual(
      taken.map((line) => line.split('; expires=Thu, 01 Jan 1970')[0]),
      ['session_id=', 'BITRIX_SM_LOGIN='],
    );
    assert.deepEqual([await status({ cookie: mine }), await status({ cookie: other })], [401, 200]);
    const again = await request('POST', `${server.url}/api/kontora/sign-out`, undefined, { cookie: mine });
    assert.equal(again.status, 401);
  });

  test('a cookie header of whole Set-Cookie lines joined by commas is understood', async () => {
    const joined = (await signIn()).headers.getSetCookie().join(',');
    assert.equal(await status({ cookie: joined }), 200);
  });

  test('a session lives fifteen minutes after its last request', async () => {
    const cookie = cookieOf(await signIn());
    server.setNow(testNow + 14 * minute);
    assert.equal(await status({ cookie }), 200);
    server.setNow(testNow + 28 * minute);
    assert.equal(await status({ cookie }), 200);
    server.setNow(testNow + 43 * minute);
    assert.equal(await status({ cookie }), 401);
  });

  test('a bearer token works and a made-up one does not', async () => {
    assert.equal(await status({ authorization: `Bearer ${testToken}` }), 200);
    assert.equal(await status({ authorization: `Bearer ${testToken.replace(/0$/, '1')}` }), 401);
    assert.equal(await status({ authorization: 'Bearer x' }), 401);
  });

  test('an invented or mangled cookie is 401', async () => {
    const cookie = cookieOf(await signIn());
    for (const wrong of [
      'session_id=',
      'session_id=x',
      `${cookie}0`,
      cookie.slice(0, -1),
      'session_id=zzzzzzzz.',
      'a=b',
    ]) {
      assert.equal(await status({ cookie: wrong }), 401, wrong);
    }
  });

  test('an unknown login and a wrong key are answered alike', async () => {
    const wrong = await signIn({ ...credentials, USER_HASH: 'x' });
    const unknown = await signIn({ USER_LOGIN: 'nobody@example.com', USER_HASH: 'x' });
    assert.deepEqual([wrong.status, wrong.text], [unknown.status, unknown.text]);
    assert.equal((await signIn({})).status, 401);
  });

  test('a new key ends the old one and the sessions made with it', async () => {
    const person = await addUser(server.store, 'rekeyed', {});
    const cookie = cookieOf(await signIn({ USER_LOGIN: person.login, USER_HASH: person.key }));
    assert.equal(await status({ cookie }), 200);
    await server.store.write((tx) => tx.setKey(documentAccountId, person.id, hashKey('fresh')));
    assert.equal(await status({ cookie }), 401);
    assert.equal((await signIn({ USER_LOGIN: person.login, USER_HASH: person.key })).status, 401);
    assert.equal((await signIn({ USER_LOGIN: person.login, USER_HASH: 'fresh' })).status, 200);
  });

  test('after twenty wrong keys in a row a login is refused with code 111 for a quarter of an hour, other logins are not', async () => {
    const person = await addUser(server.store, 'forgetful', {});
    for (let i = 0; i < 20; i += 1) {
      const reply = await signIn({ USER_LOGIN: person.login, USER_HASH: `x${i}` });
      assert.equal(reply.json.response.error_code, '110');
    }
    const right = { USER_LOGIN: person.login, USER_HASH: person.key };
    assert.equal((await signIn(right)).json.response.error_code, '111');
    assert.equal((await signIn()).status, 200);
    server.setNow(testNow + 16 * minute);
    assert.equal((await signIn(right)).status, 200);
  });

  test('an account with a list of addresses answers others 403 with code 113', async () => {
    const cookie = cookieOf(await signIn());
    await server.store.write((tx) => tx.setAllowedIps(documentAccountId, ['203.0.113.7']));
    const refused = [await signIn(), await request('GET', `${server.url}/api/v2/companies`, undefined, { cookie })];
    await server.store.write((tx) => tx.setAllowedIps(documentAccountId, ['203.0.113.7', '127.0.0.1']));
    for (const reply of refused) assert.deepEqual([reply.status, reply.json.response.error_code], [403, '113']);
    assert.equal(await status({ cookie }), 200);
    await server.store.write((tx) => tx.setAllowedIps(documentAccountId, null));
    assert.equal(await status({ cookie }), 200);
  });

  test('of several accounts with one login the key tells which, and the answer lists where it is right', async () => {
    await addAcme(server.store);
    const reply = await signIn({ USER_LOGIN: acmeAdministrator.login, USER_HASH: acmeAdministrator.key });
    assert.deepEqual(
      reply.json.response.accounts.map((account: { subdomain: string }) => account.subdomain),
      ['acme'],
    );
  });

  test('no key, token or session is stored as it is', async () => {
    const cookie = cookieOf(await signIn());
    const stored = await server.store.read((tx) => tx.findCredentials(documentAccountId, login));
    assert.ok(stored && !stored.keyHash.includes(key));
    const session = cookie.split('=')[1]!;
    assert.equal(await server.store.read((tx) => tx.findSession(documentAccountId, session)), undefined);
    assert.equal(await server.store.read((tx) => tx.findToken(documentAccountId, testToken)), undefined);
  });
});
