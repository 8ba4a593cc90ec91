// A storm while the primary is killed and its synchronous standby promoted; ends with 1 on any violation.
//
//   npx node bench/failover.ts --processes 4 --clients 64 --operations 20000 [--seed 1]
//
// It starts both servers of PostgreSQL by itself, with fsync, and removes them.
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { report } from '../test/storm/report.ts';
import { runStorm, type StormOptions } from '../test/storm/run.ts';
import { startServers } from '../test/storm/servers.ts';
import type { Exchange } from '../test/storm/transport.ts';
import { promote, startPair } from '../test/support/standby.ts';

const text = { type: 'string' } as const;
const { values: flags } = parseArgs({ options: { processes: text, clients: text, operations: text, seed: text } });
const processes = Number(flags.processes ?? 4);

interface Sent {
  readonly method: string;
  readonly outcome: string;
  /** Milliseconds of performance.now(). */
  readonly from: number;
  readonly to: number;
}

const sent: Sent[] = [];
const watching = (exchange: Exchange): Exchange => {
  return async (what) => {
    const from = performance.now();
    const reply = await exchange(what);
    const outcome = typeof reply === 'string' ? reply : `${Math.floor(reply.status / 100)}xx`;
    sent.push({ method: what.method, outcome, from, to: performance.now() });
    return reply;
  };
};

const pair = await startPair();
try {
  const servers = await startServers({ processes, where: ['--database', pair.url] });
  let killed = 0;
  let promoted = 0;
  const options: StormOptions = {
    clients: Number(flags.clients ?? 64),
    operations: Number(flags.operations ?? 20_000),
    seed: Number(flags.seed ?? 1),
    restartDatabaseAt: [0.5],
    restartDatabase: async () => {
      killed = performance.now();
      pair.primary.kill();
      // So long somebody takes to notice.
      await setTimeout(2000);
      await promote(pair.standby);
      promoted = performance.now();
    },
    between: watching,
    progress: (line) => console.error(line),
  };
  try {
    const result = await runStorm(servers, options);
    console.log(report(servers.addresses.length, options, result));
    console.log(`\n${tellSwitch(killed, promoted)}`);
    process.exitCode = result.violations.bySort.size === 0 ? 0 : 1;
  } finally {
    await servers.stop();
  }
} finally {
  await pair.remove();
}

/** What became of the requests that were under way, or sent, between the primary's death and the first answer of the new one. */
function tellSwitch(killed: number, promoted: number): string {
  const successes = sent.filter(({ outcome }) => /[24]xx/.test(outcome));
  const ends = successes.map(({ to }) => to).sort((one, other) => one - other);
  const longest = Math.max(...ends.slice(1).map((end, place) => end - ends[place]!));
  const first = (method: string) =>
    Math.min(...successes.filter((one) => one.method === method && one.to > promoted).map(({ to }) => to));
  const touched = sent.filter(({ from, to }) => to > killed && from < promoted);
  const counts = new Map<string, number>();
  for (const { method, outcome, from, to } of touched) {
    const isAnswered = /[24]xx/.test(outcome);
    const what = isAnswered ? (to - from < 1000 ? 'answered within a second' : 'answered later') : outcome;
    const key = `${method === 'GET' ? 'reads' : 'writes'}: ${what}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  return [
    '## The switch',
    '',
    '| | |',
    '|---|---|',
    `| from the death of the primary to the end of the promotion | ${seconds(promoted - killed)} |`,
    `| longest time without any success | ${seconds(longest)} |`,
    `| first read, first write answered after the promotion | ${seconds(first('GET') - promoted)}, ${seconds(first('POST') - promoted)} |`,
    ...[...counts].sort().map(([what, count]) => `| ${what} | ${count} |`),
    '',
    'Counted are the requests that were under way or sent between the death and the end of the promotion.',
  ].join('\n');
}
