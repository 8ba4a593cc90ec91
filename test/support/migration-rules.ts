import type { AlterTableCmd, ColumnDef, Constraint, CreateStmt, IndexStmt, Node } from 'libpg-query';
import { checkStatement, type Tables } from './distributed-rules.ts';
import { findForbiddenCalls } from './forbidden-calls.ts';
import { kindOf, namesIn, nodesIn, parseSql, typeOf } from './sql-tree.ts';

// Which statements may build the schema, when the tables are spread by account or may one day be.
//
//  1  account_id bigint not null, first in each key and on both sides of foreign keys (4: so nothing is unique across accounts)
//  3  global tables do not point at those of accounts
//  5  no serial, identity or nextval
//  6  deletes cascade or do nothing; updates of keys do nothing
//  7  no triggers, rules, inheritance, exclusion constraints, functions, materialised views
// 14  one statement, one change; constraints named; column first, then constraint; storage at creation; no rename of constraints

const globalTables = ['account', 'login', 'integration', 'copy_progress', 'schema_version'];

/** The tables that migrations make: spread, unless they are said to be global. */
export function tablesIn(migrations: readonly string[]): Tables {
  const made = migrations
    .flatMap(parseSql)
    .flatMap((statement) => ('CreateStmt' in statement ? [statement.CreateStmt.relation!.relname!] : []));
  return { distributed: made.filter((name) => !globalTables.includes(name)), global: globalTables };
}

/** The rules that a statement of a migration breaks. */
export function checkMigration(text: string, tables: Tables): string[] {
  const statements = parseSql(text);
  if (statements.length !== 1) return [`rule 14: ${statements.length} statements in one`];
  const [statement] = statements as [Node];
  if (/^(Select|Insert|Update|Delete|Merge|Copy)Stmt$/.test(kindOf(statement))) return checkStatement(text, tables);
  return [...new Set([...findForbiddenCalls(statement), ...findCollations(statement), ...check(statement, tables)])];
}

function check(statement: Node, tables: Tables): string[] {
  if ('CreateStmt' in statement) return checkCreate(statement.CreateStmt, tables);
  if ('IndexStmt' in statement) return checkIndex(statement.IndexStmt, tables);
  if ('AlterTableStmt' in statement) {
    const { relation, cmds = [] } = statement.AlterTableStmt;
    const table = relation!.relname!;
    const commands = cmds.flatMap((node) => ('AlterTableCmd' in node ? [node.AlterTableCmd] : []));
    const many = commands.length > 1 ? [`rule 14: ${table} is changed in ${commands.length} ways at once`] : [];
    return [...many, ...commands.flatMap((command) => checkCommand(table, command, tables))];
  }
  if ('RenameStmt' in statement) {
    const { renameType, relation, subname } = statement.RenameStmt;
    if (renameType === 'OBJECT_TABCONSTRAINT') return [`rule 14: the constraint ${subname} is renamed`];
    const isKey = renameType === 'OBJECT_COLUMN' && subname === 'account_id';
    return isKey ? [`rule 1: ${relation?.relname}.account_id is renamed`] : [];
  }
  const kind = kindOf(statement);
  if (kind === 'CreateSeqStmt') return ['rule 5: a sequence is made'];
  if (kind === 'CreateTableAsStmt') return ['rule 7: a table or view is filled from a query, and has no keys'];
  if (/^(CreateTrigStmt|CreateEventTrigStmt|RuleStmt|CreateFunctionStmt|DoStmt|CallStmt)$/.test(kind)) {
    return [`rule 7: ${kind} puts logic into the database`];
  }
  if (/^(CreatePolicyStmt|LockStmt|VariableSetStmt)$/.test(kind))
    return [`rule 13: ${kind} does not reach all machines`];
  if (/^(CreateDomainStmt|CreateRangeStmt)$/.test(kind)) return [`CockroachDB: ${kind} is unknown there`];
  const isKnown = /^(CreateExtensionStmt|CreateEnumStmt|AlterEnumStmt|DropStmt|CommentStmt)$/.test(kind);
  return isKnown ? [] : [`rule 14: ${kind} is none of the statements that are known to be harmless`];
}

