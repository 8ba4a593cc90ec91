import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { documentAccountId } from '../../seed/document.ts';
import { acmeAdministrator, addAcme } from '../support/accounts.ts';
import { answerFaults } from '../support/api-description.ts';
import { addIntegration, askPath, askTokens, Browser, codeFor, withCode } from '../support/integrations.ts';
import { assertProblem, assertRefused } from '../support/refusals.ts';
import { type Credentials, key, login, startServer, type TestServer, testNow } from '../support/server.ts';

// An account's own integrations, and the log of what webhooks were told.

let server: TestServer;
before(async () => {
  server = await startServer();
  await addAcme(server.store);
});
after(() => server.close());

async function post(path: string, body: unknown, as?: Credentials) {
  const url = `/api/kontora/${path}`;
  const reply = await server.post(url, body, {}, as);
  const type = reply.headers.get('content-type');
  assert.equal(answerFaults({ method: 'POST', url }, { status: reply.status, type, body: reply.text }), undefined);
  return reply;
}

async function get(path: string, as?: Credentials) {
  const url = `/api/kontora/${path}`;
  const reply = await server.get(url, {}, as);
  const type = reply.headers.get('content-type');
  assert.equal(answerFaults({ method: 'GET', url }, { status: reply.status, type, body: reply.text }), undefined);
  return reply.json;
}

const redirectUri = 'https://shop.example/oauth';
async function add() {
  const reply = await post('integrations/add', { name: ' Магазин ', redirect_uri: redirectUri });
  assert.equal(reply.status, 200, reply.text);
  const { id, secret } = reply.json;
  return { id, secret, redirectUri };
}
const listed = async (id: string, as?: Credentials) =>
  (await get('integrations', as)).integrations.find((one: { id: string }) => one.id === id);
const statusOf = async (token: string) =>
  (await server.get('/api/v2/account', { authorization: `Bearer ${token}` }, null)).status;

describe('integrations', () => {
  test('of the account get tokens by the consent of its users; a new secret takes the place of the old', async () => {
    const client = await add();
    const { created_at: _, ...shown } = await listed(client.id);
    const wanted = { id: client.id, name: 'Магазин', redirect_uri: redirectUri, is_own: true };
    assert.deepEqual(shown, { ...wanted, has_access: false });
    const tokens = (await askTokens(server, client, withCode(await codeFor(server, client)))).json;
    assert.equal(await statusOf(tokens.access_token), 200);
    assert.equal((await listed(client.id)).has_access, true);
    const { secret } = (await post('integrations/secret', { id: client.id })).json;
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
    assert.equal((await askTokens(server, client, refresh)).status, 401);
    assert.equal((await askTokens(server, { ...client, secret }, refresh)).status, 200);
    assert.deepEqual((await post('integrations/delete', { id: client.id })).json, { id: client.id, is_deleted: true });
    assert.equal(await statusOf(tokens.access_token), 401);
    assert.equal(await listed(client.id), undefined);
  });

  test('of another account are unknown, and get no access', async () => {
    const client = await add();
    assert.equal(await listed(client.id, acmeAdministrator), undefined);
    for (const path of ['integrations/secret', 'integrations/delete']) {
      assertProblem(await post(path, { id: client.id }, acmeAdministrator), 400, 443);
    }
    const browser = new Browser(server);
    const page = await browser.get(askPath(client));
    await browser.submit(page, { login: acmeAdministrator.login, api_key: acmeAdministrator.key });
    assert.equal((await browser.get(askPath(client))).status, 400);
    assert.equal((await browser.submit(page, { decision: 'approve' })).status, 403);
  });

  test('are never called by the server itself', async () => {
    const { id, secret } = await add();
    const fields = { login, api_key: key, client_uuid: id, client_secret: secret };
    assert.equal((await server.post('/oauth2/exchange_api_key', fields, {}, null)).status, 401);
  });

  test('of the server are shown where they have access, which ends here alone', async () => {
    const client = await addIntegration(server, 'global');
    assert.equal(await listed(client.id), undefined);
    const tokens = (await askTokens(server, client, withCode(await codeFor(server, client)))).json;
    assert.equal((await listed(client.id)).is_own, false);
    assertProblem(await post('integrations/secret', { id: client.id }), 400, 443);
    assert.deepEqual((await post('integrations/delete', { id: client.id })).json, { id: client.id, is_deleted: false });
    assert.equal(await statusOf(tokens.access_token), 401);
    const again = (await askTokens(server, client, withCode(await codeFor(server, client)))).json;
    assert.equal(await statusOf(again.access_token), 200);
  });
});

