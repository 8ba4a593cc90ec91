import { useDraggable } from '@dnd-kit/core';
import { Link } from '@tanstack/react-router';
import { CalendarClock, GripVertical } from 'lucide-react';
import type { Lead } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { may } from '../records/rights.ts';
import type { Account } from '../session.ts';
import { classNames } from '../ui/class-names.ts';
import { texts } from './texts.ts';

interface CardProps {
  readonly lead: Lead;
  readonly account: Account;
  readonly money: (n: number) => string;
}

/** A card that is taken anywhere by the mouse or a finger, and by its handle by the keyboard. */
export function Card(props: CardProps) {
  const { lead, account } = props;
  const b = useTexts(texts);
  const isFixed = !may('edit', 'leads', account);
  const { setNodeRef, setActivatorNodeRef, listeners, attributes, isDragging } = useDraggable({
    id: lead.id,
    data: { lead },
    attributes: { roleDescription: b.card },
    disabled: isFixed,
  });
  return (
    <li
      ref={setNodeRef}
      {...listeners}
      className={classNames(
        'group relative touch-manipulation rounded-lg',
        !isFixed && 'cursor-grab',
        isDragging && 'opacity-40',
      )}
    >
      <CardFace {...props} />
      {!isFixed && (
        <button
          type="button"
          ref={setActivatorNodeRef}
          {...attributes}
          aria-label={b.move(lead.name)}
          className="absolute top-2 right-1 grid size-6 cursor-grab place-items-center rounded-sm text-muted opacity-0 group-hover:opacity-100 focus-visible:opacity-100"
        >
          <GripVertical className="size-4" />
        </button>
      )}
    </li>
  );
}

export function CardFace({ lead, account, money }: CardProps) {
  const { dateTime } = useLanguage();
  const b = useTexts(texts);
  const due = lead.closest_task_at;
  const isOverdue = due > 0 && due * 1000 < Date.now();
  return (
    <article className="grid gap-1 rounded-lg border border-line bg-raised px-3 py-2.5 select-none hover:border-line-strong">
      <h3 className="min-w-0 pr-5 font-medium break-words">
        <Link to="/leads/$id" params={{ id: String(lead.id) }} draggable={false} className="hover:underline">
          <bdi>{lead.name}</bdi>
        </Link>
      </h3>
      {lead.company && <bdi className="truncate text-muted">{lead.company.name}</bdi>}
      <div className="flex items-baseline justify-between gap-3">
        <span className="font-medium whitespace-nowrap tabular-nums">{lead.sale > 0 && money(lead.sale)}</span>
        <bdi className="truncate text-xs text-muted">{account.nameOf(lead.responsible_user_id)}</bdi>
      </div>
      {due > 0 && (
        <p className={classNames('flex items-center gap-1.5 text-xs', isOverdue ? 'text-danger' : 'text-muted')}>
          <CalendarClock aria-hidden="true" className="size-3.5 shrink-0" />
          <span className="sr-only">{isOverdue ? b.overdue : b.nextTask}</span>
          {dateTime(due)}
        </p>
      )}
    </article>
  );
}
