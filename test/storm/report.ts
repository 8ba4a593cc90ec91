import type { StormOptions, StormResult } from './run.ts';
import { type Histogram, percentile } from './statistics.ts';

/** The run as Markdown. */
export function report(processes: number, options: StormOptions, result: StormResult): string {
  const { statistics, violations, seconds, events } = result;
  const { unknown, answers } = statistics;
  const rate = (count: number) => Math.round(count / seconds.storm);
  const wrong = [...violations.bySort.values()].reduce((sum, count) => sum + count, 0);
  const rows = [...statistics.sorts].sort(([, one], [, other]) => other.operations - one.operations);
  return [
    `# Storm: ${statistics.operations} operations, ${wrong} violations`,
    '',
    `Processes ${processes}, clients ${options.clients}, seed ${options.seed ?? 1}, accounts ${options.accounts ?? 3}; ` +
      `Node ${process.versions.node}, ${process.platform} ${process.arch}.`,
    '',
    '| | |',
    '|---|---|',
    `| operations (items written, requests that read) | ${statistics.operations}, ${rate(statistics.operations)}/s |`,
    `| requests | ${statistics.requests}, ${rate(statistics.requests)}/s |`,
    `| latency p50, p99, longest | ${times(statistics.latency)} |`,
    `| seconds: storm, comparing, waiting for webhooks | ${seconds.storm.toFixed(1)}, ${seconds.verification.toFixed(1)}, ${seconds.drain.toFixed(1)} |`,
    `| answers | ${[...answers].map(([name, count]) => `${name} ${count}`).join(', ')} |`,
    `| kills, restarts of the database | ${result.kills}, ${result.databaseRestarts} |`,
    `| writes without an answer | ${unknown.written + unknown.absent + unknown.logged + unknown.unlogged}: written ${unknown.written + unknown.logged}, not written ${unknown.absent + unknown.unlogged} |`,
    `| records added | ${result.records} |`,
    `| records, tasks and notes compared in the end | ${result.compared} |`,
    `| events wanted, delivered, delivered again | ${events.wanted}, ${events.delivered}, ${events.copies} |`,
    '',
    '| sort | requests | operations | p50, p99, longest |',
    '|---|---|---|---|',
    ...rows.map(([sort, one]) => `| ${sort} | ${one.requests} | ${one.operations} | ${times(one.latency)} |`),
    '',
    ...(wrong === 0 ? ['No violations.'] : ['## Violations', '']),
    ...[...violations.bySort].map(([sort, count]) => `- ${sort}: ${count}`),
    ...(wrong === 0 ? [] : ['', 'The first ones:', '', ...violations.first.map((line) => `- ${line}`)]),
  ].join('\n');
}

function times(latency: Histogram): string {
  const ms = (value: number) => (value < 10 ? value.toFixed(1) : String(Math.round(value)));
  return `${ms(percentile(latency, 0.5))}, ${ms(percentile(latency, 0.99))}, ${ms(latency.longest)} ms`;
}
