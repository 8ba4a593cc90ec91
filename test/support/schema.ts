import type { IndexElem, IndexStmt, Node } from 'libpg-query';
import type { Tables } from './distributed-rules.ts';
import { normalExpression, textOf } from './expression.ts';
import { nodesIn, parseSql } from './sql-tree.ts';

/** A table as both engines have it: what they call differently bears PostgreSQL's name, what has no order is sorted. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
  /** Unique constraints and unique indexes. */
  readonly uniques: readonly Unique[];
  readonly indexes: readonly Index[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly checks: readonly string[];
}

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | null;
}

export interface Unique {
  readonly columns: readonly string[];
  readonly where: string | null;
}

export interface Index extends Unique {
  readonly name: string;
}

export interface ForeignKey {
  readonly columns: readonly string[];
  readonly table: string;
  readonly to: readonly string[];
  readonly onDelete: string;
  readonly onUpdate: string;
}

/** The search index is each engine's own; everything else is the same in both. */
export const onlySqlite = [
  'entity_trigram',
  'entity_trigram_config',
  'entity_trigram_data',
  'entity_trigram_docsize',
  'entity_trigram_idx',
  'entity_trigram_term',
];
export const onlyPostgres = ['entity_search_trigram'];
/** The record of the migrations themselves: one statement for both engines, to which integer is not the same. */
const ofTheRunner = 'schema_version';

type Row = Readonly<Record<string, unknown>>;
/** Sends a statement without parameters. */
export type Query<R = unknown> = (text: string) => Promise<readonly R[]>;

export async function readPostgresSchema(send: Query): Promise<Table[]> {
  const query = send as Query<Row>;
  const tables = await query(`select c.oid::text as id, c.relname as name from pg_class c
    where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace and c.relname <> '${ofTheRunner}'
    order by c.relname`);
  const columns =
    await query(`select a.attrelid::text as "table", a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
      not a.attnotnull as nullable, pg_get_expr(d.adbin, d.adrelid) as "default"
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped order by a.attrelid, a.attnum`);
  const indexes =
    await query(`select x.indrelid::text as "table", x.indisunique as is_unique, x.indisprimary as is_primary,
    pg_get_indexdef(x.indexrelid) as text from pg_index x`);
  const constraints = await query(`select c.conrelid::text as "table", c.contype::text as type,
      pg_get_constraintdef(c.oid) as text from pg_constraint c where c.contype in ('f', 'c')`);
  return tables.map(({ id, name }) => {
    const of = (rows: readonly Row[]) => rows.filter((row) => row['table'] === id);
    const ownIndexes = of(indexes).map((row) => ({ ...row, ...indexOf(String(row['text'])) }) as Row & Index);
    const texts = (type: string) =>
      of(constraints)
        .filter((row) => row['type'] === type)
        .map((row) => String(row['text']));
    return newTable({
      name: String(name),
      columns: of(columns).map((column) => ({
        name: String(column['name']),
        type: String(column['type']),
        nullable: column['nullable'] === true,
        default: column['default'] === null ? null : normalExpression(String(column['default'])),
      })),
      primaryKey: ownIndexes.find((index) => index['is_primary'])?.columns ?? [],
      uniques: ownIndexes.filter((index) => index['is_unique'] && !index['is_primary']),
      indexes: ownIndexes.filter((index) => !index['is_unique'] && !onlyPostgres.includes(index.name)),
      foreignKeys: texts('f').flatMap((text) => foreignKeysIn(`alter table t add ${text}`)),
      checks: texts('c').flatMap((text) => checksIn(`alter table t add ${text}`)),
    });
  });
}

