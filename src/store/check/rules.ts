import { elementTypeOf, kinds } from '../../crm/kinds.ts';
import { relations } from '../../crm/link.ts';
import { type Db, join, nothing, type Param, raw, type Sql, sql } from '../sql.ts';
import { findTables } from '../tables.ts';
import { type Derived, mostOfOneSort, type Problem, type Progress } from './problem.ts';

/** What no row of a table may be. */
interface Rule {
  readonly table: string;
  /** A condition on the row `t`. */
  readonly wrong: Sql;
  readonly says: string;
  readonly repair?: Derived;
}

/** Everything that can be told of a row by other rows. */
export async function* checkRules(db: Db, progress: Progress): AsyncGenerator<Problem, void> {
  for (const { table, wrong, says, repair } of [...declaredReferences(), ...rules]) {
    progress(`${table}: ${says}`, 0);
    const key = keyOf(table);
    const rows = await db.all<Record<string, Param>>(
      sql`select ${raw(key.map((column) => `t.${column}`).join(', '))} from ${raw(table)} t where ${wrong} limit ${mostOfOneSort + 1}`,
    );
    for (const row of rows.slice(0, mostOfOneSort)) {
      const values = key.map((column) => row[column]!);
      yield { table, key: values, says, repair: repair && { what: repair, account: Number(values[0]) } };
    }
    if (rows.length > mostOfOneSort) yield { table, key: [], says: `${says}: there are more of these` };
  }
}

/** The columns of a table's primary key, the account's first. */
function keyOf(table: string): readonly string[] {
  const known = findTables().get(table);
  if (known) return [...(known.account ? [known.account] : []), ...known.key];
  return table === 'copy_progress' ? ['scope'] : ['account_id', 'kind', 'id'];
}

/** The schema's foreign keys: an engine may have been told not to watch over them. */
function declaredReferences(): Rule[] {
  return [...findTables().values()].flatMap(({ name, references }) =>
    references.map(({ to, columns }) => {
      const same = columns.map(([here, there]) => raw(`u.${there} = t.${here}`));
      const isThere = columns.map(([here]) => raw(`t.${here} is not null`));
      return {
        table: name,
        wrong: sql`${join(' and ', isThere)} and ${noneIn(to, same)}`,
        says: `${columns.map(([here]) => here).join(', ')} names no row of ${to}`,
      };
    }),
  );
}

function noneIn(table: string, conditions: readonly Sql[]): Sql {
  return sql`not exists (select 1 from ${raw(table)} u where ${join(' and ', conditions)})`;
}

/** A row has to name one of another table in the same account. `columns`: `there = here` on `u` and `t`. */
function names(table: string, to: string, columns: string, says: string, when: Sql = nothing): Rule {
  const none = noneIn(to, [sql`u.account_id = t.account_id`, raw(columns)]);
  return { table, wrong: when === nothing ? none : sql`${when} and ${none}`, says };
}

const record = 'u.kind = t.kind and u.id = t.id';
const element = 'u.kind = t.element_type and u.id = t.element_id';
const taskType = raw(String(elementTypeOf('task')));
const person = (column: string) => `u.id = t.${column}`;

const buckets = sql`case t.level when 0 then 256 else 65536 end`;
const uncounted = (level: number, size: number): Rule => ({
  table: 'entity',
  wrong: sql`t.is_deleted = 0 and ${noneIn('entity_count', [
    raw(`u.account_id = t.account_id and u.kind = t.kind and u.level = ${level} and u.bucket = t.id / ${size}`),
  ])}`,
  says: `is not counted (level ${level})`,
  repair: 'counts',
});

/** The next id of a sequence that looks at no table for ids that are taken. */
const behind = (sequence: string, table: string, column: string): Rule => ({
  table: 'account',
  wrong: sql`coalesce((select max(${raw(column)}) from ${raw(table)} u where u.account_id = t.id), 0) >=
    coalesce((select c.next_id from id_counter c where c.account_id = t.id and c.sequence = ${sequence}), 1)`,
  says: `the counter "${sequence}" is not above the last ${column} of ${table}`,
  repair: 'counters',
});

const pairs = relations.map(
  ({ first, second }) =>
    sql`(t.first_kind = ${kinds[first].elementType} and t.second_kind = ${kinds[second].elementType})`,
);

export const closestTask = sql`coalesce((select min(k.complete_till) from task k where k.account_id = t.account_id
  and k.element_type = t.kind and k.element_id = t.id and k.is_completed = 0 and k.is_deleted = 0), 0)`;
const hasWebhooks = sql`case when exists (select 1 from webhook u where u.account_id = t.id) then 1 else 0 end`;

