import type { Compound } from '../crm/custom-field.ts';
import type { ElementRef } from '../crm/element.ts';
import type { KindName } from '../crm/entity.ts';
import { allKinds, elementTypeOf, getKindByElementType, kinds } from '../crm/kinds.ts';
import type { Note } from '../crm/note.ts';
import type { Scope } from '../crm/rights.ts';
import type { NoteFilter, Range, ReadTx, TaskFilter, Visible, WriteTx } from '../crm/store.ts';
import type { Task } from '../crm/task.ts';
import { type Db, type Dialect, nothing, type Sql, sql } from './sql.ts';

type Reads = Pick<ReadTx, 'tasks' | 'listTasks' | 'closestTasks' | 'notes' | 'listNotes'>;
type Writes = Pick<WriteTx, 'saveTasks' | 'saveNotes'>;

interface TaskRow {
  readonly id: number;
  readonly element_type: number;
  readonly element_id: number;
  readonly responsible_user_id: number;
  readonly created_by: number;
  readonly updated_by: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly task_type: number;
  readonly complete_till: number;
  readonly text: string;
  readonly is_completed: number;
  readonly result_note_id: number;
  readonly is_deleted: number;
}

interface NoteRow {
  readonly id: number;
  readonly element_type: number;
  readonly element_id: number;
  readonly note_type: number;
  readonly text: string | null;
  readonly params: string | null;
  readonly responsible_user_id: number;
  readonly created_by: number;
  readonly updated_by: number;
  readonly created_at: number;
  readonly updated_at: number;
}

const taskColumns = sql`id, element_type, element_id, responsible_user_id, created_by, updated_by, created_at, updated_at, task_type,
  complete_till, text, is_completed, result_note_id, is_deleted`;
const noteColumns = sql`id, element_type, element_id, note_type, text, params, responsible_user_id, created_by, updated_by, created_at,
  updated_at`;

export function activityReads(db: Db): Reads {
  const { dialect } = db;
  const { list, rows, column } = dialect;
  const tasksIn = async (account: number, ids: Sql) =>
    (
      await db.all<TaskRow>(
        sql`select ${taskColumns} from task where account_id = ${account} and id in (${ids}) order by id`,
      )
    ).map(taskOf);
  const notesIn = async (account: number, ids: Sql) =>
    (
      await db.all<NoteRow>(
        sql`select ${noteColumns} from note where account_id = ${account} and id in (${ids}) order by id`,
      )
    ).map(noteOf);
  return {
    tasks: async (account, ids) => (ids.length === 0 ? [] : tasksIn(account, list(ids))),
    notes: async (account, ids) => (ids.length === 0 ? [] : notesIn(account, list(ids))),

    listTasks: (account, filter, { limit, offset }) =>
      tasksIn(
        account,
        sql`select t.id from task t
          left join entity e on e.account_id = ${account} and e.kind = t.element_type and e.id = t.element_id
          where t.account_id = ${account} and ${taskSeen(dialect, filter.visible)} ${taskConditions(dialect, filter)}
          order by t.id limit ${limit} offset ${offset}`,
      ),

    listNotes: (account, filter, { limit, offset }) =>
      notesIn(
        account,
        filter.elementKind === 'task'
          ? sql`select n.id from note n join task t on t.account_id = ${account} and t.id = n.element_id
              left join entity e on e.account_id = ${account} and e.kind = t.element_type and e.id = t.element_id
              where n.account_id = ${account} and n.element_type = ${elementTypeOf('task')} and ${taskSeen(dialect, filter.visible)}
              ${noteConditions(dialect, filter)} order by n.id limit ${limit} offset ${offset}`
          : sql`select n.id from note n
              join entity e on e.account_id = ${account} and e.kind = n.element_type and e.id = n.element_id
              where n.account_id = ${account} and n.element_type = ${elementTypeOf(filter.elementKind)}
              and ${elementSeen(dialect, filter.visible)} ${noteConditions(dialect, filter)}
              order by n.id limit ${limit} offset ${offset}`,
      ),

    async closestTasks(account, elements) {
      if (elements.length === 0) return [];
      const keys = rows(elements.map(({ kind, id }) => [kinds[kind].elementType, id]));
      const found = await db.all<{ element_type: number; element_id: number; at: number }>(sql`
        select t.element_type, t.element_id, min(t.complete_till) as at from ${keys} cross join task t
        on t.account_id = ${account} and t.element_type = ${column(0)} and t.element_id = ${column(1)}
        where t.is_completed = 0 and t.is_deleted = 0 group by t.element_type, t.element_id`);
      return found.map(({ element_type, element_id, at }) => ({
        element: { kind: getKindByElementType(element_type), id: element_id },
        completeTill: at,
      }));
    },
  };
}

