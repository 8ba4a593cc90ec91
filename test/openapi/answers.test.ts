import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { addUser } from '../support/accounts.ts';
import { answerFaults } from '../support/api-description.ts';
import {
  addIntegration,
  askPath,
  askTokens,
  type Client,
  codeFor,
  signedIn,
  withCode,
} from '../support/integrations.ts';
import { key, login, type Reply, startServer, type TestServer } from '../support/server.ts';

describe('answers that no golden file shows are as described', () => {
  let server: TestServer;
  let client: Client;
  before(async () => {
    server = await startServer();
    client = await addIntegration(server, 'described', { redirectUri: 'http://127.0.0.1:9/callback' });
  });
  after(() => server.close());

  const check = (method: string, url: string, { status, headers, text }: Reply, expected: number) => {
    const type = headers.get('content-type');
    const named = type === null || !type.startsWith('text/html') ? type : 'text/html';
    assert.equal(status, expected, text);
    assert.equal(answerFaults({ method, url }, { status, type: named, body: text }), undefined);
  };

  test('sign-in by the query', async () => {
    check('GET', '/private/api/auth.php', await server.get('/private/api/auth.php'), 200);
  });

  test('sign-out', async () => {
    check('POST', '/api/kontora/sign-out', await server.post('/api/kontora/sign-out', undefined), 200);
  });

  test('the page of consent, its forms, and tokens', async () => {
    const { browser, page } = await signedIn(server, client);
    check('GET', '/oauth', page, 200);
    check('GET', '/oauth', await browser.get('/oauth?client_id=nobody'), 400);
    check('POST', '/oauth', await browser.submit(page, { login, api_key: key }), 303);
    check('POST', '/oauth', await browser.submit(page, { login, api_key: 'wrong' }), 401);
    check('POST', '/oauth', await browser.submit(await browser.get(askPath(client)), { decision: 'refuse' }), 302);
    const tokens = await askTokens(server, client, withCode(await codeFor(server, client)));
    check('POST', '/oauth2/access_token', tokens, 200);
    check('POST', '/oauth2/access_token', await askTokens(server, client, {}), 400);
    const stranger = await askTokens(server, { ...client, secret: 'wrong' }, withCode('x'));
    check('POST', '/oauth2/access_token', stranger, 401);
  });

  test('a code for a key', async () => {
    const path = '/oauth2/exchange_api_key';
    const fields = { login, api_key: key, client_uuid: client.id, client_secret: client.secret };
    check('POST', path, await server.post(path, fields, {}, null), 202);
    check('POST', path, await server.post(path, { ...fields, client_secret: 'wrong' }, {}, null), 401);
    check('POST', path, await server.post(path, { ...fields, api_key: 'wrong' }, {}, null), 401);
    check('POST', path, await server.post(path, {}, {}, null), 400);
  });

  test('the domain of a token', async () => {
    const path = '/oauth2/account/subdomain';
    check('GET', path, await server.get(path), 200);
    check('GET', path, await server.get(path, {}, null), 401);
  });

  test('deletion by the calls of the web interface', async () => {
    const contacts = '/ajax/contacts/multiple/delete/';
    check('POST', contacts, await server.post(contacts, { ACTION: 'DELETE', ID: [1099181] }), 200);
    const leads = '/ajax/leads/multiple/delete/';
    check('POST', leads, await server.post(leads, 'ID[]=1090408'), 200);
    check('POST', leads, await server.post(leads, {}), 400);
    const action = { entity_type: 3, multiaction_type: 4, data: { data: { ACTION: 'DELETE' } }, ids: [41389] };
    const body = { request: { multiactions: { add: [action] } } };
    const multi = '/ajax/v1/multiactions/set';
    check('POST', multi, await server.post(multi, body), 200);
  });

  test('webhooks', async () => {
    const [list, subscribe, unsubscribe] = ['', '/subscribe', '/unsubscribe'].map((part) => `/api/v2/webhooks${part}`);
    const hook = { url: 'https://example.com/hook', events: ['add_company'] };
    check('GET', list!, await server.get(list!), 204);
    check('POST', subscribe!, await server.post(subscribe!, { subscribe: [hook, { url: 'x' }] }), 200);
    check('GET', list!, await server.get(list!), 200);
    check('POST', unsubscribe!, await server.post(unsubscribe!, { unsubscribe: [hook] }), 200);
    check('POST', unsubscribe!, await server.post(unsubscribe!, {}), 400);
  });

  test('who has no right', async () => {
    const user = await addUser(server.store, 'somebody', { company_add: 'D' });
    check('GET', '/api/kontora/changes', await server.get('/api/kontora/changes', {}, user), 403);
    const add = { add: [{ name: 'x' }] };
    check('POST', '/api/v2/companies', await server.post('/api/v2/companies', add, {}, user), 403);
    const pipelines = '/private/api/v2/json/pipelines/delete';
    check('POST', pipelines, await server.post(pipelines, { request: { id: 10104 } }, {}, user), 403);
  });
});
