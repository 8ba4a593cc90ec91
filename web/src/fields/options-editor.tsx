import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import { flushSync } from 'react-dom';
import { useTexts } from '../i18n/language.tsx';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/input.tsx';
import { texts } from './texts.ts';

export interface Option {
  /** Undefined: it is not there yet. */
  readonly id?: number;
  readonly value: string;
}

interface OptionsProps {
  readonly options: readonly Option[];
  readonly onOptions: (options: readonly Option[]) => void;
  readonly isNew: boolean;
}

/** The options of a list in their order; Enter adds the next one. */
export function OptionsEditor({ options, onOptions, isNew }: OptionsProps) {
  const t = useTexts(texts);
  const list = useRef<HTMLOListElement>(null);
  const add = (at: number) => {
    // Its input is there at once, so that nothing typed goes into the one before.
    flushSync(() => onOptions([...options.slice(0, at), { value: '' }, ...options.slice(at)]));
    list.current?.querySelectorAll('input')[at]?.focus();
  };
  const move = (index: number, by: 1 | -1) => {
    const moved = [...options];
    const [option] = moved.splice(index, 1);
    moved.splice(index + by, 0, option!);
    onOptions(moved);
  };
  const onKey = (event: KeyboardEvent, index: number) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    event.preventDefault();
    add(index + 1);
  };
  return (
    <fieldset className="grid gap-1.5">
      <legend className="text-muted">{t.options}</legend>
      <ol ref={list} className="grid gap-1.5">
        {options.map(({ id, value }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: new ones have nothing else yet
          <li key={index} className="flex items-center gap-1">
            <Input
              aria-label={t.option(index + 1)}
              value={value}
              autoComplete="off"
              onKeyDown={(event) => onKey(event, index)}
              onChange={(event) =>
                onOptions(
                  options.map((option, at) => (at === index ? { ...option, value: event.target.value } : option)),
                )
              }
            />
            <Button
              look="quiet"
              icon
              aria-label={t.up(t.option(index + 1))}
              disabled={index === 0}
              onClick={() => move(index, -1)}
            >
              <ArrowUp />
            </Button>
            <Button
              look="quiet"
              icon
              aria-label={t.down(t.option(index + 1))}
              disabled={index === options.length - 1}
              onClick={() => move(index, 1)}
            >
              <ArrowDown />
            </Button>
            <Button
              look="quiet"
              icon
              aria-label={t.removeOption(index + 1)}
              disabled={id !== undefined}
              onClick={() => onOptions(options.filter((_, at) => at !== index))}
            >
              <X />
            </Button>
          </li>
        ))}
      </ol>
      <Button className="justify-self-start" onClick={() => add(options.length)}>
        <Plus />
        {t.addOption}
      </Button>
      {!isNew && <p className="text-xs text-muted">{t.optionsStay}</p>}
    </fieldset>
  );
}
