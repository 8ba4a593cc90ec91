import { useInfiniteQuery } from '@tanstack/react-query';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import type { Account } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { midnight, type Section } from './days.ts';
import type { TaskActions } from './task-menu.tsx';
import { TaskRow } from './task-row.tsx';
import { itemsOf, type TasksOf, tasksQuery } from './tasks.ts';
import { texts } from './texts.ts';

interface SectionListProps extends TaskActions {
  readonly section: Section;
  readonly of: TasksOf;
  readonly account: Account;
  readonly now: number;
}

/** The tasks of a time, under its name; nothing where there are none. */
export function SectionList({ section: { name }, of, account, now, ...actions }: SectionListProps) {
  const { t, language } = useLanguage();
  const x = useTexts(texts);
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery(tasksQuery(of));
  const first = data?.pages[0];
  if (error) {
    return (
      <div role="alert" className="flex items-center gap-3 py-2 text-danger">
        {t.table.failed}
        <Button onClick={() => refetch()}>{t.table.again}</Button>
      </div>
    );
  }
  if (!data || !first || first.count === 0) return null;
  const day = { today: midnight(now), tomorrow: midnight(now, 1) }[name as string];
  const titleId = `tasks-${name}`;
  return (
    <section aria-labelledby={titleId}>
      <h2 id={titleId} className="flex items-baseline gap-2 px-1 pb-2">
        <span className={classNames('text-base font-semibold', name === 'overdue' && 'text-danger')}>
          {x.sections[name]}
        </span>
        {day !== undefined && (
          <span className="text-muted">
            {new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' }).format(day * 1000)}
          </span>
        )}
        <span className="ml-auto text-muted tabular-nums">
          {first.is_exact ? x.count(first.count) : x.moreThan(first.count)}
        </span>
      </h2>
      <ul className="overflow-hidden rounded-xl border border-line">
        {itemsOf(data.pages).map((task) => (
          <TaskRow key={task.id} task={task} account={account} isOneDay={day !== undefined} {...actions} />
        ))}
        {hasNextPage && (
          <li>
            <Button
              look="quiet"
              className="w-full rounded-none text-muted"
              disabled={isFetchingNextPage}
              onClick={() => fetchNextPage()}
            >
              {x.more}
            </Button>
          </li>
        )}
      </ul>
    </section>
  );
}
