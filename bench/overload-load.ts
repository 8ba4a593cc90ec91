import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('overload.lua', import.meta.url));

export interface SortLoad {
  readonly url: string;
  readonly token: string;
  /** What is read, and the file in which the load tool finds it; or batches of 500 new companies, from what number on. */
  readonly what: { readonly paths: readonly string[]; readonly file: string } | { readonly from: number };
  readonly connections: number;
  /** Milliseconds that a connection rests before each request, in the mean. */
  readonly restMs: number;
  readonly seconds: number;
}

/** Seconds at the beginning that do not count: all connections have to be made. */
const warmSeconds = 5;

/** What became of requests of one sort. Times in milliseconds. */
export interface SortResult {
  readonly seconds: number;
  readonly sent: number;
  readonly served: number;
  readonly refused: number;
  /** Answers that are neither what was asked for nor the refusal of an overloaded server, and one of them. */
  readonly wrong: number;
  readonly example: string;
  /** Connections that could not be made, that broke, or that got no answer. */
  readonly broken: Readonly<Record<'connect' | 'read' | 'write' | 'timeout', number>>;
  readonly p50: number;
  readonly p99: number;
  /** Numbers of the batches that were answered. */
  readonly acknowledged: readonly number[];
}

/** Loads a server with one sort of request, by wrk. */
export async function loadWith(load: SortLoad): Promise<SortResult> {
  const { url, token, what, connections, restMs, seconds } = load;
  if ('paths' in what) writeFileSync(what.file, what.paths.join('\n'));
  const wrk = ['-t1', `-c${connections}`, `-d${seconds + warmSeconds}s`, '--timeout', '120s', '-s', script, url];
  const sort = 'paths' in what ? ['get', what.file] : ['batch', String(what.from)];
  const args = [...wrk, '--', sort[0]!, token, String(Math.round(restMs)), sort[1]!, String(warmSeconds)];
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await once(child, 'close');
  const found = /\nresult (.*)\n/.exec(output)?.[1];
  if (found === undefined) throw new Error(`wrk ended: ${output}`);
  const { times, ...result } = JSON.parse(found) as Omit<SortResult, 'p50' | 'p99'> & { times: [number, number][] };
  return { ...result, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

/** Of classes that are one per cent wide. */
function quantile(times: readonly (readonly [number, number])[], part: number): number {
  const sorted = times.toSorted(([one], [other]) => one - other);
  const wanted = sorted.reduce((sum, [, count]) => sum + count, 0) * part;
  let seen = 0;
  for (const [place, count] of sorted) {
    seen += count;
    if (seen >= wanted) return Math.exp(place / 100);
  }
  return Number.NaN;
}
