// Mutated requests against `kontora serve`, each answer held against what may never happen; ends with 1 if anything of it did.
//
//   npx node bench/fuzz.ts --requests 1000000 [--seed 1] [--seconds N] [--connections 8] [--keep FOLDER]
//   KONTORA_TEST_ENGINE=postgres npx node bin/with-postgres.mjs node bench/fuzz.ts --requests 200000
//
// --keep: where the bytes of each request that broke something are written.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runFuzz } from '../test/fuzz/run.ts';
import { engine, openPlaceForTest } from '../test/model/server.ts';

const text = { type: 'string' } as const;
const { values: flags } = parseArgs({
  options: { requests: text, seed: text, seconds: text, connections: text, keep: text },
});
const folder = mkdtempSync(join(tmpdir(), 'kontora-fuzz-'));
const { place, remove } = await openPlaceForTest();
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
    `${engine}: ${result.requests} requests in ${Math.round(result.seconds)} s, ${violations.length} sorts of violations`,
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
  await remove();
  rmSync(folder, { recursive: true, force: true });
}
