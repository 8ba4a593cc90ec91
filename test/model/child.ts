import { openPlace } from '../../src/cli/place.ts';
import { createApp } from '../../src/cli/serve.ts';
import { Threads } from '../../src/cli/threads.ts';
import type { Place } from '../../src/config.ts';
import { defaultLimits } from '../../src/http/limits.ts';
import { inject, type Order, type Report, webhooks } from './server.ts';

// node test/model/child.ts PLACE: answers orders of its parent until it is killed.
const place: Place = JSON.parse(process.argv[2]!);
const store = await openPlace(place);
let now = 0;
const fail = (error: Error): never => {
  throw error;
};
// On SQLite as `kontora serve` does it: what takes long is answered in threads.
const threads =
  'folder' in place
    ? new Threads({ folder: place.folder, profile: 'documented', webhooks, limits: defaultLimits }, fail)
    : undefined;
const app = createApp(store, 'documented', webhooks, () => now, threads);
await app.ready();
process.on('message', async (order: Order) => {
  now = order.now;
  const report: Report = { number: order.number, answer: await inject(app, order.sent, order.token) };
  process.send!(report);
});
process.on('disconnect', () => process.exit());
process.send!('ready');
