import cluster from 'node:cluster';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, register } from 'prom-client';
import { type Listen, UsageError } from '../config.ts';
import type { Store } from '../crm/store.ts';
import { within } from '../http/health.ts';
import type { Watch } from '../http/watch.ts';
import type { FigureName, Figures } from './figures.ts';
import type { Threads } from './threads.ts';

const { createServer } = process.getBuiltinModule('node:http');

/** Answers GET /metrics at an address of its own. A process with workers tells the sum of theirs. @returns what ends it @throws UsageError */
export async function serveMetrics({ host, port }: Listen, workers: number, log: Logger): Promise<() => void> {
  const ofWorkers = workers > 1 ? new AggregatorRegistry() : undefined;
  const server = createServer(async (request, response) => {
    if (request.url?.split('?', 1)[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    try {
      const text = await (ofWorkers ? ofWorkers.clusterMetrics() : register.metrics());
      response.writeHead(200, { 'Content-Type': register.contentType, 'Cache-Control': 'no-store' }).end(text);
    } catch (error) {
      log.error({ err: error }, 'metrics');
      response.writeHead(503).end();
    }
  });
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new UsageError(`--metrics ${host}:${port}: ${(error as Error).message}`);
  }
  const at = server.address() as AddressInfo;
  log.info(
    { address: `http://${at.family === 'IPv6' ? `[${at.address}]` : at.address}:${at.port}/metrics` },
    'metrics',
  );
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

/** Has this process tell of itself, of its store and threads, from its figures. @returns who is to be told of requests */
export function measure(store: Store, threads: Threads | undefined, figures: Figures): Watch {
  if (cluster.isWorker) new AggregatorRegistry();
  collectDefaultMetrics();
  measureStore(store, figures);
  if (threads) measureThreads(threads);
  return measureRequests();
}

/** Seconds: kept records take fractions of a millisecond, batches tens, searches through texts seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);

function measureRequests(): Watch {
  const seconds = new Histogram({
    name: 'kontora_http_request_seconds',
    help: 'Requests by route, method and status (499: the client went away), from their headers to the end of their answers',
    labelNames: ['route', 'method', 'status'],
    buckets,
  });
  const inFlight = new Gauge({ name: 'kontora_http_requests_in_flight', help: 'Requests that are under way' });
  const atOnce = new Counter({
    name: 'kontora_http_answers_at_once_total',
    help: 'Requests that were answered from kept documents alone',
  });
  return {
    began: () => inFlight.inc(),
    over({ route = 'none', method, status, ms, isAtOnce }) {
      inFlight.dec();
      if (isAtOnce) atOnce.inc();
      seconds.observe({ route, method: methods.has(method) ? method : 'other', status }, ms / 1000);
    },
  };
}

interface CounterOfFigures {
  readonly name: string;
  readonly help: string;
  /** By the values of its label, if it has one. */
  readonly figures: FigureName | Readonly<Record<string, FigureName>>;
  readonly label?: string;
}

const counters: readonly CounterOfFigures[] = [
  { name: 'kontora_store_writes_total', help: 'Transactions that have written', figures: 'writes' },
  {
    name: 'kontora_store_records_total',
    help: 'Companies, contacts, leads and customers that were added, changed or deleted',
    figures: 'records',
  },
  { name: 'kontora_store_tasks_total', help: 'Tasks that were added, changed or deleted', figures: 'tasks' },
  { name: 'kontora_store_notes_total', help: 'Notes that were added or changed', figures: 'notes' },
  {
    name: 'kontora_documents_total',
    help: 'Records of lists that were read as they are kept (yes), or had to be made (no); without those of answers at once',
    label: 'kept',
    figures: { yes: 'documentsKept', no: 'documentsMade' },
  },
  {
    name: 'kontora_webhook_attempts_total',
    help: 'Attempts to deliver a webhook: done, to be tried again, failed for good',
    label: 'outcome',
    figures: { done: 'webhooksDone', again: 'webhooksAgain', failed: 'webhooksFailed' },
  },
];

function measureStore(store: Store, figures: Figures): void {
  for (const { name, help, label, figures: of } of counters) {
    new Counter({
      name,
      help,
      labelNames: label === undefined ? [] : [label],
      collect() {
        this.reset();
        if (typeof of === 'string') this.inc(figures.get(of));
        else for (const [value, figure] of Object.entries(of)) this.inc({ [label!]: value }, figures.get(figure));
      },
    });
  }
  new Gauge({
    name: 'kontora_webhook_deliveries_pending',
    help: `Deliveries that are still to be made, up to ${mostPending} of each account; NaN: the database did not answer`,
    // Each process asks the same database.
    aggregator: 'max',
    async collect() {
      this.set(await within(patienceMs, countPending(store)).catch(() => Number.NaN));
    },
  });
}

/** Of an account no more are counted, so that a look costs little. */
const mostPending = 10_000;
const patienceMs = 1000;

function countPending(store: Store): Promise<number> {
  return store.read(async (tx) => {
    let pending = 0;
    for (const account of await tx.accountsWithWebhooks()) pending += await tx.countPending(account, mostPending);
    return pending;
  });
}

function measureThreads(threads: Threads): void {
  new Gauge({
    name: 'kontora_thread_calls_waiting',
    help: 'What a thread is at, and what waits for it',
    labelNames: ['thread'],
    collect() {
      for (const { role, waiting } of threads.states()) this.set({ thread: role }, waiting);
    },
  });
  new Counter({
    name: 'kontora_thread_busy_seconds_total',
    help: 'Time for which a thread has been at work',
    labelNames: ['thread'],
    collect() {
      this.reset();
      for (const { role, busyMs } of threads.states()) this.inc({ thread: role }, busyMs / 1000);
    },
  });
}
