import {
  type ClipboardEvent,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useLanguage } from '../i18n/language.tsx';
import type { Rows, Span } from '../records/rows.ts';
import { notify } from '../ui/toaster.tsx';
import { CellEditor, type Onward } from './cell-editor.tsx';
import { type Cell, type Cursor, firstCell, goTo, keyTarget, rangeOf } from './cells.ts';
import { ownType, readCells, writeCells, writeHarmless } from './clipboard.ts';
import { type CellChange, faultOf, type GridColumn } from './column.ts';
import { Header, headerHeight } from './header.tsx';
import { cellId, checkWidth, Row, rowHeight } from './row.tsx';
import type { Columns } from './use-columns.ts';
import { overscan, useScaledRows } from './use-scaled-rows.ts';

/** Most rows that one paste writes. */
const mostPasted = 500;

/** Where each list was left: who comes back finds it as it was. */
const left = new Map<string, { readonly cursor: Cursor; readonly top: number }>();

export interface GridHandle {
  readonly goToRow: (row: number) => void;
}

interface GridProps<R extends { id: number }> {
  readonly label: string;
  readonly rows: Rows<R>;
  /** Another list begins at its first row. */
  readonly listKey: string;
  readonly columns: Columns<R>;
  readonly nameOf: (record: R) => string;
  readonly selected: ReadonlySet<number>;
  readonly onToggleRow: (rank: number, isRange: boolean) => void;
  readonly onToggleAll: () => void;
  readonly onSpan: (span: Span) => void;
  readonly onEdit: (changes: readonly CellChange<R>[]) => void;
  /** Cells were emptied or pasted over, maybe by mistake. */
  readonly onOverwrite: (changes: readonly CellChange<R>[]) => void;
  readonly onUndo: () => void;
  /** Where Control and Enter lead from a row. */
  readonly hrefOf: (record: R) => string;
  /** A link of a row was clicked: nothing is loaded anew. */
  readonly onFollow: (href: string) => void;
  readonly handle: { current: GridHandle | undefined };
  /** Shown in place of rows where there are none. */
  readonly empty: ReactNode;
}

/** The record and column as they were when it began: rows may come to lie elsewhere meanwhile. */
interface Editing<R> extends Cell {
  readonly record: R;
  readonly of: GridColumn<R>;
  /** What was typed in place of the value. */
  readonly typed?: string;
}

/** What is to be written into a cell; where it was copied in this table, from which. */
interface WrittenCell<R> {
  readonly text: string;
  readonly columnId?: string;
  readonly record?: R;
}

type CopiedCell<R> = Required<WrittenCell<R>>;

/**
 * A table of any number of rows that is moved in and edited like a spreadsheet. By the grid pattern of WAI-ARIA: the grid has the focus and
 * tells which cell is active. No table element: its rows could not be windowed and placed by rank.
 */
