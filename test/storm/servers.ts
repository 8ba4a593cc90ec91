import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const program = fileURLToPath(new URL('../../bin/kontora.mjs', import.meta.url));

export interface Servers {
  readonly addresses: readonly string[];
  /** Runs another of the program's commands on the same data. @returns what it prints */
  command(...args: readonly string[]): Promise<string>;
  /** Kills a process with SIGKILL and starts it again on its port. */
  kill(process: number): Promise<void>;
  stop(): Promise<void>;
}

export interface ServerParts {
  readonly processes: number;
  /** Flags that name the data, of `serve` and of every other command: `--data FOLDER` or `--database URL`. */
  readonly where: readonly string[];
}

/** So many processes of `kontora serve` over the same data. */
export async function startServers({ processes, where }: ServerParts): Promise<Servers> {
  const running: Running[] = [];
  // One after the other: the first one makes the tables.
  for (let number = 0; number < processes; number += 1) running.push(await startServer(where, 0));
  return {
    addresses: running.map(({ address }) => address),
    command: async (...args) => {
      const { stdout } = await promisify(execFile)(process.execPath, [program, ...args, ...where]);
      return stdout;
    },
    async kill(number) {
      const { child, address } = running[number]!;
      await end(child, 'SIGKILL');
      running[number] = await startServer(where, Number(new URL(address).port));
    },
    stop: async () => {
      await Promise.all(running.map(({ child }) => end(child, 'SIGTERM')));
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly address: string;
}

function startServer(where: readonly string[], port: number): Promise<Running> {
  const child = spawn(process.execPath, [program, 'serve', ...where, '--port', String(port), '--webhook-private'], {
    env: { ...process.env, KONTORA_SEED: 'empty', KONTORA_WEBHOOK_RETRY: '2,4,8,8' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk) => {
      // Its log: what it tells of an error of its own is wanted beside the violation.
      if (output.includes('Ctrl+C')) process.stderr.write(chunk);
      else output += chunk;
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
      if (address && output.includes('Ctrl+C')) resolve({ child, address });
    });
    child.once('exit', (code) => reject(new Error(`a server ended with ${code}: ${output}`)));
  });
}

function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}
