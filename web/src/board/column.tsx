import { useDroppable } from '@dnd-kit/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { StagesJson, StatusJson } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { may } from '../records/rights.ts';
import type { Account } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Card } from './card.tsx';
import { type BoardOf, leadsOf, stageQuery } from './leads.ts';
import { texts } from './texts.ts';

interface ColumnProps {
  readonly stage: StatusJson;
  readonly board: BoardOf;
  readonly account: Account;
  readonly money: (n: number) => string;
  /** Undefined: not known yet. */
  readonly total: StagesJson['stages'][number] | undefined;
  readonly isExact: boolean;
  readonly onAdd: () => void;
}

export function Column({ stage, board, account, money, total, isExact, onAdd }: ColumnProps) {
  const { t } = useLanguage();
  const b = useTexts(texts);
  const { setNodeRef, isOver } = useDroppable({ id: stage.id, data: { name: stage.name } });
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery(
    stageQuery(board, stage.id),
  );
  const leads = data && leadsOf(data.pages);
  const end = useRef<HTMLButtonElement>(null);
  const shown = leads?.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page more may leave the end still in sight
  useEffect(() => {
    const button = end.current;
    if (!button) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && fetchNextPage(), {
      rootMargin: '400px',
    });
    observer.observe(button);
    return () => observer.disconnect();
  }, [fetchNextPage, hasNextPage, shown]);
  const titleId = `stage-${stage.id}`;
  return (
    <section
      ref={setNodeRef}
      aria-labelledby={titleId}
      className={classNames('flex w-66 shrink-0 flex-col rounded-xl', isOver ? 'bg-accent-soft' : 'bg-sunken')}
    >
      <header className="group/header grid gap-0.5 px-3 pt-3 pb-2">
        <div className="flex items-center gap-2">
          <span
            aria-hidden="true"
            className="size-2.5 shrink-0 rounded-full ring-1 ring-line-strong ring-inset"
            style={{ backgroundColor: stage.color }}
          />
          <h2 id={titleId} className="min-w-0 flex-1 truncate font-semibold">
            <bdi>{stage.name}</bdi>
          </h2>
          {may('add', 'leads', account) && (
            <Button look="quiet" icon className="-my-1 text-muted" aria-label={b.add(stage.name)} onClick={onAdd}>
              <Plus />
            </Button>
          )}
        </div>
        <p
          className="flex min-h-5 justify-between gap-3 text-muted tabular-nums"
          title={isExact ? undefined : b.inexact}
        >
          {total && (
            <>
              <span>{isExact ? b.leads(total.count) : `≥ ${b.leads(total.count)}`}</span>
              <span>{total.sum > 0 && money(total.sum)}</span>
            </>
          )}
        </p>
      </header>
      <ul className="flex min-h-24 flex-1 flex-col gap-2 overflow-x-hidden overflow-y-auto px-2 pb-2">
        {leads?.map((lead) => (
          <Card key={lead.id} lead={lead} account={account} money={money} />
        ))}
        {leads?.length === 0 && <li className="px-1 py-2 text-muted">{b.empty}</li>}
        {!leads && !error && <li className="px-1 py-2 text-muted">{t.table.loading}…</li>}
        {error && (
          <li role="alert" className="grid gap-2 px-1 py-2 text-danger">
            {t.table.failed}
            <Button onClick={() => refetch()}>{t.table.again}</Button>
          </li>
        )}
        {hasNextPage && (
          <li>
            <button
              type="button"
              ref={end}
              disabled={isFetchingNextPage}
              onClick={() => fetchNextPage()}
              className="w-full rounded-md py-2 text-muted hover:bg-hover"
            >
              {b.more}
            </button>
          </li>
        )}
      </ul>
    </section>
  );
}
