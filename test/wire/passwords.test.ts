import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { request as requestByHttp } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { after, afterEach, before, beforeEach, describe, mock, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { documentAccountId, documentUserId } from '../../seed/document.ts';
import { hashPassword, isPassword } from '../../src/http/passwords.ts';
import { acme, acmeAdministrator, addAcme, addUser } from '../support/accounts.ts';
import { answerFaults } from '../support/api-description.ts';
import { assertProblem, assertSignInRefused } from '../support/refusals.ts';
import {
  type Credentials,
  key,
  login,
  type Reply,
  request,
  startServer,
  type TestServer,
  testNow,
  testToken,
} from '../support/server.ts';

const password = 'верная лошадь батарея';
const other = 'another long password';
const linkSeconds = 48 * 3600;
const ip = '203.0.113.1';

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.close());

/** Posts, and holds the answer against its description. */
async function post(path: string, body: unknown, headers: Record<string, string> = {}, as: Credentials | null = null) {
  const url = `/api/kontora/${path}`;
  const reply = await server.post(url, body, headers, as);
  const type = reply.headers.get('content-type');
  assert.equal(answerFaults({ method: 'POST', url }, { status: reply.status, type, body: reply.text }), undefined);
  return reply;
}

const signIn = (given: string, name = login, headers: Record<string, string> = {}) =>
  post('sign-in', { login: name, password: given }, headers);
const cookieOf = (reply: Reply) => reply.headers.getSetCookie()[0]!.split(';')[0]!;
const statusOf = async (cookie: string) => (await server.get('/api/v2/account', { cookie }, null)).status;

async function newLink(id = documentUserId, as: Credentials = { login, key }): Promise<string> {
  const reply = await post('users/password-link', { id }, {}, as);
  assert.equal(reply.status, 200, reply.text);
  assert.equal(reply.headers.get('cache-control'), 'no-store');
  assert.equal(reply.json.expires_at, testNow + linkSeconds);
  const [page, token] = reply.json.path.split('#');
  assert.equal(page, '/password');
  return token;
}

const use = (token: string, given?: string) => post('password-link', { token, ...(given && { password: given }) });

async function setPassword(given = password): Promise<void> {
  const reply = await use(await newLink(), given);
  assert.equal(reply.status, 200, reply.text);
}

describe('a link', () => {
  test('tells whose password it sets, and sets it once', async () => {
    const token = await newLink();
    assert.deepEqual((await use(token)).json, { login, name: 'Администратор', language: 'ru', is_set: false });
    assert.equal((await use(token, password)).json.is_set, true);
    assertProblem(await use(token, other), 400, 440);
    assertProblem(await use(token), 400, 440);
    assert.equal((await signIn(password)).status, 200);
    assertSignInRefused(await signIn(other), '110');
    const [user] = (await server.get('/api/kontora/users')).json.users;
    assert.equal(user.has_password, true);
  });

  test('of which two are used at once sets one password', async () => {
    const token = await newLink();
    const replies = await Promise.all([use(token, password), use(token, other)]);
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 400]);
    const right = replies[0]!.status === 200 ? password : other;
    assert.equal((await signIn(right)).status, 200);
    assertSignInRefused(await signIn(right === password ? other : password), '110');
  });

  test('is over after two days, when there is a newer one, and when its user is switched off', async () => {
    const [first, second] = [await newLink(), await newLink()];
    assertProblem(await use(first), 400, 440);
    server.setNow(testNow + linkSeconds - 1);
    assert.equal((await use(second)).status, 200);
    server.setNow(testNow + linkSeconds);
    assertProblem(await use(second, password), 400, 440);
    server.setNow(testNow);
    const { id } = await addUser(server.store, 'leaving', {});
    const token = await newLink(id);
    await post('users/update', { id, is_active: false }, {}, { login, key });
    assertSignInRefused(await use(token, password), '112');
  });

  test('is good in its own account alone', async () => {
    await addAcme(server.store);
    const token = await newLink();
    const [, secret] = token.split('.');
    assertProblem(await use(`${acme.id.toString(36)}.${secret}`, password), 400, 440);
    const { id } = [...(await server.store.read((tx) => tx.settings(acme.id))).users.values()][0]!;
    assertProblem(await post('users/password-link', { id }, {}, { login, key }), 400);
    const theirs = await newLink(id, acmeAdministrator);
    assert.equal((await use(theirs, password)).json.login, acmeAdministrator.login);
    assertSignInRefused(await signIn(password), '110');
    assert.equal((await signIn(password, acmeAdministrator.login)).status, 200);
  });

  test('takes no bad password, and stays good', async () => {
    const token = await newLink();
    for (const bad of ['короткий', 'x'.repeat(257), login.toUpperCase()])
      assertProblem(await use(token, bad), 400, 438);
    for (const bad of [
      { token, password: 5 },
      { token, password: ['x'.repeat(20)] },
      {},
      { token: 5 },
      [],
      'x',
      undefined,
    ]) {
      assertProblem(await post('password-link', bad), 400);
    }
    for (const bad of ['', 'x', '1.0', `zzzzzzzz.${'0'.repeat(40)}`, `${token}0`])
      assertProblem(await use(bad), 400, 440);
    assert.equal((await use(token, 'x'.repeat(256))).status, 200);
  });

  test('ends the sessions of its user', async () => {
    const cookie = cookieOf(await signIn(key));
    await setPassword();
    assert.equal(await statusOf(cookie), 401);
  });

  test('is not used by a page of another site', async () => {
    const token = await newLink();
    const reply = await post('password-link', { token, password }, { origin: 'https://evil.example' });
    assertProblem(reply, 403, 403);
    assert.equal((await use(token)).json.is_set, false);
  });
});

