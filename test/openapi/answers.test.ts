import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
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
});
