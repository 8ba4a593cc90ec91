import type {
  DeleteStmt,
  InsertStmt,
  Node,
  OnConflictClause,
  RangeVar,
  SelectStmt,
  UpdateStmt,
  WithClause,
} from 'libpg-query';
import { findForbiddenCalls } from './forbidden-calls.ts';
import { conjunctsOf, kindOf, namesIn, nodesIn, parseSql, typeOf } from './sql-tree.ts';

// Which statements stay on one machine when the tables are spread by account (Citus; CockroachDB and YugabyteDB where they want more).
// Plain PostgreSQL runs all the others too, and a cluster runs most of them, silently on all machines: so only this notices them.
//
//  1  account_id never changes, and stands in what `on conflict` names
//  2  each distributed table is tied by `account_id = $n`, in each query level for itself (15: so there is no work over all accounts)
//  3  global tables are not written together with, or after, those of an account
//  8  no function call in `update … set` and `do update set`
//  9  `insert … select … returning`; no merge, no copy, no subselect in values
// 11  nothing reads the table that a modifying CTE writes; nothing is modified twice
// 13  no settings, lock table, listen, notify, serializable; `for update` on rows of one account
// 14  one statement at a time
// Rules 4, 10 and 12 are about what is done with the answer: no statement shows it.

/** `distributed`: have account_id and are spread by it. `global`: small, the same everywhere. */
export interface Tables {
  readonly distributed: readonly string[];
  readonly global: readonly string[];
}

/** The rules that a statement of the store breaks. `params`: if given, all accounts that it names have to be one. */
export function checkStatement(text: string, tables: Tables, params?: readonly unknown[]): string[] {
  return inspect(text, tables, params).broken;
}

/** Rule 3 over the statements of one transaction, in their order. */
export function checkTransaction(texts: readonly string[], tables: Tables): string[] {
  const broken: string[] = [];
  let touched: string | undefined;
  for (const { reads, writes } of texts.map((text) => inspect(text, tables))) {
    const late = writes.find((table) => tables.global.includes(table));
    if (late !== undefined && touched !== undefined) {
      broken.push(`rule 3: ${late} is written after ${touched}; global tables are written first in a transaction`);
    }
    touched ??= [...reads, ...writes].find((table) => tables.distributed.includes(table));
  }
  return broken;
}

interface Inspection {
  readonly tables: Tables;
  readonly broken: string[];
  readonly reads: string[];
  readonly writes: string[];
  /** Written by a modifying CTE. */
  readonly fed: string[];
  /** What account_id is compared with. */
  readonly accounts: Node[];
}

function inspect(text: string, tables: Tables, params?: readonly unknown[]): Inspection {
  const at: Inspection = { tables, broken: [], reads: [], writes: [], fed: [], accounts: [] };
  const statements = parseSql(text);
  if (statements.length !== 1) at.broken.push(`rule 14: ${statements.length} statements are sent at once`);
  for (const statement of statements) {
    at.broken.push(...findForbiddenCalls(statement));
    checkAny(at, statement, new Set());
  }
  checkWrites(at);
  if (params) checkOneAccount(at, params);
  return { ...at, broken: [...new Set(at.broken)] };
}

/** Names of CTEs that are seen at a place. */
type Ctes = ReadonlySet<string>;

