import cluster from 'node:cluster';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { type Config, defaultData, nameOf, readConfig, UsageError } from '../config.ts';
import { atMost, Documents, keepDocuments } from '../crm/documents.ts';
import type { Store } from '../crm/store.ts';
import { addressFinder } from '../http/client-address.ts';
import { healthRoutes } from '../http/health.ts';
import { defaultLimits, type Limits } from '../http/limits.ts';
import { createServer } from '../http/server.ts';
import { SignIn } from '../http/session.ts';
import { type Watch, watchAll } from '../http/watch.ts';
import { sessionCookies } from '../v2/auth.ts';
import { docsRoutes } from '../v2/docs.ts';
import { rendering } from '../v2/entities.ts';
import { entitiesAtOnce } from '../v2/entities-at-once.ts';
import { presentError, presentHttpError } from '../v2/errors.ts';
import { newPasswordLink } from '../v2/passwords.ts';
import { routes } from '../v2/routes.ts';
import { WebhookWorker } from '../v2/webhook-worker.ts';
import { countingStore, Figures } from './figures.ts';
import { createLog, requestLog } from './log.ts';
import { openPlace } from './place.ts';
import { rateOf } from './rate.ts';
import { now, startSeed, unusedSettings } from './start.ts';
import { onStopSignal } from './stopping.ts';
import { Threads } from './threads.ts';
import { webRoutes } from './web-pages.ts';
import { superviseWorkers } from './workers.ts';

/** Requests under way at a time: so many that a thread need not wait for the next while this one is busy, and that PostgreSQL's connections are used. */
const inThreads = { reads: 32, writes: 8 };
const inProcess = { reads: 16, writes: 16 };

/** Runs the server until it is told to stop. */
export async function serve(args: readonly string[]): Promise<void> {
  const config = readConfig(args, process.env);
  const log = createLog(config.log);
  if (config.workers > 1 && cluster.isPrimary) {
    const closeMetrics = await tellMetrics(config, log);
    superviseWorkers(config, log, (address) => greet(config, address), closeMetrics);
    return;
  }
  try {
    await run(config, log);
  } catch (error) {
    // A worker's channel to its supervisor would keep it alive.
    cluster.worker?.disconnect();
    throw error;
  }
}

async function run(config: Config, log: Logger): Promise<void> {
  const { place, wire: profile, webhooks, limits, trustedProxies } = config;
  const figures = config.metrics && new Figures();
  const opened = await openPlace(place);
  const store = figures ? countingStore(opened, figures) : opened;
  const onTrouble = (error: unknown) => log.error({ err: error }, 'webhooks');
  const data = 'folder' in place && { folder: place.folder, profile, webhooks, limits, figures: figures?.memory };
  const threads = data ? new Threads(data, (error) => endProcess(log, error), onTrouble) : undefined;
  const background = threads ? undefined : new WebhookWorker(store, now, webhooks, onTrouble);
  const measured = figures && (await import('./metrics.ts')).measure(store, threads, figures);
  const watch = watchAll([config.log === 'info' ? requestLog(log) : undefined, measured]);
  const app = createApp(store, profile, webhooks, now, threads, { trustedProxies, limits, log, watch });
  let closeMetrics: () => void = () => undefined;
  const stop = async (): Promise<void> => {
    await Promise.all([app.close(), background?.stop(), threads?.stopWebhooks()]);
    await threads?.stop();
    await store.close();
    closeMetrics();
  };
  const start = async (): Promise<void> => {
    if (config.workers === 1) closeMetrics = await tellMetrics(config, log);
    const address = await app.listen({ port: config.port, host: config.host, backlog: limits.connections });
    log.info({ address, data: nameOf(place) }, 'listening');
    if (cluster.isPrimary) await greet(config, address, store);
  };
  const started = start();
  onStopSignal(log, async () => {
    await started;
    await stop();
    if (cluster.isWorker) process.disconnect();
  });
  try {
    await started;
  } catch (error) {
    await stop();
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new UsageError(`${config.host}:${config.port} is in use: give another --port`);
    }
    throw error;
  }
  background?.start();
  if ((await store.read((tx) => tx.accountsWithWebhooks())).length > 0) threads?.start();
}

/** Nothing of it is loaded where it is not wanted. @returns what ends it */
async function tellMetrics({ metrics, workers }: Config, log: Logger): Promise<() => void> {
  if (metrics === undefined) return () => undefined;
  return (await import('./metrics.ts')).serveMetrics(metrics, workers, log);
}

/** Threads share the process: one that failed leaves nothing to go on with. */
function endProcess(log: Logger, error: Error): void {
  log.error({ err: error }, 'a thread failed, and the server ends');
  process.exit(1);
}

/** Fills new data, and says where the server is. After it listens, so that a key is not made and lost when the address is taken. */
async function greet(config: Config, address: string, open?: Store): Promise<void> {
  const store = open ?? (await openPlace(config.place));
  console.log(greeting(config, address, await getAdministrator(store, config)));
  if (open === undefined) await store.close();
}