describe('deliveries', () => {
  test('are listed with their attempts, and sent once more', async () => {
    const url = 'https://hook.example/';
    await server.post('/api/v2/webhooks/subscribe', { subscribe: [{ url, events: ['add_company'] }] });
    const item = { name: 'Весть' };
    const { items } = (await server.post('/api/v2/companies', { add: [item, item] })).json._embedded;
    const [second, first] = (await get('deliveries')).deliveries;
    const webhook = first.webhook_id;
    const shown = { webhook_id: webhook, event: 'add_company', entity: 'companies', attempts: 0, created_at: testNow };
    assert.deepEqual(
      [first, second],
      [first, second].map(({ id }, index) => ({
        ...{ id, ...shown, entity_id: items[index].id, status: 'pending', next_at: testNow },
      })),
    );
    const of = async (query: string) =>
      (await get(`deliveries?${query}`)).deliveries.map(({ id }: { id: number }) => id);
    assert.deepEqual(await of(`before=${second.id}`), [first.id]);
    assert.deepEqual(await of('limit_rows=1'), [second.id]);
    await server.store.write(async (tx) => {
      const [claimed] = await tx.claimDeliveries(documentAccountId, webhook, testNow, testNow + 60, 1);
      await tx.saveBody(documentAccountId, claimed!.id, 'a=1');
      const attempt = { at: testNow, code: 500, error: 'no' };
      await tx.saveAttempt(documentAccountId, { ...claimed!, status: 'failed', attempts: 1 }, attempt);
    });
    assert.deepEqual([await of('status=failed'), await of('status=pending')], [[first.id], [second.id]]);
    assert.deepEqual([await of(`webhook=${webhook}`), await of('webhook=77')], [[second.id, first.id], []]);
    const [whole] = (await get(`deliveries?id=${first.id}`)).deliveries;
    assert.deepEqual([whole.body, whole.log], ['a=1', [{ at: testNow, code: 500, error: 'no' }]]);
    assert.deepEqual((await post('deliveries/redeliver', { ids: [first.id, 999_999] })).json, { ids: [first.id] });
    assert.deepEqual(await of('status=pending'), [second.id, first.id]);
    assert.deepEqual((await get('deliveries', acmeAdministrator)).deliveries, []);
  });
});

test('bad input is refused with 400 and changes nothing', async () => {
  const uris = [
    '',
    'x',
    'ftp://a.example/',
    'javascript:alert(1)',
    'https://a.example/#x',
    'https://u:p@a.example/',
    [],
    5,
  ];
  const ids = [undefined, '', 5, [], 'unknown', 'x'.repeat(5000)];
  await assertRefused(server, [
    ...uris.map((redirect_uri) => () => post('integrations/add', { name: 'x', redirect_uri })),
    ...['', ' ', 'x'.repeat(256), []].map(
      (name) => () => post('integrations/add', { name, redirect_uri: redirectUri }),
    ),
    ...['secret', 'delete'].flatMap((path) => ids.map((id) => () => post(`integrations/${path}`, { id }))),
    ...['add', 'secret', 'delete'].flatMap((path) =>
      [undefined, '[]', '5'].map((body) => () => post(`integrations/${path}`, body)),
    ),
    ...[undefined, '[]', '{}', { ids: 'x' }, { ids: [] }, { ids: [-1] }].map(
      (body) => () => post('deliveries/redeliver', body),
    ),
    ...['id=x', 'webhook=-1', 'before=x', 'status=odd', 'status[]=done'].map(
      (query) => () => server.get(`/api/kontora/deliveries?${query}`),
    ),
  ]);
});
