import { DatabaseSync } from 'node:sqlite';
import { findMigrations } from './migrate.ts';
import type { Columns } from './sql.ts';

/** A table whose rows are copied from one database to another. */
export interface Table {
  readonly name: string;
  /** In their order in the table, which is the same on every engine. */
  readonly columns: Columns;
  /** Which of them are in the primary key, beside the account's. */
  readonly key: readonly string[];
  /** Other tables whose rows its rows name: pairs of a column here and one there. */
  readonly references: readonly Reference[];
  /** The column that says whose row it is; null: nobody's. */
  readonly account: 'id' | 'account_id' | null;
}

export interface Reference {
  readonly to: string;
  readonly columns: readonly (readonly [here: string, there: string])[];
}

/** What no account owns. */
export const integrationTable = 'integration';

/**
 * What an account consists of, in the order of foreign keys. What lets somebody in comes last, so that nobody gets into an account
 * that is only half there; before it comes what the server begins to deliver as soon as it is there.
 */
export const accountTables = [
  ...['account', 'id_counter', 'user_group', 'field', 'field_enum', 'pipeline', 'status', 'task_type', 'loss_reason'],
  ...['tag', 'entity', 'entity_count', 'entity_search', 'entity_tag', 'link', 'task', 'note', 'change_log'],
  ...['import_progress', 'sign_in_failure', 'webhook', 'webhook_delivery', 'webhook_attempt'],
  ...['account_user', 'password_link', 'session', 'token', 'oauth_grant', 'login'],
] as const;

/** What stays behind: kept answers, which are made again, and what a database notes of itself. */
export const leftBehind = ['entity_document', 'copy_progress', 'schema_version'] as const;

/** The newest schema that this program knows. */
export function findSchemaVersion(): number {
  return findMigrations('sqlite').at(-1)!.version;
}

let known: ReadonlyMap<string, Table> | undefined;

/** The tables that are copied, by name: as the migrations make them in an empty database. */
export function findTables(): ReadonlyMap<string, Table> {
  if (known) return known;
  const database = new DatabaseSync(':memory:');
  for (const { statements } of findMigrations('sqlite')) for (const text of statements) database.exec(text);
  known = new Map([integrationTable, ...accountTables].map((name) => [name, readTable(database, name)]));
  database.close();
  return known;
}

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly pk: number;
}

function readTable(database: DatabaseSync, name: string): Table {
  const rows = database.prepare('select name, type, pk from pragma_table_info(?) order by cid').all(name);
  const columns = rows as unknown as readonly ColumnRow[];
  const account = name === integrationTable ? null : name === 'account' ? 'id' : 'account_id';
  const inKey = columns.filter((column) => column.pk > 0 && column.name !== account);
  return {
    name,
    account,
    columns: Object.fromEntries(columns.map((column) => [column.name, typeOf(column)])),
    key: inKey.sort((a, b) => a.pk - b.pk).map((column) => column.name),
    references: readReferences(database, name),
  };
}

function readReferences(database: DatabaseSync, name: string): Reference[] {
  const rows = database.prepare(
    'select id, "table" as "to", "from" as here, "to" as there from pragma_foreign_key_list(?)',
  );
  const columns = rows.all(name) as unknown as readonly { id: number; to: string; here: string; there: string }[];
  return [...Map.groupBy(columns, ({ id }) => id).values()].map((own) => ({
    to: own[0]!.to,
    columns: own.map(({ here, there }) => [here, there] as const),
  }));
}

function typeOf({ name, type }: ColumnRow): 'integer' | 'text' {
  if (type === 'INTEGER') return 'integer';
  if (type === 'TEXT') return 'text';
  throw new Error(`rows with a column of type ${type} (${name}) cannot be copied`);
}
