// Backups one after another while clients write as fast as they are answered: each is restored, checked and has to be one moment.
//
//   npx node bench/backup.ts [--seconds 60] [--clients 8] [--companies 20000] [--database postgres://…]
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { batchSize, Load, type Written } from '../test/backup/load.ts';
import { backUp, mustRun, verify } from '../test/backup/round.ts';
import { endProcess, processLogin, startProcess } from '../test/support/process.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    clients: { type: 'string', default: '8' },
    companies: { type: 'string', default: '20000' },
    database: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const folder = mkdtempSync(join(tmpdir(), 'kontora-backup-load-'));
const data = join(folder, 'data');
const where = values.database ? ['--database', values.database] : ['--data', data];
/** Without a backup, before the first one. */
const quietMs = 10_000;

try {
  await endProcess(await startProcess(where[1]!));
  if (Number(values.companies) > 0) await mustRun('seed', 'large', '--companies', values.companies, ...where);
  const server = await startProcess(where[1]!);
  const load = new Load(
    `${server.address}/api/v2/contacts?${new URLSearchParams(processLogin)}`,
    Number(values.clients),
  );
  let log = 0;
  const watch = setInterval(() => {
    log = Math.max(log, statSync(join(data, 'kontora.db-wal'), { throwIfNoEntry: false })?.size ?? 0);
  }, 100);
  await pause(quietMs);
  const quietTo = performance.now();
  const quietLog = log;
  const rounds: Awaited<ReturnType<typeof backUp>>[] = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    rounds.push(await backUp(where, join(folder, `${rounds.length}.kontora`), load));
    await pause(1000);
  }
  await load.stop();
  clearInterval(watch);
  await endProcess(server);
  const of = (from: number, to: number) => load.written.filter(({ at }) => at >= from && at < to);
  const isDuring = ({ at }: Written) => rounds.some(({ from, to }) => at >= from && at < to);
  const lasted = rounds.reduce((sum, { from, to }) => sum + to - from, 0);
  console.log(`${values.clients} clients, batches of ${batchSize} contacts, as many companies and links`);
  tell('without a backup', of(quietTo - quietMs, quietTo), quietMs);
  tell('during backups', load.written.filter(isDuring), lasted);
  if (!values.database)
    console.log(`write-ahead log at most: ${megabytes(quietLog)} without, ${megabytes(log)} with backups`);
  for (const [index, { from, to, bytes, least, most }] of rounds.entries()) {
    const file = join(folder, `${index}.kontora`);
    const restored = join(folder, `restored-${index}`);
    const moment = await verify(file, restored, least, most);
    const size = statSync(join(restored, 'kontora.db')).size;
    rmSync(restored, { recursive: true });
    rmSync(file);
    const batches = moment.reduce((sum, count) => sum + count, 0);
    console.log(
      `backup ${index}: ${((to - from) / 1000).toFixed(1)} s, ${megabytes(bytes)} of ${megabytes(size)}; restored and checked: ${batches} batches, one moment`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function tell(when: string, written: readonly Written[], ms: number): void {
  const took = written.map((one) => one.took).sort((a, b) => a - b);
  const at = (share: number) => (took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0).toFixed(0);
  const rate = (written.length / ms) * 1000;
  console.log(
    `${when}: ${rate.toFixed(1)} batches a second, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