function checkCreate(create: CreateStmt, tables: Tables): string[] {
  const table = create.relation!.relname!;
  const elements = create.tableElts ?? [];
  const columns = elements.flatMap((node) => ('ColumnDef' in node ? [node.ColumnDef] : []));
  const own = elements.flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
  const constraints = [...own, ...columns.flatMap(constraintsOf)];
  const broken = [...columns.flatMap((column) => checkColumn(table, column)), ...checkKind(table, tables)];
  if (create.inhRelations || create.partbound || create.partspec) broken.push(`rule 7: ${table} inherits`);
  for (const node of elements) {
    if (!('ColumnDef' in node) && !('Constraint' in node)) broken.push(`rule 1: ${table} takes columns of elsewhere`);
  }
  if (tables.distributed.includes(table)) {
    const account = columns.find(({ colname }) => colname === 'account_id');
    const isBigint = account !== undefined && typeOf(account.typeName) === 'int8' && !account.typeName?.arrayBounds;
    const isNotNull =
      account !== undefined && constraintsOf(account).some(({ contype }) => contype === 'CONSTR_NOTNULL');
    if (!isBigint || !isNotNull) broken.push(`rule 1: ${table} has no "account_id bigint not null"`);
    if (!constraints.some(({ contype }) => contype === 'CONSTR_PRIMARY')) {
      broken.push(`rule 1: ${table} has no primary key`);
    }
  }
  return [...broken, ...constraints.flatMap((constraint) => checkConstraint(table, constraint, tables))];
}

/** With a column's own ones given that column's name. */
function constraintsOf({ colname, constraints }: ColumnDef): Constraint[] {
  const name: Node[] = [{ String: { sval: colname! } }];
  return (constraints ?? []).flatMap((node) => {
    if (!('Constraint' in node)) return [];
    const own = node.Constraint;
    return [own.contype === 'CONSTR_FOREIGN' ? { ...own, fk_attrs: name } : { ...own, keys: name }];
  });
}

function checkKind(table: string, { distributed, global }: Tables): string[] {
  if (distributed.includes(table) || global.includes(table)) return [];
  return [`rule 14: ${table} is said to be neither distributed nor global`];
}

function checkColumn(table: string, { colname, typeName }: ColumnDef): string[] {
  return /serial\d?$/.test(typeOf(typeName)) ? [`rule 5: ${table}.${colname} is ${typeOf(typeName)}`] : [];
}

