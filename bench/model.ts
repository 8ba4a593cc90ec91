// Random histories against an oracle of API v2 that gives every answer; ends with 1 and the shortest history found where they differ.
//
//   npx node bench/model.ts --operations 200000 [--seed 1] [--steps 150] [--patience SECONDS] [--here]
//   KONTORA_TEST_ENGINE=postgres npx node bin/with-postgres.mjs node bench/model.ts --operations 200000
//
// The server runs in a process of its own, which is killed now and then, also while it is answering; with --here in this one.
import { parseArgs } from 'node:util';
import { runHistories } from '../test/model/histories.ts';
import { engine, startApart, startHere } from '../test/model/server.ts';

const text = { type: 'string' } as const;
const { values: flags } = parseArgs({
  options: { operations: text, seed: text, steps: text, patience: text, here: { type: 'boolean' } },
});
const wanted = Number(flags.operations ?? 20_000);
const chances = flags.here ? { kill: 0.005, killDuring: 0 } : { kill: 0.002, killDuring: 0.002 };
const server = await (flags.here ? startHere : startApart)();
const began = performance.now();
let [operations, histories] = [0, 0];
let seed = Number(flags.seed ?? 1);
const kills = { count: 0 };
const tally = new Map<string, number>();
const counted = {
  ...server,
  kill: () => {
    kills.count += 1;
    return server.kill();
  },
};
const told = () => {
  const seconds = Math.round((performance.now() - began) / 1000);
  return `${engine}: ${operations} operations in ${histories} histories, ${kills.count} kills, ${seconds} s`;
};
try {
  for (; operations < wanted; seed += 1) {
    const done = (count: number) => {
      operations += count;
      histories += 1;
    };
    await runHistories(counted, {
      chances,
      steps: Number(flags.steps ?? 150),
      histories: 20,
      seed,
      done,
      tally,
      patience: Number(flags.patience ?? 120) * 1000,
    });
    console.error(told());
  }
  const problems = await server.problems();
  if (problems.length > 0) throw new Error(`the database is not as it must be:\n${problems.join('\n')}`);
  console.log(`${told()}; no difference\n`);
  for (const [what, count] of [...tally].sort()) console.log(`${String(count).padStart(8)}  ${what}`);
} catch (error) {
  console.log(`${told()}\n${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await server.close();
}
