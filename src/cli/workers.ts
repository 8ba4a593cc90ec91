import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { countForWorkers } from './rate.ts';
import { onStopSignal } from './stopping.ts';

/** Pause before a worker that has ended is replaced. */
const restartMs = 1000;

/**
 * Runs this command in so many processes that share its port, and replaces those that end. `onListening` is called once, `onStop` when
 * all have ended.
 */
export function superviseWorkers(
  { workers: count, limits }: Pick<Config, 'workers' | 'limits'>,
  log: Logger,
  onListening: (address: string) => Promise<void>,
  onStop: () => void,
): void {
  countForWorkers(limits);
  let isListening = false;
  let isStopping = false;
  const stop = async (): Promise<void> => {
    isStopping = true;
    await Promise.all(
      workers().map(async (worker) => {
        const ended = once(worker, 'exit');
        worker.process.kill('SIGTERM');
        await ended;
      }),
    );
    onStop();
  };
  cluster.on('listening', (_worker, { address, port }) => {
    if (isListening) return;
    isListening = true;
    onListening(`http://${address}:${port}`).catch((error: Error) => {
      console.error(`kontora: ${error.message}`);
      process.exitCode = 1;
      stop();
    });
  });
  cluster.on('exit', (_worker, code, signal) => {
    if (isStopping) return;
    if (!isListening) {
      // It has said why.
      process.exitCode = code || 1;
      stop();
      return;
    }
    log.error(`a worker ended (${signal ?? code}), another takes its place`);
    setTimeout(() => isStopping || cluster.fork(), restartMs);
  });
  onStopSignal(log, stop, () => {
    for (const worker of workers()) worker.process.kill('SIGKILL');
  });
  for (let number = 0; number < count; number += 1) cluster.fork();
}

function workers(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}
