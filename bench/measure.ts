import { type HttpRequest, send } from './http-request.ts';
import { canPin, cpuMs, pin, pssMb } from './proc.ts';
import type { Results, Run } from './results.ts';
import type { Scenario } from './scenario.ts';
import type { Server } from './server.ts';
import type { World } from './world.ts';
import { type LoadResult, runWrk } from './wrk.ts';

/** The servers of one size. */
export interface Pair {
  readonly world: World;
  readonly product: Server;
  readonly floor: Server;
  /** Whose processor time the product's requests take: its own, and its database's. */
  readonly productPids: () => readonly number[];
}

export interface Pace {
  /** Measured ones; one more, before them, warms up. */
  readonly repetitions: number;
  /** Whole ones, of a repetition that is not a number of batches. */
  readonly seconds: number;
}

/** The processors, where they can be told apart. */
export const serverCore = 0;
export const loadCore = 1;

/**
 * Measures a scenario on the servers of all sizes: each repetition goes round all of them, so that what else the machine does hits all
 * alike, and every second one goes round backwards.
 */
export async function measure(scenario: Scenario, pairs: readonly Pair[], pace: Pace, results: Results): Promise<void> {
  for (const pair of pairs) await checkAnswers(scenario, pair);
  for (let round = 0; round <= pace.repetitions; round += 1) {
    for (const pair of round % 2 === 0 ? pairs : pairs.toReversed()) {
      const requests = await scenario.make(pair.world, pair.product.url);
      const kinds = scenario.onFloor ? (['floor', 'product'] as const) : (['product'] as const);
      let clock = pair.world.clock;
      for (const kind of round % 2 === 0 ? kinds : kinds.toReversed()) {
        const pids = kind === 'product' ? pair.productPids : () => [pair.floor.pid];
        const done = await runOn(pair[kind], pids, scenario, requests, pace.seconds, pair.world.clock);
        clock = Math.max(clock, done.clock);
        if (round > 0) results.add(scenario.name, pair.world.set.size, kind, done.run);
      }
      pair.world.clock = clock + 1;
    }
  }
  for (const pair of pairs) await checkAnswers(scenario, pair);
}

/** Before, so that nothing wrong is measured; and after, since by then a clock could have been wrong, say. */
async function checkAnswers(scenario: Scenario, { world, product, floor }: Pair): Promise<void> {
  const [first] = await scenario.make(world, product.url);
  for (const server of scenario.onFloor ? [floor, product] : [product]) {
    const answer = await send(server.url, first!, world.clock);
    if (!scenario.isRight(answer)) {
      throw new Error(
        `${scenario.name}: ${first!.path} was answered with ${answer.status} ${answer.body.subarray(0, 500)}`,
      );
    }
  }
  world.clock += 1;
}

async function runOn(
  server: Server,
  pids: () => readonly number[],
  scenario: Scenario,
  requests: readonly HttpRequest[],
  seconds: number,
  clock: number,
): Promise<{ run: Run; clock: number }> {
  const isPinned = scenario.isPinned && canPin;
  for (const pid of pids()) pin(pid, isPinned ? serverCore : undefined);
  const loop = await server.watchLoop();
  const before = cpuMs(pids());
  const { connections, batch } = scenario;
  const load = { url: server.url, requests, connections, clock, core: isPinned ? loadCore : undefined };
  const result = await runWrk({ ...load, seconds: batch === undefined ? seconds : undefined });
  const pss = pssMb(server.pid);
  const cpu = (cpuMs(pids()) - before) / (batch === undefined ? result.requests : requests.length);
  const longestBlock = await loop.end();
  return { run: { ...figuresOf(scenario, result), cpu, longestBlock, pss }, clock: result.clock };
}

function figuresOf({ batch, connections, counts }: Scenario, result: LoadResult): Pick<Run, 'speed' | 'p50' | 'p99'> {
  if (batch === undefined) {
    const { requests, seconds, p50, p99 } = result;
    // On one connection, what the load tool does between two requests is none of the server's time.
    return { speed: connections === 1 ? 1000 / p50 : requests / seconds, p50, p99 };
  }
  const times = result.times.filter((_, place) => counts?.(place) ?? true);
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  return { speed: (1000 * batch) / mean, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

/** The least value that this part of all values does not exceed. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)]!;
}
