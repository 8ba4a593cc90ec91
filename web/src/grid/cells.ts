/** A cell by the rank of its row and the place of its column. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** The active cell, and the one from which a range to it was begun. */
export interface Cursor {
  readonly active: Cell;
  readonly anchor: Cell;
}

export interface Range {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export interface Size {
  readonly rows: number;
  readonly columns: number;
  /** Rows that are seen at once. */
  readonly page: number;
}

export const firstCell: Cursor = { active: { row: 0, column: 0 }, anchor: { row: 0, column: 0 } };

export function rangeOf({ active, anchor }: Cursor): Range {
  return {
    top: Math.min(active.row, anchor.row),
    bottom: Math.max(active.row, anchor.row),
    left: Math.min(active.column, anchor.column),
    right: Math.max(active.column, anchor.column),
  };
}

export function goTo(cursor: Cursor, to: Cell, { rows, columns }: Size, extends_: boolean): Cursor {
  const active = {
    row: Math.max(0, Math.min(rows - 1, to.row)),
    column: Math.max(0, Math.min(columns - 1, to.column)),
  };
  return { active, anchor: extends_ ? cursor.anchor : active };
}

/** Where a key leads; undefined: it is no key of this sort. */
export function keyTarget(key: string, isControl: boolean, { row, column }: Cell, size: Size): Cell | undefined {
  const [lastRow, lastColumn] = [size.rows - 1, size.columns - 1];
  switch (key) {
    case 'ArrowUp':
      return { row: isControl ? 0 : row - 1, column };
    case 'ArrowDown':
      return { row: isControl ? lastRow : row + 1, column };
    case 'ArrowLeft':
      return { row, column: isControl ? 0 : column - 1 };
    case 'ArrowRight':
      return { row, column: isControl ? lastColumn : column + 1 };
    case 'PageUp':
      return { row: row - size.page, column };
    case 'PageDown':
      return { row: row + size.page, column };
    case 'Home':
      return { row: isControl ? 0 : row, column: 0 };
    case 'End':
      return { row: isControl ? lastRow : row, column: lastColumn };
    default:
      return undefined;
  }
}
