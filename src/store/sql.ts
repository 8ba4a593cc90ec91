/** A value that both engines take. JSON parameters travel as text. */
export type Param = string | number | null | Uint8Array;

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

export const nothing: Sql = { text: '', params: [] };

function isSql(value: Param | Sql): value is Sql {
  return value !== null && typeof value === 'object' && 'text' in value;
}

/** A connection inside a transaction. */
export interface Db {
  readonly dialect: Dialect;
  all<Row>(statement: Sql): Promise<Row[]>;
  run(statement: Sql): Promise<void>;
}

/** What the engines do differently. */
export interface Dialect {
  /** A subselect of one column from a list of any length, in one parameter. */
  list(values: readonly (number | string)[]): Sql;
  /** A table `r` from rows of any number, in one parameter, and its columns by number. */
  rows(rows: readonly (readonly Param[])[]): Sql;
  column(index: number): Sql;
  /** A column of text as its UTF-8 bytes. */
  bytes(column: Sql): Sql;
  /** Behind a table's name: the planner has to take this index. */
  useIndex(name: string): Sql;
  /** A column in a condition for which the planner may not take an index. */
  unindexed(column: Sql): Sql;
  /** Call after entity_search has changed; `isNew`: it had no text before. */
  indexSearch(db: Db, account: number, texts: readonly SearchText[]): Promise<void>;
  /** Call before rows of entity_search go for good. */
  unindexSearch(db: Db, account: number, records: readonly SearchKey[]): Promise<void>;
  /** A subselect of the ids, in `e`, of undeleted records whose search text holds any of the terms, ascending; undefined: there are none. */
  searchIds(db: Db, search: Search): Promise<Sql | undefined>;
}

export interface Search {
  readonly account: number;
  readonly kind: number;
  readonly terms: readonly string[];
  /** More conditions on the entity `e`, each beginning with "and". */
  readonly where: Sql;
  readonly limit: number;
  readonly offset: number;
}

export interface SearchKey {
  readonly kind: number;
  readonly id: number;
}

export interface SearchText extends SearchKey {
  readonly text: string;
  readonly isNew: boolean;
}
