import { useQueries } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { type KindName, kindNames, storeOf } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { kindIcons } from '../shell/kind-icons.ts';
import { Button } from '../ui/button.tsx';
import { Popover } from '../ui/popover.tsx';
import { useDebounced } from '../ui/use-debounced.ts';
import { texts } from './texts.ts';

export interface Picked {
  readonly kind: KindName;
  readonly id: number;
  readonly name: string;
}

interface RecordPickerProps {
  readonly picked: Picked | undefined;
  /** Where nothing may be picked any more that was. */
  readonly isRequired: boolean;
  readonly onPick: (picked: Picked | undefined) => void;
}

/** A record of any kind, found by what is typed. */
export function RecordPicker({ picked, isRequired, onPick }: RecordPickerProps) {
  const { t } = useLanguage();
  const x = useTexts(texts);
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const query = useDebounced(text.trim(), 150);
  const found = useQueries({
    queries: kindNames.map((kind) => ({
      queryKey: ['search', kind, query],
      queryFn: ({ signal }: { signal: AbortSignal }) => storeOf(kind).list({ query, limit_rows: 5 }, { signal }),
      enabled: query !== '' && isOpen,
    })),
  });
  const pick = (next: Picked | undefined) => {
    onPick(next);
    setOpen(false);
  };
  const PickedIcon = picked && kindIcons[picked.kind];
  const item =
    'flex h-9 items-center gap-2.5 rounded-md px-2 data-[selected=true]:bg-hover [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted';
  return (
    <Popover
      label={x.record}
      className="z-60 w-80 max-w-[calc(100vw-1rem)] p-0"
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button className="w-full justify-start font-normal" aria-label={`${x.record}: ${picked?.name ?? x.noRecord}`}>
          {PickedIcon && <PickedIcon className="text-muted" />}
          <bdi className="min-w-0 flex-1 truncate text-left">{picked?.name ?? x.noRecord}</bdi>
          <ChevronDown className="text-muted" />
        </Button>
      }
    >
      <Command shouldFilter={false} label={x.findRecord}>
        <Command.Input
          value={text}
          onValueChange={setText}
          placeholder={x.findRecord}
          className="h-9 w-full border-b border-line bg-transparent px-3 outline-none max-sm:text-base"
        />
        <Command.List className="max-h-64 overflow-y-auto p-1">
          {query !== '' && found.every(({ isFetching }) => !isFetching) && (
            <Command.Empty className="px-2 py-3 text-muted">{t.search.nothing}</Command.Empty>
          )}
          {!isRequired && (
            <Command.Item value="none" className={item} onSelect={() => pick(undefined)}>
              {x.noRecord}
            </Command.Item>
          )}
          {kindNames.flatMap((kind, index) => {
            const Icon = kindIcons[kind];
            return (found[index]?.data ?? []).map(({ id, name }) => (
              <Command.Item
                key={`${kind} ${id}`}
                value={`${kind} ${id}`}
                className={item}
                onSelect={() => pick({ kind, id, name })}
              >
                <Icon />
                <bdi className="truncate">{name}</bdi>
              </Command.Item>
            ));
          })}
        </Command.List>
      </Command>
    </Popover>
  );
}
