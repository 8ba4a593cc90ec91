import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { type AnyRecord, type KindName, storeOf } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { Button } from '../ui/button.tsx';
import { Popover } from '../ui/popover.tsx';
import { useDebounced } from '../ui/use-debounced.ts';
import { linkKeys } from './links.ts';
import { texts } from './texts.ts';

const NewRecord = lazy(() => import('../records/new-record.tsx').then((part) => ({ default: part.NewRecord })));

interface LinkBoxProps {
  readonly kind: KindName;
  readonly record: AnyRecord;
  readonly other: KindName;
  readonly title: string;
  readonly ids: readonly number[];
  readonly onLink: (record: Pick<AnyRecord, 'id' | 'name'>) => void;
}

/** Finds a record to link, or makes a new one that is linked from its beginning. */
export function LinkBox({ kind, record, other, title, ids, onLink }: LinkBoxProps) {
  const { t } = useLanguage();
  const c = useTexts(texts);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [newName, setNewName] = useState<string>();
  const query = useDebounced(text.trim(), 120);
  const { data: found, isFetching } = useQuery({
    queryKey: ['search', other, query],
    queryFn: ({ signal }): Promise<AnyRecord[]> =>
      storeOf(other).list({ limit_rows: 8, ...(query && { query }) }, { signal }),
    enabled: isOpen,
  });
  const open = (next: boolean) => {
    setText('');
    setOpen(next);
  };
  const option = 'flex min-h-8 items-center gap-2 rounded-md px-2 data-[selected=true]:bg-hover max-sm:min-h-10';
  return (
    <>
      <Popover
        label={c.links.link(title)}
        align="end"
        className="w-72 p-0"
        open={isOpen}
        onOpenChange={open}
        trigger={
          <Button look="quiet" icon className="ml-auto text-muted" aria-label={c.links.link(title)}>
            <Plus />
          </Button>
        }
      >
        <Command shouldFilter={false} label={c.links.link(title)}>
          <Command.Input
            value={text}
            onValueChange={setText}
            placeholder={c.links.find}
            className="h-9 w-full border-b border-line bg-transparent px-3 outline-none max-sm:text-base"
          />
          <Command.List className="max-h-72 overflow-y-auto p-1">
            {found
              ?.filter(({ id }) => !ids.includes(id))
              .map(({ id, name, ...rest }) => (
                <Command.Item
                  key={id}
                  value={String(id)}
                  className={option}
                  onSelect={() => {
                    open(false);
                    onLink({ id, name });
                  }}
                >
                  <bdi className="min-w-0 flex-1 truncate">{name}</bdi>
                  {'company' in rest && rest.company && (
                    <bdi className="max-w-1/2 truncate text-xs text-muted">{rest.company.name}</bdi>
                  )}
                </Command.Item>
              ))}
            {!isFetching && found?.length === 0 && text === '' && (
              <p className="px-2 py-3 text-muted">{t.search.nothing}</p>
            )}
            {text.trim() !== '' && (
              <Command.Item
                value="new"
                className={option}
                onSelect={() => {
                  open(false);
                  setNewName(text.trim());
                }}
              >
                <Plus className="size-4 shrink-0 text-muted" />
                <bdi className="truncate">{c.links.create(text.trim())}</bdi>
              </Command.Item>
            )}
          </Command.List>
        </Command>
      </Popover>
      {newName !== undefined && (
        <Suspense>
          <NewRecord
            kind={other}
            name={newName}
            parts={{ [linkKeys[kind]]: record.id, responsible_user_id: record.responsible_user_id }}
            onClose={() => setNewName(undefined)}
            onAdded={(id) => {
              queryClient.invalidateQueries({ queryKey: ['record', kind, record.id] });
              navigate({ to: `/${other}/$id`, params: { id: String(id) } });
            }}
          />
        </Suspense>
      )}
    </>
  );
}
