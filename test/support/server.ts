import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentAccount, documentAccountId, documentUserId } from '../../seed/document.ts';
import type { SeedParts } from '../../seed/empty.ts';
import { createApp } from '../../src/cli/serve.ts';
import { Threads } from '../../src/cli/threads.ts';
import type { WireProfile } from '../../src/crm/account.ts';
import type { Store } from '../../src/crm/store.ts';
import { defaultRetrySeconds } from '../../src/crm/webhook.ts';
import { hashKey, hashToken } from '../../src/http/keys.ts';
import { defaultLimits, type Limits } from '../../src/http/limits.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { WebhookSettings } from '../../src/v2/webhook-worker.ts';
import { newTestDatabase } from './postgres.ts';

/** The time of every test that does not say another: what the document's examples call now. */
export const testNow = 1509028320;
export const login = 'example@example.com';
export const key = '7ebefd1d4741106a4daa0e0a673bba2e4dc16054';
export const administrator: SeedParts = { login, keyHash: hashKey(key), now: testNow };

/** A bearer token of the administrator of the document's account. */
export const testToken = `${documentAccountId.toString(36)}.${'0'.repeat(40)}`;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

export interface TestServer {
  readonly url: string;
  readonly store: Store;
  /** Sends a request as the administrator, or with the key of the given user, or with none. */
  get(path: string, headers?: Record<string, string>, as?: Credentials | null): Promise<Reply>;
  post(path: string, body: unknown, headers?: Record<string, string>, as?: Credentials | null): Promise<Reply>;
  setNow(now: number): void;
  close(): Promise<void>;
}

export interface Credentials {
  readonly login: string;
  readonly key: string;
}

export interface ServerOptions {
  readonly webhooks?: WebhookSettings;
  readonly wire?: WireProfile;
  /** What differs from the limits that hold when nothing is said. */
  readonly limits?: Partial<Limits>;
  readonly trustedProxies?: readonly string[];
  readonly seed?: (store: Store, parts: SeedParts) => Promise<void>;
  readonly open?: () => Promise<Pick<TestStore, 'store' | 'remove' | 'folder'>>;
}

/** A real server on a port of its own, over a new database with the document's account. */
export async function startServer({
  wire = 'documented',
  webhooks = { allowPrivate: false, retrySeconds: defaultRetrySeconds },
  limits: otherLimits = {},
  seed = documentAccount,
  trustedProxies = [],
  open = openTestStore,
}: ServerOptions = {}): Promise<TestServer> {
  const limits = { ...defaultLimits, ...otherLimits };
  const { store, remove, folder } = await open();
  await seed(store, administrator);
  if (seed === documentAccount) {
    const token = { hash: hashToken(testToken), userId: documentUserId, createdAt: testNow };
    await store.write((tx) => tx.addToken(documentAccountId, token));
  }
  let now = testNow;
  const threads = inThreads && folder ? new Threads({ folder, profile: wire, webhooks, limits }, fail) : undefined;
  const app = createApp(store, wire, webhooks, () => now, threads, { trustedProxies, limits });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const send = (
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
    as: Credentials | null,
  ) => {
    const credentials = as && { USER_LOGIN: as.login, USER_HASH: as.key };
    const query = credentials ? `${path.includes('?') ? '&' : '?'}${new URLSearchParams(credentials)}` : '';
    return request(method, `${url}${path}${query}`, body, headers);
  };
  return {
    url,
    store,
    get: (path, headers = {}, as = { login, key }) => send('GET', path, undefined, headers, as),
    post: (path, body, headers = {}, as = { login, key }) => send('POST', path, body, headers, as),
    setNow(value) {
      now = value;
    },
    async close() {
      await app.close();
      await threads?.stop();
      await store.close();
      await remove();
    },
  };
}

/** On which engine the tests of stores and servers run that are there for both. */
export const engine = process.env['KONTORA_TEST_ENGINE'] === 'postgres' ? 'PostgreSQL' : 'SQLite';

/** Whether servers on SQLite have threads of their own, as those have that are started by a command. Each costs a test some time. */
export const inThreads = process.env['KONTORA_TEST_THREADS'] === 'true';

export function fail(error: Error): never {
  throw error;
}

export interface TestStore {
  readonly store: Store;
  /** Opens the same database once more, as another process would. */
  readonly openAgain: () => Promise<Store>;
  /** Where the database is: its folder or address. */
  readonly place: string;
  /** Its folder, if it is one of our own. */
  readonly folder?: string;
  /** After everything that was opened has been closed. */
  readonly remove: () => Promise<void>;
}

export async function openTestStore(): Promise<TestStore> {
  if (engine === 'PostgreSQL') {
    const { url, remove } = await newTestDatabase(migrated);
    const openAgain = () => openPostgres(url);
    return { store: await openAgain(), openAgain, place: url, remove };
  }
  const folder = mkdtempSync(join(tmpdir(), 'kontora-test-'));
  const openAgain = () => openSqlite(folder);
  return {
    store: await openAgain(),
    openAgain,
    place: folder,
    folder,
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function migrated(url: string): Promise<void> {
  await (await openPostgres(url)).close();
}

/** One request; a body that is no text is sent as JSON. */
export async function request(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const sent =
    body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const init: RequestInit = { method, headers, redirect: 'manual' };
  const response = await fetch(url, { ...init, ...(sent !== undefined && { body: sent as string }) });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    get json() {
      return JSON.parse(text);
    },
  };
}
