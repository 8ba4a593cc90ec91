import { Command } from 'cmdk';
import { Check, Plus } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
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

type LineProps = CellEditorProps & { readonly type: Exclude<Editor['type'], 'choice'> };

function Line({ type, label, text, isTyped, place, onDone, onCancel }: LineProps) {
  const isOver = useRef(false);
  const finish = (end: () => void) => {
    // Leaving is also losing the focus.
    if (isOver.current) return;
    isOver.current = true;
    end();
  };
  const shared = {
    'aria-label': label,
    defaultValue: text,
    autoFocus: true,
    onFocus: (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => {
      if (type === 'date') return;
      const { currentTarget: input } = event;
      if (isTyped) input.setSelectionRange(text.length, text.length);
      else input.select();
    },
    onBlur: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      finish(() => onDone(value, 'stay'));
    },
    onKeyDown: (event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      event.stopPropagation();
      const { value } = event.currentTarget;
      const onward = onwardOf(event);
      if (event.key === 'Escape') finish(onCancel);
      else if (onward) {
        event.preventDefault();
        finish(() => onDone(value, onward));
      }
    },
    className:
      'absolute z-[5] resize-none rounded-sm bg-raised px-2.5 outline-2 -outline-offset-2 outline-accent shadow-float max-sm:text-base',
  };
  return type === 'long' ? (
    <textarea {...shared} rows={5} style={{ ...place, height: 'auto', minWidth: 280 }} />
  ) : (
    <input {...shared} type={type === 'date' ? 'date' : 'text'} style={place} />
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
  const added = isFree ? splitValues(search).filter((one) => !options.includes(one)) : [];
  const done = (onward: Onward, values = chosen) => {
    onDone([...values, ...(isMultiple ? added : [])].filter(Boolean).join(valueSeparator), onward);
  };
  const pick = (option: string) => {
    if (!isMultiple) done('stay', [option]);
    else setChosen((was) => (was.includes(option) ? was.filter((one) => one !== option) : [...was, option]));
    if (isFree) setSearch('');
  };
  return (
    <Popover.Root open onOpenChange={() => (isMultiple ? done('stay') : onCancel())}>
      <Popover.Anchor className="pointer-events-none absolute" style={place} />
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={2}
          collisionPadding={8}
          aria-label={label}
          onEscapeKeyDown={(event) => {
            event.preventDefault();
            onCancel();
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