function checkAny(at: Inspection, statement: Node, ctes: Ctes): void {
  if ('SelectStmt' in statement) checkSelect(at, statement.SelectStmt, ctes, []);
  else if ('InsertStmt' in statement) checkInsert(at, statement.InsertStmt, ctes);
  else if ('UpdateStmt' in statement) checkUpdate(at, statement.UpdateStmt, ctes);
  else if ('DeleteStmt' in statement) checkDelete(at, statement.DeleteStmt, ctes);
  else if ('MergeStmt' in statement) at.broken.push('rule 9: merge is sent; use insert … on conflict');
  else if ('CopyStmt' in statement) at.broken.push('rule 9: copy is sent; use insert … select … returning');
  else if ('TransactionStmt' in statement) {
    const { kind, options } = statement.TransactionStmt;
    if (/PREPARED|PREPARE/.test(kind ?? '')) at.broken.push('rule 13: a transaction is prepared for two phases');
    if (isSerializable(options)) at.broken.push('rule 13: a transaction is serializable');
  } else if ('VariableSetStmt' in statement) {
    const { name, args } = statement.VariableSetStmt;
    if (name !== 'TRANSACTION') at.broken.push(`rule 13: ${name ?? 'all'} is set; settings do not reach the workers`);
    else if (isSerializable(args)) at.broken.push('rule 13: a transaction is serializable');
  } else if ('VariableShowStmt' in statement) {
    // Of the server that is asked, and changes nothing.
  } else if (/^(LockStmt|ListenStmt|NotifyStmt|UnlistenStmt)$/.test(kindOf(statement))) {
    at.broken.push(`rule 13: ${kindOf(statement)} is sent, which one node alone knows of`);
  } else {
    at.broken.push(`rule 14: ${kindOf(statement)} is no statement of the store; it belongs into a migration`);
  }
}

function isSerializable(options: readonly Node[] | undefined): boolean {
  return [...nodesIn(options)].some(({ node }) => 'A_Const' in node && node.A_Const.sval?.sval === 'serializable');
}

/** `outer`: tied tables around an `exists`, by alias. */
function checkSelect(at: Inspection, select: SelectStmt, above: Ctes, outer: readonly string[]): void {
  const ctes = checkCtes(at, select.withClause, above);
  if (select.larg && select.rarg) {
    checkSelect(at, select.larg, ctes, []);
    checkSelect(at, select.rarg, ctes, []);
    checkInside(at, [select.sortClause, select.limitCount, select.limitOffset], ctes, newLevel());
    if (select.lockingClause) at.broken.push('rule 13: rows of a union are locked');
    return;
  }
  const level = findTables(at, select.fromClause, select.whereClause, ctes);
  checkTies(at, level, outer);
  checkLocks(at, select, level);
  for (const { kind } of nodesIn(select.valuesLists)) {
    if (kind === 'SubLink') at.broken.push('rule 9: a subselect stands in values');
  }
  const { withClause, lockingClause, ...parts } = select;
  checkInside(at, parts, ctes, level);
}

function checkInsert(at: Inspection, insert: InsertStmt, above: Ctes): void {
  const ctes = checkCtes(at, insert.withClause, above);
  const table = nameOf(insert.relation);
  at.writes.push(table);
  classify(at, table);
  const source = insert.selectStmt && 'SelectStmt' in insert.selectStmt ? insert.selectStmt.SelectStmt : undefined;
  if (at.tables.distributed.includes(table)) {
    const columns = (insert.cols ?? []).map((column) => ('ResTarget' in column ? column.ResTarget.name : undefined));
    const place = columns.indexOf('account_id');
    if (place < 0) at.broken.push(`rule 2: ${table} gets a row without account_id among the columns`);
    else if (!source) at.broken.push(`rule 2: ${table} gets default values`);
    else checkInserted(at, table, source, place);
    checkConflict(at, table, insert.onConflictClause);
  }
  if (source && !source.valuesLists && !insert.returningClause) {
    at.broken.push(`rule 9: ${table} gets rows of a select without returning`);
  }
  if (insert.onConflictClause) {
    checkSet(at, table, insert.onConflictClause.targetList, 'do update set');
    for (const { kind } of nodesIn(insert.onConflictClause)) {
      if (kind === 'SubLink') at.broken.push(`rule 8: a subselect stands behind ${table}'s on conflict`);
    }
  }
  checkInside(at, [insert.selectStmt, insert.onConflictClause, insert.returningClause], ctes, newLevel());
}

