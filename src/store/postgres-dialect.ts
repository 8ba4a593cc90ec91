import {
  type Columns,
  type Db,
  type Dialect,
  type Insert,
  join,
  namesOf,
  nothing,
  type Param,
  raw,
  type Search,
  type Sql,
  sql,
  updateOnConflict,
} from './sql.ts';

/** Terms shorter than this have no trigram: the texts are read along. */
const trigram = 3;

export const postgres: Dialect = {
  isIn(column, values) {
    // An empty array has no type of its own.
    if (values.length === 0) return sql`false`;
    return typeof values[0] === 'string'
      ? sql`${column} = any(${textArray(values)}::text[])`
      : sql`${column} = any(${integerArray(values)}::bigint[])`;
  },
  // Ids of one account are MCVs when other accounts have them too: `= any` is then taken for a large part of the table, and the whole
  // of it is read. "offset 0" keeps the lookup as it stands, and joins out of it.
  pick: (select, values) =>
    sql`(select p.* from unnest(${integerArray([...new Set(values)])}::bigint[]) k (id), lateral (${select} = k.id offset 0) p offset 0)`,
  // As a join it would be at the mercy of the planner, who knows nothing of a table that has just been filled.
  isAmong: (column, subselect) => sql`${column} = any(array(${subselect}))`,
  rows: unnested,
  // Where tables are distributed, only with it are errors and counts of a batch what they are elsewhere.
  returning: sql`returning 1`,
  useIndex: () => nothing,
  unindexed: (column) => column,
  isDocumentOf: (account, kind, id) => sql`d.account_id = ${account} and d.kind = ${kind} and d.id = ${id}`,

  // The index on the texts follows them by itself.
  indexSearch: async () => undefined,
  unindexSearch: async () => undefined,

  async searchIds(_db: Db, { account, kind, terms, where, start, limit }: Search): Promise<Sql | undefined> {
    if (terms.length === 0) return undefined;
    const holds = terms.map((term) =>
      [...term].length < trigram
        ? sql`strpos(s.text, ${term}) > 0`
        : sql`s.text like ${`%${term.replace(/[\\%_]/g, '\\$&')}%`}`,
    );
    return sql`select e.id from entity_search s
      join entity e on e.account_id = ${account} and e.kind = ${kind} and e.id = s.id
      where s.account_id = ${account} and s.kind = ${kind} and (${join(' or ', holds)}) and e.is_deleted = 0 ${where}
      ${start.id > 0 ? sql`and s.id >= ${start.id}` : nothing} order by s.id limit ${limit} offset ${start.skip}`;
  },
};

/** One statement, whatever the number of rows. */
export function insertStatement({ table, account, columns, rows, key }: Insert): Sql {
  const own = account === undefined ? nothing : sql`account_id, `;
  const value = account === undefined ? nothing : sql`${account}, `;
  return sql`insert into ${raw(table)} (${own}${namesOf(columns)})
    select ${value}${namesOf(columns, 'r.')} from ${unnested(columns, rows)} where true
    ${key ? raw(updateOnConflict(columns, key)) : nothing} ${postgres.returning}`;
}

/** A table `r` of one array for each column. */
function unnested(columns: Columns, rows: readonly (readonly Param[])[]): Sql {
  const arrays = Object.values(columns).map((type, index) => {
    const values = rows.map((row) => row[index]!);
    return type === 'integer' ? sql`${integerArray(values)}::bigint[]` : sql`${textArray(values)}::text[]`;
  });
  const table = sql`unnest(${join(', ', arrays)})`;
  const bytes = Object.entries(columns).filter(([, type]) => type === 'bytes');
  if (bytes.length === 0) return sql`${table} r (${namesOf(columns)})`;
  const values = Object.entries(columns).map(([name, type]) =>
    type === 'bytes' ? `convert_to(${name}, 'UTF8')` : name,
  );
  return sql`(select ${raw(values.join(', '))} from ${table} t (${namesOf(columns)})) r (${namesOf(columns)})`;
}

function integerArray(values: readonly Param[]): string {
  return `{${values.map((value) => value ?? 'null').join()}}`;
}

function textArray(values: readonly Param[]): string {
  return `{${values.map((value) => (value === null ? 'null' : `"${String(value).replace(/[\\"]/g, '\\$&')}"`)).join()}}`;
}
