import { type Store, StoreUnfit } from '../crm/store.ts';
import type { Answer, Route } from './request.ts';

/** Milliseconds that the store has to say that it is well. */
const patienceMs = 1000;

export interface HealthLog {
  error(fields: object, text: string): void;
  info(text: string): void;
}

/** `/healthz`: the process answers. `/readyz`: it can do its work. For anybody, so they tell nothing else. */
export function healthRoutes(store: Store, log: HealthLog): Route[] {
  const isReady = readiness(store, log);
  const ready = async (): Promise<Answer> => {
    const reason = await isReady();
    return reason === undefined
      ? healthAnswer(200, { status: 'ok' })
      : healthAnswer(503, { status: 'unavailable', reason });
  };
  return [
    { path: '/healthz', open: true, here: true, methods: { GET: async () => healthAnswer(200, { status: 'ok' }) } },
    { path: '/readyz', open: true, here: true, methods: { GET: ready } },
  ];
}

/** Gives a reason why it is not; the log is told of each change. However many ask, the store is asked once at a time. */
function readiness(store: Store, log: HealthLog): () => Promise<string | undefined> {
  let checking: Promise<void> | undefined;
  let wasReady = true;
  return async () => {
    checking ??= store.check().finally(() => {
      checking = undefined;
    });
    try {
      await within(patienceMs, checking);
      if (!wasReady) log.info('ready again');
      wasReady = true;
      return undefined;
    } catch (error) {
      if (wasReady) log.error({ err: error }, 'not ready');
      wasReady = false;
      return error instanceof StoreUnfit ? error.message : 'the database does not answer';
    }
  };
}

/** @throws Error when it takes longer */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer for ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function healthAnswer(status: number, body: object): Answer {
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };
  return { status, headers, body: Buffer.from(JSON.stringify(body)) };
}