/** The account of each new row is given, not found. */
function checkInserted(at: Inspection, table: string, source: SelectStmt, place: number): void {
  if (source.larg && source.rarg) {
    checkInserted(at, table, source.larg, place);
    checkInserted(at, table, source.rarg, place);
    return;
  }
  const rows = source.valuesLists
    ? source.valuesLists.map((row) => ('List' in row ? (row.List.items ?? []) : []))
    : [(source.targetList ?? []).map((target) => ('ResTarget' in target ? target.ResTarget.val! : target))];
  for (const row of rows) {
    const value = row[place];
    if (value && isGiven(value)) at.accounts.push(value);
    else at.broken.push(`rule 2: ${table} gets an account_id that is not $n`);
  }
}

function checkConflict(at: Inspection, table: string, clause: OnConflictClause | undefined): void {
  const elements = clause?.infer?.indexElems ?? [];
  const names = elements.map((element) => ('IndexElem' in element ? element.IndexElem.name : undefined));
  if (elements.length > 0 && !names.includes('account_id')) {
    at.broken.push(`rule 1: on conflict of ${table} does not name account_id`);
  }
  if (names.includes(undefined)) at.broken.push(`CockroachDB: on conflict of ${table} names an expression`);
}

function checkUpdate(at: Inspection, update: UpdateStmt, above: Ctes): void {
  const ctes = checkCtes(at, update.withClause, above);
  const table = nameOf(update.relation);
  at.writes.push(table);
  const level = findTables(at, update.fromClause, update.whereClause, ctes, update.relation);
  checkTies(at, level, []);
  checkSet(at, table, update.targetList, 'set');
  const { withClause, relation, ...parts } = update;
  checkInside(at, parts, ctes, level);
}

function checkDelete(at: Inspection, deletion: DeleteStmt, above: Ctes): void {
  const ctes = checkCtes(at, deletion.withClause, above);
  at.writes.push(nameOf(deletion.relation));
  const level = findTables(at, deletion.usingClause, deletion.whereClause, ctes, deletion.relation);
  checkTies(at, level, []);
  const { withClause, relation, ...parts } = deletion;
  checkInside(at, parts, ctes, level);
}

function checkSet(at: Inspection, table: string, targets: readonly Node[] | undefined, where: string): void {
  for (const target of targets ?? []) {
    if (!('ResTarget' in target)) continue;
    const { name, val } = target.ResTarget;
    if (name === 'account_id' && at.tables.distributed.includes(table)) {
      at.broken.push(`rule 1: ${table}.account_id is changed`);
    }
    const calls = [...nodesIn(val)].filter(({ kind }) => /^(FuncCall|CoalesceExpr|MinMaxExpr)$/.test(kind));
    if (calls.length > 0) at.broken.push(`rule 8: a function is called in "${where} ${name}" of ${table}`);
  }
}

/** What a WITH defines is seen behind it, and within itself when recursive. */
function checkCtes(at: Inspection, clause: WithClause | undefined, above: Ctes): Ctes {
  const seen = new Set(above);
  const ctes = (clause?.ctes ?? []).flatMap((cte) => ('CommonTableExpr' in cte ? [cte.CommonTableExpr] : []));
  if (clause?.recursive) for (const { ctename } of ctes) seen.add(ctename!);
  for (const { ctename, ctequery } of ctes) {
    const before = at.writes.length;
    checkAny(at, ctequery!, new Set(seen));
    at.fed.push(...at.writes.slice(before));
    seen.add(ctename!);
  }
  return seen;
}

/** A condition that has to hold for a table's rows. `isPlain`: by where or an inner join, not in the ON of an outer one. */
interface Condition {
  readonly node: Node;
  readonly isPlain: boolean;
}

interface Ref {
  readonly table: string;
  readonly alias: string;
  readonly conditions: readonly Condition[];
}

/** The tables of one query level, and those among them that are tied to the account. */
interface Level {
  readonly refs: Ref[];
  readonly tied: Set<string>;
  /** Conditions of where and of inner joins. */
  readonly plain: Node[];
}

function newLevel(): Level {
  return { refs: [], tied: new Set(), plain: [] };
}

