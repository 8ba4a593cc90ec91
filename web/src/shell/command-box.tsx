import { useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { BookOpen, House, ListTodo, Settings, SquareKanban } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { type AnyRecord, type KindName, kindNames, storeOf } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { accountQuery } from '../session.ts';
import { settingsEntries } from '../settings/entries.ts';
import { texts as settingsTexts } from '../settings/texts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useDebounced } from '../ui/use-debounced.ts';
import { kindIcons } from './kind-icons.ts';

/** Ctrl K: one box over all records and pages. */
export function CommandBox({ onClose }: { readonly onClose: () => void }) {
  const { t } = useLanguage();
  const s = useTexts(settingsTexts);
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const query = useDebounced(text.trim(), 120);
  const { data: account } = useQuery(accountQuery);
  const found = useQueries({
    queries: kindNames.map((kind) => ({
      queryKey: ['search', kind, query],
      queryFn: ({ signal }: { signal: AbortSignal }): Promise<AnyRecord[]> =>
        storeOf(kind).list({ query, limit_rows: 5 }, { signal }),
      enabled: query !== '' && account !== undefined,
    })),
  });
  const go = (to: '/' | '/board' | '/tasks' | `/${KindName}` | ReturnType<typeof settingsEntries>[number]['to']) => {
    onClose();
    navigate({ to });
  };
  const open = (kind: KindName, id: number) => {
    onClose();
    navigate({ to: `/${kind}/$id`, params: { id: String(id) } });
  };
  const isBusy = query !== text.trim() || found.some(({ isFetching }) => isFetching);
  const matches = (name: string) => name.toLowerCase().includes(text.trim().toLowerCase());
  return (
    <Dialog open onOpenChange={onClose} title={t.search.title}>
      <Command shouldFilter={false} label={t.search.title}>
        <Command.Input
          value={text}
          onValueChange={setText}
          placeholder={t.search.placeholder}
          className="h-12 w-full border-b border-line bg-transparent px-4 text-base outline-none"
        />
        <Command.List className="max-h-[60vh] overflow-y-auto p-2">
          {!isBusy && <Command.Empty className="px-2 py-6 text-center text-muted">{t.search.nothing}</Command.Empty>}
          {kindNames.map((kind, index) => {
            const records: AnyRecord[] = found[index]?.data ?? [];
            const Icon = kindIcons[kind];
            return (
              records.length > 0 && (
                <Group key={kind} heading={t.nav[kind]}>
                  {records.map((record) => (
                    <Item key={record.id} value={`${kind} ${record.id}`} onSelect={() => open(kind, record.id)}>
                      <Icon />
                      <bdi className="min-w-0 flex-1 truncate">{record.name}</bdi>
                      {'company' in record && record.company && (
                        <bdi className="max-w-1/2 truncate text-muted">{record.company.name}</bdi>
                      )}
                    </Item>
                  ))}
                </Group>
              )
            );
          })}
          <Group heading={t.search.pages}>
            {matches(t.nav.start) && (
              <Item value="start" onSelect={() => go('/')}>
                <House />
                {t.nav.start}
              </Item>
            )}
            {kindNames.map((kind) => {
              const Icon = kindIcons[kind];
              return (
                matches(t.nav[kind]) && (
                  <Item key={kind} value={kind} onSelect={() => go(`/${kind}`)}>
                    <Icon />
                    {t.nav[kind]}
                  </Item>
                )
              );
            })}
            {matches(t.nav.board) && (
              <Item value="board" onSelect={() => go('/board')}>
                <SquareKanban />
                {t.nav.board}
              </Item>
            )}
            {matches(t.nav.tasks) && (
              <Item value="tasks" onSelect={() => go('/tasks')}>
                <ListTodo />
                {t.nav.tasks}
              </Item>
            )}
            {account &&
              settingsEntries(account)
                .filter(({ name }) => matches(`${t.nav.settings} ${s[name]}`))
                .map(({ name, to }) => (
                  <Item key={name} value={to} onSelect={() => go(to)}>
                    <Settings />
                    {t.nav.settings} · {s[name]}
                  </Item>
                ))}
            {matches(t.nav.docs) && (
              <Item value="docs" onSelect={() => location.assign('/docs')}>
                <BookOpen />
                {t.nav.docs}
              </Item>
            )}
          </Group>
        </Command.List>
      </Command>
    </Dialog>
  );
}

function Group({ heading, children }: { readonly heading: string; readonly children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted"
    >
      {children}
    </Command.Group>
  );
}

interface ItemProps {
  readonly value: string;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

function Item(props: ItemProps) {
  return (
    <Command.Item
      className="flex h-9 items-center gap-2.5 rounded-md px-2 data-[disabled=true]:text-muted data-[selected=true]:bg-hover [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted"
      {...props}
    />
  );
}