async function getAdministrator(store: Store, config: Config): Promise<Administrator> {
  const known = await findAdministrator(store);
  if (known !== undefined) return known;
  try {
    const key = await startSeed(store, config);
    return { login: config.login, key, path: await addFirstLink(store) };
  } catch (error) {
    // Another process, that was started with this one, may have been the first.
    const other = await findAdministrator(store);
    if (other === undefined) throw error;
    return other;
  }
}

/** By which the administrator who was just made sets a password. */
function addFirstLink(store: Store): Promise<string> {
  return store.write(async (tx) => {
    const account = (await tx.firstAccount())!;
    const { users } = await tx.settings(account);
    const { link, path } = newPasswordLink(account, [...users.values()].find(({ isAdmin }) => isAdmin)!.id, now());
    await tx.addPasswordLink(account, link, now());
    return path;
  });
}

interface AppParts {
  readonly trustedProxies?: Config['trustedProxies'];
  readonly limits?: Limits;
  readonly log?: Logger;
  readonly watch?: Watch | undefined;
}

/** The server of a store, not yet listening. Without `threads` everything is answered in this one. */
export function createApp(
  store: Store,
  profile: Config['wire'],
  webhooks: Config['webhooks'],
  clock = now,
  threads?: Threads,
  { trustedProxies = [], limits = defaultLimits, log = createLog('error'), watch }: AppParts = {},
): FastifyInstance {
  const signIn = new SignIn(store, threads?.sessions);
  const keep = atMost(2, (account, kind, ids) =>
    keepDocuments(store, account, kind, ids, (actor) => rendering({ profile }, actor)),
  );
  const wire = { store, documents: new Documents(store, keep), profile, webhooks, limits };
  return createServer({
    routes: [...routes(wire, signIn), ...docsRoutes, ...healthRoutes(store, log), ...webRoutes()],
    signIn,
    answerAtOnce: entitiesAtOnce(wire, signIn),
    elsewhere: threads,
    limits,
    atOnce: threads ? inThreads : inProcess,
    rate: rateOf(limits),
    sessionCookies,
    presentError: (error, request) => presentError(error, request, profile),
    presentHttpError: (error) => presentHttpError(error, profile),
    clock,
    log,
    watch,
    findAddress: addressFinder(trustedProxies),
  });
}

/** Whom the greeting shows how to sign in. */
interface Administrator {
  readonly login: string;
  /** Known when it was just made. */
  readonly key?: string;
  /** Of the page on which he sets a password, when he was just made. */
  readonly path?: string;
  /** Where there are several accounts. */
  readonly subdomain?: string;
}

/** The first one of the first account; undefined if there is no account yet. */
function findAdministrator(store: Store): Promise<Administrator | undefined> {
  return store.read(async (tx) => {
    const [first, second] = await tx.accounts();
    if (first === undefined) return undefined;
    const { users } = await tx.settings(first.id);
    const { login } = [...users.values()].find((user) => user.isAdmin && user.isActive)!;
    return { login, ...(second && { subdomain: first.subdomain }) };
  });
}

function greeting(config: Config, address: string, administrator: Administrator): string {
  const { login, key, path } = administrator;
  const isNew = key !== undefined;
  const unused = isNew ? '' : unusedSettings(config, nameOf(config.place));
  const url = `${address}/api/v2/companies?${new URLSearchParams({ USER_LOGIN: login, USER_HASH: key ?? '' })}`;
  // Between double quotes the shell puts in its variable.
  const quoted = isNew ? `'${url}'` : `"${url}$KEY"`;
  return `
Kontora runs at ${address}  (data: ${nameOf(config.place)}, wire: ${config.wire})
${unused && `\n  ${unused}\n`}
  login  ${login}
  key    ${key ?? `as it was printed; this makes a new one, and the old one ends:\n         ${keyCommand(config, administrator)}`}
${path === undefined ? '' : `\nIn the browser, with a password of your own (the link works once, for 48 hours):\n\n  ${address}${path}\n`}
Add a company, then list what is there:
${isNew ? '' : '\n  KEY=…'}
  curl ${quoted} -d '{"add":[{"name":"ООО Компания","tags":"аренда"}]}'
  curl ${quoted}

All of the API: ${address}/docs

Ctrl+C stops it.`;
}

function keyCommand({ place }: Config, { login, subdomain }: Administrator): string {
  const flags = ['--login', login];
  if (subdomain !== undefined) flags.push('--account', subdomain);
  // An address, which may hold a password, is in the environment or for the reader to put in.
  if ('url' in place) flags.push('--database', 'postgres://…');
  else if (place.folder !== defaultData) flags.push('--data', place.folder);
  return `npm run kontora -- user key ${flags.map(shellWord).join(' ')}`;
}

/** As a shell takes it for one word. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
