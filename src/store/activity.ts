import type { Compound } from '../crm/custom-field.ts';
import { type ElementRef, idsByKind } from '../crm/element.ts';
import type { KindName } from '../crm/entity.ts';
import { allKinds, elementTypeOf, getKindByElementType, kinds } from '../crm/kinds.ts';
import type { Note } from '../crm/note.ts';
import type { Scope } from '../crm/rights.ts';
import type { ClosestTask, DueFilter, NoteFilter, Range, ReadTx, TaskFilter, Visible, WriteTx } from '../crm/store.ts';
import type { Task } from '../crm/task.ts';
import { type Columns, type Db, type Dialect, insertRows, join, namesOf, nothing, type Sql, sql } from './sql.ts';

type Reads = Pick<ReadTx, 'tasks' | 'listTasks' | 'tasksByDue' | 'countByDue' | 'closestTasks' | 'notes' | 'listNotes'>;
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

const taskColumns = {
  ...{ id: 'integer', element_type: 'integer', element_id: 'integer', responsible_user_id: 'integer' },
  ...{ created_by: 'integer', updated_by: 'integer', created_at: 'integer', updated_at: 'integer' },
  ...{ task_type: 'integer', complete_till: 'integer', text: 'text', is_completed: 'integer' },
  ...{ result_note_id: 'integer', is_deleted: 'integer' },
} as const satisfies Columns;

const noteColumns = {
  ...{ id: 'integer', element_type: 'integer', element_id: 'integer', note_type: 'integer', text: 'text' },
  ...{ params: 'text', responsible_user_id: 'integer', created_by: 'integer', updated_by: 'integer' },
  ...{ created_at: 'integer', updated_at: 'integer' },
} as const satisfies Columns;

export function activityReads(db: Db): Reads {
  const { dialect } = db;
  const { isIn, isAmong } = dialect;
  const tasksWhere = async (account: number, where: Sql) =>
    (
      await db.all<TaskRow>(
        sql`select ${namesOf(taskColumns)} from task where account_id = ${account} and ${where} order by id`,
      )
    ).map(taskOf);
  const notesWhere = async (account: number, where: Sql) =>
    (
      await db.all<NoteRow>(
        sql`select ${namesOf(noteColumns)} from note where account_id = ${account} and ${where} order by id`,
      )
    ).map(noteOf);
  return {
    tasks: async (account, ids) => (ids.length === 0 ? [] : tasksWhere(account, isIn(sql`id`, ids))),
    notes: async (account, ids) => (ids.length === 0 ? [] : notesWhere(account, isIn(sql`id`, ids))),

    listTasks: (account, filter, { limit, offset }) =>
      tasksWhere(
        account,
        isAmong(
          sql`id`,
          sql`select t.id from task t
          left join entity e on e.account_id = ${account} and e.kind = t.element_type and e.id = t.element_id
          where t.account_id = ${account} and ${taskSeen(dialect, filter.visible)} ${taskConditions(dialect, filter)}
          order by t.id limit ${limit} offset ${offset}`,
        ),
      ),

    listNotes: (account, filter, { limit, offset }) =>
      notesWhere(
        account,
        filter.elementKind === 'task'
          ? isAmong(
              sql`id`,
              sql`select n.id from note n join task t on t.account_id = ${account} and t.id = n.element_id
              left join entity e on e.account_id = ${account} and e.kind = t.element_type and e.id = t.element_id
              where n.account_id = ${account} and n.element_type = ${elementTypeOf('task')} and ${taskSeen(dialect, filter.visible)}
              ${noteConditions(dialect, filter)} order by n.id limit ${limit} offset ${offset}`,
            )
          : isAmong(
              sql`id`,
              sql`select n.id from note n
              join entity e on e.account_id = ${account} and e.kind = n.element_type and e.id = n.element_id
              where n.account_id = ${account} and n.element_type = ${elementTypeOf(filter.elementKind)}
              and ${elementSeen(dialect, filter.visible)} ${noteConditions(dialect, filter)}
              order by n.id limit ${limit} offset ${offset}`,
            ),
      ),

    async tasksByDue(account, filter, descending, { limit, offset }) {
      const way = descending ? sql`desc` : nothing;
      const tasks = await tasksWhere(
        account,
        isAmong(
          sql`id`,
          sql`select t.id ${byDue(db, account, filter)} order by t.complete_till ${way}, t.id ${way} limit ${limit} offset ${offset}`,
        ),
      );
      const sorted = tasks.sort((a, b) => a.completeTill - b.completeTill || a.id - b.id);
      return descending ? sorted.reverse() : sorted;
    },

    async countByDue(account, filter, atMost) {
      const [row] = await db.all<{ n: number }>(
        sql`select count(*) as n from (select 1 ${byDue(db, account, filter)} limit ${atMost}) f`,
      );
      return row!.n;
    },

    async closestTasks(account, elements) {
      const found: ClosestTask[] = [];
      for (const [kind, ids] of idsByKind(elements)) {
        const rows = await db.all<{
          id: number;
          at: number;
        }>(sql`select element_id as id, min(complete_till) as at from task
          where account_id = ${account} and element_type = ${kinds[kind].elementType} and ${isIn(sql`element_id`, ids)}
          and is_completed = 0 and is_deleted = 0 group by element_id`);
        found.push(...rows.map(({ id, at }) => ({ element: { kind, id }, completeTill: at })));
      }
      return found;
    },
  };
}

