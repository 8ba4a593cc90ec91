import type { Actor } from './account.ts';
import { localTime, utcSeconds } from './date.ts';
import type { KindName } from './entity.ts';
import { scopeOf } from './rights.ts';
import type { ReadTx } from './store.ts';

export type Step = 'day' | 'week' | 'month';

/** How many periods are counted: a month of days, half a year of weeks, a year of months. */
const lengths: Readonly<Record<Step, number>> = { day: 30, week: 26, month: 12 };

export interface Growth {
  /** How many were there before the first period. */
  readonly before: number;
  readonly periods: readonly { readonly from: number; readonly count: number }[];
}

/** How many of the records that the actor sees were created in each of the last periods, by the clock of the account; the present one is the last. */
export async function readGrowth(tx: ReadTx, actor: Actor, kind: KindName, step: Step, now: number): Promise<Growth> {
  const scope = scopeOf(actor, kind, 'view');
  const responsible = scope === 'all' ? [] : [[...scope]];
  const starts = periodStarts(step, now, actor.account.timezone);
  const [before = 0, ...counts] = await tx.countCreated(actor.account.id, kind, { responsible }, starts);
  return { before, periods: starts.map((from, index) => ({ from, count: counts[index]! })) };
}

/** When each of the last periods began, in unix seconds. Weeks begin on Monday. */
export function periodStarts(step: Step, now: number, timezone: string): number[] {
  const [year, month, day] = localTime(now, timezone).slice(0, 10).split('-').map(Number) as [number, number, number];
  const weekday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
  const dayOf = {
    day: (back: number) => Date.UTC(year, month - 1, day - back),
    week: (back: number) => Date.UTC(year, month - 1, day - weekday - 7 * back),
    month: (back: number) => Date.UTC(year, month - 1 - back, 1),
  }[step];
  const count = lengths[step];
  return Array.from({ length: count }, (_, index) => {
    const date = new Date(dayOf(count - 1 - index)).toISOString().slice(0, 10);
    return utcSeconds(`${date} 00:00:00`, timezone);
  });
}