const rules: readonly Rule[] = [
  { table: 'copy_progress', wrong: sql`true`, says: 'a copy into this database is not finished (docs/moving.md)' },

  names('entity', 'account_user', person('responsible_user_id'), 'the responsible user is unknown'),
  names('entity', 'pipeline', 'u.id = t.pipeline_id', 'the pipeline is unknown', sql`t.pipeline_id is not null`),
  names(
    'entity',
    'status',
    'u.pipeline_id = t.pipeline_id and u.id = t.status_id',
    'the stage is not one of the pipeline',
    sql`t.status_id is not null`,
  ),
  {
    table: 'entity',
    wrong: sql`t.kind = ${kinds.contact.elementType}
      and exists (select 1 from entity u where u.account_id = t.account_id and u.kind = ${kinds.company.elementType} and u.id = t.id)`,
    says: 'a contact and a company have the same id',
  },
  names('entity_tag', 'entity', 'u.kind = t.kind and u.id = t.entity_id', 'the record is not there'),
  names('entity_tag', 'tag', 'u.kind = t.kind and u.id = t.tag_id', 'the tag is not there, or one of another kind'),
  {
    table: 'entity_tag',
    wrong: sql`exists (select 1 from entity_tag u where u.account_id = t.account_id and u.kind = t.kind
      and u.entity_id = t.entity_id and u.tag_id = t.tag_id and u.position < t.position)`,
    says: 'the record has the tag twice',
  },
  names('link', 'entity', 'u.kind = t.first_kind and u.id = t.first_id', 'its first end is not there'),
  names('link', 'entity', 'u.kind = t.second_kind and u.id = t.second_id', 'its second end is not there'),
  {
    table: 'link',
    wrong: sql`not (${join(' or ', pairs)})`,
    says: 'such kinds are not linked, or the other way round',
  },
  names('task', 'entity', element, 'what it is about is not there', sql`t.element_type <> 0`),
  names('task', 'account_user', person('responsible_user_id'), 'the responsible user is unknown'),
  names('task', 'note', 'u.id = t.result_note_id', 'the note with its result is not there', sql`t.result_note_id <> 0`),
  names('note', 'entity', element, 'what it is about is not there', sql`t.element_type <> ${taskType}`),
  names('note', 'task', 'u.id = t.element_id', 'what it is about is not there', sql`t.element_type = ${taskType}`),
  names('webhook_delivery', 'change_log', 'u.id = t.change_id', 'the change that it tells of is not in the log'),

  names('account_user', 'user_group', 'u.id = t.group_id', 'the group is unknown'),
  {
    table: 'integration',
    wrong: sql`t.owner_id is not null and ${noneIn('account', [sql`u.id = t.owner_id`])}`,
    says: 'the account whose it is is unknown',
  },
  names('password_link', 'account_user', person('user_id'), 'the user is unknown'),
  names('session', 'account_user', person('user_id'), 'the user is unknown'),
  names('token', 'account_user', person('user_id'), 'the user is unknown'),
  names('oauth_grant', 'account_user', person('user_id'), 'the user is unknown'),
  { ...names('account_user', 'login', 'u.login = t.login', 'the login leads to no account'), repair: 'logins' },
  { ...names('login', 'account_user', 'u.login = t.login', 'nobody in the account has the login'), repair: 'logins' },
  {
    table: 'account',
    wrong: sql`t.has_webhooks <> ${hasWebhooks}`,
    says: 'whether it has webhooks is told wrongly',
    repair: 'webhooks',
  },

  behind('link', 'link', 'position'),
  behind('change', 'change_log', 'id'),
  behind('delivery', 'webhook_delivery', 'id'),

  {
    table: 'entity_count',
    wrong: sql`t.n <> (select count(*) from entity u where u.account_id = t.account_id and u.kind = t.kind and u.is_deleted = 0
      and u.id >= t.bucket * ${buckets} and u.id < (t.bucket + 1) * ${buckets})`,
    says: 'the records are other than so many',
    repair: 'counts',
  },
  uncounted(0, 256),
  uncounted(1, 65536),
  {
    table: 'entity',
    wrong: sql`t.closest_task_at <> ${closestTask}`,
    says: 'the time of the nearest task is wrong',
    repair: 'closest',
  },
  { ...names('entity', 'entity_search', record, 'has no search text'), repair: 'texts' },
  { ...names('entity_search', 'entity', record, 'the record is not there'), repair: 'texts' },
  { ...names('entity_document', 'entity', record, 'the record is not there'), repair: 'documents' },
];
