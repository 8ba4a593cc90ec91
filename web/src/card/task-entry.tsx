import { useSuspenseQuery } from '@tanstack/react-query';
import { CircleCheck, RotateCcw, Trash2 } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { crm, type Task } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { refusalOf } from '../records/save-cells.ts';
import { accountQuery } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { Input } from '../ui/input.tsx';
import { texts } from './texts.ts';
import type { Saving } from './use-card.ts';

interface TaskEntryProps {
  readonly task: Task;
  /** What can be done with one that is open, besides completing it. */
  readonly menu?: ReactNode;
  readonly saving: Pick<Saving, 'complain' | 'fail'>;
  readonly onChanged: () => Promise<void>;
}

export function TaskEntry({ task, menu, saving, onChanged }: TaskEntryProps) {
  const { t, dateTime } = useLanguage();
  const c = useTexts(texts);
  const { data: account } = useSuspenseQuery(accountQuery);
  const [isCompleting, setCompleting] = useState(false);
  const { id, text, is_completed, complete_till_at, task_type, result } = task;
  const type = account.json._embedded.task_types[task_type]?.name;
  const isOverdue = !is_completed && complete_till_at < crm.now();
  const change = async (part: object) => {
    setCompleting(false);
    try {
      const [answer] = await crm.tasks.update([{ id, updated_at: Math.max(crm.now(), task.updated_at), ...part }]);
      if (answer && 'error' in answer) saving.complain(refusalOf(t, text, answer));
    } catch (error) {
      saving.fail(error);
    }
    await onChanged();
  };
  const remove = async () => {
    try {
      const [refused] = await crm.tasks.delete([id]);
      if (refused) saving.complain(refusalOf(t, text, refused));
    } catch (error) {
      saving.fail(error);
    }
    await onChanged();
  };
  const complete = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const result = String(new FormData(event.currentTarget).get('result')).trim();
    void change({ is_completed: true, ...(result && { result: { text: result } }) });
  };
  const parts = [type, dateTime(complete_till_at), account.nameOf(task.responsible_user_id)].filter(Boolean);
  return (
    <div className="group flex gap-2.5">
      {is_completed ? (
        <CircleCheck role="img" aria-label={c.feed.done} className="mt-0.5 size-4 shrink-0 text-muted" />
      ) : (
        <Checkbox
          checked={isCompleting}
          aria-label={c.feed.completeTask(text || (type ?? ''))}
          className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border border-line-strong bg-raised text-accent-ink aria-checked:border-accent aria-checked:bg-accent [&_svg]:size-3"
          onToggle={() => setCompleting((was) => !was)}
        />
      )}
      <div className="min-w-0 flex-1">
        <p className="break-words whitespace-pre-wrap">
          <bdi>{text || type}</bdi>
        </p>
        <p className="text-xs text-muted">
          <bdi>{parts.join(' · ')}</bdi>
          {isOverdue && <span className="text-danger"> · {c.feed.overdue}</span>}
        </p>
        {result && (
          <p className="mt-1 border-l-2 border-line-strong pl-2 break-words whitespace-pre-wrap">
            <bdi>{result.text}</bdi>
          </p>
        )}
        {isCompleting && (
          <form onSubmit={complete} className="mt-2 flex gap-2">
            <Input name="result" aria-label={c.feed.result} placeholder={c.feed.resultPlaceholder} autoFocus />
            <Button look="primary" type="submit">
              {c.feed.complete}
            </Button>
          </form>
        )}
      </div>
      {menu ?? (
        <div className="flex shrink-0 sm:opacity-0 sm:group-focus-within:opacity-100 sm:group-hover:opacity-100">
          <Button
            look="quiet"
            icon
            className="text-muted"
            aria-label={`${c.feed.reopen}: ${text}`}
            onClick={() => void change({ is_completed: false })}
          >
            <RotateCcw />
          </Button>
          <Button
            look="quiet"
            icon
            className="text-muted"
            aria-label={`${c.feed.deleteTask}: ${text}`}
            onClick={() => void remove()}
          >
            <Trash2 />
          </Button>
        </div>
      )}
    </div>
  );
}