/** Of a task `t` and its element `e`: whether somebody sees it. */
function taskSeen(dialect: Dialect, visible: Visible): Sql {
  const alone = visible.alone === 'all' ? nothing : sql`and ${anyUser(dialect, visible.alone)}`;
  return sql`t.is_deleted = 0 and ((t.element_type = 0 ${alone}) or (t.element_type > 0 and ${elementSeen(dialect, visible)}))`;
}

function anyUser({ list }: Dialect, users: ReadonlySet<number>): Sql {
  return sql`(t.responsible_user_id in ${list([...users])} or t.created_by in ${list([...users])})`;
}

/** Of an element `e`: whether it is there, and in somebody's sight. */
function elementSeen(dialect: Dialect, { kinds: scopes }: Visible): Sql {
  const narrowed = allKinds.filter(({ name }) => scopes[name] !== 'all');
  const open = allKinds.filter(({ name }) => scopes[name] === 'all').map(({ elementType }) => elementType);
  if (narrowed.length === 0) return sql`e.is_deleted = 0`;
  const ways = narrowed.map(({ name, elementType }) => {
    const users = [...(scopes[name] as Exclude<Scope, 'all'>)];
    return sql`or (e.kind = ${elementType} and e.responsible_user_id in ${dialect.list(users)})`;
  });
  return sql`e.is_deleted = 0 and (e.kind in ${dialect.list(open)} ${join(ways)})`;
}

function taskConditions({ list, rows, column }: Dialect, filter: TaskFilter): Sql {
  const { ids, elementKind, elementIds, responsible, createdBy, types, isCompleted, updatedAfter, stages } = filter;
  return join([
    ids ? sql`and t.id in ${list(ids)}` : nothing,
    elementKind ? sql`and t.element_type = ${elementTypeOf(elementKind)}` : nothing,
    elementIds ? sql`and t.element_id in ${list(elementIds)}` : nothing,
    responsible ? sql`and t.responsible_user_id in ${list(responsible)}` : nothing,
    createdBy ? sql`and t.created_by in ${list(createdBy)}` : nothing,
    types ? sql`and t.task_type in ${list(types)}` : nothing,
    isCompleted === undefined ? nothing : sql`and t.is_completed = ${Number(isCompleted)}`,
    range(sql`t.created_at`, filter.created),
    range(sql`t.updated_at`, filter.updated),
    updatedAfter === undefined ? nothing : sql`and t.updated_at > ${updatedAfter}`,
    stages
      ? sql`and t.element_type = ${kinds.lead.elementType} and (e.pipeline_id, e.status_id) in (select ${column(0)}, ${column(1)}
          from ${rows(stages.map(({ pipelineId, statusId }) => [pipelineId, statusId]))})`
      : nothing,
  ]);
}

function noteConditions({ list }: Dialect, { ids, elementIds, types, updatedAfter }: NoteFilter): Sql {
  return join([
    ids ? sql`and n.id in ${list(ids)}` : nothing,
    elementIds ? sql`and n.element_id in ${list(elementIds)}` : nothing,
    types ? sql`and n.note_type in ${list(types)}` : nothing,
    updatedAfter === undefined ? nothing : sql`and n.updated_at > ${updatedAfter}`,
  ]);
}

