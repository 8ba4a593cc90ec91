import { parentPort, workerData } from 'node:worker_threads';
import type { WireProfile } from '../crm/account.ts';
import { Documents, keepDocuments } from '../crm/documents.ts';
import type { KindName } from '../crm/entity.ts';
import { answerSent, type SentRequest, transferable } from '../http/elsewhere.ts';
import { describeFailure } from '../http/failure.ts';
import type { Limits } from '../http/limits.ts';
import { SignIn, sessionWrites } from '../http/session.ts';
import { openSqlite, openSqliteToRead } from '../store/sqlite.ts';
import { rendering, type Wire } from '../v2/entities.ts';
import { presentError } from '../v2/errors.ts';
import { routes } from '../v2/routes.ts';
import { type WebhookSettings, WebhookWorker } from '../v2/webhook-worker.ts';
import { Checkpoints } from './checkpoints.ts';
import { countingStore, Figures } from './figures.ts';
import { KeepLater } from './keep-later.ts';
import { now } from './start.ts';
import type { Called, Reply } from './threads.ts';

/** What a thread is made with. */
export interface ThreadData {
  readonly role: 'writer' | 'reader';
  readonly folder: string;
  readonly profile: WireProfile;
  readonly webhooks: WebhookSettings;
  readonly limits: Limits;
  /** Of the figures in which it counts what it does, if it is to. */
  readonly figures?: SharedArrayBuffer | undefined;
}

// The entry of a thread beside the one in which requests come in. There is one that writes, which has the database's only connection
// for that, and delivers webhooks; and one that reads.
const { role, folder, profile, webhooks, limits, figures } = workerData as ThreadData;
const port = parentPort!;
const opened = await (role === 'writer' ? openSqlite(folder) : openSqliteToRead(folder));
const store = figures ? countingStore(opened, new Figures(figures)) : opened;

const keep = (account: number, kind: KindName, ids: readonly number[]): Promise<void> =>
  keepDocuments(store, account, kind, ids, (actor) => rendering({ profile }, actor));
const checkpoints = role === 'writer' ? new Checkpoints(folder) : undefined;
const later = role === 'writer' ? new KeepLater(keep) : undefined;
const documents = new Documents(store, (...args) => port.postMessage({ keep: args } satisfies Reply));
const wire: Wire = {
  store,
  documents,
  profile,
  webhooks,
  limits,
  written: later && ((...args) => later.add(...args, false)),
};
const parts = {
  store,
  limits,
  routes: routes(wire, new SignIn(store)),
  presentError: (error: unknown, request: Parameters<typeof presentError>[1]) => presentError(error, request, profile),
};
const onTrouble = (error: unknown) => port.postMessage({ troubled: describeFailure(error) } satisfies Reply);
const worker = role === 'writer' ? new WebhookWorker(store, now, webhooks, onTrouble) : undefined;
worker?.start();
port.postMessage({ ready: true } satisfies Reply);

const functions = {
  ...sessionWrites(store),
  answer: (request: SentRequest) => answerSent(parts, request),
  keep: async (...args: Parameters<typeof keep>) => later?.add(...args, true),
  stopWebhooks: async () => worker?.stop(),
  async stop() {
    later?.stop();
    await checkpoints?.stop();
    await worker?.stop();
    await store.close();
  },
};
export type ThreadFunctions = typeof functions;

port.on('message', ({ call, name, args }: Called) => {
  later?.rest();
  const work = functions[name] as (...args: readonly unknown[]) => Promise<unknown>;
  work(...args).then(
    (result) => {
      if (name !== 'stop') checkpoints?.note();
      const body = name === 'answer' ? (result as { body: Uint8Array }).body : undefined;
      port.postMessage({ call, result } satisfies Reply, transferable(body));
      if (name === 'stop') port.close();
    },
    (error) =>
      port.postMessage({
        call,
        failure: {
          name: error?.name,
          message: String(error?.message),
          stack: error?.stack,
          trouble: error?.trouble,
        },
      } satisfies Reply),
  );
});
