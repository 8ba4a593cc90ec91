import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { documentAccountId } from '../../seed/document.ts';
import { addressFinder } from '../../src/http/client-address.ts';
import { addUser } from '../support/accounts.ts';
import { key, login, type Reply, request, startServer, type TestServer } from '../support/server.ts';

// Behind a proxy all clients come from its address; X-Forwarded-For tells them apart, if it is the proxy who says so.

const limit = 20;

function signIn(server: TestServer, as: { login: string; key: string }, from: string): Promise<Reply> {
  const body = { USER_LOGIN: as.login, USER_HASH: as.key };
  return request('POST', `${server.url}/private/api/auth.php`, body, { 'X-Forwarded-For': from });
}
const codeOf = (reply: Reply): string | undefined => reply.json.response.error_code;

describe('behind a proxy that is trusted', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ trustedProxies: ['127.0.0.1', '10.0.0.0/8'] });
  });
  after(() => server.close());

  test('wrong keys lock out who sends them, and nobody else', async () => {
    const wrong = { login, key: 'x' };
    for (let i = 0; i < limit; i += 1) assert.equal(codeOf(await signIn(server, wrong, '203.0.113.1')), '110');
    assert.equal(codeOf(await signIn(server, { login, key }, '203.0.113.1')), '111');
    assert.equal(codeOf(await signIn(server, { login, key }, '203.0.113.2')), undefined);
  });

  test('what a client writes himself before what the proxies add is not believed', async () => {
    const person = await addUser(server.store, 'liar', {});
    for (let i = 0; i < limit; i += 1) {
      assert.equal(
        codeOf(await signIn(server, { ...person, key: 'x' }, `198.51.100.${i}, 203.0.113.9, 10.1.2.3`)),
        '110',
      );
    }
    assert.equal(codeOf(await signIn(server, person, '198.51.100.99, 203.0.113.9')), '111');
    assert.equal(codeOf(await signIn(server, person, '203.0.113.9, 203.0.113.10')), undefined);
  });

  test('an account’s list of addresses is held against the client, also where the answer is there at once', async () => {
    await server.store.write((tx) => tx.setAllowedIps(documentAccountId, ['203.0.113.7']));
    const statusFrom = async (from: string) =>
      (await server.get('/api/v2/companies', { 'X-Forwarded-For': from })).status;
    for (let time = 0; time < 5; time += 1) {
      assert.equal(await statusFrom('203.0.113.7'), 200);
      assert.equal(await statusFrom('203.0.113.8'), 403);
      assert.equal(await statusFrom('203.0.113.7, 203.0.113.8'), 403);
    }
    const refused = await server.get('/api/v2/companies', { 'X-Forwarded-For': '203.0.113.8' });
    assert.equal(refused.json.response.ip, '203.0.113.8');
    await server.store.write((tx) => tx.setAllowedIps(documentAccountId, null));
  });

  test('a header that holds no addresses says nothing', async () => {
    for (const odd of ['', 'unknown', '<b>', '1.2.3', 'x'.repeat(10_000), ','.repeat(10_000)]) {
      const reply = await signIn(server, { login: 'nobody', key: 'x' }, odd);
      assert.equal(reply.json.response.ip, '127.0.0.1', odd.slice(0, 20));
    }
  });
});

describe('without a trusted proxy', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  test('X-Forwarded-For says nothing: it neither gets around the lock nor into a list of addresses', async () => {
    for (let i = 0; i < limit; i += 1) await signIn(server, { login, key: 'x' }, `203.0.113.${i}`);
    assert.equal(codeOf(await signIn(server, { login, key }, '203.0.113.99')), '111');
    const person = await addUser(server.store, 'outsider', {});
    await server.store.write((tx) => tx.setAllowedIps(documentAccountId, ['203.0.113.7']));
    assert.equal(codeOf(await signIn(server, person, '203.0.113.7')), '113');
  });
});

test('IPv4 over IPv6 is IPv4, to clients and proxies', () => {
  const from = (remoteAddress: string | undefined, forwarded?: string) =>
    addressFinder(['10.0.0.5', '2001:db8::/32'])({
      socket: { remoteAddress },
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    } as never);
  assert.equal(from('::ffff:203.0.113.1'), '203.0.113.1');
  assert.equal(from('::ffff:10.0.0.5', '203.0.113.1'), '203.0.113.1');
  assert.equal(from('10.0.0.5', '::ffff:203.0.113.1'), '203.0.113.1');
  assert.equal(from('10.0.0.5', '2001:db8::1, 2001:db9::1'), '2001:db9::1');
  assert.equal(from('10.0.0.6', '203.0.113.1'), '10.0.0.6');
  assert.equal(from('10.0.0.5'), '10.0.0.5');
  assert.equal(from(undefined, '203.0.113.1'), '');
});
