/** Rows of CSV as spreadsheets write them. */
export function csvLines(rows: readonly (readonly string[])[], delimiter = ';'): string {
  const special = new RegExp(`["\\r\\n${delimiter}]`);
  const quoted = (cell: string) => (special.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((cells) => `${cells.map(quoted).join(delimiter)}\r\n`).join('');
}

/** By it spreadsheets know UTF-8. */
export const byteOrderMark = '\ufeff';
