import type { FastifyInstance } from 'fastify';
import { type Config, readConfig, UsageError } from '../config.ts';
import { Documents } from '../crm/documents.ts';
import type { Store } from '../crm/store.ts';
import { createServer } from '../http/server.ts';
import { SignIn } from '../http/session.ts';
import { openSqlite } from '../store/sqlite.ts';
import { sessionCookies } from '../v2/auth.ts';
import { presentError, presentHttpError } from '../v2/errors.ts';
import { routes } from '../v2/routes.ts';
import { now, startSeed } from './start.ts';

/** Runs the server until it is told to stop. */
export async function serve(args: readonly string[]): Promise<void> {
  const config = readConfig(args, process.env);
  const store = await openSqlite(config.data);
  const app = createApp(store, config.wire);
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
  const isNew = (await store.read((tx) => tx.accounts())).length === 0;
  const key = isNew ? await startSeed(store, config) : undefined;
  console.log(greeting(config, address, key));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      app.close().then(() => store.close());
    });
  }
}

/** The server of a store, not yet listening. */
export function createApp(store: Store, profile: Config['wire'], clock = now): FastifyInstance {
  const signIn = new SignIn(store);
  return createServer({
    routes: routes({ store, documents: new Documents(store), profile }, signIn),
    signIn,
    sessionCookies,
    presentError: (error, request) => presentError(error, request, profile),
    presentHttpError: (error) => presentHttpError(error, profile),
    clock,
    log: true,
  });
}

function greeting(config: Config, address: string, key: string | undefined): string {
  const shown = key ?? '$KEY';
  const credentials = `USER_LOGIN=${encodeURIComponent(config.login)}&USER_HASH=${shown}`;
  return `
Kontora runs at ${address}  (data: ${config.data}, wire: ${config.wire})

  login  ${config.login}
  key    ${key ?? 'as printed when the data folder was made; a new one: npm run kontora -- user key --login …'}

Add a company, then list what is there:

  curl '${address}/api/v2/companies?${credentials}' -d '{"add":[{"name":"ООО Компания","tags":"аренда"}]}'
  curl '${address}/api/v2/companies?${credentials}'

Ctrl+C stops it.`;
}
