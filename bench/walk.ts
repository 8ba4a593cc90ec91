import { loadCore, type Pace, type Pair, serverCore } from './measure.ts';
import { canPin, pin } from './proc.ts';
import { median, type Results } from './results.ts';
import { path, times } from './scenario.ts';
import { runWrk } from './wrk.ts';

/**
 * Reads all pages of 500 one after the other, some times. What a page takes is the median of its times in all walks, so that what
 * else the machine did once is no page's fault.
 */
export async function walk(pairs: readonly Pair[], { repetitions }: Pace, results: Results): Promise<void> {
  for (const { world, product, floor } of pairs) {
    const { set, headers } = world;
    const requests = times(Math.ceil(set.total / 500), (page) => ({
      path: `${path}?limit_rows=500${page > 0 ? `&limit_offset=${page * 500}` : ''}`,
      headers,
    }));
    const walks: Record<'floor' | 'product', (readonly number[])[]> = { floor: [], product: [] };
    for (let round = 0; round <= repetitions; round += 1) {
      for (const [kind, server] of Object.entries({ floor, product }) as ['floor' | 'product', Pair['floor']][]) {
        if (canPin) pin(server.pid, serverCore);
        const load = { url: server.url, requests, connections: 1, core: canPin ? loadCore : undefined };
        const { times } = await runWrk(load);
        // The first walk warms up.
        if (round > 0) walks[kind].push(times);
      }
    }
    for (const kind of ['floor', 'product'] as const) {
      const pages = requests.map((_, page) => median(walks[kind].map((walk) => walk[page]!)));
      results.set(`walk first ${kind}`, set.size, pages[0]!);
      results.set(`walk slowest ${kind}`, set.size, Math.max(...pages));
      results.set(
        `walk all ${kind}`,
        set.size,
        pages.reduce((sum, page) => sum + page, 0),
      );
    }
  }
}
