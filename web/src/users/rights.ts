/** The matrix of rights: what can be done with what. docs/api/sign-in.md, rights */
export const matrixRows = ['lead', 'contact', 'company', 'customer', 'task'] as const;
export const matrixColumns = ['view', 'add', 'edit', 'delete', 'export'] as const;
export const otherRights = ['mail', 'incoming_leads', 'catalogs'] as const;

export type Level = 'A' | 'G' | 'M' | 'D';
export type Rights = Readonly<Record<string, string>>;

/** Of tasks there are two. */
export function rightOf(row: (typeof matrixRows)[number], column: (typeof matrixColumns)[number]): string | undefined {
  if (row === 'task' && column !== 'edit' && column !== 'delete') return undefined;
  return `${row}_${column}`;
}

export function levelsOf(column: string): readonly Level[] {
  return column === 'add' ? ['A', 'D'] : ['A', 'G', 'M', 'D'];
}

const all = matrixRows.flatMap((row) =>
  matrixColumns.flatMap((column) => {
    const right = rightOf(row, column);
    return right ? [{ right, column }] : [];
  }),
);

const filled = (level: (column: string) => Level): Rights =>
  Object.fromEntries(all.map(({ right, column }) => [right, level(column)]));

export const presets = {
  full: filled(() => 'A'),
  own: filled((column) => (column === 'add' ? 'A' : 'M')),
  look: filled((column) => (column === 'view' ? 'A' : 'D')),
} as const;

/** What the rights amount to, in a word. */
export function summaryOf({ is_admin, rights }: { readonly is_admin: boolean; readonly rights: Rights }) {
  if (is_admin) return 'administrator';
  const is = (preset: Rights) => Object.entries(preset).every(([right, level]) => (rights[right] ?? 'A') === level);
  return is(presets.full) ? 'full' : is(presets.own) ? 'own' : 'some';
}
