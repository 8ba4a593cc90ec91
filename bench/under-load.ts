import { setTimeout } from 'node:timers/promises';
import { clockMark } from './http-request.ts';
import { type Pace, type Pair, percentile } from './measure.ts';
import { pin } from './proc.ts';
import { reads } from './reads.ts';
import { median, type Results } from './results.ts';
import { times } from './scenario.ts';
import { searches } from './searches.ts';
import { update, writes } from './writes.ts';
import { type Load, runWrk } from './wrk.ts';

/** Seconds by which writing and searching begin before the reading, and end after it. */
const margin = 1;

/** Readers that come and go: about a thousand requests a second. And 32 that never rest, so that both processors are full. */
const readers = [
  { name: 'paced', connections: 8, restMs: 8 },
  { name: 'full', connections: 32, restMs: 0 },
] as const;

/**
 * GET one alone, and while one client writes batches of 500 and another one searches, both as fast as they get answers: the p99 of the
 * reading, and the longest block of the product's event loop. Nothing is kept on one processor.
 */
export async function underLoad(
  pairs: readonly Pair[],
  { repetitions, seconds }: Pace,
  results: Results,
): Promise<void> {
  for (const pair of pairs) {
    const { world, product } = pair;
    for (const pid of pair.productPids()) pin(pid, undefined);
    for (const { name, ...how } of readers) {
      const p99 = { quiet: [] as number[], busy: [] as number[] };
      const blocks: number[] = [];
      for (let round = 0; round <= repetitions; round += 1) {
        const [reading, writing, searching] = await Promise.all([
          loadOf('get-one'),
          loadOf('update-500'),
          loadOf('common-word-deep', 'rare-word', 'phone', 'nothing-found', 'two-letters'),
        ]);
        const quiet = await runWrk({ ...reading, ...how, seconds });
        const others = [writing, searching].map((load) =>
          runWrk({ ...load, connections: 1, seconds: seconds + 2 * margin, clock: world.clock }),
        );
        await setTimeout(margin * 1000);
        const loop = await product.watchLoop();
        const busy = await runWrk({ ...reading, ...how, seconds });
        const block = await loop.end();
        for (const { clock } of await Promise.all(others)) world.clock = Math.max(world.clock, clock + 1);
        if (round === 0) continue;
        p99.quiet.push(quiet.p99);
        p99.busy.push(busy.p99);
        blocks.push(block);
      }
      results.set(`${name} quiet`, world.set.size, median(p99.quiet));
      results.set(`${name} busy`, world.set.size, median(p99.busy));
      results.set(`${name} block`, world.set.size, Math.max(...blocks));
    }

    async function loadOf(...names: string[]): Promise<Pick<Load, 'url' | 'requests'>> {
      const scenarios = [...reads, ...searches, ...writes].filter(({ name }) => names.includes(name));
      const requests = await Promise.all(scenarios.map(({ make }) => make(world, product.url)));
      return { url: product.url, requests: requests.flat() };
    }
  }
}

/** Batches of 250 updates for so long: the p99 and the p50 of a batch, and its longest time. */
export async function sustained(pairs: readonly Pair[], seconds: number, results: Results): Promise<void> {
  const pair = pairs.at(-1)!;
  const { world, product } = pair;
  for (const pid of pair.productPids()) pin(pid, undefined);
  const requests = times(64, () => update(world, 250, () => ({ name: `ООО Новая ${clockMark}` })));
  const load = { url: product.url, requests, connections: 1, seconds, isTraced: true, clock: world.clock };
  const result = await runWrk(load);
  world.clock = result.clock + 1;
  results.set('sustained p50', world.set.size, percentile(result.times, 0.5));
  results.set('sustained p99', world.set.size, percentile(result.times, 0.99));
  results.set('sustained max', world.set.size, Math.max(...result.times));
  results.set('sustained batches', world.set.size, result.times.length);
}
