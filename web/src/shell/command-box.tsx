import { useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { BookOpen, House, ListTodo, type LucideIcon, Settings, SquareKanban } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { type AnyRecord, type KindName, kindNames, storeOf } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { accountQuery } from '../session.ts';
import { settingsEntries } from '../settings/entries.ts';
import { texts as settingsTexts } from '../settings/texts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useDebounced } from '../ui/use-debounced.ts';
import { kindIcons } from './kind-icons.ts';

type PageAddress = '/' | '/board' | '/tasks' | `/${KindName}` | ReturnType<typeof settingsEntries>[number]['to'];

interface Entry {
  readonly value: string;
  readonly icon: LucideIcon;
  readonly text: string;
  /** What it belongs to. */
  readonly hint?: string;
  readonly run: () => void;
}

/** Ctrl K: one box over all records and pages. */
export function CommandBox({ onClose }: { readonly onClose: () => void }) {
  const { t } = useLanguage();
  const s = useTexts(settingsTexts);
  const navigate = useNavigate();
  const [text, setText] = useState('');
  /** The entry that somebody has moved to; without one the first is meant. */
  const [picked, setPicked] = useState('');
  const isMoving = useRef(false);
  /** Enter was pressed before there was anything to open. */
  const [isAwaited, setAwaited] = useState(false);
  const wanted = text.trim();
  const query = useDebounced(wanted, 120);
  const { data: account } = useQuery(accountQuery);
  const found = useQueries({
    queries: kindNames.map((kind) => ({
      queryKey: ['search', kind, query],
      queryFn: ({ signal }: { signal: AbortSignal }): Promise<AnyRecord[]> =>
        storeOf(kind).list({ query, limit_rows: 5 }, { signal }),
      enabled: query !== '' && account !== undefined,
    })),
  });
  const page = (value: string, icon: LucideIcon, title: string, to: PageAddress): Entry => ({
    ...{ value, icon, text: title },
    run: () => {
      onClose();
      navigate({ to });
    },
  });
  const records = kindNames.map((kind, index) => ({
    heading: t.nav[kind],
    entries: (found[index]?.data ?? []).map(
      (record): Entry => ({
        ...{ value: `${kind} ${record.id}`, icon: kindIcons[kind], text: record.name },
        ...('company' in record && record.company && { hint: record.company.name }),
        run: () => {
          onClose();
          navigate({ to: `/${kind}/$id`, params: { id: String(record.id) } });
        },
      }),
    ),
  }));
  const pages = [
    page('start', House, t.nav.start, '/'),
    ...kindNames.map((kind) => page(kind, kindIcons[kind], t.nav[kind], `/${kind}`)),
    page('board', SquareKanban, t.nav.board, '/board'),
    page('tasks', ListTodo, t.nav.tasks, '/tasks'),
    ...(account ? settingsEntries(account) : []).map(({ name, to }) =>
      page(to, Settings, `${t.nav.settings} · ${s[name]}`, to),
    ),
    { value: 'docs', icon: BookOpen, text: t.nav.docs, run: () => location.assign('/docs') },
  ].filter((one) => one.text.toLowerCase().includes(wanted.toLowerCase()));
  const groups = [...records, { heading: t.search.pages, entries: pages }].filter(({ entries }) => entries.length > 0);
  const entries = groups.flatMap((group) => group.entries);
  const current = entries.find(({ value }) => value === picked) ?? entries[0];
  const isBusy = query !== wanted || found.some(({ isFetching }) => isFetching);
  const runsNow = isAwaited && !isBusy;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when what was awaited is there
  useEffect(() => {
    if (!runsNow) return;
    setAwaited(false);
    current?.run();
  }, [runsNow]);
  const onKeyDown = (event: KeyboardEvent) => {
    isMoving.current = ['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key);
    if (event.key !== 'Enter' || !isBusy || picked !== '' || event.nativeEvent.isComposing) return;
    event.preventDefault();
    setAwaited(true);
  };
  const type = (next: string) => {
    isMoving.current = false;
    setText(next);
    setPicked('');
    setAwaited(false);
  };
  return (
    <Dialog open onOpenChange={onClose} title={t.search.title}>
      <Command
        shouldFilter={false}
        label={t.search.title}
        value={current?.value ?? ''}
        // The box picks by itself too, what comes first at the moment.
        onValueChange={(value) => isMoving.current && setPicked(value)}
        onKeyDown={onKeyDown}
      >
        <Command.Input
          value={text}
          onValueChange={type}
          placeholder={t.search.placeholder}
          className="h-12 w-full border-b border-line bg-transparent px-4 text-base outline-none"
        />
        <Command.List
          className="max-h-[60vh] overflow-y-auto p-2"
          onPointerMoveCapture={() => {
            isMoving.current = true;
          }}
        >
          {!isBusy && <Command.Empty className="px-2 py-6 text-center text-muted">{t.search.nothing}</Command.Empty>}
          {groups.map(({ heading, entries }) => (
            <Group key={heading} heading={heading}>
              {entries.map(({ value, icon: Icon, text, hint, run }) => (
                <Item key={value} value={value} onSelect={run}>
                  <Icon />
                  <bdi className="min-w-0 flex-1 truncate">{text}</bdi>
                  {hint && <bdi className="max-w-1/2 truncate text-muted">{hint}</bdi>}
                </Item>
              ))}
            </Group>
          ))}
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
