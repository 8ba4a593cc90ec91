/** Carries cells from one table of ours to another as they are. */
export const ownType = 'application/x-kontora-cells';

/** Rows of cells as spreadsheets take them. */
export function writeCells(rows: readonly (readonly string[])[]): string {
  // A line without anything would be taken for the end of the one before.
  return rows.map((cells) => cells.map(quoteCell).join('\t') || '""').join('\n');
}

/** The same, without anything that a spreadsheet would run. */
export function writeHarmless(rows: readonly (readonly string[])[]): string {
  return writeCells(rows.map((cells) => cells.map((cell) => (isPhones(cell) ? cell : harmless(cell)))));
}

/** Phones, with extensions: nothing that a spreadsheet could run, and an apostrophe would be dialled. */
function isPhones(cell: string): boolean {
  return /^\+\d[\d\s().-]*((доб|вн|ext)\.?\s*\d+)?(,\s+\+?\d[\d\s().-]*((доб|вн|ext)\.?\s*\d+)?)*$/i.test(cell);
}

/**
 * A cell that no spreadsheet runs: an apostrophe makes a text of a formula. A spreadsheet that takes another separator than ours, and so sees
 * no quotes around the cell, begins cells of its own behind each separator and line break, and behind quotes that are doubled there.
 */
export function harmless(cell: string): string {
  if (cell.split(/[;,\t\r\n]/).every((part) => part === '' || isPlain(part))) return cell;
  const text = cell.replace(/(^|[;,\t\r\n]"*)([=+\-@＝＋－＠][^;,\t\r\n]*)/g, (all, before: string, part: string) =>
    before !== '' && isPlain(part) ? all : `${before}'${part}`,
  );
  return /^[\t\r]/.test(text) ? `'${text}` : text;
}

/** A number, or a phone: no spreadsheet takes these for more than a number. */
function isPlain(cell: string): boolean {
  return /^[+-]?[\d\s().,-]+$/.test(cell);
}

function quoteCell(cell: string): string {
  return /["\t\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** What spreadsheets and `writeCells` put on the clipboard, as rows of cells. */
export function readCells(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /("(?:[^"]|"")*"(?=[\t\r\n]|$)|[^\t\n\r]*)(\t|\r\n|\n|\r|$)/y;
  let end = '\t';
  while (cell.lastIndex < text.length || end === '\t') {
    const [, written = '', next = ''] = cell.exec(text)!;
    const isQuoted = written.length > 1 && written.startsWith('"') && written.endsWith('"');
    rows.at(-1)!.push(isQuoted ? written.slice(1, -1).replaceAll('""', '"') : written);
    end = next;
    // The last line may have an end, too.
    if (end !== '\t' && cell.lastIndex < text.length) rows.push([]);
  }
  return rows;
}
