import { Pencil } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import type { AnyRecord } from '../api.ts';
import { CellEditor, type Onward } from '../grid/cell-editor.tsx';
import { faultOf, type GridColumn } from '../grid/column.ts';
import { useTexts } from '../i18n/language.tsx';
import { classNames } from '../ui/class-names.ts';
import { texts } from './texts.ts';

interface EditableProps {
  readonly title: string;
  /** Without it, only read. */
  readonly onEdit: (() => void) | undefined;
  readonly className?: string;
  readonly children: ReactNode;
  /** The editor, while there is one. */
  readonly editor?: ReactNode;
}

/** A value that a click anywhere on it edits, or Enter on the button that lies under it. */
export function Editable({ title, onEdit, className, children, editor }: EditableProps) {
  const c = useTexts(texts);
  return (
    <div className={classNames('group/value relative min-h-8', className)}>
      {onEdit && (
        <button
          type="button"
          data-edit=""
          aria-label={c.edit(title)}
          onClick={onEdit}
          className="absolute inset-0 rounded-md hover:bg-hover"
        />
      )}
      <div className="pointer-events-none relative px-2.5 py-1.5 break-words [&_a]:pointer-events-auto">{children}</div>
      {onEdit && (
        <Pencil
          aria-hidden="true"
          className="pointer-events-none absolute top-2 right-2 hidden size-4 text-muted group-hover/value:block"
        />
      )}
      {editor}
    </div>
  );
}

/** When an editor with the focus is gone; who clicks elsewhere has the focus there already. */
export function focusIfLost(target: () => HTMLElement | null | undefined) {
  setTimeout(() => document.activeElement === document.body && target()?.focus());
}

interface ColumnValueProps {
  readonly record: AnyRecord;
  readonly column: GridColumn<AnyRecord>;
  readonly isReadOnly: boolean;
  readonly className?: string;
  readonly onText: (text: string) => void;
  readonly children: ReactNode;
}

/** A value with the same editor that it has in a table. */
export function ColumnValue({ record, column, isReadOnly, className, onText, children }: ColumnValueProps) {
  const [place, setPlace] = useState<{ left: number; top: number; width: number; height: number }>();
  const box = useRef<HTMLDivElement>(null);
  const editor = isReadOnly ? undefined : column.edit?.editor;
  const edit = () => {
    if (editor?.type === 'flag') onText(column.text(record) === '1' ? '0' : '1');
    else setPlace({ left: 0, top: 0, width: box.current!.offsetWidth, height: box.current!.offsetHeight });
  };
  const close = (onward: Onward) => {
    setPlace(undefined);
    const buttons = [...document.querySelectorAll<HTMLElement>('[data-edit]')];
    const own = box.current!.querySelector<HTMLElement>('[data-edit]')!;
    const step = { right: 1, left: -1, down: 0, up: 0, stay: 0 }[onward];
    const next = buttons[buttons.indexOf(own) + step] ?? own;
    if (onward !== 'stay') next.focus();
    else focusIfLost(() => own);
  };
  return (
    <div ref={box}>
      <Editable
        title={column.title}
        onEdit={editor && edit}
        {...(className !== undefined && { className })}
        editor={
          place &&
          editor && (
            <CellEditor
              editor={editor}
              label={column.title}
              text={column.text(record)}
              isTyped={false}
              place={place}
              isInForm
              faultOf={(text) => faultOf(column, record, text)}
              onDone={(text, onward) => {
                close(onward);
                onText(text);
              }}
              onCancel={() => close('stay')}
            />
          )
        }
      >
        {children}
      </Editable>
    </div>
  );
}
