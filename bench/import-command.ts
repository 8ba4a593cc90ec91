import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSet } from './data-set.ts';
import type { Place } from './engine.ts';
import { median, type Results } from './results.ts';
import { times } from './scenario.ts';
import { kontora, type Server } from './server.ts';
import { companyItem } from './world.ts';
import { runWrk } from './wrk.ts';

/** Companies of a file: enough that the start of the command counts little. */
const lines = 50_000;

/** The command on a copy of a set that nobody else uses, and the floor's add of the same companies, in turns. */
export async function importCompanies(
  place: Place,
  floor: Server,
  set: DataSet,
  work: string,
  repetitions: number,
  results: Results,
): Promise<void> {
  const rates = { product: [] as number[], floor: [] as number[] };
  for (let round = 0; round < Math.min(repetitions, 3); round += 1) {
    const items = times(lines, (line) => JSON.stringify(companyItem(90_000_000 + round * lines + line)));
    const file = join(work, 'companies.ndjson');
    writeFileSync(file, `${items.join('\n')}\n`);
    const startedAt = performance.now();
    await kontora(['import', file, '--kind', 'companies', ...place.where]);
    rates.product.push((1000 * lines) / (performance.now() - startedAt));
    const requests = times(20, (batch) => ({
      path: '/api/v2/companies',
      body: `{"add":[${items.slice(batch * 500, (batch + 1) * 500)}]}`,
    }));
    const { times: took } = await runWrk({ url: floor.url, requests, connections: 1 });
    rates.floor.push((1000 * 500 * took.length) / took.reduce((sum, time) => sum + time, 0));
  }
  results.set('import product', set.size, median(rates.product));
  results.set('import floor', set.size, median(rates.floor));
}
