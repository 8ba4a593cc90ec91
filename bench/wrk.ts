import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type HttpRequest, requestBytes } from './http-request.ts';

const script = fileURLToPath(new URL('wrk.lua', import.meta.url));
/** Longer than any run. */
const manySeconds = 86_400;

export interface Load {
  readonly url: string;
  /** In turn; from the beginning again while there is time. */
  readonly requests: readonly HttpRequest[];
  readonly connections: number;
  /** How long; undefined: until each request was sent once, by the one connection. */
  readonly seconds?: number | undefined;
  /** Tells each request's time; only one connection. */
  readonly isTraced?: boolean;
  /** The first of the numbers that take clockMark's place. */
  readonly clock?: number;
  /** Milliseconds that a connection rests before each request, in the mean. */
  readonly restMs?: number;
  /** The processor that the load tool keeps to. */
  readonly core?: number | undefined;
}

/** Times in milliseconds. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly p50: number;
  readonly p99: number;
  readonly mean: number;
  readonly max: number;
  /** The next number for clockMark. */
  readonly clock: number;
  /** Of each request in its order, where they were asked for; else empty. */
  readonly times: readonly number[];
}

/** @throws Error that says where the load tool is to be had */
export function checkWrk(): void {
  const { error } = spawnSync('wrk', ['-v']);
  if (error)
    throw new Error(
      'The load tool wrk is not here: install it (Debian, Ubuntu: apt-get install wrk; macOS: brew install wrk)',
    );
}

/** Loads a server by wrk. @throws Error if any request failed */
export async function runWrk(load: Load): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), 'kontora-wrk-'));
  try {
    const file = join(folder, 'requests');
    const isOnce = load.seconds === undefined;
    const requests = isOnce ? [...load.requests, harmless(load.requests[0]!)] : load.requests;
    writeFileSync(
      file,
      Buffer.concat(requests.map(requestBytes).flatMap((one) => [Buffer.from(`${one.length}\n`), one])),
    );
    const result = await run(load, file, isOnce ? 'once' : load.isTraced ? 'trace' : 'cycle');
    if (result.failed > 0)
      throw new Error(
        `${result.failed} of ${result.requests} requests to ${load.url} failed (${load.requests[0]!.path})`,
      );
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What may be sent when there is nothing more to send. */
function harmless({ headers }: HttpRequest): HttpRequest {
  return { path: '/api/v2/companies?id=1', ...(headers && { headers }) };
}

function run(load: Load, file: string, mode: 'cycle' | 'trace' | 'once'): Promise<LoadResult & { failed: number }> {
  const { url, connections, seconds = manySeconds, clock = 0, restMs = 0, core } = load;
  const wrk = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '120s', '-s', script, url];
  const args = [...wrk, '--', file, mode, String(clock), String(restMs)];
  const pinned = core === undefined ? args : ['taskset', '-c', String(core), ...args];
  const child = spawn(pinned[0]!, pinned.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  let ending: NodeJS.Timeout | undefined;
  child.stdout.on('data', (chunk) => {
    output += chunk;
    if (mode !== 'once' || ending !== undefined || !output.includes('\nend\n')) return;
    // Its only thread has stopped, but it sleeps until its time is over. Again and again: it may not have fallen asleep yet.
    ending = setInterval(() => child.kill('SIGINT'), 50);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(ending);
      const found = /\nresult (.*)\n/.exec(output)?.[1];
      if (found === undefined) reject(new Error(`wrk ended with ${code}: ${output}`));
      else resolve(JSON.parse(found));
    });
  });
}
