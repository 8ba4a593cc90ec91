import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
