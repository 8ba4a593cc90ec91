import type { Start } from './count.ts';
import type { PageMarks } from './page-marks.ts';

/** A value that both engines take. JSON parameters travel as text. */
export type Param = string | number | bigint | null | Uint8Array;

/** SQL text with its parameters apart. */
export interface Sql {
  readonly text: string;
  readonly params: readonly Param[];
}

/** sql`… ${value} …`: values become parameters, nested sql`…` is put in place. */
export function sql(strings: TemplateStringsArray, ...values: readonly (Param | Sql)[]): Sql {
  let text = strings[0]!;
  const params: Param[] = [];
  for (const [index, value] of values.entries()) {
    if (isSql(value)) {
      text += value.text;
      params.push(...value.params);
    } else {
      text += '?';
      params.push(value);
    }
    text += strings[index + 1]!;
  }
  return { text, params };
}

/** A part of a statement that is no value, such as a name. Never anything that came from outside. */
export function raw(text: string): Sql {
  return { text, params: [] };
}

export const nothing: Sql = raw('');

/** Parts with something between them; `nothing` is passed over. */
export function join(between: string, parts: readonly Sql[]): Sql {
  const some = parts.filter((part) => part !== nothing);
  return { text: some.map(({ text }) => text).join(between), params: some.flatMap(({ params }) => params) };
}

function isSql(value: Param | Sql): value is Sql {
  return value !== null && typeof value === 'object' && 'text' in value;
}

/** A connection inside a transaction. */
export interface Db {
  readonly dialect: Dialect;
  /** Of a connection that only reads, where the engine tells it of commits. */
  readonly pageMarks?: PageMarks | undefined;
  all<Row>(statement: Sql): Promise<Row[]>;
  run(statement: Sql): Promise<void>;
  /** Adds at least one row. */
  insert(into: Insert): Promise<void>;
}

/** Rows to add; their values are in the order of the columns. */
export interface Insert {
  readonly table: string;
  /** Whose rows: the first column, account_id. Undefined: the table has none. */
  readonly account: number | undefined;
  readonly columns: Columns;
  readonly rows: readonly (readonly Param[])[];
  /** The columns, beside account_id, by which a row is known; one that is there already gets the new values. */
  readonly key?: readonly string[] | undefined;
}

/** `bytes`: a text of which its UTF-8 bytes are stored. */
export type ColumnType = 'integer' | 'text' | 'bytes';
export type Columns = Readonly<Record<string, ColumnType>>;

/** What the engines do differently. */
export interface Dialect {
  /** Whether a column has one of these values; a list of any length takes one parameter. */
  isIn(column: Sql, values: readonly number[] | readonly string[]): Sql;
  /**
   * Behind "from": the rows of a select for which the column that it ends in has one of these values. They are looked up one by one,
   * whatever the planner believes of the table.
   */
  pick(select: Sql, values: readonly number[]): Sql;
  /** Whether a column is among the ids that a subselect gives, which is evaluated once and first. */
  isAmong(column: Sql, subselect: Sql): Sql;
  /** A table `r` of rows of any number; each column takes one parameter at most. Values in the order of the columns. */
  rows(columns: Columns, rows: readonly (readonly Param[])[]): Sql;
  /** Behind an insert of many rows. */
  readonly returning: Sql;
  /** Behind a table's name: the planner has to take this index. */
  useIndex(name: string): Sql;
  /** A column in a condition for which the planner may not take an index. */
  unindexed(column: Sql): Sql;
  /** The number in whose order the engine keeps documents: the column `key` of entity_document, where it has one. */
  readonly documentKey?: (account: number, kind: number, id: number) => bigint;
  /** Whether a document `d` is of the record with this id. */
  isDocumentOf(account: number, kind: number, id: Sql): Sql;
  /** Call after entity_search has changed; `isNew`: it had no text before. */
  indexSearch(db: Db, account: number, texts: readonly SearchText[]): Promise<void>;
  /** Call before rows of entity_search go for good. */
  unindexSearch(db: Db, account: number, records: readonly SearchKey[]): Promise<void>;
  /** A subselect of the ids, in `e`, of undeleted records whose search text holds any of the terms, ascending; undefined: there are none. */
  searchIds(db: Db, search: Search): Promise<Sql | undefined>;
}

/** Columns by their names, as a statement lists them. */
export function namesOf(columns: Columns, prefix = ''): Sql {
  const names = Object.keys(columns).map((name) => `${prefix}${name}`);
  return raw(names.join(', '));
}

/** Adds rows of an account. `key`: as in Insert. */
export async function insertRows(
  db: Db,
  account: number,
  table: string,
  columns: Columns,
  rows: readonly (readonly Param[])[],
  key?: readonly string[],
): Promise<void> {
  if (rows.length > 0) await db.insert({ table, account, columns, rows, key });
}

/** The end of an insert whose rows may be there already. */
export function updateOnConflict(columns: Columns, key: readonly string[]): string {
  const set = Object.keys(columns)
    .filter((name) => !key.includes(name))
    .map((name) => `${name} = excluded.${name}`);
  return `on conflict (account_id, ${key.join(', ')}) do update set ${set.join(', ')}`;
}

export interface Search {
  readonly account: number;
  readonly kind: number;
  readonly terms: readonly string[];
  /** More conditions on the entity `e`, each beginning with "and". */
  readonly where: Sql;
  /** From this id on, skipping so many more. */
  readonly start: Start;
  readonly limit: number;
}

export interface SearchKey {
  readonly kind: number;
  readonly id: number;
}

export interface SearchText extends SearchKey {
  readonly text: string;
  readonly isNew: boolean;
}
