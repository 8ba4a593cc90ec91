import { useState } from 'react';
import { useLanguage } from '../i18n/language.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { classNames } from '../ui/class-names.ts';
import { checkWidth } from './row.tsx';
import type { Columns } from './use-columns.ts';

export const headerHeight = 36;

interface HeaderProps<R extends object> {
  readonly columns: Columns<R>;
  readonly checked: boolean | 'mixed';
  readonly onToggleAll: () => void;
}

/** Titles, which are dragged to other places, and their edges, which are dragged to other widths. */
export function Header<R extends object>({ columns, checked, onToggleAll }: HeaderProps<R>) {
  const { t } = useLanguage();
  const [dragged, setDragged] = useState<string>();
  const [over, setOver] = useState<string>();
  return (
    <div role="rowgroup" className="sticky top-0 z-10 w-max min-w-full">
      <div role="row" aria-rowindex={1} className="flex border-b border-line bg-page" style={{ height: headerHeight }}>
        <div
          role="columnheader"
          aria-colindex={1}
          className="sticky left-0 z-[1] grid shrink-0 place-items-center border-r border-line bg-page"
          style={{ width: checkWidth }}
        >
          <Checkbox tabIndex={-1} aria-label={t.table.selectAll} checked={checked} onToggle={onToggleAll} />
        </div>
        {columns.columns.map(({ id, title, isNumber }, index) => (
          <div
            key={id}
            role="columnheader"
            aria-colindex={index + 2}
            draggable={index > 0}
            onDragStart={() => setDragged(id)}
            onDragEnter={() => dragged && setOver(id)}
            onDragOver={(event) => dragged && index > 0 && event.preventDefault()}
            onDrop={() => dragged && columns.move(dragged, id)}
            onDragEnd={() => {
              setDragged(undefined);
              setOver(undefined);
            }}
            className={classNames(
              'relative flex shrink-0 items-center border-r border-line bg-page px-2.5 text-muted select-none',
              isNumber && 'justify-end',
              index === 0 && 'sticky z-[1]',
              over === id && over !== dragged && 'bg-accent-soft',
              dragged === id && 'opacity-50',
            )}
            style={{ width: columns.widths[index], ...(index === 0 && { left: checkWidth }) }}
          >
            <bdi className="truncate font-medium">{title}</bdi>
            <span
              aria-hidden="true"
              title={t.table.resize(title)}
              draggable
              onDragStart={(event) => {
                event.preventDefault();
                event.stopPropagation();
              }}
              onPointerDown={(event) => columns.resizeBy(event, index)}
              className="absolute inset-y-0 -right-1 z-[2] w-2 cursor-col-resize touch-none hover:bg-accent/40"
            />
          </div>
        ))}
      </div>
    </div>
  );
}