function findTables(
  at: Inspection,
  from: readonly Node[] | undefined,
  where: Node | undefined,
  ctes: Ctes,
  target?: RangeVar,
): Level {
  const level = newLevel();
  const conditions = conjunctsOf(where).map((node) => ({ node, isPlain: true }));
  level.plain.push(...conjunctsOf(where));
  if (target) addTable(at, level, target, conditions);
  for (const item of from ?? []) placeItem(at, level, item, conditions, ctes);
  return level;
}

function placeItem(at: Inspection, level: Level, item: Node, conditions: readonly Condition[], ctes: Ctes): void {
  if ('RangeVar' in item) {
    if (item.RangeVar.schemaname === undefined && ctes.has(nameOf(item.RangeVar))) return;
    at.reads.push(nameOf(item.RangeVar));
    addTable(at, level, item.RangeVar, conditions);
  } else if ('RangeTableSample' in item) {
    placeItem(at, level, item.RangeTableSample.relation!, conditions, ctes);
  } else if ('JoinExpr' in item) {
    const { jointype, larg, rarg, quals } = item.JoinExpr;
    const on = conjunctsOf(quals);
    const both = [...conditions, ...on.map((node) => ({ node, isPlain: true }))];
    // ON of an outer join says which rows are joined to, not which are joined; WHERE comes after the empty ones.
    const optional = on.map((node) => ({ node, isPlain: false }));
    if (jointype === 'JOIN_INNER') level.plain.push(...on);
    const sides = {
      JOIN_INNER: [both, both],
      JOIN_LEFT: [conditions, optional],
      JOIN_RIGHT: [optional, conditions],
    }[jointype as string] ?? [[], []];
    placeItem(at, level, larg!, sides[0]!, ctes);
    placeItem(at, level, rarg!, sides[1]!, ctes);
  }
}

function addTable(at: Inspection, level: Level, variable: RangeVar, conditions: readonly Condition[]): void {
  const table = nameOf(variable);
  classify(at, table, variable.schemaname);
  level.refs.push({ table, alias: variable.alias?.aliasname ?? table, conditions });
}

function classify({ tables, broken }: Inspection, table: string, schema?: string): void {
  if (tables.distributed.includes(table) || tables.global.includes(table)) return;
  if (schema === 'information_schema' || /^pg_/.test(schema ?? table)) broken.push(`rule 15: the catalogue's ${table}`);
  else broken.push(`rule 14: ${table} is said to be neither distributed nor global`);
}

function nameOf(variable: RangeVar | undefined): string {
  return variable?.relname ?? '';
}

/** Rule 2. Also as good, in a plain join or `exists`: the same account_id as that of a table that is tied. */
function checkTies(at: Inspection, { refs, tied }: Level, outer: readonly string[]): void {
  const spread = refs.filter(({ table }) => at.tables.distributed.includes(table));
  const local = new Set(refs.map(({ alias }) => alias));
  const accountOf = (node: Node | undefined) => {
    const names = node && 'ColumnRef' in node ? namesIn(node.ColumnRef.fields) : [];
    if (names.at(-1) !== 'account_id' || names.length > 2) return;
    if (names.length === 2) return names[0];
    return spread.length === 1 ? spread[0]!.alias : undefined;
  };
  const isTied = ({ alias, conditions }: Ref) =>
    conditions.some(({ node, isPlain }) => {
      const sides = equalSides(node);
      return [sides, sides.toReversed()].some(([one, other]) => {
        if (one === undefined || accountOf(one) !== alias) return false;
        if (isGiven(other!)) return at.accounts.push(other!) > 0;
        const peer = accountOf(other);
        if (peer === undefined || !isPlain) return false;
        if (!local.has(peer)) return outer.includes(peer);
        const ref = spread.find((candidate) => candidate.alias === peer);
        return tied.has(peer) && ref?.conditions.some((condition) => condition.node === node && condition.isPlain);
      });
    });
  for (let before = -1; before < tied.size; ) {
    before = tied.size;
    for (const ref of spread) if (!tied.has(ref.alias) && isTied(ref)) tied.add(ref.alias);
  }
  for (const { table, alias } of spread.filter(({ alias }) => !tied.has(alias))) {
    const name = alias === table ? table : `${table} ${alias}`;
    at.broken.push(`rule 2: ${name} is not tied by "${alias}.account_id = $n" in its own query level`);
  }
}

