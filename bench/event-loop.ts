// Preloaded into a server by NODE_OPTIONS=--import: SIGUSR2 begins to watch the event loop of its main thread, the next one ends it and
// writes the longest block since, in milliseconds, to the file that KONTORA_BENCH_LOOP names.
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const file = process.env['KONTORA_BENCH_LOOP'];
/** Milliseconds between two looks: what is shorter is not seen. */
const resolution = 2;

if (isMainThread && file !== undefined) {
  const delays = monitorEventLoopDelay({ resolution });
  let isWatching = false;
  process.on('SIGUSR2', () => {
    if (isWatching) {
      delays.disable();
      // What is recorded is the time between two looks.
      writeFileSync(`${file}.part`, String(Math.max(0, delays.max / 1e6 - resolution)));
      renameSync(`${file}.part`, file);
    } else {
      delays.reset();
      delays.enable();
      writeFileSync(file, '');
    }
    isWatching = !isWatching;
  });
}
