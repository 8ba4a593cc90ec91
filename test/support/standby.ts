import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Cluster, type Settings, startPostgres } from '../../bin/postgres.mjs';

/** A standby of a cluster, which is stopped for a moment to be copied: not every PostgreSQL here has pg_basebackup. */
export async function startStandby(primary: Cluster, settings: Settings = {}): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'kontora-standby-'));
  await primary.stop();
  execFileSync('cp', ['-a', join(primary.folder, 'data'), folder]);
  await primary.start();
  writeFileSync(join(folder, 'data', 'standby.signal'), '');
  const source = {
    primary_conninfo: `host=127.0.0.1 port=${primary.port} user=kontora`,
    wal_retrieve_retry_interval: '100ms',
  };
  return startPostgres({ folder, settings: { ...settings, ...source } });
}

export interface Pair {
  readonly primary: Cluster;
  readonly standby: Cluster;
  /** Names both, the primary first. */
  readonly url: string;
  remove(): Promise<void>;
}

/** A primary whose commits wait until its standby has them, too: what was acknowledged survives the loss of either. */
export async function startPair(settings: Settings = {}): Promise<Pair> {
  const primary = await startPostgres({ settings: { ...settings, synchronous_standby_names: '*' } });
  // Promoted, it has no standby that it could wait for.
  const standby = await startStandby(primary, { ...settings, synchronous_standby_names: '' });
  return {
    primary,
    standby,
    url: primary.url.replace(`:${primary.port}/`, `:${primary.port},127.0.0.1:${standby.port}/`),
    async remove() {
      await standby.remove();
      await primary.remove();
    },
  };
}

/** From now on it takes writes. */
export async function promote(standby: Cluster): Promise<void> {
  await ask(standby, 'select pg_promote()');
}

/** The values of all rows. */
// biome-ignore lint/suspicious/noExplicitAny: values of every sort
export async function ask({ url }: Cluster, text: string): Promise<any[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query({ text, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}
