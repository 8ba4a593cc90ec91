import type { Node } from 'libpg-query';
import { namesIn, nodesIn } from './sql-tree.ts';

/** Functions that no statement calls, with the rule that each would break. */
const forbidden: readonly (readonly [names: RegExp, rule: number, why: string])[] = [
  [/^(nextval|currval|lastval|setval|pg_get_serial_sequence)$/, 5, 'ids come from the counter row of the account'],
  [/^(random\w*|setseed|gen_\w+|uuid\w*)$/, 8, 'randomness comes in as a parameter'],
  [/^(now|clock_timestamp|(statement|transaction)_timestamp|timeofday|age)$/, 8, 'time comes in as a parameter'],
  [/^pg_(try_)?advisory\w*$/, 13, 'advisory locks hold on one node only'],
  [/^(pg_notify|pg_listening_channels)$/, 13, 'notifications reach one node only'],
  [/^(set_config|current_setting)$/, 13, 'settings do not reach the workers'],
  [/^(pg_\w+|lo_\w+|txid_\w+|mxid_\w+|dblink\w*|version|current_\w+)$/, 15, 'a node knows of itself only'],
];

/** What is wrong at any place of any statement, whatever it does. */
export function findForbiddenCalls(statement: Node): string[] {
  return [...nodesIn(statement)].flatMap(({ node }) => {
    if ('FuncCall' in node) {
      const name = namesIn(node.FuncCall.funcname).at(-1)!;
      const found = forbidden.find(([names]) => names.test(name));
      return found ? [`rule ${found[1]}: ${name}() is called; ${found[2]}`] : [];
    }
    if ('SQLValueFunction' in node) {
      const name = String(node.SQLValueFunction.op).replace('SVFOP_', '').toLowerCase();
      return [`rule 8: ${name} is asked for; time and the like come in as parameters`];
    }
    if ('TypeCast' in node) {
      const { arg } = node.TypeCast;
      const text = arg && 'A_Const' in arg ? arg.A_Const.sval?.sval : undefined;
      const isNow = text !== undefined && /^\s*(now|today|tomorrow|yesterday)\s*$/i.test(text);
      return isNow ? [`rule 8: '${text}' is cast; time comes in as a parameter`] : [];
    }
    if ('A_Expr' in node && namesIn(node.A_Expr.name).at(-1) === '/') {
      return ['CockroachDB: a division of integers gives a decimal there'];
    }
    return [];
  });
}
