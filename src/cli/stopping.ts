import cluster from 'node:cluster';
import type { Logger } from 'pino';

/** Milliseconds after which what has not stopped is ended. Less than the half minute that a container is given by Kubernetes. */
const patienceMs = 25_000;
/** Ctrl+C reaches a program in a terminal twice at once: from there, and from npm. */
const sameMs = 500;

/** Stops when told to; told once more, or when that takes too long, ends at once. */
export function onStopSignal(log: Logger, stop: () => Promise<void>, endAtOnce: () => void = () => undefined): void {
  let since: number | undefined;
  const end = (why: string): void => {
    log.error(`${why}: ended before everything was answered`);
    endAtOnce();
    process.exit(1);
  };
  const take = (signal: NodeJS.Signals): void => {
    if (since !== undefined) {
      // A worker hears signals that its supervisor hears as well, which decides.
      if (cluster.isPrimary && performance.now() - since > sameMs) end(`a second ${signal}`);
      return;
    }
    since = performance.now();
    log.info({ signal }, 'stopping');
    setTimeout(() => end(`stopping took longer than ${patienceMs / 1000} s`), patienceMs).unref();
    stop().then(
      () => log.info({ ms: Math.round(performance.now() - since!) }, 'stopped'),
      (error) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, take);
}
