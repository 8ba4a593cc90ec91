import { loadCore, type Pace, type Pair, serverCore } from './measure.ts';
import { canPin, pin } from './proc.ts';
import type { Results } from './results.ts';
import { path, times } from './scenario.ts';
import { runWrk } from './wrk.ts';

/** Requests that are not counted. */
const beforehand = 10;

/**
 * Reads all pages of 500 one after the other, some times. What a page takes is the least of its times in all walks, so that what else
 * the machine did meanwhile is no page's fault: a page that is slow is slow in every walk.
 */
export async function walk(pairs: readonly Pair[], { repetitions }: Pace, results: Results): Promise<void> {
  for (const { world, product, floor, productPids } of pairs) {
    const { set, headers } = world;
    const pageAt = (page: number) => ({
      path: `${path}?limit_rows=500${page > 0 ? `&limit_offset=${page * 500}` : ''}`,
      headers,
    });
    const pages = times(Math.ceil(set.total / 500), pageAt);
    // A connection is slow at first, which is not the first page's fault.
    const requests = [...times(beforehand, () => pageAt(0)), ...pages];
    const walks = { floor: [] as (readonly number[])[], product: [] as (readonly number[])[] };
    for (const pid of [floor.pid, ...productPids()]) pin(pid, serverCore);
    for (let round = 0; round <= repetitions; round += 1) {
      for (const kind of ['floor', 'product'] as const) {
        const { url } = { floor, product }[kind];
        const { times: took } = await runWrk({ url, requests, connections: 1, core: canPin ? loadCore : undefined });
        // The first walk warms up.
        if (round > 0) walks[kind].push(took.slice(beforehand));
      }
    }
    for (const kind of ['floor', 'product'] as const) {
      const least = pages.map((_, page) => Math.min(...walks[kind].map((walk) => walk[page]!)));
      const all = least.reduce((sum, one) => sum + one, 0);
      for (const [what, figure] of Object.entries({ first: least[0]!, slowest: Math.max(...least), all })) {
        results.set(`walk ${what} ${kind}`, set.size, figure);
      }
    }
  }
}