describe('signing in', () => {
  test('gives a new session each time, with the cookies of sign-in', async () => {
    await setPassword();
    const replies = [await signIn(password), await signIn(password, ` ${login.toUpperCase()} `)];
    const [one, two] = replies.map(cookieOf);
    assert.notEqual(one, two);
    assert.match(
      replies[0]!.headers.getSetCookie()[0]!,
      /^session_id=\w+\.[0-9a-f]{40}; path=\/; HttpOnly; SameSite=Lax$/,
    );
    assert.deepEqual([await statusOf(one!), await statusOf(two!)], [200, 200]);
    const { accounts, user } = replies[0]!.json.response;
    assert.deepEqual([accounts.map(({ id }: { id: number }) => id), user.id], [[documentAccountId], documentUserId]);
  });

  test('takes the key in the place of the password; elsewhere the password is no key', async () => {
    await setPassword();
    assert.equal((await signIn(key)).status, 200);
    assertSignInRefused(await server.get('/api/v2/account', {}, { login, key: password }), '110');
  });

  test('does not mind how a keyboard writes a letter', async () => {
    await setPassword('Zoë’s pässword'.normalize('NFD'));
    assert.equal((await signIn('Zoë’s pässword'.normalize('NFC'))).status, 200);
  });

  test('is refused to a page of another site, and without both texts', async () => {
    await setPassword();
    for (const origin of ['https://evil.example', 'null']) {
      const reply = await signIn(password, login, { origin });
      assertProblem(reply, 403, 403);
      assert.deepEqual(reply.headers.getSetCookie(), []);
    }
    assert.equal((await signIn(password, login, { origin: server.url })).status, 200);
    for (const body of [{}, [], undefined, { login }, { login, password: 5 }, { login: [login], password }]) {
      assertSignInRefused(await post('sign-in', body), '110');
    }
    assertSignInRefused(await signIn('x'.repeat(2000)), '110');
  });

  test('costs an unknown login, and one without a password, as much as one with a password', async () => {
    await addUser(server.store, 'keyed', {});
    await setPassword();
    const derived = mock.method(crypto, 'argon2');
    syncBuiltinESMExports();
    try {
      for (const name of [login, 'keyed@example.com', 'nobody@example.com']) {
        derived.mock.resetCalls();
        assertSignInRefused(await signIn('a wrong password', name), '110');
        const costs = derived.mock.calls.map(({ arguments: [, { memory, passes, parallelism }] }) => [
          ...[memory, passes, parallelism],
        ]);
        assert.deepEqual(costs, [[19_456, 2, 1]], name);
      }
    } finally {
      derived.mock.restore();
      syncBuiltinESMExports();
    }
  });

  test('counts failures together with those of keys; who is locked out is so for himself', async () => {
    await setPassword();
    const byKey = () => server.get('/api/v2/account', {}, { login, key: 'wrong' });
    for (let i = 0; i < 10; i += 1) {
      assertSignInRefused(await signIn(`wrong password ${i}`), '110');
      assertSignInRefused(await byKey(), '110');
    }
    assertSignInRefused(await signIn(password), '111');
    assertSignInRefused(await server.get('/api/v2/account'), '111');
    const { id, ...colleague } = await addUser(server.store, 'colleague', {});
    assert.equal((await use(await newLinkByToken(id), other)).status, 200);
    assert.equal((await signIn(other, colleague.login)).status, 200);
    server.setNow(testNow + 15 * 60);
    assert.equal((await signIn(password)).status, 200);
  });

  test('from one address keeps nobody at another waiting for long', async () => {
    await setPassword();
    const from = (localAddress: string, given: string) => statusFrom(localAddress, { login, password: given });
    const flood = Array.from({ length: 100 }, () => from('127.0.0.2', 'a wrong password'));
    let isOver = false;
    const flooded = Promise.all(flood).finally(() => {
      isOver = true;
    });
    await Promise.any(flood);
    const mine = await Promise.all([1, 2, 3].map(() => from('127.0.0.3', password)));
    assert.deepEqual([mine, isOver], [[200, 200, 200], false]);
    assert.ok((await flooded).filter((status) => status === 503).length > 50);
  });

  test('with its password in one account tries that of another no oftener than twenty times', async () => {
    await addAcme(server.store);
    const { users } = await server.store.read((tx) => tx.settings(acme.id));
    const [boss] = users.values();
    await setPassword();
    await post('users/update', { id: boss!.id, login }, {}, acmeAdministrator);
    const mine = { ...acmeAdministrator, login };
    assert.equal((await use(await newLink(boss!.id, mine), other)).status, 200);
    for (let i = 0; i < 19; i += 1) {
      assertSignInRefused(await signIn(`wrong password ${i}`), '110');
      if (i % 6 === 0) assert.equal((await signIn(acmeAdministrator.key)).json.response.accounts[0].id, acme.id);
    }
    // What is right in the one is as wrong in the other as anything else.
    assert.equal((await signIn(other)).json.response.accounts[0].id, acme.id);
    assertSignInRefused(await signIn(password), '110');
    assert.equal((await signIn(other)).json.response.accounts[0].id, acme.id);
    server.setNow(testNow + 15 * 60);
    assert.equal((await signIn(password)).json.response.accounts[0].id, documentAccountId);
  });

  test('many wrong ones at once are no more than one after the other', async () => {
    await setPassword();
    const replies = await Promise.all(Array.from({ length: 60 }, (_, i) => signIn(`wrong password ${i}`)));
    const codes = replies.map((reply) => (reply.status === 503 ? '503' : reply.json.response.error_code));
    const wrong = codes.filter((code) => code === '110').length;
    // Of one address two are computed, and eight wait.
    assert.ok(wrong >= 10 && wrong <= 20 && codes.includes('503'), String(codes));
    for (let i = wrong; i < 20; i += 1) assertSignInRefused(await signIn(`another wrong ${i}`), '110');
    assertSignInRefused(await signIn(password), '111');
  });
});

