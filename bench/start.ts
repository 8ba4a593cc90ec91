import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import type { Place } from './engine.ts';
import { send } from './http-request.ts';
import { pssMb } from './proc.ts';
import { median, type Results } from './results.ts';
import { path } from './scenario.ts';
import { addressOf, end, program } from './server.ts';

/** Milliseconds until a server that nobody asks is called idle. */
const idleMs = 2000;

/** Without the set's companies. */
export const none = 'none';

/** From the start of the program to its first answer to a GET of a company, and its memory when nobody asks any more. */
export async function starts(
  places: ReadonlyMap<string, Place>,
  token: (size: string) => string,
  repetitions: number,
  results: Results,
): Promise<void> {
  const found = new Map(
    [...places.keys()].map((size) => [size, { firstAnswer: [] as number[], idle: [] as number[] }]),
  );
  for (let round = 0; round <= repetitions; round += 1) {
    for (const [size, place] of places) {
      const startedAt = performance.now();
      // Without anything preloaded.
      const child = spawn(process.execPath, [program, 'serve', ...place.where, '--port', '0'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const url = await addressOf(child);
      const headers = { Authorization: `Bearer ${token(size)}` };
      const { status } = await send(url, { path: `${path}?id=41389`, headers });
      if (status !== 200) throw new Error(`the first answer was ${status}`);
      const took = performance.now() - startedAt;
      await setTimeout(idleMs);
      const pss = pssMb(child.pid!);
      await end(child);
      if (round === 0) continue;
      found.get(size)!.firstAnswer.push(took);
      found.get(size)!.idle.push(pss);
    }
  }
  for (const [size, { firstAnswer, idle }] of found) {
    results.set('first answer', size, median(firstAnswer));
    results.set('idle', size, median(idle));
  }
}