function range(column: Sql, bounds: Range | undefined): Sql {
  if (!bounds) return nothing;
  const to = bounds.to === undefined ? nothing : sql`and ${column} <= ${bounds.to}`;
  return sql`and ${column} >= ${bounds.from} ${to}`;
}

function join(parts: readonly Sql[]): Sql {
  return parts.reduce((all, part) => (part === nothing ? all : sql`${all} ${part}`), nothing);
}

export function activityWrites(db: Db): Writes {
  const { rows, column } = db.dialect;
  const columnsOf = (count: number): Sql =>
    Array.from({ length: count }, (_, index) => column(index)).reduce((all, next) => sql`${all}, ${next}`);
  return {
    async saveTasks(account, tasks) {
      if (tasks.length === 0) return;
      await db.run(sql`insert into task (account_id, ${taskColumns})
        select ${account}, ${columnsOf(14)} from ${rows(tasks.map(taskRow))} where true
        on conflict (account_id, id) do update set element_type = excluded.element_type, element_id = excluded.element_id,
          responsible_user_id = excluded.responsible_user_id, created_by = excluded.created_by,
          updated_by = excluded.updated_by, created_at = excluded.created_at, updated_at = excluded.updated_at,
          task_type = excluded.task_type, complete_till = excluded.complete_till, text = excluded.text,
          is_completed = excluded.is_completed, result_note_id = excluded.result_note_id, is_deleted = excluded.is_deleted`);
    },
    async saveNotes(account, notes) {
      if (notes.length === 0) return;
      await db.run(sql`insert into note (account_id, ${noteColumns})
        select ${account}, ${columnsOf(11)} from ${rows(notes.map(noteRow))} where true
        on conflict (account_id, id) do update set text = excluded.text, params = excluded.params,
          responsible_user_id = excluded.responsible_user_id, created_by = excluded.created_by,
          updated_by = excluded.updated_by, created_at = excluded.created_at, updated_at = excluded.updated_at`);
    },
  };
}

function taskOf(row: TaskRow): Task {
  const { id, text } = row;
  return {
    id,
    element: row.element_type === 0 ? null : { kind: getKindByElementType(row.element_type), id: row.element_id },
    responsibleUserId: row.responsible_user_id,
    createdBy: row.created_by,
    updatedBy: row.updated_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    taskType: row.task_type,
    completeTill: row.complete_till,
    text,
    isCompleted: row.is_completed === 1,
    resultNoteId: row.result_note_id,
    isDeleted: row.is_deleted === 1,
  };
}

function taskRow(task: Task) {
  return [
    task.id,
    task.element ? elementTypeOf(task.element.kind) : 0,
    task.element?.id ?? 0,
    task.responsibleUserId,
    task.createdBy,
    task.updatedBy,
    task.createdAt,
    task.updatedAt,
    task.taskType,
    task.completeTill,
    task.text,
    Number(task.isCompleted),
    task.resultNoteId,
    Number(task.isDeleted),
  ];
}

function noteOf(row: NoteRow): Note {
  const { id, text } = row;
  const kind: ElementRef['kind'] =
    row.element_type === elementTypeOf('task') ? 'task' : (getKindByElementType(row.element_type) as KindName);
  return {
    id,
    element: { kind, id: row.element_id },
    noteType: row.note_type,
    text,
    params: row.params === null ? null : (JSON.parse(row.params) as Compound),
    responsibleUserId: row.responsible_user_id,
    createdBy: row.created_by,
    updatedBy: row.updated_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function noteRow(note: Note) {
  return [
    note.id,
    elementTypeOf(note.element.kind),
    note.element.id,
    note.noteType,
    note.text,
    note.params && JSON.stringify(note.params),
    note.responsibleUserId,
    note.createdBy,
    note.updatedBy,
    note.createdAt,
    note.updatedAt,
  ];
}
