import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { acme, acmeAdministrator, addAcme, addUser } from '../support/accounts.ts';
import { addIntegration, askTokens, assertOAuthProblem, type Client, withCode } from '../support/integrations.ts';
import { assertSignInRefused } from '../support/refusals.ts';
import { key, login, type Reply, request, startServer, type TestServer } from '../support/server.ts';

describe('POST /oauth2/exchange_api_key', () => {
  let server: TestServer;
  let receiver: Receiver;
  let calls: Client;
  before(async () => {
    server = await startServer();
    await addAcme(server.store);
    receiver = await Receiver.start();
    calls = await addIntegration(server, 'calls', { redirectUri: `${receiver.url}/callback?own=1` });
  });
  after(async () => {
    await receiver.close();
    await server.close();
  });

  const exchange = (fields: Record<string, unknown> = {}): Promise<Reply> =>
    request('POST', `${server.url}/oauth2/exchange_api_key`, {
      login,
      api_key: key,
      client_uuid: calls.id,
      client_secret: calls.secret,
      ...fields,
    });

  test('is 202 without a body, and the code comes to the redirect URI by a GET', async () => {
    const reply = await exchange();
    assert.deepEqual([reply.status, reply.text, reply.headers.getSetCookie()], [202, '', []]);
    const got = await receiver.next();
    assert.deepEqual([got.method, got.url.pathname], ['GET', '/callback']);
    const { code, ...rest } = Object.fromEntries(got.url.searchParams);
    const { host: referer } = new URL(server.url);
    assert.deepEqual(rest, { own: '1', referer, client_id: 'calls', from_exchange: '1' });
    const tokens = await askTokens(server, calls, withCode(code!));
    assert.equal(tokens.status, 200, tokens.text);
  });

  test('the code acts as the user of the key, who need not be an administrator, in his account', async () => {
    const olga = await addUser(server.store, 'olga', {});
    for (const [person, account] of [
      [olga, 13667499],
      [acmeAdministrator, acme.id],
    ] as const) {
      assert.equal((await exchange({ login: person.login, api_key: person.key, state: 'a&b' })).status, 202);
      const { url } = await receiver.next();
      assert.equal(url.searchParams.get('state'), 'a&b');
      const { json } = await askTokens(server, calls, withCode(url.searchParams.get('code')!));
      const headers = { Authorization: `Bearer ${json.access_token}` };
      const known = (await request('GET', `${server.url}/api/v2/account?with=users`, undefined, headers)).json;
      assert.equal(known.id, account);
      assert.equal(known._embedded.users[known.current_user].login, person.login);
    }
  });

  test('a receiver that fails, hangs, redirects or is not there neither delays nor fails the answer', async () => {
    const nowhere = await addIntegration(server, 'nowhere', { redirectUri: 'http://127.0.0.1:1/' });
    const named = await addIntegration(server, 'named', { redirectUri: 'http://no-such-host.invalid/' });
    for (const client of [nowhere, named]) {
      assert.equal((await exchange({ client_uuid: client.id, client_secret: client.secret })).status, 202);
    }
    for (const path of ['/fail', '/hang', '/cut', '/redirect']) {
      const client = await addIntegration(server, path, { redirectUri: `${receiver.url}${path}` });
      const started = performance.now();
      assert.equal((await exchange({ client_uuid: client.id, client_secret: client.secret })).status, 202);
      assert.ok(performance.now() - started < 2000);
      assert.equal((await receiver.next()).url.pathname, path);
    }
    assert.equal((await exchange()).status, 202);
    assert.equal((await receiver.next()).url.pathname, '/callback', 'a redirect is not followed');
  });

  test('a receiver that hangs is left after five seconds', { timeout: 15_000 }, async () => {
    const hang = await addIntegration(server, 'slow', { redirectUri: `${receiver.url}/hang` });
    await exchange({ client_uuid: hang.id, client_secret: hang.secret });
    const { started, closed } = await receiver.next();
    const lasted = (await closed) - started;
    assert.ok(lasted > 4000 && lasted < 7000, `${lasted}`);
  });

  test('a wrong client is 401 before the key is looked at, a missing field 400, and nothing is sent', async () => {
    assertOAuthProblem(await exchange({ client_secret: 'x', api_key: 'x' }), 401, 'Client authentication failed');
    assertOAuthProblem(await exchange({ client_uuid: 'x' }), 401, 'Client authentication failed');
    for (const name of ['client_uuid', 'client_secret', 'login', 'api_key']) {
      assertOAuthProblem(await exchange({ [name]: undefined }), 400, `Check the \`${name}\` parameter`);
    }
    receiver.assertQuiet();
  });

  test('a wrong key is 401 with code 110, and twenty lock the login out with 111', async () => {
    const person = await addUser(server.store, 'forgetful', {});
    for (let i = 0; i < 20; i += 1) {
      assertSignInRefused(await exchange({ login: person.login, api_key: `x${i}` }), '110');
    }
    assertSignInRefused(await exchange({ login: person.login, api_key: person.key }), '111');
    receiver.assertQuiet();
  });
});

interface Received {
  readonly method: string;
  readonly url: URL;
  readonly started: number;
  /** When the connection ended. */
  readonly closed: Promise<number>;
}

/** A program that waits for codes. */
class Receiver {
  readonly url: string;
  readonly #server: Server;
  readonly #received: Received[] = [];
  readonly #waiting: ((received: Received) => void)[] = [];

  static async start(): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Receiver(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
      const url = new URL(incoming.url!, this.url);
      const closed = new Promise<number>((resolve) => response.on('close', () => resolve(performance.now())));
      const received = { method: incoming.method!, url, started: performance.now(), closed };
      const next = this.#waiting.shift();
      if (next) next(received);
      else this.#received.push(received);
      if (url.pathname === '/hang') return;
      if (url.pathname === '/cut') incoming.socket.destroy();
      else if (url.pathname === '/redirect') response.writeHead(302, { Location: '/followed' }).end();
      else response.writeHead(url.pathname === '/fail' ? 500 : 200).end('x'.repeat(100_000));
    });
  }

  next(): Promise<Received> {
    const received = this.#received.shift();
    return received ? Promise.resolve(received) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  assertQuiet(): void {
    assert.deepEqual(this.#received, []);
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