/** Signs in from an address of this machine. @returns the status */
function statusFrom(localAddress: string, body: object): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', localAddress, agent: false };
    const sent = requestByHttp(`${server.url}/api/kontora/sign-in`, options, (reply) => {
      reply.resume().on('end', () => resolve(reply.statusCode));
    });
    sent.on('error', reject).end(JSON.stringify(body));
  });
}

/** Whoever is locked out for his login goes on with what he has. */
async function newLinkByToken(id: number): Promise<string> {
  const url = `${server.url}/api/kontora/users/password-link`;
  const reply = await request('POST', url, { id }, { authorization: `Bearer ${testToken}` });
  return reply.json.path.split('#')[1];
}

describe('behind a proxy', () => {
  let proxied: TestServer;
  before(async () => {
    proxied = await startServer({ trustedProxies: ['127.0.0.1'] });
  });
  after(() => proxied.close());

  test('wrong passwords from one address lock out nobody at another', async () => {
    const from = (ip: string, given: string) =>
      proxied.post('/api/kontora/sign-in', { login, password: given }, { 'x-forwarded-for': ip }, null);
    for (let i = 0; i < 20; i += 1) await from('203.0.113.1', `wrong password ${i}`);
    assertSignInRefused(await from('203.0.113.1', key), '111');
    assert.equal((await from('203.0.113.2', key)).status, 200);
  });
});

