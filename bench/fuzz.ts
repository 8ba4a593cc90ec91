// Mutated requests against `kontora serve`, each answer held against what may never happen; ends with 1 if anything of it did.
//
//   npx node bench/fuzz.ts --engine sqlite --requests 1000000 [--seed 1] [--seconds N] [--connections 8] [--keep FOLDER]
//   npx node bench/fuzz.ts --engine postgres --requests 200000
//
// On PostgreSQL it starts a server of its own, without fsync. --keep: where the bytes of each request that broke something are written.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { careless, startPostgres } from '../bin/postgres.mjs';
import { runFuzz } from '../test/fuzz/run.ts';

const text = { type: 'string' } as const;
const { values: flags } = parseArgs({
  options: { engine: text, requests: text, seed: text, seconds: text, connections: text, keep: text },
});
const folder = mkdtempSync(join(tmpdir(), 'kontora-fuzz-'));
// Hundreds of thousands of writes leave rows behind that have to be cleared away.
const settings = { ...careless, autovacuum: 'on' };
const cluster = flags.engine === 'postgres' ? await startPostgres({ settings }) : undefined;
const place = cluster ? { url: cluster.url } : { folder: join(folder, 'data') };
try {
  const result = await runFuzz({
    ...{ place, folder, requests: Number(flags.requests ?? 50_000), seed: Number(flags.seed ?? 1) },
    ...(flags.seconds !== undefined && { seconds: Number(flags.seconds) }),
    ...(flags.connections !== undefined && { connections: Number(flags.connections) }),
    progress: (line) => console.error(line),
  });
  const { violations, statuses, transports, blocked, memory } = result;
  for (const [index, { what, shot, answer, count }] of violations.entries()) {
    const head = shot && JSON.stringify(shot.bytes.toString('latin1', 0, 1500));
    console.log(
      `\n${count} × ${what}\n  request ${shot?.number}, ${shot?.transport}, ${shot?.who}: ${head}\n  ${answer}`,
    );
    if (flags.keep === undefined || shot === undefined) continue;
    mkdirSync(flags.keep, { recursive: true });
    writeFileSync(join(flags.keep, `${index}-${shot.number}.http`), shot.bytes);
  }
  console.log(
    `${cluster ? 'PostgreSQL' : 'SQLite'}: ${result.requests} requests in ${Math.round(result.seconds)} s, ${violations.length} sorts of violations`,
  );
  const { working, waiting, whole } = blocked;
  console.log(`the loop was held up by ${working} ms of work at most, by ${waiting} ms of waiting for something;`);
  console.log(`by ${whole} ms with what others had the processor for`);
  const [warm = Number.NaN] = memory;
  const grown = (memory.at(-1) ?? Number.NaN) / warm - 1;
  console.log(`megabytes after each tenth: ${memory.map(Math.round).join(', ')}`);
  for (const counts of [statuses, transports]) {
    console.log(
      [...counts]
        .sort()
        .map(([name, count]) => `${name}: ${count}`)
        .join(', '),
    );
  }
  process.exitCode = violations.length === 0 && grown <= 0.1 ? 0 : 1;
} finally {
  await cluster?.remove();
  rmSync(folder, { recursive: true, force: true });
}
