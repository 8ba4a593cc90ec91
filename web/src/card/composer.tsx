import { useSuspenseQuery } from '@tanstack/react-query';
import { Tabs } from 'radix-ui';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { crm, type KindName } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { accountQuery } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/input.tsx';
import { Select } from '../ui/select.tsx';
import { Textarea } from '../ui/textarea.tsx';
import { elements } from './feed-query.ts';
import { texts } from './texts.ts';
import type { Saving } from './use-card.ts';

interface ComposerProps {
  readonly kind: KindName;
  readonly id: number;
  readonly fail: Saving['fail'];
  readonly onAdded: () => Promise<void>;
}

/** Where notes and tasks are written. */
export function Composer(props: ComposerProps) {
  const c = useTexts(texts);
  const tab =
    '-mb-px h-9 border-b-2 border-transparent px-2 font-medium text-muted hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink';
  return (
    <Tabs.Root defaultValue="note" className="rounded-lg border border-line">
      <Tabs.List className="flex gap-1 border-b border-line px-2">
        <Tabs.Trigger value="note" className={tab}>
          {c.feed.note}
        </Tabs.Trigger>
        <Tabs.Trigger value="task" className={tab}>
          {c.feed.task}
        </Tabs.Trigger>
      </Tabs.List>
      <Tabs.Content value="note" tabIndex={-1} className="p-2.5">
        <NewNote {...props} />
      </Tabs.Content>
      <Tabs.Content value="task" tabIndex={-1} className="p-2.5">
        <NewTask {...props} />
      </Tabs.Content>
    </Tabs.Root>
  );
}

/** Sends a form; what was written stays where it is refused. */
function useSending(
  { fail, onAdded }: Pick<ComposerProps, 'fail' | 'onAdded'>,
  send: (data: FormData) => Promise<unknown>,
) {
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (isBusy || String(new FormData(form).get('text')).trim() === '') return;
    setBusy(true);
    try {
      await send(new FormData(form));
      await onAdded();
      form.reset();
    } catch (error) {
      fail(error);
    }
    setBusy(false);
  };
  return { isBusy, submit };
}

/** Control and Enter send; Enter alone begins a line. */
function onControlEnter(event: KeyboardEvent<HTMLTextAreaElement>) {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
}

function NewNote({ kind, id, ...sending }: ComposerProps) {
  const c = useTexts(texts);
  const { isBusy, submit } = useSending(sending, (data) => {
    const element = { element_id: id, element_type: elements[kind].number };
    return crm.notes.add([{ ...element, note_type: 4, text: String(data.get('text')).trim() }]);
  });
  return (
    <form onSubmit={submit} className="grid gap-2">
      <Textarea
        name="text"
        required
        draft={`note ${kind} ${id}`}
        aria-label={c.feed.note}
        placeholder={c.feed.notePlaceholder}
        onKeyDown={onControlEnter}
      />
      <Button look="primary" type="submit" disabled={isBusy} className="justify-self-end">
        {c.feed.addNote}
      </Button>
    </form>
  );
}

function NewTask({ kind, id, ...sending }: ComposerProps) {
  const { t } = useLanguage();
  const c = useTexts(texts);
  const { data: account } = useSuspenseQuery(accountQuery);
  const { isBusy, submit } = useSending(sending, (data) => {
    const due = new Date(String(data.get('due'))).getTime() / 1000;
    const element = { element_id: id, element_type: elements[kind].number };
    const text = String(data.get('text')).trim();
    const responsible_user_id = Number(data.get('user'));
    const task_type = Number(data.get('type'));
    return crm.tasks.add([{ ...element, text, task_type, responsible_user_id, complete_till_at: due }]);
  });
  const [tomorrow] = useState(() => localTime(new Date(new Date().setHours(24, 0, 0, 0)), '12:00'));
  return (
    <form onSubmit={submit} className="grid gap-2">
      <Textarea
        name="text"
        required
        draft={`task ${kind} ${id}`}
        aria-label={c.feed.task}
        placeholder={c.feed.taskPlaceholder}
        onKeyDown={onControlEnter}
      />
      <div className="flex flex-wrap gap-2">
        <Input
          name="due"
          type="datetime-local"
          required
          aria-label={c.feed.due}
          defaultValue={tomorrow}
          className="w-auto max-sm:w-full"
        />
        <Select name="type" aria-label={c.feed.taskType} className="max-sm:flex-1">
          {Object.values(account.json._embedded.task_types).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
        <Select
          name="user"
          aria-label={t.field.responsible}
          defaultValue={account.me.id}
          className="max-w-48 max-sm:flex-1"
        >
          {account.users
            .filter((user) => user.is_active)
            .map((user) => (
              <option key={user.id} value={user.id}>
                {account.nameOf(user.id)}
              </option>
            ))}
        </Select>
        <Button look="primary" type="submit" disabled={isBusy} className="ml-auto">
          {c.feed.addTask}
        </Button>
      </div>
    </form>
  );
}

/** A day and a time of it as inputs have them: in the reader's time zone, without naming it. */
function localTime(day: Date, time: string): string {
  const local = new Date(day.getTime() - day.getTimezoneOffset() * 60_000);
  return `${local.toISOString().slice(0, 10)}T${time}`;
}
