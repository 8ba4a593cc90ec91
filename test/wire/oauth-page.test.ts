import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { acmeAdministrator, addAcme, addUser } from '../support/accounts.ts';
import {
  addIntegration,
  askPath,
  askTokens,
  Browser,
  type Client,
  hiddenFields,
  signedIn,
  withCode,
} from '../support/integrations.ts';
import {
  key,
  login,
  type Reply,
  request,
  startServer,
  type TestServer,
  testNow,
  testToken,
} from '../support/server.ts';

const english = { 'Accept-Language': 'de, en-US;q=0.8, ru;q=0.5' };

describe('the page of consent', () => {
  let server: TestServer;
  let calls: Client;
  before(async () => {
    server = await startServer();
    await addAcme(server.store);
    calls = await addIntegration(server, 'calls', { name: 'Звонки & Ко' });
  });
  after(() => server.close());

  const nobody = () => new Browser(server);

  test('has strict headers in every form, also where it refuses', async () => {
    const { browser, page } = await signedIn(server, calls);
    const pages = [
      page,
      await nobody().get(askPath(calls)),
      await nobody().get('/oauth?client_id=nobody'),
      await browser.submit(page, { decision: 'approve', token: 'x' }),
    ];
    for (const { text, headers } of pages) {
      const style = createHash('sha256')
        .update(/<style>(.*?)<\/style>/s.exec(text)![1]!)
        .digest('base64');
      const policy = headers.get('content-security-policy')!.split('; ');
      const isAsking = text.includes('<form');
      assert.deepEqual(policy, [
        `default-src 'none'`,
        `style-src 'sha256-${style}'`,
        `form-action 'self'${isAsking ? ' https://calls.example' : ''}`,
        `base-uri 'none'`,
        `frame-ancestors 'none'`,
      ]);
      assert.equal(headers.get('x-frame-options'), 'DENY');
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('content-type'), 'text/html; charset=utf-8');
      assert.ok(!/<script|<link|<img|style=|https?:\/\/(?!calls\.example)/.test(text), text);
    }
  });

  test('asks nobody known to sign in, sets the cookies as auth.php does and comes back with what was asked', async () => {
    const browser = nobody();
    const first = await browser.get(askPath(calls, { redirect_uri: calls.redirectUri, state: 'a b&c=d' }));
    assert.equal(first.status, 200);
    assert.match(first.text, /Звонки &#38; Ко/);
    assert.ok(!first.text.includes('decision'));
    const reply = await browser.submit(first, { login, api_key: key });
    assert.equal(reply.status, 303);
    const [session, loginCookie] = reply.headers.getSetCookie();
    assert.match(session!, /^session_id=[0-9a-z.]+; path=\/; HttpOnly; SameSite=Lax$/);
    assert.match(loginCookie!, /^BITRIX_SM_LOGIN=example%40example\.com; /);
    const page = await browser.get(reply.headers.get('location')!);
    assert.deepEqual(
      { ...hiddenFields(page.text), token: '' },
      { client_id: 'calls', state: 'a b&c=d', redirect_uri: calls.redirectUri, token: '' },
    );
    assert.equal(
      (await request('GET', `${server.url}/api/v2/account`, undefined, { Cookie: browser.cookie })).status,
      200,
    );
  });

  test('shows an administrator the integration, the account, himself and where the answer leads', async () => {
    const { page } = await signedIn(server, calls);
    assert.equal(page.status, 200);
    for (const shown of ['Звонки', 'Test (test)', `(${login})`, 'https://calls.example', 'Разрешить', 'Отказать']) {
      assert.ok(page.text.includes(shown), shown);
    }
  });

  test('an approval leads to the redirect URI with a code, a refusal with access_denied, both with the state', async () => {
    const { browser, page } = await signedIn(server, calls);
    const refused = await browser.submit(page, { decision: 'refuse' });
    assert.equal(refused.status, 302);
    assert.equal(refused.headers.get('location'), `${calls.redirectUri}?error=access_denied&state=abc`);
    assert.equal(refused.headers.get('referrer-policy'), 'no-referrer');
    const approved = await browser.submit(page, { decision: 'approve' });
    assert.match(
      approved.headers.get('location')!,
      /^https:\/\/calls\.example\/callback\?code=[^&]+&state=abc&referer=/,
    );
  });

  test('without a state none comes back, with a strange one that very one', async () => {
    for (const state of [
      '',
      '<script>alert(1)</script>"\'',
      '\r\nSet-Cookie: a=b',
      'я&x=1#y',
      '\ud800'.toWellFormed(),
    ]) {
      const { browser } = await signedIn(server, calls);
      const page = await browser.get(askPath(calls, { state }));
      const { headers } = await browser.submit(page, { decision: 'refuse' });
      const back = new URL(headers.get('location')!);
      assert.equal(back.searchParams.get('state'), state === '' ? null : state);
      assert.deepEqual(headers.getSetCookie(), []);
    }
  });

  test('text from outside is escaped: names of integration, account and user, login, state', async () => {
    const attack = `<script>alert("x")</script>'&`;
    const evil = await addIntegration(server, `evil"><script>`, {
      name: attack,
      redirectUri: 'https://calls.example/',
    });
    const person = await addUser(server.store, 'evil', {}, { isAdmin: true, name: attack });
    const { browser } = await signedIn(server, evil, person);
    const pages = [
      await nobody().get(askPath(evil, { state: attack })),
      await browser.get(askPath(evil, { state: attack })),
      await browser.post({ client_id: evil.id, state: attack, login: attack, api_key: attack }),
    ];
    for (const { text } of pages) {
      assert.ok(!text.includes('<script'), text);
      assert.ok(text.includes('&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62;&#39;&#38;'));
      assert.equal(hiddenFields(text)['state'], attack);
      assert.equal(hiddenFields(text)['client_id'], evil.id);
    }
  });

  test('speaks the user’s language, and to nobody known the browser’s', async () => {
    const speaks = async (browser: Browser, headers = {}) =>
      /<html lang="(..)">/.exec((await browser.get(askPath(calls), headers)).text)?.[1];
    assert.equal(await speaks(nobody()), 'en', 'fetch sends Accept-Language: *');
    assert.equal(await speaks(nobody(), english), 'en');
    assert.equal(await speaks(nobody(), { 'Accept-Language': 'ru-RU,ru;q=0.9,en;q=0.8' }), 'ru');
    const { browser } = await signedIn(server, calls);
    assert.equal(await speaks(browser, english), 'ru');
    const john = await addUser(server.store, 'john', {}, { isAdmin: true, language: 'en' });
    const { page } = await signedIn(server, calls, john);
    assert.match(page.text, /asks for access to the account/);
  });

  test('only an administrator may decide; another user is told so and can sign in as one', async () => {
    const olga = await addUser(server.store, 'olga', {});
    const { browser, page } = await signedIn(server, calls, olga);
    assert.equal(page.status, 403);
    assert.match(page.text, /только администратор/);
    assert.ok(!page.text.includes('decision'));
    const forced = await browser.submit(page, { decision: 'approve', token: 'x' });
    assert.deepEqual([forced.status, forced.headers.get('location')], [403, null]);
    const reply = await browser.submit(page, { login, api_key: key });
    assert.match((await browser.get(reply.headers.get('location')!)).text, /Разрешить/);
  });

  test('an administrator of one account lets nobody into another', async () => {
    const { browser, page } = await signedIn(server, calls, acmeAdministrator);
    assert.ok(page.text.includes('Acme (acme)') && !page.text.includes('Test (test)'));
    const reply = await browser.submit(page, { decision: 'approve' });
    const code = new URL(reply.headers.get('location')!).searchParams.get('code')!;
    const { json } = await askTokens(server, calls, withCode(code));
    const headers = { Authorization: `Bearer ${json.access_token}` };
    assert.equal((await request('GET', `${server.url}/api/v2/account`, undefined, headers)).json.subdomain, 'acme');
  });

  test('a wrong link leads nowhere: unknown integration, other redirect URI, a state that is no text', async () => {
    const { browser } = await signedIn(server, calls);
    const queries = [
      '',
      'client_id=nobody',
      'client_id=',
      'client_id[]=calls',
      'client_id=calls%00',
      'client_id=calls&redirect_uri=https://evil.example/callback',
      'client_id=calls&redirect_uri=https://calls.example/callback/',
      'client_id=calls&redirect_uri[]=https://calls.example/callback',
      'client_id=calls&state[]=x',
      `client_id=calls&state=${'x'.repeat(3000)}`,
      `client_id=${'x'.repeat(100_000)}`,
    ];
    for (const query of queries) {
      for (const reply of [await browser.get(`/oauth?${query}`), await nobody().get(`/oauth?${query}`)]) {
        assert.deepEqual([reply.status, reply.headers.get('location')], [400, null], query);
        assert.match(reply.text, /role="alert"/);
        assert.ok(!reply.text.includes('<form'));
      }
    }
  });

  test('a wrong key is told on the page, and after twenty the login is locked out there as everywhere', async () => {
    const person = await addUser(server.store, 'forgetful', {}, { isAdmin: true });
    const browser = nobody();
    const page = await browser.get(askPath(calls));
    for (let i = 0; i < 20; i += 1) {
      const reply = await browser.submit(page, { login: person.login, api_key: `x${i}` }, english);
      assert.equal(reply.status, 401);
      assert.match(reply.text, /Wrong login or key/);
      assert.deepEqual(reply.headers.getSetCookie(), []);
    }
    const locked = await browser.submit(page, { login: person.login, api_key: person.key }, english);
    assert.equal(locked.status, 401);
    assert.match(locked.text, /Too many failed attempts/);
    const elsewhere = await server.get('/api/v2/account', {}, person);
    assert.equal(elsewhere.json.response.error_code, '111');
  });

  describe('takes a decision only from its own form', () => {
    let browser: Browser;
    let page: Reply;
    before(async () => {
      ({ browser, page } = await signedIn(server, calls));
    });
    const assertRefused = (reply: Reply, status = 403) => {
      assert.deepEqual([reply.status, reply.headers.get('location')], [status, null], reply.text);
    };

    test('with the token of this session and integration', async () => {
      const fields = { client_id: 'calls', state: 'abc', decision: 'approve' };
      const other = await addUser(server.store, 'other', {}, { isAdmin: true });
      const theirs = hiddenFields((await signedIn(server, calls, other)).page.text)['token']!;
      const mail = await addIntegration(server, 'mail');
      const forMail = hiddenFields((await browser.get(askPath(mail))).text)['token']!;
      const own = hiddenFields(page.text)['token']!;
      for (const token of ['', 'x', theirs, forMail, own.toUpperCase(), own.slice(1), `${own}0`, 'я'.repeat(64)]) {
        assertRefused(await browser.post({ ...fields, token }));
      }
      assertRefused(await browser.post(fields));
      assert.equal((await browser.post({ ...fields, token: own })).status, 302);
    });

    test('from the same host, when the browser says from where', async () => {
      const decision = { decision: 'approve' };
      for (const origin of ['https://evil.example', 'http://127.0.0.1', 'http://127.0.0.1:1', 'file://', 'x', '*']) {
        assertRefused(await browser.submit(page, decision, { Origin: origin }));
      }
      for (const site of ['cross-site', 'same-site', 'none']) {
        assertRefused(await browser.submit(page, decision, { 'Sec-Fetch-Site': site }));
      }
      const own: Record<string, string>[] = [
        { Origin: server.url, 'Sec-Fetch-Site': 'same-origin' },
        { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' },
      ];
      for (const headers of own) assert.equal((await browser.submit(page, decision, headers)).status, 302);
    });

    test('and a sign-in from the same host, too', async () => {
      const reply = await nobody().submit(page, { login, api_key: key }, { Origin: 'https://evil.example' });
      assertRefused(reply);
      assert.deepEqual(reply.headers.getSetCookie(), []);
    });

    test('and not by key in the query or by bearer token, which no page shows anybody', async () => {
      const query = `${askPath(calls)}&USER_LOGIN=${login}&USER_HASH=${key}`;
      const bearer = { Authorization: `Bearer ${testToken}` };
      for (const reply of [await nobody().get(query), await nobody().get(askPath(calls), bearer)]) {
        assert.ok(!reply.text.includes('decision'));
      }
    });

    test('that says yes or no', async () => {
      for (const decision of ['', 'yes', 'approve ', 'APPROVE']) {
        assertRefused(await browser.submit(page, { decision }), 400);
      }
    });

    test('while the session lasts', async () => {
      const stale = await signedIn(server, calls, await addUser(server.store, 'stale', {}, { isAdmin: true }));
      server.setNow(testNow + 3600);
      const reply = await stale.browser.submit(stale.page, { decision: 'approve' });
      server.setNow(testNow);
      assertRefused(reply, 401);
      assert.ok(reply.text.includes('api_key') && !reply.text.includes('decision'));
    });
  });
});