export async function readSqliteSchema(send: Query): Promise<Table[]> {
  const query = send as Query<Row>;
  const tables = await query("select name, sql from sqlite_schema where type = 'table' order by name");
  const ours = tables.filter(({ name }) => name !== ofTheRunner && !onlySqlite.includes(String(name)));
  const read: Table[] = [];
  for (const { name, sql } of ours) {
    // The grammar is PostgreSQL's: it does not know what SQLite has behind the parenthesis.
    const text = String(sql).replace(/\)[^()]*$/, ')');
    const columns = await query(
      `select name, type, "notnull", dflt_value, pk from pragma_table_xinfo('${name}') order by cid`,
    );
    const indexes =
      await query(`select l.name, l."unique" as is_unique, l.origin, s.sql from pragma_index_list('${name}') l
      left join sqlite_schema s on s.type = 'index' and s.name = l.name`);
    const uniques: Unique[] = [];
    const others: Index[] = [];
    for (const index of indexes) {
      if (index['origin'] === 'c') {
        const described = indexOf(String(index['sql']));
        (index['is_unique'] === 1 ? uniques : others).push(described);
      } else if (index['origin'] === 'u') {
        const parts = await query(`select name from pragma_index_info('${index['name']}') order by seqno`);
        uniques.push({ columns: parts.map((part) => String(part['name'])), where: null });
      }
    }
    const keys = await query(`select id, "table", "from", "to", on_delete, on_update
      from pragma_foreign_key_list('${name}') order by id, seq`);
    read.push(
      newTable({
        name: String(name),
        columns: columns.map((column) => ({
          name: String(column['name']),
          type: typeNames[String(column['type']).toLowerCase()] ?? String(column['type']),
          // SQLite does not say so of a key that is its row's number.
          nullable: column['notnull'] === 0 && column['pk'] === 0,
          default: column['dflt_value'] === null ? null : normalExpression(String(column['dflt_value'])),
        })),
        primaryKey: columns
          .filter((column) => column['pk'] !== 0)
          .sort((a, b) => Number(a['pk']) - Number(b['pk']))
          .map((column) => String(column['name'])),
        uniques,
        indexes: others,
        foreignKeys: [...Map.groupBy(keys, (key) => key['id']).values()].map((parts) => ({
          columns: parts.map((part) => String(part['from'])),
          table: String(parts[0]!['table']),
          to: parts.map((part) => String(part['to'])),
          onDelete: String(parts[0]!['on_delete']).toLowerCase(),
          onUpdate: String(parts[0]!['on_update']).toLowerCase(),
        })),
        checks: checksIn(text),
      }),
    );
  }
  return read.map((table) => (table.name === 'entity_document' ? withoutKey(table) : table));
}

/** SQLite keeps documents in the order of one number more; by account, kind and id there is one at most in both engines. */
function withoutKey(table: Table): Table {
  const columns = table.columns.filter(({ name }) => name !== table.primaryKey[0]);
  const [unique] = table.uniques;
  return { ...table, columns, primaryKey: unique!.columns, uniques: [] };
}

const typeNames: Readonly<Record<string, string>> = { integer: 'bigint', text: 'text', blob: 'bytea' };
const actions: Readonly<Record<string, string>> = {
  a: 'no action',
  c: 'cascade',
  r: 'restrict',
  n: 'set null',
  d: 'set default',
};

function newTable(table: Table): Table {
  return {
    ...table,
    uniques: sorted(table.uniques.map(({ columns, where }) => ({ columns, where }))),
    indexes: sorted(table.indexes.map(({ name, columns, where }) => ({ name, columns, where }))),
    foreignKeys: sorted(table.foreignKeys),
    checks: table.checks.toSorted(),
  };
}

