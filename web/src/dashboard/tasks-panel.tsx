import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { crm } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import type { Account } from '../session.ts';
import { midnight, openSections } from '../tasks/days.ts';
import { tasksQuery } from '../tasks/tasks.ts';
import { classNames } from '../ui/class-names.ts';
import { texts } from './texts.ts';

/** How many tasks the reader has to do, of those that he sees. */
export function TasksPanel({ account }: { readonly account: Account }) {
  const d = useTexts(texts);
  const [now] = useState(() => crm.now());
  const [overdue, today] = openSections(now).map(({ due }) => due!);
  const weekday = (new Date(now * 1000).getDay() + 6) % 7;
  const week = { from: now, to: midnight(now, 7 - weekday) - 1 };
  return (
    <section aria-label={d.tasks}>
      <h2 className="mb-3 text-base font-semibold">{d.tasks}</h2>
      <div className="grid gap-3 sm:grid-cols-3">
        <Tile title={d.overdue} due={overdue!} account={account} isUrgent />
        <Tile title={d.today} due={today!} account={account} />
        <Tile title={d.week} due={week} account={account} />
      </div>
    </section>
  );
}

interface TileProps {
  readonly title: string;
  readonly due: { readonly from: number; readonly to?: number };
  readonly account: Account;
  readonly isUrgent?: boolean;
}

function Tile({ title, due, account, isUrgent = false }: TileProps) {
  const { number } = useLanguage();
  const d = useTexts(texts);
  const me = account.me.id;
  const mine = useInfiniteQuery(tasksQuery({ isDone: false, due, users: [me] }, 1)).data?.pages[0];
  const all = useInfiniteQuery(tasksQuery({ isDone: false, due }, 1)).data?.pages[0];
  const write = ({ count, is_exact }: { count: number; is_exact: boolean }) => `${number(count)}${is_exact ? '' : '+'}`;
  return (
    <Link
      to="/tasks"
      search={{ users: String(me) }}
      className="flex min-w-0 items-baseline gap-2 rounded-xl border border-line px-4 py-2 hover:bg-hover sm:grid sm:gap-1 sm:p-5"
    >
      <span className="min-w-0 flex-1 truncate text-muted">{title}</span>
      <span
        className={classNames(
          'min-h-9 text-xl font-semibold tabular-nums',
          isUrgent && mine !== undefined && mine.count > 0 && 'text-danger',
        )}
      >
        {mine && write(mine)}
      </span>
      <span className="min-h-4 truncate text-xs text-muted">{all && d.ofAll(write(all))}</span>
    </Link>
  );
}