/** Tasks `t`, along the index of their times. */
function byDue({ dialect }: Db, account: number, filter: DueFilter): Sql {
  return sql`from task t ${dialect.useIndex('task_by_due')}
    left join entity e on e.account_id = ${account} and e.kind = t.element_type and e.id = t.element_id
    where t.account_id = ${account} and ${taskSeen(dialect, filter.visible)} ${taskConditions(dialect, filter)}
    ${range(sql`t.complete_till`, filter.due)}`;
}

/** Of a task `t` and its element `e`: whether somebody sees it. */
function taskSeen(dialect: Dialect, visible: Visible): Sql {
  const alone = visible.alone === 'all' ? nothing : sql`and ${anyUser(dialect, visible.alone)}`;
  return sql`t.is_deleted = 0 and ((t.element_type = 0 ${alone}) or (t.element_type > 0 and ${elementSeen(dialect, visible)}))`;
}

function anyUser({ isIn }: Dialect, users: ReadonlySet<number>): Sql {
  return sql`(${isIn(sql`t.responsible_user_id`, [...users])} or ${isIn(sql`t.created_by`, [...users])})`;
}

/** Of an element `e`: whether it is there, and in somebody's sight. */
function elementSeen(dialect: Dialect, { kinds: scopes }: Visible): Sql {
  const narrowed = allKinds.filter(({ name }) => scopes[name] !== 'all');
  const open = allKinds.filter(({ name }) => scopes[name] === 'all').map(({ elementType }) => elementType);
  if (narrowed.length === 0) return sql`e.is_deleted = 0`;
  const ways = narrowed.map(({ name, elementType }) => {
    const users = [...(scopes[name] as Exclude<Scope, 'all'>)];
    return sql`or (e.kind = ${elementType} and ${dialect.isIn(sql`e.responsible_user_id`, users)})`;
  });
  return sql`e.is_deleted = 0 and (${dialect.isIn(sql`e.kind`, open)} ${join(' ', ways)})`;
}

function taskConditions({ isIn, rows }: Dialect, filter: TaskFilter): Sql {
  const { ids, elementKind, elementIds, responsible, createdBy, types, isCompleted, updatedAfter, stages } = filter;
  return join(' ', [
    ids ? sql`and ${isIn(sql`t.id`, ids)}` : nothing,
    elementKind ? sql`and t.element_type = ${elementTypeOf(elementKind)}` : nothing,
    elementIds ? sql`and ${isIn(sql`t.element_id`, elementIds)}` : nothing,
    responsible ? sql`and ${isIn(sql`t.responsible_user_id`, responsible)}` : nothing,
    createdBy ? sql`and ${isIn(sql`t.created_by`, createdBy)}` : nothing,
    types ? sql`and ${isIn(sql`t.task_type`, types)}` : nothing,
    isCompleted === undefined ? nothing : sql`and t.is_completed = ${Number(isCompleted)}`,
    range(sql`t.created_at`, filter.created),
    range(sql`t.updated_at`, filter.updated),
    updatedAfter === undefined ? nothing : sql`and t.updated_at > ${updatedAfter}`,
    stages
      ? sql`and t.element_type = ${kinds.lead.elementType} and (e.pipeline_id, e.status_id) in (select r.pipeline_id, r.status_id
        from ${rows(
          { pipeline_id: 'integer', status_id: 'integer' },
          stages.map(({ pipelineId, statusId }) => [pipelineId, statusId]),
        )})`
      : nothing,
  ]);
}

function noteConditions({ isIn }: Dialect, { ids, elementIds, types, updatedAfter }: NoteFilter): Sql {
  return join(' ', [
    ids ? sql`and ${isIn(sql`n.id`, ids)}` : nothing,
    elementIds ? sql`and ${isIn(sql`n.element_id`, elementIds)}` : nothing,
    types ? sql`and ${isIn(sql`n.note_type`, types)}` : nothing,
    updatedAfter === undefined ? nothing : sql`and n.updated_at > ${updatedAfter}`,
  ]);
}

function range(column: Sql, bounds: Range | undefined): Sql {
  if (!bounds) return nothing;
  const to = bounds.to === undefined ? nothing : sql`and ${column} <= ${bounds.to}`;
  return sql`and ${column} >= ${bounds.from} ${to}`;
}

export function activityWrites(db: Db): Writes {
  return {
    saveTasks: (account, tasks) => insertRows(db, account, 'task', taskColumns, tasks.map(taskRow), ['id']),
    saveNotes: (account, notes) => insertRows(db, account, 'note', noteColumns, notes.map(noteRow), ['id']),
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
