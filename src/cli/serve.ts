import type { FastifyInstance } from 'fastify';
import { type Config, defaultData, readConfig, UsageError } from '../config.ts';
import { Documents } from '../crm/documents.ts';
import type { Store } from '../crm/store.ts';
import { createServer } from '../http/server.ts';
import { SignIn } from '../http/session.ts';
import { openSqlite } from '../store/sqlite.ts';
import { sessionCookies } from '../v2/auth.ts';
import { presentError, presentHttpError } from '../v2/errors.ts';
import { routes } from '../v2/routes.ts';
import { WebhookWorker } from '../v2/webhook-worker.ts';
import { now, startSeed, unusedSettings } from './start.ts';

/** Runs the server until it is told to stop. */
export async function serve(args: readonly string[]): Promise<void> {
  const config = readConfig(args, process.env);
  const store = await openSqlite(config.data);
  const app = createApp(store, config.wire, config.webhooks);
  const worker = new WebhookWorker(store, now, config.webhooks, (error) => app.log.error({ err: error }, 'webhooks'));
  let address: string;
  try {
    address = await app.listen({ port: config.port, host: config.host });
  } catch (error) {
    await store.close();
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new UsageError(`${config.host}:${config.port} is in use: give another --port`);
    }
    throw error;
  }
  // After listening, so that a key is not made and lost when the address is taken.
  const known = await findAdministrator(store);
  console.log(greeting(config, address, known ?? { login: config.login, key: await startSeed(store, config) }));
  worker.start();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      await Promise.all([app.close(), worker.stop()]);
      await store.close();
    });
  }
}

/** The server of a store, not yet listening. */
export function createApp(
  store: Store,
  profile: Config['wire'],
  webhooks: Config['webhooks'],
  clock = now,
): FastifyInstance {
  const signIn = new SignIn(store);
  return createServer({
    routes: routes({ store, documents: new Documents(store), profile, webhooks }, signIn),
    signIn,
    sessionCookies,
    presentError: (error, request) => presentError(error, request, profile),
    presentHttpError: (error) => presentHttpError(error, profile),
    clock,
    log: true,
  });
}

/** Whom the greeting shows how to sign in. */
interface Administrator {
  readonly login: string;
  /** Known when it was just made. */
  readonly key?: string;
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
  const { login, key } = administrator;
  const isNew = key !== undefined;
  const unused = isNew ? '' : unusedSettings(config, config.data);
  const url = `${address}/api/v2/companies?${new URLSearchParams({ USER_LOGIN: login, USER_HASH: key ?? '' })}`;
  // Between double quotes the shell puts in its variable.
  const quoted = isNew ? `'${url}'` : `"${url}$KEY"`;
  return `
Kontora runs at ${address}  (data: ${config.data}, wire: ${config.wire})
${unused && `\n  ${unused}\n`}
  login  ${login}
  key    ${key ?? `as it was printed; this makes a new one, and the old one ends:\n         ${keyCommand(config, administrator)}`}

Add a company, then list what is there:
${isNew ? '' : '\n  KEY=…'}
  curl ${quoted} -d '{"add":[{"name":"ООО Компания","tags":"аренда"}]}'
  curl ${quoted}

Ctrl+C stops it.`;
}

function keyCommand({ data }: Config, { login, subdomain }: Administrator): string {
  const flags = ['--login', login];
  if (subdomain !== undefined) flags.push('--account', subdomain);
  if (data !== defaultData) flags.push('--data', data);
  return `npm run kontora -- user key ${flags.map(shellWord).join(' ')}`;
}

/** As a shell takes it for one word. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
