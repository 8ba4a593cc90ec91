import type { Node } from 'libpg-query';
import { namesIn, parseSql, typeOf } from './sql-tree.ts';

/** A condition as both engines would write it: SQLite keeps its text, PostgreSQL makes a new one of what it understood. */
export function normalExpression(text: string): string {
  const [statement] = parseSql(`select ${text}`);
  const [target] = statement && 'SelectStmt' in statement ? (statement.SelectStmt.targetList ?? []) : [];
  return textOf(target && 'ResTarget' in target ? target.ResTarget.val : undefined);
}

/** @throws what it does not know, so that nothing is taken for the same unseen */
export function textOf(node: Node | undefined): string {
  if (node === undefined) throw new Error('no expression');
  if ('ColumnRef' in node) return namesIn(node.ColumnRef.fields).at(-1)!;
  if ('A_Const' in node) {
    const { ival, fval, sval, isnull } = node.A_Const;
    if (isnull) return 'null';
    return sval ? `'${sval.sval ?? ''}'` : String(fval?.fval ?? ival?.ival ?? 0);
  }
  if ('TypeCast' in node) {
    const { arg, typeName } = node.TypeCast;
    const text = textOf(arg);
    // PostgreSQL writes greater numbers as '17179869183'::bigint.
    return /^int[248]$/.test(typeOf(typeName)) ? text.replace(/^'(.*)'$/, '$1') : text;
  }
  if ('BoolExpr' in node) {
    const { boolop, args = [] } = node.BoolExpr;
    if (boolop === 'NOT_EXPR') return `not ${textOf(args[0])}`;
    return joined(args.map(textOf), boolop === 'AND_EXPR' ? 'and' : 'or');
  }
  if ('NullTest' in node) {
    return `(${textOf(node.NullTest.arg)} is ${node.NullTest.nulltesttype === 'IS_NULL' ? '' : 'not '}null)`;
  }
  if ('A_Expr' in node) {
    const { kind, name, lexpr, rexpr } = node.A_Expr;
    const [left, operator] = [lexpr && textOf(lexpr), namesIn(name).at(-1)];
    if (kind === 'AEXPR_IN') return `(${left} ${operator === '=' ? 'in' : 'not in'} ${listOf(rexpr)})`;
    if (kind === 'AEXPR_OP_ANY' && operator === '=') return `(${left} in ${listOf(rexpr)})`;
    if (kind === 'AEXPR_OP_ALL' && operator === '<>') return `(${left} not in ${listOf(rexpr)})`;
    if (kind === 'AEXPR_BETWEEN') {
      const [from, to] = itemsOf(rexpr).map(textOf);
      return joined([`(${left} >= ${from})`, `(${left} <= ${to})`], 'and');
    }
    if (kind === 'AEXPR_OP' && left !== undefined) return `(${left} ${operator} ${textOf(rexpr)})`;
  }
  throw new Error(`an expression that is not known here: ${JSON.stringify(node)}`);
}

function joined(parts: readonly string[], operator: string): string {
  return `(${parts.toSorted().join(` ${operator} `)})`;
}

function listOf(node: Node | undefined): string {
  return `(${itemsOf(node).map(textOf).toSorted().join(', ')})`;
}

function itemsOf(node: Node | undefined): Node[] {
  if (node && 'TypeCast' in node) return itemsOf(node.TypeCast.arg);
  if (node && 'List' in node) return node.List.items ?? [];
  if (node && 'A_ArrayExpr' in node) return node.A_ArrayExpr.elements ?? [];
  throw new Error(`a list that is not known here: ${JSON.stringify(node)}`);
}
