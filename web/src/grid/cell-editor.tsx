import { Command } from 'cmdk';
import { Check, Plus } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type KeyboardEvent, type SyntheticEvent, useEffect, useId, useRef, useState } from 'react';
import { useLanguage } from '../i18n/language.tsx';
import { classNames } from '../ui/class-names.ts';
import { useDebounced } from '../ui/use-debounced.ts';
import type { Editor } from './column.ts';
import { splitOptions, splitValues, valueSeparator } from './split.ts';

/** Where the active cell goes after an edit. */
export type Onward = 'down' | 'up' | 'right' | 'left' | 'stay';

interface CellEditorProps {
  readonly editor: Editor;
  readonly label: string;
  /** What is there, or what was typed in its place. */
  readonly text: string;
  readonly isTyped: boolean;
  readonly place: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  /** A form rather than a table: Enter begins a line where there may be several, and typing adds to what is there. */
  readonly isInForm?: boolean;
  /** Why a text is no value here: then it stays to be corrected. */
  readonly faultOf: (text: string) => string | undefined;
  readonly onDone: (text: string, onward: Onward) => void;
  readonly onCancel: () => void;
}

export function CellEditor(props: CellEditorProps) {
  return props.editor.type === 'choice' ? (
    <Choice {...props} editor={props.editor} />
  ) : (
    <Line {...props} type={props.editor.type} />
  );
}

function onwardOf(event: KeyboardEvent): Onward | undefined {
  if (event.key === 'Enter' && !event.altKey) return event.shiftKey ? 'up' : 'down';
  if (event.key === 'Tab') return event.shiftKey ? 'left' : 'right';
  return undefined;
}

/** Whether a key begins a line of a long text. */
function isLineBreak(event: KeyboardEvent, isInForm: boolean): boolean {
  if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return false;
  return isInForm || event.shiftKey || event.altKey;
}

/** Browsers know Enter and Shift and Enter, but not Alt and Enter. */
function breakLine(event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) {
  if (!event.altKey) return;
  event.preventDefault();
  const { currentTarget: input } = event;
  input.setRangeText('\n', input.selectionStart!, input.selectionEnd!, 'end');
}

/** Lets one of several ends happen: leaving is also losing the focus. */
function useOnce(): (end: () => void) => void {
  const isOver = useRef(false);
  return (end) => {
    if (isOver.current) return;
    isOver.current = true;
    end();
  };
}

type LineProps = CellEditorProps & { readonly type: Exclude<Editor['type'], 'choice'> };

