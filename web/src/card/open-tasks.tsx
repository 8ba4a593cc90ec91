import { useSuspenseQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { AnyRecord, Task } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { accountQuery } from '../session.ts';
import { ConfirmRemoval } from '../tasks/confirm-removal.tsx';
import { TaskMenu } from '../tasks/task-menu.tsx';
import type { Task as NamedTask } from '../tasks/tasks.ts';
import { texts as taskTexts } from '../tasks/texts.ts';
import { useTaskChange } from '../tasks/use-change.ts';
import { TaskEntry } from './task-entry.tsx';
import { texts } from './texts.ts';
import type { Saving } from './use-card.ts';

// Not with the card.
const TaskForm = lazy(() => import('../tasks/task-form.tsx').then((part) => ({ default: part.TaskForm })));

interface OpenTasksProps {
  readonly record: AnyRecord;
  readonly tasks: readonly Task[];
  readonly saving: Saving;
  readonly onChanged: () => Promise<void>;
}

/** What is to be done about a record, the next first; each is moved and edited as in the list of all tasks. */
export function OpenTasks({ record, tasks, saving, onChanged }: OpenTasksProps) {
  const { number } = useLanguage();
  const c = useTexts(texts);
  const x = useTexts(taskTexts);
  const { data: account } = useSuspenseQuery(accountQuery);
  const [editing, setEditing] = useState<NamedTask>();
  const [removing, setRemoving] = useState<NamedTask>();
  const { change, remove } = useTaskChange(onChanged);
  return (
    <section aria-label={c.feed.open} className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <h2 className="font-semibold">
        {c.feed.open} <span className="font-normal text-muted tabular-nums">{number(tasks.length)}</span>
      </h2>
      {[...tasks]
        .sort((a, b) => a.complete_till_at - b.complete_till_at)
        .map((task) => (
          <TaskEntry
            key={task.id}
            {...{ task, saving, onChanged }}
            menu={
              <TaskMenu
                task={{ ...task, result: task.result ?? {}, element_name: record.name }}
                name={task.text || x.nameless}
                onChange={change}
                onEdit={setEditing}
                onRemove={setRemoving}
              />
            }
          />
        ))}
      {editing && (
        <Suspense>
          <TaskForm
            account={account}
            task={editing}
            onClose={() => setEditing(undefined)}
            onSave={(parts) => {
              setEditing(undefined);
              void change(editing, { patch: parts });
            }}
          />
        </Suspense>
      )}
      {removing && <ConfirmRemoval task={removing} onClose={() => setRemoving(undefined)} onConfirm={remove} />}
    </section>
  );
}
