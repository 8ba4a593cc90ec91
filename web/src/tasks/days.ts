import type { Range } from '../../../client/client.ts';

// Days and times are those of the reader's time zone.

export type SectionName = 'overdue' | 'today' | 'tomorrow' | 'week' | 'later' | 'done';

export interface Section {
  readonly name: SectionName;
  /** Undefined: whenever. */
  readonly due?: Range;
}

/** Unix seconds of the midnight so many days from a time. */
export function midnight(now: number, days = 0): number {
  const date = new Date(now * 1000);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime() / 1000;
}

/** What is open by when it is due; the week ends with Sunday. One that would hold nothing is left out. */
export function openSections(now: number): Section[] {
  const [tomorrow, afterTomorrow] = [midnight(now, 1), midnight(now, 2)];
  const weekday = (new Date(now * 1000).getDay() + 6) % 7;
  const nextWeek = midnight(now, 7 - weekday);
  return [
    { name: 'overdue', due: { from: 0, to: now - 1 } },
    { name: 'today', due: { from: now, to: tomorrow - 1 } },
    { name: 'tomorrow', due: { from: tomorrow, to: afterTomorrow - 1 } },
    ...(nextWeek > afterTomorrow ? [{ name: 'week', due: { from: afterTomorrow, to: nextWeek - 1 } } as const] : []),
    { name: 'later', due: { from: Math.max(nextWeek, afterTomorrow) } },
  ];
}

/** 23:59 means any time of its day. docs/api/tasks.md */
export function isAllDay(due: number): boolean {
  const date = new Date(due * 1000);
  return date.getHours() === 23 && date.getMinutes() === 59;
}

/** The same time of another day. */
export function onDay(due: number, day: number): number {
  const [time, date] = [new Date(due * 1000), new Date(day * 1000)];
  date.setHours(time.getHours(), time.getMinutes(), time.getSeconds());
  return Math.floor(date.getTime() / 1000);
}

/** As fields for a day and a time have it: `2026-11-27`, `09:30`; '' for any time. */
export function fieldsOf(due: number): { readonly day: string; readonly time: string } {
  const date = new Date(due * 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return { day, time: isAllDay(due) ? '' : `${two(date.getHours())}:${two(date.getMinutes())}` };
}

/** The other way round; undefined if it is no day. */
export function dueOf(day: string, time: string): number | undefined {
  const due = new Date(`${day}T${time || '23:59'}:00`).getTime() / 1000;
  return Number.isNaN(due) || due <= 0 ? undefined : due;
}
