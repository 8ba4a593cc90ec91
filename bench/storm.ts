// Many clients against one or several server processes, every answer held against an oracle; ends with 1 on any violation.
//
//   npx node bench/storm.ts --processes 4 --clients 64 --operations 1000000 --database postgres://…
//     [--data FOLDER] [--accounts 3] [--records 100000] [--webhooks 1] [--webhook-clients 6] [--seed 1] [--drain SECONDS]
//     [--kill-every SECONDS] [--restart-database-at 0.3 --restart-database-at 0.6 --restart-database-with COMMAND]
//
// Without --database and --data: one process on a new SQLite folder.
import { exec } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { report } from '../test/storm/report.ts';
import { runStorm, type StormOptions } from '../test/storm/run.ts';
import { startServers } from '../test/storm/servers.ts';

const text = { type: 'string' } as const;
const { values: flags } = parseArgs({
  options: {
    ...{ processes: text, clients: text, operations: text, database: text, data: text, accounts: text, records: text },
    ...{
      webhooks: text,
      'webhook-clients': text,
      seed: text,
      drain: text,
      'kill-every': text,
      'restart-database-with': text,
    },
    'restart-database-at': { type: 'string', multiple: true },
  },
});
const restart = flags['restart-database-with'];
const restartAt = flags['restart-database-at'] ?? [];
if (restartAt.length > 0 && restart === undefined) throw new Error('--restart-database-with tells how');
const folder = mkdtempSync(join(tmpdir(), 'kontora-storm-'));
const where = flags.database === undefined ? ['--data', flags.data ?? folder] : ['--database', flags.database];
const servers = await startServers({ processes: Number(flags.processes ?? 1), where });
const options: StormOptions = {
  clients: Number(flags.clients ?? 64),
  operations: Number(flags.operations ?? 50_000),
  accounts: Number(flags.accounts ?? 3),
  records: Number(flags.records ?? 100_000),
  webhooks: Number(flags.webhooks ?? 1),
  webhookClients: Number(flags['webhook-clients'] ?? 6),
  seed: Number(flags.seed ?? 1),
  drainSeconds: Number(flags.drain ?? 900),
  killEvery: flags['kill-every'] === undefined ? undefined : Number(flags['kill-every']),
  restartDatabaseAt: restartAt.map(Number),
  restartDatabase: async () => {
    if (restart !== undefined) await promisify(exec)(restart);
  },
  progress: (line) => console.error(line),
};
try {
  const result = await runStorm(servers, options);
  console.log(report(servers.addresses.length, options, result));
  process.exitCode = result.violations.bySort.size === 0 ? 0 : 1;
} finally {
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
}
