import { parentPort, workerData } from 'node:worker_threads';
import { openCheckpoints } from '../store/sqlite-checkpoints.ts';

// The entry of a thread that takes the log of a database over into its file, so that nobody who writes has to (cli/checkpoints.ts). Each
// message is answered.
const checkpoints = openCheckpoints(workerData as string);
const port = parentPort!;

port.on('message', (isLast: boolean) => {
  try {
    if (isLast) checkpoints.close();
    else checkpoints.take();
  } catch {
    // A full disk, say: whoever writes next finds it too, and tells it.
  }
  port.postMessage(undefined);
  if (isLast) port.close();
});