function Line({ type, label, text, isTyped, place, isInForm = false, faultOf, onDone, onCancel }: LineProps) {
  const { t } = useLanguage();
  const finish = useOnce();
  const [fault, setFault] = useState<string>();
  const box = useRef<HTMLDivElement>(null);
  const hintId = useId();
  // It may be longer than what it edits.
  useEffect(() => {
    box.current!.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, []);
  const isLong = type === 'long';
  const hint = isLong ? (isInForm ? t.edit.linesInForm : t.edit.lines) : undefined;
  const leave = (value: string, onward: Onward) => {
    const found = value === text && !isTyped ? undefined : faultOf(value);
    setFault(found);
    if (found === undefined) finish(() => onDone(value, onward));
  };
  const shared = {
    'aria-label': label,
    'aria-invalid': fault !== undefined,
    'aria-describedby': hintId,
    defaultValue: text,
    autoFocus: true,
    onFocus: ({ currentTarget: input }: SyntheticEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      if (type === 'date' || fault !== undefined) return;
      if (isTyped || isLong || isInForm) input.setSelectionRange(text.length, text.length);
      else input.select();
    },
    onBlur: ({ currentTarget: { value } }: SyntheticEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      leave(value, 'stay'),
    onKeyDown: (event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      event.stopPropagation();
      const onward = onwardOf(event);
      if (event.key === 'Escape') finish(onCancel);
      else if (isLong && isLineBreak(event, isInForm)) breakLine(event);
      else if (onward) {
        event.preventDefault();
        leave(event.currentTarget.value, onward);
      }
    },
  };
  const input = 'block w-full resize-none bg-transparent px-2.5 outline-none max-sm:text-base';
  return (
    <div
      ref={box}
      className="absolute z-[5] rounded-sm bg-raised outline-2 -outline-offset-2 outline-accent shadow-float"
      style={{ left: place.left, top: place.top, width: place.width, ...(isLong && !isInForm && { minWidth: 280 }) }}
    >
      {isLong ? (
        <textarea {...shared} rows={5} className={classNames(input, 'py-1.5')} />
      ) : (
        <input
          {...shared}
          type={type === 'date' ? 'date' : 'text'}
          className={input}
          style={{ height: place.height }}
        />
      )}
      <p id={hintId} className="px-2.5 pb-1 text-xs whitespace-normal empty:hidden">
        {fault !== undefined ? (
          <span role="alert" className="text-danger">
            {fault}
          </span>
        ) : (
          hint && <span className="text-muted">{hint}</span>
        )}
      </p>
    </div>
  );
}

type ChoiceProps = CellEditorProps & { readonly editor: Extract<Editor, { type: 'choice' }> };

function Choice({ editor, label, text, isTyped, place, onDone, onCancel }: ChoiceProps) {
  const { isMultiple, isFree = false, isRequired = false } = editor;
  const { t } = useLanguage();
  const before = isTyped ? [] : isMultiple ? splitOptions(text, editor.options()) : [text];
  const [chosen, setChosen] = useState<readonly string[]>(before);
  const [search, setSearch] = useState(isTyped ? text : '');
  // Chosen first: they need not be among the options.
  const [options, setOptions] = useState(() => [...new Set([...(isFree ? before : []), ...editor.options()])]);
  const { find } = editor;
  const wanted = useDebounced(search.trim(), 120);
  useEffect(() => {
    // Without an answer there are those that are here.
    find?.(wanted).then(
      (found) => setOptions((was) => [...new Set([...was, ...found])]),
      () => undefined,
    );
  }, [find, wanted]);
  const finish = useOnce();
  const added = isFree ? splitValues(search).filter((one) => !options.includes(one)) : [];
  const done = (onward: Onward, values = chosen) => {
    finish(() => onDone([...values, ...(isMultiple ? added : [])].filter(Boolean).join(valueSeparator), onward));
  };
  const pick = (option: string) => {
    if (!isMultiple) done('stay', [option]);
    else setChosen((was) => (was.includes(option) ? was.filter((one) => one !== option) : [...was, option]));
    if (isFree) setSearch('');
  };
  return (
    <Popover.Root open onOpenChange={() => (isMultiple ? done('stay') : finish(onCancel))}>
      <Popover.Anchor className="pointer-events-none absolute" style={place} />
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={2}
          collisionPadding={8}
          aria-label={label}
          onEscapeKeyDown={(event) => {
            event.preventDefault();
            finish(onCancel);
          }}
          onCloseAutoFocus={(event) => event.preventDefault()}
          className="z-30 w-60 overflow-hidden rounded-lg bg-raised shadow-float outline-none"
        >
          <Command
            label={label}
            {...(before[0] && { defaultValue: before[0] })}
            onKeyDown={(event) => {
              event.stopPropagation();
              if (event.key !== 'Tab') return;
              event.preventDefault();
              done(event.shiftKey ? 'left' : 'right');
            }}
          >
            <Command.Input
              autoFocus
              value={search}
              onValueChange={setSearch}
              placeholder={label}
              className="h-9 w-full border-b border-line bg-transparent px-3 outline-none max-sm:text-base"
            />
            <Command.List className="max-h-64 overflow-y-auto p-1">
              <Command.Empty className="px-2 py-3 text-muted">{t.search.nothing}</Command.Empty>
              {!isMultiple && !isRequired && search === '' && before[0] && (
                <Option value="" label={t.field.empty} isChosen={false} isMuted onPick={pick} />
              )}
              {[...new Set([...options, ...chosen.filter((one) => isFree && one)])].map((option) => (
                <Option key={option} value={option} label={option} isChosen={chosen.includes(option)} onPick={pick} />
              ))}
              {added.map((option) => (
                <Option key={option} value={option} label={option} isChosen={false} isNew onPick={pick} />
              ))}
            </Command.List>
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface OptionProps {
  readonly value: string;
  readonly label: string;
  readonly isChosen: boolean;
  readonly isMuted?: boolean;
  readonly isNew?: boolean;
  readonly onPick: (value: string) => void;
}

function Option({ value, label, isChosen, isMuted, isNew, onPick }: OptionProps) {
  return (
    <Command.Item
      value={label}
      onSelect={() => onPick(value)}
      className="flex h-8 items-center justify-between gap-2 rounded-md px-2 data-[selected=true]:bg-hover max-sm:h-10"
    >
      <bdi className={classNames('truncate', isMuted && 'text-muted')}>{label}</bdi>
      {isNew && <Plus className="size-4 shrink-0 text-muted" />}
      {isChosen && <Check className="size-4 shrink-0 text-accent" />}
    </Command.Item>
  );
}