export function Grid<R extends { id: number }>(props: GridProps<R>) {
  const {
    label,
    rows,
    listKey,
    columns,
    nameOf,
    selected,
    onToggleRow,
    onToggleAll,
    onSpan,
    onEdit,
    onOverwrite,
    onUndo,
    hrefOf,
    onFollow,
    handle,
    empty,
  } = props;
  const { t } = useLanguage();
  const scroller = useRef<HTMLDivElement>(null);
  const place = `${label} ${listKey}`;
  const [cursor, setCursor] = useState<Cursor>(() => left.get(place)?.cursor ?? firstCell);
  const [editing, setEditing] = useState<Editing<R>>();
  const shown = columns.columns;
  const count = rows.count ?? 0;
  const { items, height, shift, isBackward, scrollTo, toTop } = useScaledRows({
    count,
    rowHeight,
    headerHeight,
    scroller,
  });
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  // Before it is painted: so rows are asked for in the same frame.
  useLayoutEffect(() => onSpan({ first, last, isBackward }), [onSpan, first, last, isBackward]);
  const shownPlace = useRef(place);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is what it is about
  useEffect(() => {
    if (shownPlace.current === place) return;
    shownPlace.current = place;
    setCursor(firstCell);
    setEditing(undefined);
    toTop();
  }, [place]);
  const seen = useRef({ cursor, top: 0 });
  seen.current = { cursor, top: first === 0 ? 0 : first + overscan };
  const wanted = useRef(left.get(place));
  useLayoutEffect(() => {
    if (count === 0 || !wanted.current) return;
    scrollTo(wanted.current.top, 'start');
    scroller.current?.focus({ preventScroll: true });
    wanted.current = undefined;
  }, [count, scrollTo]);
  useEffect(
    () => () => {
      left.set(shownPlace.current, seen.current);
    },
    [],
  );

  const size = () => ({
    rows: count,
    columns: shown.length,
    page: Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - headerHeight) / rowHeight) - 1),
  });
  const move = (to: Cell, isRange = false) => {
    if (count === 0) return;
    const next = goTo(cursor, to, size(), isRange);
    setCursor(next);
    scrollTo(next.active.row, 'nearest');
    bringColumn(next.active.column);
  };
  const bringColumn = (column: number) => {
    const element = scroller.current;
    if (!element || column === 0) return;
    const left = checkWidth + columns.widths.slice(0, column).reduce((sum, width) => sum + width, 0);
    const hidden = checkWidth + columns.widths[0]!;
    const right = left + columns.widths[column]!;
    if (left - hidden < element.scrollLeft) element.scrollLeft = left - hidden;
    else if (right > element.scrollLeft + element.clientWidth) element.scrollLeft = right - element.clientWidth;
  };
  handle.current = {
    goToRow: (row) => {
      const next = goTo(cursor, { row, column: cursor.active.column }, size(), false);
      setCursor(next);
      scrollTo(next.active.row, 'start');
      scroller.current?.focus({ preventScroll: true });
    },
  };

  const copied = useRef<{ readonly own: string; readonly lines: readonly CopiedCell<R>[][] }>(undefined);
  const { active } = cursor;
  const range = rangeOf(cursor);
  const edit = (cell: Cell, typed?: string) => {
    const column = shown[cell.column];
    const record = rows.at(cell.row);
    if (!column?.edit || !record) return;
    const { editor } = column.edit;
    if (editor.type === 'flag') {
      if (typed === undefined || typed === ' ')
        onEdit([{ record, column, text: column.text(record) === '1' ? '0' : '1' }]);
      return;
    }
    setEditing({ ...cell, record, of: column, ...(typed !== undefined && editor.type !== 'date' && { typed }) });
  };
  const finish = (text: string, onward: Onward) => {
    const { row, column: at, record, of } = editing!;
    setEditing(undefined);
    onEdit([{ record, column: of, text }]);
    scroller.current?.focus({ preventScroll: true });
    const steps = { down: [1, 0], up: [-1, 0], right: [0, 1], left: [0, -1], stay: [0, 0] } as const;
    const [down, right] = steps[onward];
    move({ row: row + down, column: at + right });
  };
  const loadedCells = (): CopiedCell<R>[][] => {
    const lines: CopiedCell<R>[][] = [];
    for (let row = range.top; row <= range.bottom && lines.length < 10_000; row += 1) {
      const record = rows.at(row);
      if (!record) continue;
      const cellOf = (column: GridColumn<R>) => ({ text: column.text(record), columnId: column.id, record });
      lines.push(shown.slice(range.left, range.right + 1).map(cellOf));
    }
    return lines;
  };
  const write = async (lines: readonly (readonly WrittenCell<R>[])[]) => {
    const cells = { height: range.bottom - range.top + 1, width: range.right - range.left + 1 };
    const isOne = lines.length === 1 && lines[0]!.length === 1;
    const tall = isOne ? cells.height : lines.length;
    const wide = isOne ? cells.width : Math.max(...lines.map((line) => line.length));
    if (tall > mostPasted) {
      notify({ text: t.edit.tooMany(mostPasted), isError: true });
      return;
    }
    const records = await rows.load(range.top, Math.min(count - 1, range.top + tall - 1));
    const changes = records.flatMap((record, down) =>
      Array.from({ length: wide }, (_, right): CellChange<R>[] => {
        const column = shown[range.left + right];
        const cell = isOne ? lines[0]![0]! : lines[down]?.[right];
        if (!column?.edit || cell === undefined) return [];
        const { text, columnId, record: like } = cell;
        return [{ record, column, text, ...(like && columnId === column.id && { like }) }];
      }).flat(),
    );
    onOverwrite(changes);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || count === 0) return;
    const isControl = event.ctrlKey || event.metaKey;
    if (event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
      event.preventDefault();
      columns.widen(shown[active.column]!.id, event.key === 'ArrowLeft' ? -16 : 16);
      return;
    }
    const to = keyTarget(event.key, isControl, active, size());
    if (to) {
      event.preventDefault();
      move(to, event.shiftKey);
    } else if (event.key === 'Enter' && isControl) {
      event.preventDefault();
      const record = rows.at(active.row);
      if (record) onFollow(hrefOf(record));
    } else if (event.key === 'Enter' || event.key === 'F2') {
      event.preventDefault();
      edit(active);
    } else if (event.key === ' ') {
      event.preventDefault();
      if (shown[active.column]?.edit?.editor.type === 'flag') edit(active, ' ');
      else onToggleRow(active.row, event.shiftKey);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      void write([[{ text: '' }]]);
    } else if (event.key === 'Escape') {
      setCursor({ active, anchor: active });
    } else if (event.code === 'KeyA' && isControl) {
      event.preventDefault();
      onToggleAll();
    } else if (event.code === 'KeyZ' && isControl && !event.shiftKey) {
      event.preventDefault();
      onUndo();
    } else if (event.key.length === 1 && !isControl && !event.altKey) {
      event.preventDefault();
      edit(active, event.key);
    }
  };
  const cellAt = (target: EventTarget): Cell | undefined => {
    const cell = target instanceof Element ? target.closest<HTMLElement>('[data-rank]') : null;
    return cell ? { row: Number(cell.dataset['rank']), column: Number(cell.dataset['column']) } : undefined;
  };
  const onPointerDown = (event: PointerEvent) => {
    const cell = cellAt(event.target);
    if (!cell || event.button !== 0) return;
    // A finger has no double click that comes through everywhere: it taps the active cell.
    const isActive = cell.row === active.row && cell.column === active.column;
    if (event.pointerType === 'touch' && isActive && !linkAt(event.target)) edit(cell);
    else move(cell, event.shiftKey);
  };
  const onClick = (event: MouseEvent) => {
    const link = linkAt(event.target);
    const href = link?.getAttribute('href');
    // Enter would open it again.
    if (link) scroller.current?.focus({ preventScroll: true });
    if (!href?.startsWith('/') || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onFollow(href);
  };
  const onPointerOver = (event: PointerEvent) => {
    if (event.buttons !== 1 || event.pointerType === 'touch' || editing) return;
    const cell = cellAt(event.target);
    if (cell) setCursor((was) => goTo(was, cell, size(), true));
  };
  const onCopy = (event: ClipboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const lines = loadedCells();
    if (lines.length === 0) return;
    event.preventDefault();
    const texts = lines.map((cells) => cells.map(({ text }) => text));
    const own = writeCells(texts);
    event.clipboardData.setData('text/plain', writeHarmless(texts));
    event.clipboardData.setData(ownType, own);
    copied.current = { own, lines };
    notify({ text: t.table.copied(lines.length * lines[0]!.length) });
  };
  const onPaste = (event: ClipboardEvent) => {
    if (event.target !== event.currentTarget) return;
    event.preventDefault();
    const own = event.clipboardData.getData(ownType);
    const text = own || event.clipboardData.getData('text/plain');
    if (text === '' || count === 0) return;
    const isCopied = own !== '' && own === copied.current?.own;
    void write(
      isCopied ? copied.current!.lines : readCells(text).map((cells) => cells.map((cell) => ({ text: cell }))),
    );
  };

  const headChecked = selected.size === 0 ? false : selected.size >= count && rows.isExact ? true : 'mixed';
  return (
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={shown.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={rows.at(active.row) ? cellId(active.row, active.column) : undefined}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerOver={onPointerOver}
      onClick={onClick}
      onDoubleClick={(event) => {
        const cell = cellAt(event.target);
        if (cell && !linkAt(event.target)) edit(cell);
      }}
      onCopy={onCopy}
      onPaste={onPaste}
      className="group/grid relative h-full overflow-auto overscroll-contain outline-none select-none"
    >
      <Header columns={columns} checked={headChecked} onToggleAll={onToggleAll} />
      {rows.count === 0 ? (
        empty
      ) : (
        <div
          role="rowgroup"
          className="relative w-max min-w-full"
          style={{ height, minWidth: widthOf(columns.widths) }}
        >
          {items.map(({ index, start }) => {
            const one = rows.at(index);
            const isInRange =
              index >= range.top && index <= range.bottom && (range.top !== range.bottom || range.left !== range.right);
            return (
              <Row<R>
                key={index}
                record={one}
                rank={index}
                y={start + shift}
                columns={shown}
                widths={columns.widths}
                isSelected={one !== undefined && selected.has(one.id)}
                active={index === active.row ? active.column : -1}
                from={isInRange ? range.left : -1}
                to={isInRange ? range.right : -2}
                selectLabel={one ? t.table.select(nameOf(one)) : ''}
                onToggle={onToggleRow}
              />
            );
          })}
          {editing?.of.edit && (
            <CellEditor
              key={`${editing.row} ${editing.of.id}`}
              editor={editing.of.edit.editor}
              label={editing.of.title}
              text={editing.typed ?? editing.of.text(editing.record)}
              isTyped={editing.typed !== undefined}
              place={placeOf(editing, shift, columns.widths)}
              faultOf={(text) => faultOf(editing.of, editing.record, text)}
              onDone={finish}
              onCancel={() => {
                setEditing(undefined);
                scroller.current?.focus({ preventScroll: true });
              }}
            />
          )}
        </div>
      )}
    </div>
  );
}

function linkAt(target: EventTarget): Element | null {
  return target instanceof Element ? target.closest('a') : null;
}

function widthOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, checkWidth);
}

/** Where a cell lies among the rows. */
function placeOf({ row, column }: Cell, shift: number, widths: readonly number[]) {
  const left = checkWidth + widths.slice(0, column).reduce((sum, width) => sum + width, 0);
  return { left, top: row * rowHeight + shift, width: widths[column]!, height: rowHeight };
}
