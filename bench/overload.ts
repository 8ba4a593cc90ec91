// Measures what a server can do, offers it many times as much, and counts what became of it; ends with 1 where that is not what it should be.
//
//   npx node bench/overload.ts [--seconds 60] [--capacity 20] [--factor 10] [--connections 400] [--companies 10000] [--out FILE]
//   npx node bin/with-postgres.mjs node bench/overload.ts --postgres
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sendWell } from './http-request.ts';
import { type OverloadResult, type Phase, runOverload, sorts } from './overload-run.ts';
import { kontora, startProduct } from './server.ts';
import { checkWrk } from './wrk.ts';

const text = { type: 'string' } as const;
const { values: flags } = parseArgs({
  options: {
    ...{ seconds: text, capacity: text, factor: text, connections: text, companies: text, out: text },
    postgres: { type: 'boolean' },
  },
});
const factor = Number(flags.factor ?? 10);
const seconds = { capacity: Number(flags.capacity ?? 20), overload: Number(flags.seconds ?? 60) };
const connections = { capacity: 32, overload: Number(flags.connections ?? 400) };
const companies = flags.companies ?? '10000';

checkWrk();
const folder = mkdtempSync(join(tmpdir(), 'kontora-overload-'));
const database = flags.postgres ? await (await import('../test/support/postgres.ts')).newTestDatabase() : undefined;
try {
  const where = database ? ['--database', database.url] : ['--data', join(folder, 'data')];
  const env = { KONTORA_API_KEY: 'bench' };
  await kontora(['seed', 'document', ...where], env);
  await kontora(['seed', 'large', '--companies', companies, ...where], env);
  const token = (await kontora(['user', 'key', '--login', 'example@example.com', '--token', ...where])).trim();
  const server = await startProduct(where);
  try {
    const headers = { Authorization: `Bearer ${token}` };
    const page = JSON.parse((await sendWell(server.url, { path: '/api/v2/companies', headers })).toString());
    const ids = page._embedded.items.map((item: { id: number }) => item.id);
    const { url, pid } = server;
    const result = await runOverload({ url, pid, token, ids, folder, seconds, factor, connections });
    const told = report(result);
    console.log(told);
    if (flags.out) writeFileSync(flags.out, told);
    process.exitCode = failures(result).length === 0 ? 0 : 1;
  } finally {
    await server.stop();
  }
} finally {
  await database?.remove();
  rmSync(folder, { recursive: true, force: true });
}

function failures({ capacity, overload, recovered, batches }: OverloadResult): string[] {
  const slow = sorts.filter((sort) => rate(overload, sort) < 0.8 * rate(capacity, sort));
  return [
    ...slow.map((sort) => `served less than 0.8 × capacity: ${sort}`),
    ...sorts
      .filter((sort) => overload[sort].wrong + brokenOf(overload[sort]) > 0)
      .map((sort) => `wrong answers: ${sort}`),
    ...(recovered === undefined || recovered > 2 ? ['not back to normal within 2 s'] : []),
    ...(batches.lost + batches.half > 0 ? ['batches lost or half there'] : []),
    ...(batches.unknown > connections.overload ? ['more batches there than were under way'] : []),
  ];
}

function brokenOf({ broken }: Phase['one']): number {
  return Object.values(broken).reduce((sum, count) => sum + count, 0);
}

function rate(phase: Phase, sort: (typeof sorts)[number]): number {
  return phase[sort].served / phase[sort].seconds;
}

function report(result: OverloadResult): string {
  const { capacity, overload, recovered, idleMb, memoryAfterMb, batches } = result;
  const titles = { one: 'GET one', search: 'search, 20 rows', batch: 'add 500' };
  const number = (value: number) => value.toFixed(value < 10 ? 1 : 0);
  const rows = sorts.map((sort) => {
    const [before, during] = [capacity[sort], overload[sort]];
    const ratio = (rate(overload, sort) / rate(capacity, sort)).toFixed(2);
    const times = [before.p50, before.p99, during.p50, during.p99].map(number);
    const refused = during.refused / during.seconds;
    const offered = during.sent / during.seconds;
    const cells = [rate(capacity, sort), offered, rate(overload, sort)].map(number);
    return `| ${[titles[sort], ...cells, ratio, number(refused), ...times, during.wrong + brokenOf(during)].join(' | ')} |`;
  });
  const failed = failures(result);
  const examples = sorts.flatMap((sort) => overload[sort].example || []);
  const broken = sorts
    .filter((sort) => brokenOf(overload[sort]) > 0)
    .map((sort) => JSON.stringify(overload[sort].broken));
  return [
    `# Overload: ${database ? 'PostgreSQL' : 'SQLite'}, ${new Date().toISOString().slice(0, 10)}`,
    '',
    `    npx node ${database ? 'bin/with-postgres.mjs node ' : ''}bench/overload.ts ${process.argv.slice(2).join(' ')}`,
    '',
    `${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}; the load tool (wrk) on the same machine. ${companies} companies with contacts and leads. Capacity: ${connections.capacity} connections that search and ${connections.capacity} that add, each as fast as it is answered, for ${seconds.capacity} s, and single reads at a fixed pace beside them. Overload: the same single reads, and of the other sorts ${factor} times as many requests a second, from ${connections.overload} connections each, for ${seconds.overload} s; a connection that waits for an answer offers nothing meanwhile. Milliseconds.`,
    '',
    '| | capacity, a second | offered | served | served / capacity | refused (503) | p50, p99 at capacity | | p50, p99 of the served | | wrong or broken |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
    `- Back to normal (a read, a search and a write each within twice what they took before + 20 ms): ${recovered === undefined ? 'not within 10' : recovered.toFixed(2)} s after the load ended.`,
    `- Batches acknowledged under overload: ${batches.acknowledged}; lost ${batches.lost}, half there ${batches.half}, there but under way when the load ended ${batches.unknown}.`,
    `- Memory (PSS), MB: idle ${number(idleMb)}, at most at capacity ${number(capacity.memoryMb)}, under overload ${number(overload.memoryMb)}, in the end ${number(memoryAfterMb)}.`,
    ...broken.map((how) => `- Broken connections: ${how}`),
    ...examples.map((example) => `- A wrong answer: ${example}`),
    ...(failed.length === 0 ? ['- As it should be.'] : failed.map((what) => `- NOT as it should be: ${what}`)),
    '',
  ].join('\n');
}
