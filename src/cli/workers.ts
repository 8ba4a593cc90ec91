import cluster, { type Worker } from 'node:cluster';
import type { Limits } from '../http/limits.ts';
import { countForWorkers } from './rate.ts';

/** Pause before a worker that has ended is replaced. */
const restartMs = 1000;

/** Runs this command in so many processes that share its port, and replaces those that end. `onListening` is called once. */
export function superviseWorkers(count: number, limits: Limits, onListening: (address: string) => Promise<void>): void {
  countForWorkers(limits);
  let isListening = false;
  let isStopping = false;
  const stop = (): void => {
    isStopping = true;
    for (const worker of workers()) worker.process.kill('SIGTERM');
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
      return stop();
    }
    console.error(`kontora: a worker ended (${signal ?? code}), another takes its place`);
    setTimeout(() => isStopping || cluster.fork(), restartMs);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  for (let number = 0; number < count; number += 1) cluster.fork();
}

function workers(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}