describe('one’s own password', () => {
  const change = (old: string, given: unknown, cookie: string) =>
    post('password', { old_password: old, password: given }, { cookie });

  test('is changed by whoever knows the old one; the session that asks goes on, and no other', async () => {
    await setPassword();
    const [asking, elsewhere] = [cookieOf(await signIn(password)), cookieOf(await signIn(password))];
    assertProblem(await change(other, other, asking), 400, 439);
    assert.equal((await change(password, other, asking)).status, 200);
    assert.deepEqual([await statusOf(asking), await statusOf(elsewhere)], [200, 401]);
    assertSignInRefused(await signIn(password), '110');
    assert.equal((await signIn(other)).status, 200);
  });

  test('is set for the first time by whoever knows the key, and ends a link that waits', async () => {
    const token = await newLink();
    assert.equal((await change(key, password, cookieOf(await signIn(key)))).status, 200);
    assertProblem(await use(token, other), 400, 440);
    assert.equal((await signIn(password)).status, 200);
  });

  test('wrong old ones are counted as everywhere', async () => {
    await setPassword();
    const cookie = cookieOf(await signIn(password));
    for (let i = 0; i < 20; i += 1) assertProblem(await change(`wrong password ${i}`, other, cookie), 400, 439);
    assertProblem(await change(password, other, cookie), 400, 111);
    assertSignInRefused(await signIn(password), '111');
    assert.equal(await statusOf(cookie), 200);
  });

  test('of another account with the same login is no old one', async () => {
    await addAcme(server.store);
    const { users } = await server.store.read((tx) => tx.settings(acme.id));
    const [boss] = users.values();
    await post('users/update', { id: boss!.id, login }, {}, acmeAdministrator);
    assert.equal((await use(await newLink(boss!.id, { ...acmeAdministrator, login }), other)).status, 200);
    await setPassword();
    const cookie = cookieOf(await signIn(password));
    assertProblem(await change(other, 'a third password', cookie), 400, 439);
    assert.equal((await change(password, 'a third password', cookie)).status, 200);
    assert.equal((await signIn(other)).json.response.accounts[0].id, acme.id);
  });

  test('bad ones are refused, and from pages of other sites', async () => {
    await setPassword();
    const cookie = cookieOf(await signIn(password));
    for (const bad of ['short', login, 'x'.repeat(257)]) assertProblem(await change(password, bad, cookie), 400, 438);
    for (const bad of [5, null, undefined, []]) assertProblem(await change(password, bad, cookie), 400);
    const foreign = { cookie, origin: 'https://evil.example' };
    assertProblem(await post('password', { old_password: password, password: other }, foreign), 403, 403);
    assert.equal((await signIn(password)).status, 200);
  });
});

test('while passwords are set others write', async () => {
  const cookie = cookieOf(await signIn(key));
  const token = await newLink();
  const original = crypto.argon2;
  const held: (() => void)[] = [];
  const derived = mock.method(crypto, 'argon2', (...args: Parameters<typeof original>) => {
    held.push(() => original(...args));
  });
  syncBuiltinESMExports();
  const setting = Array.from({ length: 40 }, (_, i) =>
    i % 2 ? use(token, password) : post('password', { old_password: key, password }, { cookie }),
  );
  const first = await Promise.any([
    server.post('/api/v2/companies', { add: [{ name: 'Компания' }] }).then(({ status }) => status),
    setTimeout(5000, 'it waits', { ref: false }),
  ]);
  derived.mock.restore();
  syncBuiltinESMExports();
  for (const go of held) go();
  const statuses = (await Promise.all(setting)).map(({ status }) => status);
  assert.equal(first, 200);
  assert.ok(statuses.includes(200) && statuses.includes(503), String(statuses));
});

test('what is stored is Argon2id with OWASP’s parameters and a salt of its own', async () => {
  const [one, two] = [await hashPassword(password, ip), await hashPassword(password, ip)];
  assert.match(one, /^argon2id:19456:2:1:[0-9a-f]{32}:[0-9a-f]{64}$/);
  assert.notEqual(one, two);
  assert.deepEqual([await isPassword(password, one, ip), await isPassword(other, one, ip)], [true, false]);
  // With the parameters of its own time a hash goes on working.
  const salt = one.split(':')[4];
  const tag = crypto.argon2Sync('argon2id', {
    ...{ message: password, nonce: Buffer.from(salt!, 'hex'), memory: 8192, passes: 3, parallelism: 2, tagLength: 32 },
  });
  assert.equal(await isPassword(password, `argon2id:8192:3:2:${salt}:${tag.toString('hex')}`, ip), true);
});