function sorted<T>(values: readonly T[]): T[] {
  const key = (value: T) => JSON.stringify(value);
  return values.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function indexOf(text: string): Index {
  const index = only<IndexStmt>(text, 'IndexStmt');
  return {
    name: index.idxname!,
    columns: (index.indexParams ?? []).map((node) => ('IndexElem' in node ? elementOf(node.IndexElem) : '')),
    where: index.whereClause ? textOf(index.whereClause) : null,
  };
}

function elementOf({ name, expr, ordering }: IndexElem): string {
  return `${name ?? textOf(expr)}${ordering === 'SORTBY_DESC' ? ' desc' : ''}`;
}

function only<T>(text: string, kind: string): T {
  const [statement] = parseSql(text) as (Node & Row)[];
  if (statement?.[kind] === undefined) throw new Error(`no ${kind}: ${text}`);
  return statement[kind] as T;
}

function checksIn(text: string): string[] {
  return [...nodesIn(parseSql(text))].flatMap(({ node }) =>
    'Constraint' in node && node.Constraint.contype === 'CONSTR_CHECK' ? [textOf(node.Constraint.raw_expr)] : [],
  );
}

function foreignKeysIn(text: string): ForeignKey[] {
  const names = (list: readonly Node[] | undefined) =>
    (list ?? []).flatMap((node) => ('String' in node ? [node.String.sval!] : []));
  return [...nodesIn(parseSql(text))].flatMap(({ node }) => {
    if (!('Constraint' in node) || node.Constraint.contype !== 'CONSTR_FOREIGN') return [];
    const { fk_attrs, pktable, pk_attrs, fk_del_action, fk_upd_action } = node.Constraint;
    return [
      {
        columns: names(fk_attrs),
        table: pktable!.relname!,
        to: names(pk_attrs),
        onDelete: actions[fk_del_action!]!,
        onUpdate: actions[fk_upd_action!]!,
      },
    ];
  });
}

/** Rules 1, 3, 4 and 6 of distributed-rules.ts over what has become of the migrations. */
export function checkSchema(schema: readonly Table[], { distributed, global }: Tables): string[] {
  const known = [...distributed, ...global].filter((name) => name !== ofTheRunner);
  const missing = known.filter((name) => !schema.some((table) => table.name === name));
  return [
    ...missing.map((name) => `rule 14: ${name} is said to be there`),
    ...schema.flatMap((table) => {
      const { name, columns, primaryKey, uniques, foreignKeys } = table;
      const broken: string[] = [];
      const isSpread = distributed.includes(name);
      if (!known.includes(name)) broken.push(`rule 14: ${name} is said to be neither distributed nor global`);
      if (isSpread) {
        const account = columns.find((column) => column.name === 'account_id');
        if (account?.type !== 'bigint' || account.nullable)
          broken.push(`rule 1: ${name} has no account_id bigint not null`);
        for (const key of [primaryKey, ...uniques.map((unique) => unique.columns)]) {
          if (key[0] !== 'account_id')
            broken.push(`rule 1: ${name}'s key (${key.join(', ')}) does not begin with account_id`);
        }
      }
      for (const { columns: from, table: target, to, onDelete, onUpdate } of foreignKeys) {
        if (distributed.includes(target)) {
          if (!isSpread) broken.push(`rule 3: ${name} points at ${target}, which is spread`);
          else if (from[0] !== 'account_id' || to[0] !== 'account_id') {
            broken.push(`rule 1: ${name}'s key to ${target} does not begin with account_id on both sides`);
          }
        }
        if (!['cascade', 'no action'].includes(onDelete) || onUpdate !== 'no action') {
          broken.push(`rule 6: ${name}'s key to ${target}: on delete ${onDelete}, on update ${onUpdate}`);
        }
      }
      return broken;
    }),
  ];
}

/** What a schema that can be spread has none of (rules 5 and 7): things of these kinds, each as "kind name". */
export async function readForbiddenThings(send: Query): Promise<string[]> {
  const rows = (await send(`select thing from (
      select 'trigger ' || t.tgname as thing from pg_trigger t where not t.tgisinternal
      union all select 'sequence ' || c.relname from pg_class c where c.relkind = 'S' and c.relnamespace = current_schema()::regnamespace
      union all select 'view ' || c.relname from pg_class c
        where c.relkind in ('v', 'm', 'f') and c.relnamespace = current_schema()::regnamespace
      union all select 'rule ' || r.rulename from pg_rewrite r join pg_class c on c.oid = r.ev_class
        where c.relnamespace = current_schema()::regnamespace
      union all select 'inheritance ' || i.inhrelid::regclass::text from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace
      union all select 'exclusion ' || x.conname from pg_constraint x where x.contype = 'x'
      union all select 'policy ' || p.polname from pg_policy p
      union all select 'function ' || f.proname from pg_proc f where f.pronamespace = current_schema()::regnamespace
        and not exists (select 1 from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = f.oid and d.deptype = 'e')
      union all select 'collation ' || c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
        join pg_type y on y.oid = a.atttypid
        where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and a.attnum > 0 and a.attcollation <> y.typcollation
      union all select 'identity ' || c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
        where a.attidentity <> '' and c.relnamespace = current_schema()::regnamespace
    ) things order by thing`)) as readonly { readonly thing: string }[];
  return rows.map(({ thing }) => thing);
}
