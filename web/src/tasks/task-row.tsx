import { Link } from '@tanstack/react-router';
import { Circle, CircleCheck, Handshake, ListTodo, type LucideIcon, Mail, Phone } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react';
import { crm } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import type { Account } from '../session.ts';
import { kindIcons } from '../shell/kind-icons.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Popover } from '../ui/popover.tsx';
import { isAllDay } from './days.ts';
import { type TaskActions, TaskMenu } from './task-menu.tsx';
import { kindOf, resultOf, type Task } from './tasks.ts';
import { texts } from './texts.ts';

interface TaskRowProps extends TaskActions {
  readonly task: Task;
  readonly account: Account;
  /** Days stand in the heading. */
  readonly isOneDay: boolean;
}

/** Call, meeting and letter are in every account. */
const typeIcons: Readonly<Record<number, LucideIcon>> = { 1: Phone, 2: Handshake, 3: Mail };

export function TaskRow({ task, account, isOneDay, onChange, onEdit, onRemove }: TaskRowProps) {
  const { language, date } = useLanguage();
  const x = useTexts(texts);
  const name = task.text || x.nameless;
  const due = task.complete_till_at;
  const isLate = !task.is_completed && due < crm.now();
  const clock = isAllDay(due) ? x.allDay : new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(due * 1000);
  const kind = kindOf(task);
  const Icon = typeIcons[task.task_type] ?? ListTodo;
  const KindIcon = kind && kindIcons[kind];
  const type = account.json._embedded.task_types[task.task_type]?.name ?? '';
  const result = resultOf(task);
  return (
    <li className="group flex items-start gap-2 border-b border-line px-3 py-2.5 last:border-b-0 focus-within:bg-hover hover:bg-hover sm:px-4">
      <CompleteButton task={task} name={name} onChange={onChange} onEdit={onEdit} onRemove={onRemove} />
      <div className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)] gap-0.5">
        <p className={classNames('break-words', task.is_completed ? 'text-muted line-through' : 'font-medium')}>
          <bdi>{name}</bdi>
        </p>
        <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-xs text-muted">
          <span className="flex items-center gap-1">
            <Icon aria-hidden="true" className="size-3.5" />
            <bdi>{type}</bdi>
          </span>
          {KindIcon && (
            <span className="flex min-w-0 items-center gap-1">
              <KindIcon aria-hidden="true" className="size-3.5 shrink-0" />
              <Link
                to={`/${kind}/$id`}
                params={{ id: String(task.element_id) }}
                className="truncate underline-offset-2 hover:text-ink hover:underline"
              >
                <bdi>{task.element_name}</bdi>
              </Link>
            </span>
          )}
          <bdi>{account.nameOf(task.responsible_user_id)}</bdi>
        </p>
        {result && (
          <p className="text-xs break-words">
            {x.result}: <bdi>{result}</bdi>
          </p>
        )}
      </div>
      <p
        className={classNames(
          'pt-0.5 text-right text-xs whitespace-nowrap tabular-nums',
          isLate ? 'text-danger' : 'text-muted',
        )}
      >
        {!isOneDay && <span className="block">{date(due)}</span>}
        {clock}
      </p>
      <TaskMenu {...{ task, name, onChange, onEdit, onRemove }} />
    </li>
  );
}

interface CompleteButtonProps extends TaskActions {
  readonly task: Task;
  readonly name: string;
}

/** Asks for the result; what is done is opened again at once. The arrows go from task to task, F2 edits, Delete deletes. */
function CompleteButton({ task, name, onChange, onEdit, onRemove }: CompleteButtonProps) {
  const x = useTexts(texts);
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const next = useRef<HTMLElement>(undefined);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'F2') onEdit(task);
    else if (event.key === 'Delete') onRemove(task);
    else if (step !== undefined) beside(button.current!, step)?.focus();
    else return;
    event.preventDefault();
  };
  const reopened = { patch: { is_completed: false }, says: x.reopened(name) };
  const common = {
    look: 'quiet',
    icon: true,
    ref: button,
    onKeyDown,
    'data-task': task.id,
    className: '-my-1 -ml-1 rounded-full text-muted hover:text-accent',
  } as const;
  if (task.is_completed) {
    return (
      <Button {...common} aria-label={x.reopen(name)} onClick={() => onChange(task, reopened)}>
        <CircleCheck />
      </Button>
    );
  }
  const complete = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    next.current = beside(button.current!, 1) ?? beside(button.current!, -1);
    setOpen(false);
    const resultText = String(new FormData(event.currentTarget).get('result')).trim();
    onChange(task, { patch: { is_completed: true, resultText }, says: x.completed(name), undo: reopened });
  };
  return (
    <Popover
      label={x.complete(name)}
      className="w-80 max-w-[calc(100vw-1rem)] p-3"
      open={isOpen}
      onOpenChange={setOpen}
      onCloseAutoFocus={(event) => {
        if (!next.current) return;
        event.preventDefault();
        next.current.focus();
      }}
      trigger={
        <Button {...common} aria-label={x.complete(name)}>
          <Circle />
        </Button>
      }
    >
      <form className="grid gap-2" onSubmit={complete}>
        <label htmlFor={`result-${task.id}`} className="font-medium">
          {x.result}
        </label>
        <textarea
          id={`result-${task.id}`}
          name="result"
          rows={2}
          placeholder={x.resultHint}
          className="rounded-md border border-line-strong bg-raised px-2.5 py-1.5 max-sm:text-base"
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }}
        />
        <Button look="primary" type="submit">
          {x.doComplete}
        </Button>
      </form>
    </Popover>
  );
}

/** The button of a task further down or up. */
function beside(button: HTMLElement, step: number): HTMLElement | undefined {
  const all = [...document.querySelectorAll<HTMLElement>('[data-task]')];
  return all[all.indexOf(button) + step];
}