function equalSides(node: Node): Node[] {
  if (!('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_OP' || namesIn(node.A_Expr.name).at(-1) !== '=') return [];
  const { lexpr, rexpr } = node.A_Expr;
  return lexpr && rexpr ? [lexpr, rexpr] : [];
}

/** A parameter or a number. A cast of it to an integer keeps a statement on one shard. */
function isGiven(node: Node): boolean {
  if ('TypeCast' in node) {
    const { typeName, arg } = node.TypeCast;
    return /^int[48]$/.test(typeOf(typeName)) && !typeName?.arrayBounds && arg !== undefined && isGiven(arg);
  }
  return 'ParamRef' in node || ('A_Const' in node && node.A_Const.ival !== undefined);
}

/** `for update` stands on rows of one account, or on the row of an account. */
function checkLocks(at: Inspection, { lockingClause }: SelectStmt, { refs, tied }: Level): void {
  for (const clause of lockingClause ?? []) {
    if (!('LockingClause' in clause)) continue;
    const named = (clause.LockingClause.lockedRels ?? []).flatMap((node) =>
      'RangeVar' in node ? [node.RangeVar] : [],
    );
    const locked = named.length === 0 ? refs : refs.filter(({ alias }) => named.some((rel) => nameOf(rel) === alias));
    for (const { table, alias, conditions } of locked) {
      const isOne =
        table === 'account' &&
        conditions.some(({ node }) => {
          const [one, other] = equalSides(node);
          return one && 'ColumnRef' in one && namesIn(one.ColumnRef.fields).at(-1) === 'id' && isGiven(other!);
        });
      if (!tied.has(alias) && !isOne) at.broken.push(`rule 13: rows of ${table} are locked without naming an account`);
    }
  }
}

/** Selects within the parts of a query level. Only an `exists` that has to hold is joined, and may lean on this level's ties. */
function checkInside(at: Inspection, parts: unknown, ctes: Ctes, { plain, tied }: Level): void {
  const joined = new Set<unknown>(
    plain.flatMap((node) =>
      'SubLink' in node && node.SubLink.subLinkType === 'EXISTS_SUBLINK' ? [node.SubLink.subselect] : [],
    ),
  );
  for (const { node } of nodesIn(parts, (kind) => kind !== 'SelectStmt')) {
    if ('SelectStmt' in node) checkSelect(at, node.SelectStmt, ctes, joined.has(node) ? [...tied] : []);
  }
}

function checkWrites({ broken, tables, reads, writes, fed }: Inspection): void {
  for (const table of new Set(writes.filter((table, index) => writes.indexOf(table) < index))) {
    broken.push(`rule 11: ${table} is modified twice in one statement`);
  }
  for (const table of fed) {
    if (reads.includes(table)) broken.push(`rule 11: ${table} is read by the statement of which a CTE writes it`);
  }
  const spread = [...reads, ...writes].find((table) => tables.distributed.includes(table));
  const global = writes.find((table) => tables.global.includes(table));
  if (spread !== undefined && global !== undefined) {
    broken.push(
      `rule 3: ${global} is written in one statement with ${spread}; global tables are written apart and first`,
    );
  }
}

function checkOneAccount({ accounts, broken }: Inspection, params: readonly unknown[]): void {
  const values = accounts.map((node) => {
    const inner = 'TypeCast' in node ? node.TypeCast.arg! : node;
    if ('ParamRef' in inner) return String(params[inner.ParamRef.number! - 1]);
    return 'A_Const' in inner ? String(inner.A_Const.ival?.ival ?? 0) : '';
  });
  if (new Set(values).size > 1)
    broken.push(`rule 13: the accounts ${[...new Set(values)].join(', ')} in one statement`);
}
