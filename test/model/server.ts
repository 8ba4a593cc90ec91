import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openPlace } from '../../src/cli/place.ts';
import { createApp } from '../../src/cli/serve.ts';
import type { Place } from '../../src/config.ts';
import type { Store } from '../../src/crm/store.ts';
import { defaultRetrySeconds } from '../../src/crm/webhook.ts';
import type { Answer } from './answers.ts';
import type { Sent } from './spelling.ts';

/** A server that answers requests at a time that the test says, and that can be killed. */
export interface Server {
  /** The database as the command line opens it. */
  readonly store: Store;
  /** Undefined: the server was killed before it had answered. */
  send(sent: Sent, token: string, now: number): Promise<Answer | undefined>;
  /** At once, whatever it is doing; it comes back on the same data. */
  kill(): Promise<void>;
  /** What a check of the database tells. */
  problems(): Promise<string[]>;
  close(): Promise<void>;
}

/** One request for a server in another process, and what comes back. */
export interface Order {
  readonly number: number;
  readonly sent: Sent;
  readonly token: string;
  readonly now: number;
}

export interface Report {
  readonly number: number;
  readonly answer: Answer;
}

export const webhooks = { allowPrivate: false, retrySeconds: defaultRetrySeconds };

/** As the other tests choose it. */
export const engine = process.env['KONTORA_TEST_ENGINE'] === 'postgres' ? 'PostgreSQL' : 'SQLite';

export async function openPlaceForTest(): Promise<{ place: Place; remove: () => Promise<void> }> {
  if (engine === 'PostgreSQL') {
    // Loaded only here: it makes a test of what loads it.
    const { newTestDatabase } = await import('../support/postgres.ts');
    const { url, remove } = await newTestDatabase();
    return { place: { url }, remove };
  }
  const folder = mkdtempSync(join(tmpdir(), 'kontora-model-'));
  return { place: { folder }, remove: async () => rmSync(folder, { recursive: true, force: true }) };
}

export type App = ReturnType<typeof createApp>;

export async function inject(app: App, { method, url, headers, body }: Sent, token: string): Promise<Answer> {
  const authorization = { authorization: `Bearer ${token}` };
  const reply = await app.inject({
    ...{ method, url, headers: { ...headers, ...authorization } },
    ...(body !== undefined && { payload: body }),
  });
  return {
    status: reply.statusCode,
    type: String(reply.headers['content-type'] ?? ''),
    text: reply.body,
    timestamp: String(reply.headers['runtime-timestamp']),
  };
}

/** In this process. Killing it is leaving it: another is opened on the data before it is closed. */
export async function startHere(): Promise<Server> {
  const { place, remove } = await openPlaceForTest();
  const store = await openPlace(place);
  let now = 0;
  let own = await openPlace(place);
  let app = createApp(own, 'documented', webhooks, () => now);
  return {
    store,
    send(sent, token, at) {
      now = at;
      return inject(app, sent, token);
    },
    async kill() {
      const [oldApp, oldStore] = [app, own];
      own = await openPlace(place);
      app = createApp(own, 'documented', webhooks, () => now);
      await oldApp.close();
      await oldStore.close();
    },
    problems: () => problemsIn(place),
    async close() {
      await app.close();
      await own.close();
      await store.close();
      await remove();
    },
  };
}

/** In a process of its own, that is killed by a signal that it cannot catch. */
export async function startApart(): Promise<Server> {
  const { place, remove } = await openPlaceForTest();
  const store = await openPlace(place);
  const waiting = new Map<number, (answer: Answer | undefined) => void>();
  let number = 0;
  let child = await spawnChild(place, waiting);
  return {
    store,
    send(sent, token, now) {
      number += 1;
      const order: Order = { number, sent, token, now };
      return new Promise((resolve) => {
        waiting.set(order.number, resolve);
        child.send(order);
      });
    },
    async kill() {
      await endChild(child, waiting);
      child = await spawnChild(place, waiting);
    },
    problems: () => problemsIn(place),
    async close() {
      await endChild(child, waiting);
      await store.close();
      await remove();
    },
  };
}

async function problemsIn(place: Place): Promise<string[]> {
  const { problemsAt } = await import('../support/problems.ts');
  return problemsAt('folder' in place ? place.folder : place.url);
}

async function spawnChild(place: Place, waiting: Map<number, (answer: Answer) => void>): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), [JSON.stringify(place)]);
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)));
  });
  child.on('message', ({ number, answer }: Report) => {
    waiting.get(number)?.(answer);
    waiting.delete(number);
  });
  return child;
}

async function endChild(child: ChildProcess, waiting: Map<number, (answer: undefined) => void>): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  for (const resolve of waiting.values()) resolve(undefined);
  waiting.clear();
}
