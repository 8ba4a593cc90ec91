import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { documentAccountId, documentUserId } from '../../seed/document.ts';
import { anything, type Things } from '../support/probes.ts';
import { assertProblem } from '../support/refusals.ts';
import { key, login, request, startServer, type TestServer, testToken } from '../support/server.ts';
import { bearer, groups, isTaken, makeSettings, makeThings, stateOf } from '../support/things.ts';

// A browser sends the cookie with what any page makes it send. Whether a page is ours, it says itself.

let server: TestServer;
let cookie: string;
let things: Things;
const administrator = bearer(testToken);
before(async () => {
  server = await startServer();
  const signedIn = await server.get('/private/api/auth.php');
  cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
  const settings = await makeSettings(server, documentAccountId, administrator, 'ours');
  things = await makeThings(server, administrator, documentUserId, 'ours', settings);
});
after(() => server.close());

const foreign: readonly Record<string, string>[] = [
  { origin: 'https://evil.example' },
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { origin: 'null' },
  { origin: 'http://127.0.0.1:1' },
  { origin: 'http://127.0.0.1' },
  { origin: 'file://' },
  { origin: '' },
];
const own = (): readonly Record<string, string>[] => [
  {},
  { origin: server.url },
  { origin: server.url, 'sec-fetch-site': 'same-origin' },
  { origin: 'null', 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'none' },
];

describe('by the cookie alone', () => {
  for (const { title, isGet, last, probes } of groups.filter((group) => !group.isGet)) {
    assert.ok(!isGet);
    test(`${title}${last ? ', what takes away' : ''}: a page of another site writes nothing`, async () => {
      const before = await stateOf(server, administrator);
      const [probe] = probes(things, things);
      for (const headers of foreign) {
        const reply = await server.post(probe!.url, probe!.body, { cookie, ...headers }, null);
        if (title.includes('/private/api/')) assert.equal(reply.json.response.error_code, '403');
        else assertProblem(reply, 403, 403);
      }
      assert.equal(await stateOf(server, administrator), before);
    });
  }

  test('pages of this server write, and everybody reads', async () => {
    const add = [{ name: 'своя' }];
    for (const headers of own()) {
      assert.ok(isTaken(await server.post('/api/v2/companies', { add }, { cookie, ...headers }, null)));
    }
    for (const headers of foreign) {
      const reply = await server.get('/api/v2/companies', { cookie, ...headers }, null);
      assert.deepEqual([reply.status, reply.headers.get('access-control-allow-origin')], [200, null]);
    }
  });

  test('behind a proxy its name counts, with or without the port that goes without saying', async () => {
    const { get: _, ...http } = await import('node:http');
    const statusOf = (host: string, origin: string) =>
      new Promise<number>((resolve, reject) => {
        const sent = http.request(`${server.url}/api/v2/companies`, {
          method: 'POST',
          headers: { host, origin, cookie },
        });
        sent.on('response', (response) => resolve(response.resume().statusCode!)).on('error', reject);
        sent.end(JSON.stringify({ add: [{ name: 'своя' }] }));
      });
    assert.equal(await statusOf('crm.example', 'https://crm.example'), 200);
    assert.equal(await statusOf('crm.example:443', 'https://crm.example'), 200);
    assert.equal(await statusOf('crm.example', 'https://crm.example:8443'), 403);
    assert.equal(await statusOf('crm.example', 'https://evil.crm.example'), 403);
  });
});

test('a key or token is proof enough, wherever it comes from', async () => {
  for (const headers of foreign) {
    const add = [{ name: 'своя' }];
    assert.ok(isTaken(await server.post('/api/v2/companies', { add }, { ...administrator, ...headers }, null)));
    const byKey = await server.post('/api/v2/companies', { add }, headers);
    assert.ok(isTaken(byKey));
  }
});

test('no page of another site signs its visitor in as somebody', async () => {
  const credentials = { USER_LOGIN: login, USER_HASH: key };
  const query = new URLSearchParams(credentials);
  for (const headers of foreign) {
    const posted = await request('POST', `${server.url}/private/api/auth.php`, credentials, headers);
    const got = await request('GET', `${server.url}/private/api/auth.php?${query}`, undefined, headers);
    for (const reply of [posted, got]) assert.deepEqual([reply.status, reply.headers.getSetCookie()], [403, []]);
    for (let time = 0; time < 3; time += 1) {
      const listed = await server.get('/api/v2/companies', headers);
      assert.deepEqual([listed.status, listed.headers.getSetCookie()], [200, []]);
    }
  }
  for (const headers of own()) {
    assert.equal((await request('POST', `${server.url}/private/api/auth.php`, credentials, headers)).status, 200);
    assert.equal((await server.get('/api/v2/companies', headers)).headers.getSetCookie().length, 2);
  }
});

test('there is something to try', () => {
  assert.ok(groups.filter((group) => !group.isGet && group.probes(anything, anything).length > 0).length > 15);
});
