import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus, X } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { crm } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { ResponsibleFilter } from '../records/filters.tsx';
import { type Account, accountQuery } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/select.tsx';
import { ConfirmRemoval } from './confirm-removal.tsx';
import { openSections, type Section } from './days.ts';
import { SectionList } from './section-list.tsx';
import { TaskForm, type TaskParts } from './task-form.tsx';
import { type Task, type TasksOf, tasksQuery } from './tasks.ts';
import { readTasksView, type TasksView } from './tasks-view.ts';
import { texts } from './texts.ts';
import { useTaskChange } from './use-change.ts';

/** Milliseconds after which what is overdue, and what today is, are looked at again. */
const lookAgain = 5 * 60_000;
const done: Section = { name: 'done' };

export function TasksPage() {
  const { t } = useLanguage();
  const { data: account } = useSuspenseQuery(accountQuery);
  const view = readTasksView(useSearch({ strict: false }));
  const now = useNow();
  const [editing, setEditing] = useState<Task | 'new'>();
  const [removing, setRemoving] = useState<Task>();
  const { change, remove, refresh, fail } = useTaskChange();
  useEffect(() => {
    document.title = `${t.nav.tasks} · Kontora`;
  }, [t]);
  const isDone = view.show === 'done';
  const filters = {
    isDone,
    ...(view.users && { users: view.users.split(',').map(Number) }),
    ...(view.type && { type: Number(view.type) }),
  };
  const sections = useMemo(() => (isDone ? [done] : openSections(now)), [isDone, now]);
  const save = async (parts: TaskParts) => {
    setEditing(undefined);
    if (editing === undefined) return;
    if (editing !== 'new') return void change(editing, { patch: parts });
    try {
      const { element_name: _, ...item } = parts;
      await crm.tasks.add([item]);
    } catch (error) {
      fail(error);
    }
    await refresh();
  };
  return (
    <main className="flex h-full flex-col">
      <Toolbar account={account} view={view} onAdd={() => setEditing('new')} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto grid max-w-4xl grid-cols-[minmax(0,1fr)] gap-8 px-3 py-6 sm:px-8">
          {sections.map((section) => (
            <SectionList
              key={section.name}
              section={section}
              of={{ ...filters, ...(section.due && { due: section.due }) }}
              account={account}
              now={now}
              onChange={change}
              onEdit={setEditing}
              onRemove={setRemoving}
            />
          ))}
          <Nothing of={filters} />
        </div>
      </div>
      {editing && (
        <TaskForm
          account={account}
          task={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
          onSave={save}
        />
      )}
      {removing && <ConfirmRemoval task={removing} onClose={() => setRemoving(undefined)} onConfirm={remove} />}
    </main>
  );
}

/** Unix seconds by the server's clock, from time to time. */
function useNow(): number {
  const [now, setNow] = useState(() => crm.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(crm.now()), lookAgain);
    return () => clearInterval(timer);
  }, []);
  return now;
}

interface ToolbarProps {
  readonly account: Account;
  readonly view: TasksView;
  readonly onAdd: () => void;
}

function Toolbar({ account, view, onAdd }: ToolbarProps) {
  const { t } = useLanguage();
  const x = useTexts(texts);
  const navigate = useNavigate();
  const change = (part: { [K in keyof TasksView]: TasksView[K] | undefined }) => {
    const all = Object.entries({ ...view, ...part }).filter(([, value]) => value !== undefined);
    navigate({ to: '/tasks', search: Object.fromEntries(all), replace: true });
  };
  const me = String(account.me.id);
  const choice = 'aria-pressed:bg-hover aria-pressed:text-ink text-muted';
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
      <h1 className="sr-only">{t.nav.tasks}</h1>
      <Button look="quiet" className={choice} aria-pressed={!view.show} onClick={() => change({ show: undefined })}>
        {x.open}
      </Button>
      <Button
        look="quiet"
        className={choice}
        aria-pressed={view.show === 'done'}
        onClick={() => change({ show: 'done' })}
      >
        {x.done}
      </Button>
      <span aria-hidden="true" className="h-5 w-px bg-line max-sm:hidden" />
      <Button
        look="quiet"
        className={choice}
        aria-pressed={view.users === me}
        onClick={() => change({ users: view.users === me ? undefined : me })}
      >
        {x.mine}
      </Button>
      <ResponsibleFilter account={account} users={view.users} onUsers={(users) => change({ users })} />
      <Select
        aria-label={x.type}
        value={view.type ?? ''}
        onChange={(event) => change({ type: event.target.value || undefined })}
      >
        <option value="">{x.anyType}</option>
        {Object.values(account.json._embedded.task_types).map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
      {(view.users || view.type) && (
        <Button look="quiet" onClick={() => change({ users: undefined, type: undefined })}>
          <X />
          {t.table.clear}
        </Button>
      )}
      <Button look="primary" className="ml-auto max-sm:w-9 max-sm:px-0" onClick={onAdd}>
        <Plus />
        <span className="max-sm:sr-only">{x.add}</span>
      </Button>
    </div>
  );
}

/** What stands where no section has a task. */
function Nothing({ of }: { readonly of: TasksOf }) {
  const x = useTexts(texts);
  const { t } = useLanguage();
  const { data, isPending } = useInfiniteQuery(tasksQuery(of, 1));
  if (isPending) return <p className="text-muted">{t.table.loading}…</p>;
  if (data?.pages[0]?.count !== 0) return null;
  const isFiltered = of.users !== undefined || of.type !== undefined;
  return (
    <div className="grid justify-items-center gap-2 p-12 text-center">
      <p className="text-base font-medium">{isFiltered ? x.emptyFiltered : of.isDone ? x.emptyDone : x.empty}</p>
      <p className="max-w-prose text-muted">{isFiltered ? t.table.emptyHint : x.emptyHint}</p>
    </div>
  );
}
