import { loadModule, type Node, parseSync, type TypeName } from 'libpg-query';

await loadModule();

/** The statements of a text, by PostgreSQL's own grammar. @throws where it cannot be read */
export function parseSql(text: string): Node[] {
  return (parseSync(text).stmts ?? []).map(({ stmt }) => stmt!);
}

/** The kind of a node: the one key that it has. */
export function kindOf(node: Node): string {
  return Object.keys(node)[0]!;
}

/** All nodes below a value, and itself, by kind. `into`: whether to look below a node. */
export function* nodesIn(
  value: unknown,
  into: (kind: string) => boolean = () => true,
): Generator<{ readonly kind: string; readonly node: Node }> {
  if (Array.isArray(value)) {
    for (const part of value) yield* nodesIn(part, into);
  } else if (value !== null && typeof value === 'object') {
    for (const [key, part] of Object.entries(value)) {
      const isNode = /^[A-Z]/.test(key);
      if (isNode) yield { kind: key, node: value as Node };
      if (!isNode || into(key)) yield* nodesIn(part, into);
    }
  }
}

/** Names in a list of strings, such as the parts of a column's name. */
export function namesIn(list: readonly Node[] | undefined): string[] {
  return (list ?? []).flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));
}

export function typeOf(type: TypeName | undefined): string {
  return namesIn(type?.names).at(-1) ?? '';
}

/** The parts of a condition that all have to hold. */
export function conjunctsOf(condition: Node | undefined): Node[] {
  if (condition === undefined) return [];
  if ('BoolExpr' in condition && condition.BoolExpr.boolop === 'AND_EXPR') {
    return (condition.BoolExpr.args ?? []).flatMap(conjunctsOf);
  }
  return [condition];
}
