import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
export const program = fileOf('../bin/kontora.mjs');
const floorProgram = fileOf('floor/server.ts');
const eventLoop = new URL('event-loop.ts', import.meta.url).href;

export interface Server {
  readonly pid: number;
  readonly url: string;
  /** Watches the main thread's event loop until `end` is called, which gives its longest block in milliseconds. */
  watchLoop(): Promise<{ end(): Promise<number> }>;
  stop(): Promise<void>;
}

/** `where` names the data: `--data FOLDER` or `--database URL`. */
export function startProduct(where: readonly string[]): Promise<Server> {
  return start([program, 'serve', ...where, '--port', '0']);
}

export function startFloor(file: string): Promise<Server> {
  return start([floorProgram, file]);
}

/** Another command of the product; what it tells on the way is passed on. @returns what it prints */
export async function kontora(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const options = { env: { ...process.env, ...env }, maxBuffer: 2 ** 28 };
  const running = promisify(execFile)(process.execPath, [program, ...args], options);
  running.child.stderr?.pipe(process.stderr);
  return (await running).stdout;
}

let started = 0;
/** They do not outlive the bench, however it ends. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill();
});

async function start(args: readonly string[]): Promise<Server> {
  started += 1;
  const loopFile = join(tmpdir(), `kontora-bench-loop-${process.pid}-${started}`);
  const env = { ...process.env, NODE_OPTIONS: `--import=${eventLoop}`, KONTORA_BENCH_LOOP: loopFile };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const url = await addressOf(child);
  const toggle = async (isDone: (text: string) => boolean): Promise<string> => {
    child.kill('SIGUSR2');
    for (;;) {
      await setTimeout(5);
      const text = readIfThere(loopFile);
      if (text !== undefined && isDone(text)) return text;
      if (child.exitCode !== null) throw new Error('the server has ended');
    }
  };
  return {
    pid: child.pid!,
    url,
    async watchLoop() {
      await toggle((text) => text === '');
      return { end: async () => Number(await toggle((text) => text !== '')) };
    },
    async stop() {
      rmSync(loopFile, { force: true });
      await end(child);
    },
  };
}

/** The address that a server prints once it listens. @throws Error if it ends before */
export function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout!.on('data', (chunk) => {
      output += chunk;
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
      if (url) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`a server ended with ${code}: ${output}`)));
  });
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