function checkConstraint(table: string, constraint: Constraint, tables: Tables): string[] {
  const { contype, conname, keys, indexname } = constraint;
  const isSpread = tables.distributed.includes(table);
  const broken: string[] = [];
  const isNamed = conname !== undefined || !/^CONSTR_(PRIMARY|UNIQUE|CHECK|FOREIGN)$/.test(contype ?? '');
  if (!isNamed) broken.push(`rule 14: ${table} gets a constraint without a name: ${contype}`);
  if (contype === 'CONSTR_IDENTITY') broken.push(`rule 5: ${table}.${namesIn(keys)[0]} is an identity`);
  if (contype === 'CONSTR_EXCLUSION') broken.push(`rule 7: ${table} gets an exclusion constraint`);
  if (isSpread && (contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_UNIQUE')) {
    if (indexname !== undefined) broken.push(`rule 1: ${table}'s key ${conname} takes its columns from an index`);
    else if (namesIn(keys)[0] !== 'account_id') {
      broken.push(`rule 1: ${table}'s key (${namesIn(keys).join(', ')}) does not begin with account_id`);
    }
  }
  if (contype === 'CONSTR_FOREIGN') broken.push(...checkForeignKey(table, constraint, tables));
  return broken;
}

function checkForeignKey(table: string, constraint: Constraint, tables: Tables): string[] {
  const { pktable, fk_attrs, pk_attrs, fk_del_action, fk_upd_action } = constraint;
  const target = pktable!.relname!;
  const broken = checkKind(target, tables);
  if (tables.distributed.includes(target)) {
    const sides = [namesIn(fk_attrs), namesIn(pk_attrs)];
    if (!tables.distributed.includes(table)) broken.push(`rule 3: ${table} points at ${target}, which is spread`);
    else if (sides.some((side) => side[0] !== 'account_id')) {
      broken.push(`rule 1: ${table}'s key to ${target} does not begin with account_id on both sides`);
    }
  }
  if (fk_del_action !== 'a' && fk_del_action !== 'c') {
    broken.push(`rule 6: ${table}'s key to ${target} neither cascades on delete nor does nothing`);
  }
  if (fk_upd_action !== 'a') broken.push(`rule 6: ${table}'s key to ${target} acts on update`);
  return broken;
}

function checkIndex({ idxname, relation, indexParams, unique }: IndexStmt, tables: Tables): string[] {
  const table = relation!.relname!;
  const [first] = indexParams ?? [];
  const name = first && 'IndexElem' in first ? first.IndexElem.name : undefined;
  const broken = checkKind(table, tables);
  if (idxname === undefined) broken.push(`rule 14: an index of ${table} has no name`);
  if (unique && tables.distributed.includes(table) && name !== 'account_id') {
    broken.push(`rule 1: the unique index ${idxname} of ${table} does not begin with account_id`);
  }
  return broken;
}

function checkCommand(table: string, command: AlterTableCmd, tables: Tables): string[] {
  const { subtype = '', name, def } = command;
  const isSpread = tables.distributed.includes(table);
  const broken = checkKind(table, tables);
  if (subtype === 'AT_AddColumn' && def && 'ColumnDef' in def) {
    broken.push(...checkColumn(table, def.ColumnDef));
    if (isSpread && def.ColumnDef.colname === 'account_id') broken.push(`rule 1: ${table} gets account_id later`);
    for (const { contype } of constraintsOf(def.ColumnDef)) {
      if (contype === 'CONSTR_IDENTITY') broken.push(`rule 5: ${table}.${def.ColumnDef.colname} is an identity`);
      else if (!/^CONSTR_(NOTNULL|NULL|DEFAULT|GENERATED)$/.test(contype ?? '')) {
        broken.push(`rule 14: ${table}.${def.ColumnDef.colname} is added with ${contype}, not apart from it`);
      }
    }
  } else if (subtype === 'AT_AddConstraint' && def && 'Constraint' in def) {
    broken.push(...checkConstraint(table, def.Constraint, tables));
  } else if (/^AT_(DropColumn|AlterColumnType|DropNotNull|ColumnDefault)$/.test(subtype)) {
    if (isSpread && name === 'account_id') broken.push(`rule 1: ${table}.account_id is changed: ${subtype}`);
  } else if (/^AT_(SetStorage|SetCompression|SetRelOptions|ResetRelOptions|SetAccessMethod)$/.test(subtype)) {
    broken.push(`rule 14: the storage of ${table} is set after its creation`);
  } else if (/^AT_(AddInherit|AttachPartition|EnableTrig.*|EnableAlwaysTrig|EnableRule)$/.test(subtype)) {
    broken.push(`rule 7: ${table} gets ${subtype}`);
  } else if (/^AT_(Enable|Force)RowSecurity$/.test(subtype)) {
    broken.push(`rule 13: ${table} is guarded by row level security`);
  } else if (subtype === 'AT_AddIdentity') {
    broken.push(`rule 5: ${table}.${name} becomes an identity`);
  } else if (!/^AT_(DropConstraint|ValidateConstraint|SetNotNull)$/.test(subtype)) {
    broken.push(`rule 14: ${subtype} of ${table} is none of the changes that are known to be harmless`);
  }
  return broken;
}

function findCollations(statement: Node): string[] {
  const isCollated = [...nodesIn(statement)].some(({ kind, node }) => {
    if (kind === 'CollateClause') return true;
    if ('ColumnDef' in node) return node.ColumnDef.collClause !== undefined;
    return 'IndexElem' in node && node.IndexElem.collation !== undefined;
  });
  return isCollated ? ['CockroachDB: a collation is named; the order is set once, for the database'] : [];
}
