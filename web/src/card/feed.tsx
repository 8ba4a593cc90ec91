import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AnyRecord, KindName } from '../api.ts';
import type { GridColumn } from '../grid/column.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { texts as recordTexts } from '../records/texts.ts';
import { accountQuery } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { ChangeEntry } from './change-entry.tsx';
import { Composer } from './composer.tsx';
import { type Entry, entriesOf } from './entries.ts';
import { feedQuery } from './feed-query.ts';
import { isQuiet, NoteEntry } from './note-entry.tsx';
import { OpenTasks } from './open-tasks.tsx';
import { partOf } from './parts.tsx';
import { TaskEntry } from './task-entry.tsx';
import { texts } from './texts.ts';
import { feedKey, type Saving } from './use-card.ts';

/** Entries that are drawn before somebody asks for more. */
const shownFirst = 50;

interface FeedProps {
  readonly kind: KindName;
  readonly record: AnyRecord;
  readonly columns: readonly GridColumn<AnyRecord>[];
  readonly saving: Saving;
}

/** What is to be done, and what happened: one list, the latest first. */
export function Feed({ kind, record, columns, saving }: FeedProps) {
  const { t, date } = useLanguage();
  const c = useTexts(texts);
  const r = useTexts(recordTexts);
  const { data: account } = useSuspenseQuery(accountQuery);
  const queryClient = useQueryClient();
  const { data: feed, isError, refetch } = useQuery(feedQuery(kind, record.id, account.me.is_admin));
  const [most, setMost] = useState(shownFirst);
  const reload = async () => {
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: feedKey(kind, record.id) }),
      // Tasks tell when the next one is due.
      queryClient.invalidateQueries({ queryKey: ['record', kind, record.id] }),
    ]);
  };
  const stageOf = (pipelineId: unknown, statusId: unknown) => {
    const pipeline = account.pipelines.find(({ id }) => id === Number(pipelineId));
    const name = pipeline?.statuses[String(statusId)]?.name ?? String(statusId);
    return account.pipelines.length > 1 && pipeline ? `${pipeline.name}: ${name}` : name;
  };
  const fields = new Map(account.fieldsOf(kind).map((field) => [`field${field.id}`, field]));
  const parts = columns.map((column) => partOf(column, fields.get(column.id), c));
  const entries = feed ? entriesOf(feed) : [];
  const open = feed?.tasks.filter((task) => !task.is_completed) ?? [];
  const content = (entry: Entry) => {
    if (entry.type === 'task') return <TaskEntry task={entry.task} saving={saving} onChanged={reload} />;
    if (entry.type === 'change') return <ChangeEntry change={entry.change} record={record} parts={parts} />;
    const { note } = entry;
    return <NoteEntry {...{ note, stageOf, saving }} stageTitle={r.field.stage} onChanged={reload} />;
  };
  return (
    <section aria-label={c.feed.title} className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <Composer kind={kind} id={record.id} fail={saving.fail} onAdded={reload} />
      {isError && (
        <div role="alert" className="flex items-center gap-3 text-danger">
          {c.feed.failed}
          <Button onClick={() => refetch()}>{t.table.again}</Button>
        </div>
      )}
      {open.length > 0 && <OpenTasks {...{ record, saving }} tasks={open} onChanged={reload} />}
      {feed && entries.length === 0 && <p className="text-muted">{c.feed.empty}</p>}
      <ol className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {entries.slice(0, most).map((entry, index) => {
          const day = date(entry.at);
          return (
            <li key={entry.key} className="grid grid-cols-[minmax(0,1fr)] gap-2">
              {(index === 0 || date(entries[index - 1]!.at) !== day) && (
                <p className="border-b border-line pb-1 text-xs text-muted">{day}</p>
              )}
              <EntryFrame entry={entry}>{content(entry)}</EntryFrame>
            </li>
          );
        })}
      </ol>
      {entries.length > most && (
        <Button look="quiet" className="justify-self-start px-2" onClick={() => setMost(most + 10 * shownFirst)}>
          {c.feed.earlier(entries.length - most)}
        </Button>
      )}
    </section>
  );
}

/** Who did it and when; what people have written stands out from what was only noted. */
function EntryFrame({ entry, children }: { readonly entry: Entry; readonly children: React.ReactNode }) {
  const { time } = useLanguage();
  const c = useTexts(texts);
  const { data: account } = useSuspenseQuery(accountQuery);
  const userId =
    entry.type === 'change'
      ? entry.change.user_id
      : entry.type === 'note'
        ? entry.note.created_by
        : entry.task.responsible_user_id;
  const isWritten = entry.type === 'task' || (entry.type === 'note' && !isQuiet(entry.note));
  return (
    <div
      className={classNames('grid grid-cols-[minmax(0,1fr)] gap-1', isWritten && 'rounded-lg bg-sunken px-3 py-2.5')}
    >
      <p className="flex gap-2 text-xs text-muted">
        <bdi className="truncate">{userId === 0 ? c.robot : account.nameOf(userId)}</bdi>
        <span className="tabular-nums">{time(entry.at)}</span>
      </p>
      {children}
    </div>
  );
}
