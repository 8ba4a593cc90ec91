import cluster from 'node:cluster';
import type { Limits } from '../http/limits.ts';
import { Rate, type RateLimit, type Verdict } from '../http/rate.ts';

interface Asked {
  readonly rate: { readonly call: number; readonly account: number };
}

interface Told {
  readonly rate: { readonly call: number; readonly verdict: Verdict };
}

/** Undefined where there is no limit. The requests of all workers are counted together, by the process that has started them. */
export function rateOf(limits: Limits): RateLimit | undefined {
  if (limits.rate === 0) return undefined;
  if (cluster.isWorker) return { take: askSupervisor() };
  const rate = new Rate(limits, () => performance.now());
  return { take: (account) => rate.take(account), takeIfFree: (account) => rate.takeIfFree(account) };
}

function askSupervisor(): RateLimit['take'] {
  const waiting = new Map<number, (verdict: Verdict) => void>();
  let calls = 0;
  process.on('message', ({ rate }: Partial<Told>) => {
    if (rate === undefined) return;
    waiting.get(rate.call)!(rate.verdict);
    waiting.delete(rate.call);
  });
  return (account) => {
    calls += 1;
    const call = calls;
    process.send!({ rate: { call, account } } satisfies Asked);
    return new Promise((resolve) => waiting.set(call, resolve));
  };
}

/** The other side of it. */
export function countForWorkers(limits: Limits): void {
  if (limits.rate === 0) return;
  const rate = new Rate(limits, () => performance.now());
  cluster.on('message', (worker, { rate: asked }: Partial<Asked>) => {
    if (asked === undefined) return;
    const verdict = rate.take(asked.account);
    worker.send({ rate: { call: asked.call, verdict } } satisfies Told);
  });
}
