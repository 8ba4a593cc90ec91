import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
