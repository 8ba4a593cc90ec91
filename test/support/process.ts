import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/kontora.mjs', import.meta.url));

/** The administrator of every server that is started so. */
export const processLogin = { USER_LOGIN: 'example@example.com', USER_HASH: 'key' };

export interface ServerProcess {
  readonly child: ChildProcess;
  /** Where it listens. */
  readonly address: string;
}

/** A data folder that is not there yet, in a folder that goes in the end. */
export async function withDataFolder(work: (data: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kontora-process-'));
  try {
    await work(join(folder, 'data'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `kontora serve` as a process of its own. @param place a folder, or the address of a database */
export function startProcess(place: string, env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const flag = place.startsWith('postgres:') ? '--database' : '--data';
  const child = spawn(process.execPath, [program, 'serve', flag, place, '--port', '0'], {
    env: { ...process.env, KONTORA_API_KEY: processLogin.USER_HASH, ...env },
  });
  return new Promise((resolve, reject) => {
    let output = '';
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
      if (address && output.includes('Ctrl+C')) resolve({ child, address });
    });
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${output}`)));
  });
}

/** Tells it to end, or kills it, and waits until it has. */
export function endProcess({ child }: ServerProcess, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

const serving: ChildProcess[] = [];
// What a failed test has left.
after(() => {
  for (const child of serving) child.kill('SIGKILL');
});

export interface LoggedProcess extends ServerProcess {
  /** What it has written to stderr. */
  readonly log: () => string;
  /** The lines of it, until there is one of this text. */
  readonly logged: (msg: string) => Promise<Record<string, unknown>[]>;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
}

/** `kontora serve` with these flags, its log beside it. */
export async function serve(
  flags: readonly string[],
  env: Readonly<Record<string, string>> = {},
  stderr: 'pipe' | number = 'pipe',
): Promise<LoggedProcess> {
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', ...flags], {
    env: { ...process.env, KONTORA_API_KEY: processLogin.USER_HASH, ...env },
    stdio: ['ignore', 'pipe', stderr],
  });
  serving.push(child);
  let log = '';
  child.stderr?.on('data', (chunk) => {
    log += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  let output = '';
  while (!output.includes('Ctrl+C')) {
    const [chunk] = await Promise.race([once(child.stdout!, 'data'), ended.then(() => assert.fail(log))]);
    output += chunk;
  }
  const lines = () =>
    log
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const logged = async (msg: string) => {
    while (!lines().some((line) => line['msg'] === msg)) await setTimeout(20);
    return lines();
  };
  return { child, ended, logged, log: () => log, address: /http:\/\/127\.0\.0\.1:\d+/.exec(output)![0] };
}
