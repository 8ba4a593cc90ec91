import { memo } from 'react';
import { Checkbox } from '../ui/checkbox.tsx';
import { classNames } from '../ui/class-names.ts';
import type { GridColumn } from './column.ts';

export const rowHeight = 36;
export const checkWidth = 40;

interface RowProps<R> {
  readonly record: R | undefined;
  readonly rank: number;
  readonly y: number;
  readonly columns: readonly GridColumn<R>[];
  readonly widths: readonly number[];
  readonly isSelected: boolean;
  /** Place of the active cell; -1: in another row. */
  readonly active: number;
  /** The range's first and last column; -1: it does not reach this row. */
  readonly from: number;
  readonly to: number;
  readonly selectLabel: string;
  readonly onToggle: (rank: number, isRange: boolean) => void;
}

export function cellId(rank: number, column: number): string {
  return `cell-${rank}-${column}`;
}

export const Row = memo(function Row<R extends { id: number }>(props: RowProps<R>) {
  const { record, rank, y, columns, widths, isSelected, active, from, to, selectLabel, onToggle } = props;
  return (
    <div
      role="row"
      aria-rowindex={rank + 2}
      aria-selected={isSelected}
      className="group absolute left-0 flex min-w-full border-b border-line [contain:layout_style]"
      style={{ transform: `translateY(${y}px)`, height: rowHeight }}
    >
      <div
        role="gridcell"
        aria-colindex={1}
        className={classNames(cell, ground(isSelected), 'sticky left-0 z-[1] grid place-items-center')}
        style={{ width: checkWidth }}
      >
        {record && (
          <Checkbox
            tabIndex={-1}
            aria-label={selectLabel}
            checked={isSelected}
            onToggle={(event) => onToggle(rank, event.shiftKey)}
          />
        )}
      </div>
      {columns.map((column, index) => (
        <div
          key={column.id}
          id={cellId(rank, index)}
          role="gridcell"
          aria-colindex={index + 2}
          aria-readonly={column.edit === undefined}
          aria-selected={index >= from && index <= to}
          data-rank={rank}
          data-column={index}
          className={classNames(
            cell,
            ground(isSelected || (index >= from && index <= to)),
            'truncate px-2.5 leading-[35px]',
            column.isNumber && 'text-right tabular-nums',
            index === 0 && 'sticky z-[1] font-medium',
            index === active && 'outline-2 -outline-offset-2 outline-line-strong group-focus/grid:outline-accent',
          )}
          style={{ width: widths[index], ...(index === 0 && { left: checkWidth }) }}
        >
          {record ? (
            shown(column, record)
          ) : (
            <span className="inline-block h-2 w-2/3 rounded-sm bg-hover align-middle" />
          )}
        </div>
      ))}
    </div>
  );
}) as <R extends { id: number }>(props: RowProps<R>) => React.JSX.Element;

const cell = 'shrink-0 [contain:layout_style_paint] border-r border-line';

/** One of them alone: of two the style sheet would choose. */
function ground(isChosen: boolean): string {
  return isChosen ? 'bg-accent-soft' : 'bg-page group-hover:bg-sunken';
}

function shown<R>(column: GridColumn<R>, record: R): React.ReactNode {
  if (column.show) return column.show(record);
  return <bdi>{column.text(record)}</bdi>;
}
