import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { openPlace } from '../../src/cli/place.ts';
import type { Place } from '../../src/config.ts';
import type { Store } from '../../src/crm/store.ts';
import { problemsAt } from '../support/problems.ts';
import { endProcess, type ServerProcess, startProcess } from '../support/process.ts';

/** Where the data of servers is that are killed. */
export interface CrashPlace {
  readonly engine: 'SQLite' | 'PostgreSQL';
  /** Starts `kontora serve`. */
  start(): Promise<ServerProcess>;
  /** Starts it and kills it after so many milliseconds, ready or not. */
  startInVain(ms: number): Promise<void>;
  /** Works on the data as a command does, while no server runs. */
  onStore<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Waits until nothing that a dead process has sent is still under way. */
  settle(): Promise<void>;
  /** What `kontora check` finds wrong with the data; no server runs. */
  findDamage(): Promise<string[]>;
  remove(): Promise<void>;
}

const program = fileURLToPath(new URL('../../bin/kontora.mjs', import.meta.url));

export function sqlitePlace(): CrashPlace & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'kontora-crash-'));
  return {
    ...{ folder, engine: 'SQLite' },
    ...starting({ folder }),
    settle: async () => undefined,
    findDamage: () => problemsAt(folder),
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function postgresPlace(url: string, remove: () => Promise<void> = async () => undefined): CrashPlace {
  return {
    engine: 'PostgreSQL',
    ...starting({ url }),
    async settle() {
      await onPostgres(url, async (client) => {
        // A backend whose client has died ends with the statement that it is at.
        for (;;) {
          const { rows } = await client.query(
            `select pid from pg_stat_activity
             where datname = current_database() and application_name = 'kontora' and pid <> pg_backend_pid()`,
          );
          if (rows.length === 0) return;
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      });
    },
    findDamage: () => problemsAt(url),
    remove,
  };
}

export async function onPostgres<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  // The server that it talks to may be what is killed.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function starting(place: Place): Pick<CrashPlace, 'start' | 'startInVain' | 'onStore'> {
  const [flag, where] = 'folder' in place ? ['--data', place.folder] : ['--database', place.url];
  return {
    start: () => startProcess(where),
    async startInVain(ms) {
      const child: ChildProcess = spawn(process.execPath, [program, 'serve', flag, where, '--port', '0']);
      await new Promise((resolve) => setTimeout(resolve, ms));
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode} when it was started`);
      await endProcess({ child, address: '' }, 'SIGKILL');
    },
    async onStore(work) {
      const store = await openPlace(place);
      try {
        return await work(store);
      } finally {
        await store.close();
      }
    },
  };
}
