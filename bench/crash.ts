// Kills a server at random moments of what many clients do, and compares what is there afterwards with what was acknowledged; ends
// with 1 at the first difference.
//
//   npx node bench/crash.ts --engine sqlite --kills 1000 [--seed 1]
//   npx node bench/crash.ts --engine postgres --kills 1000 [--seed 1] [--disturb 25]
//
// On PostgreSQL it starts a server of its own, with fsync, and after every so many kills lets trouble come to that: it is killed and started
// again, one of its processes is killed, or all connections are ended.
import { parseArgs } from 'node:util';
import { startPostgres } from '../bin/postgres.mjs';
import { runCrashes, tell } from '../test/crash/crashes.ts';
import { troubleFor } from '../test/crash/database-trouble.ts';
import { postgresPlace, sqlitePlace } from '../test/crash/place.ts';

const text = { type: 'string' } as const;
const { values: flags } = parseArgs({ options: { engine: text, kills: text, seed: text, disturb: text } });
const seed = Number(flags.seed ?? 1);
const cluster = flags.engine === 'postgres' ? await startPostgres() : undefined;
const place = cluster ? postgresPlace(cluster.url, cluster.remove) : sqlitePlace();
const disturb = cluster && { every: Number(flags.disturb ?? 25), work: troubleFor(cluster) };
console.log(`${place.engine}, seed ${seed}`);
try {
  const result = await runCrashes({
    ...{ place, kills: Number(flags.kills ?? 100), seed },
    ...(disturb && { disturb }),
    progress: (line) => console.error(line),
  });
  const restarts = result.restarts.sort((one, other) => one - other);
  console.log(`${tell(result)}; no difference`);
  console.log(
    `${result.duringStart} of the kills while it was starting; ${result.compared} answers compared; ${result.histories} histories`,
  );
  console.log(
    `ready after ${Math.round(restarts[restarts.length >> 1]!)} ms (median), ${Math.round(restarts.at(-1)!)} ms at most`,
  );
} catch (error) {
  console.log(`seed ${seed}: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await place.remove();
}
