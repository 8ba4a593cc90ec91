import assert from 'node:assert/strict';
import type { Integration } from '../../src/crm/oauth.ts';
import { hashKey } from '../../src/http/keys.ts';
import { type Credentials, key, login, type Reply, request, type TestServer, testNow } from './server.ts';

/** An integration, as its own program knows itself. */
export interface Client {
  readonly id: string;
  readonly secret: string;
  readonly redirectUri: string;
}

const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

export async function addIntegration(
  { store }: TestServer,
  id: string,
  parts: Partial<Integration> = {},
): Promise<Client> {
  const secret = `secret of ${id}`;
  const redirectUri = parts.redirectUri ?? `https://${id}.example/callback`;
  const integration = {
    id,
    name: id,
    secretHash: hashKey(secret),
    createdAt: testNow,
    ownerId: null,
    ...parts,
    redirectUri,
  };
  await store.write((tx) => tx.addIntegration(integration));
  return { id, secret, redirectUri };
}

/** A server by its address alone. */
type Address = Pick<TestServer, 'url'>;

/** A browser as far as this page needs one: cookies by name, forms, no redirects by itself. */
export class Browser {
  readonly #url: string;
  readonly #cookies = new Map<string, string>();

  constructor({ url }: Address) {
    this.#url = url;
  }

  get cookie(): string {
    return [...this.#cookies].map((pair) => pair.join('=')).join('; ');
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.#send('GET', path, undefined, headers);
  }

  /** Sends the form of a page, with what is filled in. */
  submit(page: Reply, filled: Record<string, string>, headers: Record<string, string> = {}): Promise<Reply> {
    return this.post({ ...hiddenFields(page.text), ...filled }, headers);
  }

  post(fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Reply> {
    return this.#send('POST', '/oauth', new URLSearchParams(fields).toString(), { ...form, ...headers });
  }

  async #send(method: string, path: string, body: string | undefined, headers: Record<string, string>): Promise<Reply> {
    const cookies = this.#cookies.size > 0 ? { Cookie: this.cookie } : {};
    const reply = await request(method, `${this.#url}${path}`, body, { ...cookies, ...headers });
    for (const line of reply.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      this.#cookies.set(name!, value!);
    }
    return reply;
  }
}

/** What the page's form repeats. */
export function hiddenFields(text: string): Record<string, string> {
  const inputs = [...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
  return Object.fromEntries(inputs.map(([, name, value]) => [name!, unescaped(value!)]));
}

function unescaped(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

export function askPath({ id }: Pick<Client, 'id'>, more: Record<string, string> = {}): string {
  return `/oauth?${new URLSearchParams({ client_id: id, state: 'abc', mode: 'popup', ...more })}`;
}

/** A browser in which somebody has signed in on the page. */
export async function signedIn(
  server: Address,
  client: Client,
  as: Credentials = { login, key },
): Promise<{ browser: Browser; page: Reply }> {
  const browser = new Browser(server);
  const first = await browser.get(askPath(client));
  const reply = await browser.submit(first, { login: as.login, api_key: as.key });
  assert.equal(reply.status, 303, reply.text);
  return { browser, page: await browser.get(reply.headers.get('location')!) };
}

/** Where the browser is sent after an approval on the page. */
export async function approve(server: Address, client: Client, as?: Credentials): Promise<URL> {
  const { browser, page } = await signedIn(server, client, as);
  const reply = await browser.submit(page, { decision: 'approve' });
  assert.equal(reply.status, 302, reply.text);
  return new URL(reply.headers.get('location')!);
}

export async function codeFor(server: Address, client: Client, as?: Credentials): Promise<string> {
  return (await approve(server, client, as)).searchParams.get('code')!;
}

/** POST /oauth2/access_token as the client; fields that are undefined are not sent. */
export function askTokens({ url }: Address, client: Client, fields: Record<string, unknown>): Promise<Reply> {
  const { id: client_id, secret: client_secret, redirectUri: redirect_uri } = client;
  return request('POST', `${url}/oauth2/access_token`, { client_id, client_secret, redirect_uri, ...fields });
}

export const withCode = (code: string) => ({ grant_type: 'authorization_code', code });
export const withRefresh = (refresh_token: string) => ({ grant_type: 'refresh_token', refresh_token });

/** The status of an API request with a token. */
export async function statusWith({ url }: Address, token: string): Promise<number> {
  return (await request('GET', `${url}/api/v2/account`, undefined, { Authorization: `Bearer ${token}` })).status;
}

/** A refusal in the shape of reference §2.4. */
export function assertOAuthProblem(reply: Reply, status: number, hint: string | RegExp): void {
  assert.equal(reply.status, status, reply.text);
  assert.equal(reply.headers.get('content-type'), 'application/problem+json');
  assert.deepEqual(Object.keys(reply.json), ['hint', 'title', 'type', 'status', 'detail']);
  assert.equal(reply.json.status, status);
  if (typeof hint === 'string') assert.equal(reply.json.hint, hint);
  else assert.match(reply.json.hint, hint);
}
