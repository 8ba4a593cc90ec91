import type { AnyRecord, ChangeJson, Note, Task } from '../api.ts';
import type { Feed } from './feed-query.ts';
import type { TextPart } from './parts.tsx';

/** One thing of the feed. */
export type Entry =
  | { readonly type: 'note'; readonly at: number; readonly key: string; readonly note: Note }
  | { readonly type: 'task'; readonly at: number; readonly key: string; readonly task: Task }
  | { readonly type: 'change'; readonly at: number; readonly key: string; readonly change: ChangeJson };

/** The past, the latest first; tasks that are still to be done are no past. */
export function entriesOf({ notes, tasks, changes = [] }: Feed): Entry[] {
  const entries: Entry[] = [
    ...notes.map((note): Entry => ({ type: 'note', at: note.created_at, key: `note ${note.id}`, note })),
    ...tasks
      .filter((task) => task.is_completed)
      .map((task): Entry => ({ type: 'task', at: task.updated_at, key: `task ${task.id}`, task })),
    ...changes
      .filter(tells)
      .map((change): Entry => ({ type: 'change', at: change.at, key: `change ${change.id}`, change })),
  ];
  // Of the same second, the later one first.
  return entries.reverse().sort((a, b) => b.at - a.at);
}

/** What follows from other entries is told by these: a note of the creation, of another stage, a task. */
const untold: ReadonlySet<string> = new Set([
  ...['updated_at', 'updated_by', 'closest_task_at', 'status_id', 'pipeline_id', 'closed_at', 'loss_reason_id'],
]);

const untoldColumns: ReadonlySet<string> = new Set([...untold, 'stage', 'closed', 'updated', 'task']);

function tells({ action, after, before }: ChangeJson): boolean {
  if (action === 'delete' || action === 'restore') return true;
  return action === 'update' && [...Object.keys(after), ...Object.keys(before)].some((key) => !untold.has(key));
}

/** What a change made of each field; undefined: empty. */
export function differencesOf(change: ChangeJson, record: AnyRecord, parts: readonly TextPart[]) {
  // The log tells of those keys alone that differ.
  const [before, after] = [change.before, change.after].map((state) => ({ ...record, ...state }) as AnyRecord);
  return parts
    .filter(({ id, text }) => text(before!) !== text(after!) && !untoldColumns.has(id))
    .map(({ id, title, text, show }) => {
      const shown = (state: AnyRecord) => (text(state) === '' ? undefined : show(state));
      return { id, title, before: shown(before!), after: shown(after!) };
    });
}

/** Moments at which a record became another, the earliest first; before the first one it may have been there already. */
export function momentsOf({ notes, tasks, changes }: Feed, record: AnyRecord): number[] {
  const [first] = changes ?? [];
  const times = changes
    ? [...(first && first.action !== 'add' ? [first.at - 1] : []), ...changes.map(({ at }) => at)]
    : [record.created_at, ...[...notes, ...tasks].map(({ created_at }) => created_at), record.updated_at];
  return [...new Set(times)].sort((a, b) => a - b);
}
