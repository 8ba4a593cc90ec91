import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { documentAccountId } from '../../seed/document.ts';
import { hashToken, newToken } from '../../src/http/keys.ts';
import { acme, acmeAdministrator, addAcme, addUser } from '../support/accounts.ts';
import {
  addIntegration,
  approve,
  askTokens,
  assertOAuthProblem,
  type Client,
  codeFor,
  statusWith,
  withCode,
  withRefresh,
} from '../support/integrations.ts';
import { assertSignInRefused } from '../support/refusals.ts';
import { type Credentials, type Reply, request, startServer, type TestServer, testNow } from '../support/server.ts';

const minute = 60;
const day = 24 * 3600;

describe('OAuth 2.0', () => {
  let server: TestServer;
  let calls: Client;
  let mail: Client;
  before(async () => {
    server = await startServer();
    await addAcme(server.store);
    calls = await addIntegration(server, 'calls');
    mail = await addIntegration(server, 'mail', { redirectUri: 'http://127.0.0.1:9/cb?from=crm' });
  });
  after(() => server.close());
  afterEach(() => server.setNow(testNow));

  const ask = (fields: Record<string, unknown>, client = calls) => askTokens(server, client, fields);
  const tokensFor = async (client: Client, as?: Credentials): Promise<{ access: string; refresh: string }> => {
    const { json } = await ask(withCode(await codeFor(server, client, as)), client);
    return { access: json.access_token, refresh: json.refresh_token };
  };
  const refreshed = async (refresh: string): Promise<{ access: string; refresh: string }> => {
    const reply = await ask(withRefresh(refresh));
    assert.equal(reply.status, 200, reply.text);
    return { access: reply.json.access_token, refresh: reply.json.refresh_token };
  };

  test('a user approves, the code becomes tokens, the token works in the API, and new ones come for the refresh token', async () => {
    const address = await approve(server, calls);
    assert.equal(`${address.origin}${address.pathname}`, calls.redirectUri);
    const { code, ...given } = Object.fromEntries(address.searchParams);
    assert.deepEqual(given, { state: 'abc', referer: new URL(server.url).host, client_id: 'calls' });

    const first = await ask(withCode(code!));
    assert.equal(first.status, 200, first.text);
    assert.equal(first.headers.get('content-type'), 'application/json');
    assert.equal(first.headers.get('cache-control'), 'no-store');
    assert.deepEqual(Object.keys(first.json), ['token_type', 'expires_in', 'access_token', 'refresh_token']);
    assert.deepEqual([first.json.token_type, first.json.expires_in], ['Bearer', 86_400]);
    assert.equal(await statusWith(server, first.json.access_token), 200);

    const second = await ask(withRefresh(first.json.refresh_token));
    assert.equal(second.status, 200, second.text);
    assert.equal(await statusWith(server, second.json.access_token), 200);
    const secrets = [code, first.json.access_token, first.json.refresh_token];
    secrets.push(second.json.access_token, second.json.refresh_token);
    assert.equal(new Set(secrets).size, 5);
  });

  test('a form is taken as well as JSON, and a redirect URI keeps its own query', async () => {
    const address = await approve(server, mail);
    assert.match(address.href, /^http:\/\/127\.0\.0\.1:9\/cb\?from=crm&code=/);
    const { id: client_id, secret: client_secret, redirectUri: redirect_uri } = mail;
    const fields = { client_id, client_secret, redirect_uri, ...withCode(address.searchParams.get('code')!) };
    const url = `${server.url}/oauth2/access_token`;
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const reply = await request('POST', url, new URLSearchParams(fields).toString(), headers);
    assert.equal(reply.status, 200, reply.text);
  });

  test('a code is good for twenty minutes', async () => {
    const [early, late] = [await codeFor(server, calls), await codeFor(server, calls)];
    server.setNow(testNow + 20 * minute - 1);
    assert.equal((await ask(withCode(early))).status, 200);
    server.setNow(testNow + 20 * minute);
    assertOAuthProblem(await ask(withCode(late)), 400, 'Authorization code has expired');
  });

  test('an access token is good for a day, then it is 401 with code 110', async () => {
    const { access } = await tokensFor(calls);
    server.setNow(testNow + day - 1);
    assert.equal(await statusWith(server, access), 200);
    server.setNow(testNow + day);
    const headers = { Authorization: `Bearer ${access}` };
    assertSignInRefused(await request('GET', `${server.url}/api/v2/account`, undefined, headers), '110');
  });

  test('a refresh token is good for ninety days', async () => {
    const [early, late] = [await tokensFor(calls), await tokensFor(calls)];
    server.setNow(testNow + 90 * day - 1);
    const { access } = await refreshed(early.refresh);
    assert.equal(await statusWith(server, access), 200);
    server.setNow(testNow + 90 * day);
    assertOAuthProblem(await ask(withRefresh(late.refresh)), 400, /Token has expired|Cannot decrypt/);
  });

  test('a code that is used twice is refused, and all that came of it ends', async () => {
    const code = await codeFor(server, calls);
    const { json } = await ask(withCode(code));
    const next = await refreshed(json.refresh_token);
    const other = await tokensFor(calls);
    assertOAuthProblem(await ask(withCode(code)), 400, 'Authorization code has been revoked');
    for (const token of [json.access_token, next.access]) assert.equal(await statusWith(server, token), 401);
    for (const token of [json.refresh_token, next.refresh]) {
      assertOAuthProblem(await ask(withRefresh(token)), 400, /./);
    }
    assert.equal((await ask(withCode(code))).status, 400);
    assert.equal(await statusWith(server, other.access), 200);
  });

  test('of the same code sent at once by many, one is answered at most', async () => {
    const code = await codeFor(server, calls);
    const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await ask(withCode(code))).status));
    assert.deepEqual(statuses.sort(), [200, ...Array(7).fill(400)]);
  });

  test('a refresh token used again within thirty seconds, or at once, gives the very same answer', async () => {
    const { refresh } = await tokensFor(calls);
    const racing = await Promise.all(Array.from({ length: 8 }, () => ask(withRefresh(refresh))));
    server.setNow(testNow + 30);
    const late = await ask(withRefresh(refresh));
    const texts = new Set([...racing, late].map(({ status, text }) => `${status} ${text}`));
    assert.equal(texts.size, 1);
    assert.match([...texts][0]!, /^200 /);
    assert.equal(await statusWith(server, late.json.access_token), 200);
    assert.equal((await ask(withRefresh(late.json.refresh_token))).status, 200);
  });

  test('a refresh token used again later is refused, and all that came of the same approval ends', async () => {
    const first = await tokensFor(calls);
    const other = await tokensFor(calls);
    const second = await refreshed(first.refresh);
    server.setNow(testNow + 20);
    const third = await refreshed(second.refresh);
    server.setNow(testNow + 31);
    assertOAuthProblem(await ask(withRefresh(first.refresh)), 400, 'Token has been revoked');
    for (const token of [first.access, second.access, third.access]) {
      assert.equal(await statusWith(server, token), 401);
    }
    for (const token of [second.refresh, third.refresh]) assert.equal((await ask(withRefresh(token))).status, 400);
    assert.equal(await statusWith(server, other.access), 200);
  });

  test('a wrong client is 401, whether its id, its secret or both are wrong', async () => {
    const code = await codeFor(server, calls);
    const wrong = [
      { client_secret: 'x' },
      { client_secret: mail.secret },
      { client_id: 'nobody' },
      { client_id: 'mail' },
    ];
    for (const fields of wrong) {
      const reply = await ask({ ...withCode(code), ...fields });
      assertOAuthProblem(reply, 401, 'Client authentication failed');
      assert.equal(reply.json.title, 'Некорректный клиент');
    }
    assert.equal((await ask(withCode(code))).status, 200);
  });

  test('a redirect URI other than the registered one is 400 and leaves the code as it is', async () => {
    const code = await codeFor(server, calls);
    for (const redirect_uri of [`${calls.redirectUri}/`, 'https://calls.example', 'https://evil.example/callback']) {
      const reply = await ask({ ...withCode(code), redirect_uri });
      assertOAuthProblem(reply, 400, 'Redirect URI is not associated with client');
    }
    assert.equal((await ask(withCode(code))).status, 200);
  });

  test('codes and refresh tokens of another integration are unknown, and stay good for their own', async () => {
    const code = await codeFor(server, calls);
    const { refresh } = await tokensFor(calls);
    for (const fields of [withCode(code), withRefresh(refresh)]) {
      assertOAuthProblem(await ask(fields, mail), 400, /^Cannot decrypt/);
      assert.equal((await ask(fields)).status, 200);
    }
  });

  test('codes, access and refresh tokens cannot stand for each other', async () => {
    const code = await codeFor(server, calls);
    const { access, refresh } = await tokensFor(calls);
    for (const token of [code, refresh]) assert.equal(await statusWith(server, token), 401);
    for (const token of [access, refresh]) assertOAuthProblem(await ask(withCode(token)), 400, /^Cannot decrypt/);
    for (const token of [access, code]) assertOAuthProblem(await ask(withRefresh(token)), 400, /^Cannot decrypt/);
    assert.equal(await statusWith(server, access), 200);
  });

  test('a token acts in the account of its user, as that user, and in no other', async () => {
    const { access, refresh } = await tokensFor(calls, acmeAdministrator);
    const account = (token: string, host?: string) => accountAt(server, token, host);
    assert.equal((await account(access)).id, acme.id);
    assert.equal((await account(access, 'acme.amocrm.ru')).id, acme.id);
    assert.equal((await account(access, 'test.amocrm.ru')).response.error_code, '110');
    const moved = access.replace(/^[^.]+/, documentAccountId.toString(36));
    assert.equal(await statusWith(server, moved), 401);
    const movedRefresh = refresh.replace(/^[^.]+/, documentAccountId.toString(36));
    assertOAuthProblem(await ask(withRefresh(movedRefresh)), 400, 'Cannot decrypt the refresh token');
    assert.equal((await ask(withRefresh(refresh))).status, 200);
  });

  test('a grant is unknown at the address of another account, and is not used up there', async () => {
    const code = await codeFor(server, calls, acmeAdministrator);
    const body = {
      client_id: calls.id,
      client_secret: calls.secret,
      redirect_uri: calls.redirectUri,
      ...withCode(code),
    };
    const elsewhere = await postAt(server, '/oauth2/access_token', 'test.amocrm.ru', body);
    assert.deepEqual(
      [elsewhere.status, JSON.parse(elsewhere.text).hint],
      [400, 'Cannot decrypt the authorization code'],
    );
    assert.equal((await postAt(server, '/oauth2/access_token', 'acme.amocrm.ru', body)).status, 200);
  });

  test('a user who is switched off, or comes from an address that is not allowed, gets nothing for grants', async () => {
    const { refresh } = await tokensFor(calls);
    await server.store.write((tx) => tx.setAllowedIps(documentAccountId, ['203.0.113.7']));
    const refused = await ask(withRefresh(refresh));
    await server.store.write((tx) => tx.setAllowedIps(documentAccountId, null));
    assert.deepEqual([refused.status, refused.json.response.error_code], [403, '113']);
    assert.equal((await ask(withRefresh(refresh))).status, 200);

    const gone = await addUser(server.store, 'gone', {}, { isAdmin: true, isActive: false });
    const [code, access] = [newToken(documentAccountId), newToken(documentAccountId)];
    const issued = { integrationId: 'calls', userId: gone.id, family: 'gone', expiresAt: testNow + day };
    await server.store.write(async (tx) => {
      const grant = { ...issued, kind: 'code', hash: hashToken(code), salt: 'salt', usedAt: null } as const;
      await tx.addGrant(documentAccountId, grant);
      const token = { hash: hashToken(access), userId: gone.id, createdAt: testNow, issued };
      await tx.addToken(documentAccountId, token);
    });
    assertOAuthProblem(await ask(withCode(code)), 400, 'Cannot decrypt the authorization code');
    const headers = { Authorization: `Bearer ${access}` };
    assertSignInRefused(await request('GET', `${server.url}/api/v2/account`, undefined, headers), '112');
  });

  test('tokens, codes and links of a removed integration end, others’ go on', async () => {
    const gone = await addIntegration(server, 'gone');
    const code = await codeFor(server, gone);
    const { access, refresh } = await tokensFor(gone);
    const other = await tokensFor(calls);
    await server.store.write(async (tx) => {
      for (const { id } of await tx.accounts()) await tx.removeGrantsOf(id, gone.id);
      await tx.removeIntegration(gone.id);
    });
    assert.equal(await statusWith(server, access), 401);
    for (const fields of [withCode(code), withRefresh(refresh)]) assert.equal((await ask(fields, gone)).status, 401);
    assert.equal((await request('GET', `${server.url}/oauth?client_id=gone`)).status, 400);
    assert.equal(await statusWith(server, other.access), 200);
  });

  test('what has expired is removed when something new is made', async () => {
    const code = await codeFor(server, calls);
    const { access, refresh } = await tokensFor(calls);
    const stored = () =>
      server.store.read(async (tx) => [
        await tx.findGrant(documentAccountId, hashToken(code)),
        await tx.findToken(documentAccountId, hashToken(access)),
        await tx.findGrant(documentAccountId, hashToken(refresh)),
      ]);
    assert.ok((await stored()).every((row) => row !== undefined));
    server.setNow(testNow + 91 * day);
    await codeFor(server, calls);
    assert.deepEqual(await stored(), [undefined, undefined, undefined]);
  });

  test('no code or token is stored as it is', async () => {
    const code = await codeFor(server, calls);
    const { access, refresh } = await tokensFor(calls);
    await server.store.read(async (tx) => {
      for (const secret of [code, refresh]) assert.equal(await tx.findGrant(documentAccountId, secret), undefined);
      assert.equal(await tx.findToken(documentAccountId, access), undefined);
      const grant = await tx.findGrant(documentAccountId, hashToken(refresh));
      assert.ok(![code, access, refresh].some((secret) => JSON.stringify(grant).includes(secret)));
    });
  });

  test('GET /oauth2/account/subdomain tells the account of a token and where it is reached', async () => {
    const { access } = await tokensFor(calls);
    const headers = { Authorization: `Bearer ${access}` };
    const reply = await request('GET', `${server.url}/oauth2/account/subdomain`, undefined, headers);
    assert.equal(reply.headers.get('content-type'), 'application/json');
    const { host } = new URL(server.url);
    assert.deepEqual(reply.json, { id: documentAccountId, subdomain: 'test', domain: host, top_level_domain: '' });
    const named = await getAt(server, '/oauth2/account/subdomain', 'Test.amoCRM.ru', access);
    const expected = { id: documentAccountId, subdomain: 'test', domain: 'test.amocrm.ru', top_level_domain: 'ru' };
    assert.deepEqual(JSON.parse(named.text), expected);
    assertSignInRefused(await request('GET', `${server.url}/oauth2/account/subdomain`), '110');
  });
});

type Sent = Pick<Reply, 'status' | 'text'>;

async function accountAt(server: TestServer, token: string, host?: string) {
  return JSON.parse((await getAt(server, '/api/v2/account', host ?? new URL(server.url).host, token)).text);
}

function getAt(server: TestServer, path: string, host: string, token: string): Promise<Sent> {
  return sendAt(server, 'GET', path, { host, authorization: `Bearer ${token}` });
}

function postAt(server: TestServer, path: string, host: string, body: object): Promise<Sent> {
  return sendAt(server, 'POST', path, { host }, JSON.stringify(body));
}

/** A request under another name of the server; fetch does not send one. */
async function sendAt(
  server: TestServer,
  method: string,
  path: string,
  headers: Record<string, string>,
  body = '',
): Promise<Sent> {
  const { request: send } = await import('node:http');
  return new Promise((resolve, reject) => {
    const sent = send(`${server.url}${path}`, { method, headers }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode!, text });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
