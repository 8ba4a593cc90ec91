import { Command } from 'cmdk';
import { Check, ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { type Account, stagesOf } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Input } from '../ui/input.tsx';
import { Popover, PopoverClose } from '../ui/popover.tsx';
import { texts } from './texts.ts';

interface FilterButtonProps extends React.ComponentProps<'button'> {
  readonly name: string;
  /** What is chosen; undefined: nothing is filtered. */
  readonly value: string | undefined;
}

export function FilterButton({ name, value, className, ...props }: FilterButtonProps) {
  return (
    <Button
      {...(value !== undefined && { look: 'quiet' })}
      className={classNames(value !== undefined && 'border border-accent bg-accent-soft', className)}
      {...props}
    >
      <span className={value === undefined ? '' : 'text-muted'}>{name}</span>
      {value === undefined ? <ChevronDown className="text-muted" /> : <bdi className="max-w-40 truncate">{value}</bdi>}
    </Button>
  );
}

interface ResponsibleProps {
  readonly account: Account;
  readonly users: string | undefined;
  readonly onUsers: (users: string | undefined) => void;
}

/** Several users, or the whole of a group. */
export function ResponsibleFilter({ account, users, onUsers }: ResponsibleProps) {
  const { t } = useLanguage();
  const chosen = new Set(users?.split(',').map(Number));
  const set = (ids: Iterable<number>) => onUsers([...ids].sort((a, b) => a - b).join(',') || undefined);
  const groups = Object.values(account.json._embedded.groups)
    .map(({ id, name }) => ({ name, ids: account.users.filter((user) => user.group_id === id).map((user) => user.id) }))
    .filter(({ ids }) => ids.length > 1);
  const names = [...chosen].map((id) => account.nameOf(id));
  const value = names.length > 1 ? `${names[0]} +${names.length - 1}` : names[0];
  return (
    <Popover
      label={t.table.responsible}
      className="w-64 p-0"
      trigger={<FilterButton name={t.table.responsible} value={users && value} />}
    >
      <UserList
        account={account}
        chosen={chosen}
        groups={groups}
        onUser={(id) => set(chosen.has(id) ? [...chosen].filter((one) => one !== id) : [...chosen, id])}
        onGroup={set}
      />
    </Popover>
  );
}

interface UserListProps {
  readonly account: Account;
  readonly chosen: ReadonlySet<number>;
  readonly groups?: readonly { readonly name: string; readonly ids: readonly number[] }[];
  readonly onUser: (id: number) => void;
  readonly onGroup?: (ids: readonly number[]) => void;
}

export function UserList({ account, chosen, groups = [], onUser, onGroup }: UserListProps) {
  const { t } = useLanguage();
  return (
    <OptionList
      label={t.table.filterUsers}
      options={[
        ...groups.map(({ name, ids }) => ({
          id: `group ${name}`,
          text: name,
          hint: String(ids.length),
          onPick: () => onGroup?.(ids),
        })),
        ...account.users.map(({ id, login }) => ({
          id: String(id),
          text: account.nameOf(id),
          keyword: login,
          isChosen: chosen.has(id),
          onPick: () => onUser(id),
        })),
      ]}
    />
  );
}

interface ListOption {
  readonly id: string;
  readonly text: string;
  /** Found by it, too. */
  readonly keyword?: string;
  readonly isChosen?: boolean;
  /** Of what stands for several. */
  readonly hint?: string;
  readonly onPick: () => void;
}

interface OptionListProps {
  readonly label: string;
  readonly options: readonly ListOption[];
  /** Where the options are not all that there are. */
  readonly onText?: (text: string) => void;
}

/** Options that are found by typing. */
export function OptionList({ label, options, onText }: OptionListProps) {
  const { t } = useLanguage();
  return (
    <Command label={label}>
      <Command.Input
        placeholder={label}
        {...(onText && { onValueChange: onText })}
        className="h-9 w-full border-b border-line bg-transparent px-3 outline-none max-sm:text-base"
      />
      <Command.List className="max-h-72 overflow-y-auto p-1">
        <Command.Empty className="px-2 py-3 text-muted">{t.search.nothing}</Command.Empty>
        {options.map(({ id, text, keyword = '', isChosen, hint, onPick }) => (
          <Command.Item
            key={id}
            value={id}
            keywords={[text, keyword]}
            className="flex h-8 items-center justify-between gap-2 rounded-md px-2 data-[selected=true]:bg-hover max-sm:h-10 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-accent"
            onSelect={onPick}
          >
            <bdi className={classNames('truncate', hint !== undefined && 'font-medium')}>{text}</bdi>
            {hint !== undefined && <span className="text-muted">{hint}</span>}
            {isChosen && <Check />}
          </Command.Item>
        ))}
      </Command.List>
    </Command>
  );
}

interface StageProps {
  readonly account: Account;
  readonly stages: string | undefined;
  readonly onStages: (stages: string | undefined) => void;
}

/** Several stages, or all that are open. Won and lost are of every pipeline. */
export function StageFilter({ account, stages, onStages }: StageProps) {
  const r = useTexts(texts);
  const { pipelines } = account;
  const named = new Map(
    pipelines.flatMap((pipeline) =>
      stagesOf(pipeline).map(({ id, name }) => {
        const isShared = pipelines.length === 1 || id === 142 || id === 143;
        return [id, isShared ? name : `${pipeline.name}: ${name}`] as const;
      }),
    ),
  );
  const chosen = new Set(stages === 'open' ? [] : stages?.split(',').map(Number));
  const toggle = (id: number) => {
    const next = chosen.has(id) ? [...chosen].filter((one) => one !== id) : [...chosen, id];
    onStages(next.join(',') || undefined);
  };
  const [first] = chosen;
  const more = chosen.size > 1 ? ` +${chosen.size - 1}` : '';
  const value = stages === 'open' ? r.openLeads : first !== undefined && `${named.get(first) ?? first}${more}`;
  return (
    <Popover
      label={r.field.stage}
      className="w-64 p-0"
      trigger={<FilterButton name={r.field.stage} value={value || undefined} />}
    >
      <OptionList
        label={r.field.stage}
        options={[
          {
            id: 'open',
            text: r.openLeads,
            isChosen: stages === 'open',
            onPick: () => onStages(stages === 'open' ? undefined : 'open'),
          },
          ...[...named].map(([id, text]) => ({
            id: String(id),
            text,
            isChosen: chosen.has(id),
            onPick: () => toggle(id),
          })),
        ]}
      />
    </Popover>
  );
}

interface ChangedProps {
  readonly since: string | undefined;
  readonly onSince: (since: string | undefined) => void;
}

export function ChangedFilter({ since, onSince }: ChangedProps) {
  const { t, date } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const nameOf = (one: string) => {
    if (one === 'today') return t.table.today;
    return /^\d+$/.test(one) ? t.table.days(Number(one)) : date(new Date(`${one}T00:00:00`).getTime() / 1000);
  };
  const choose = (next: string | undefined) => {
    onSince(next);
    setOpen(false);
  };
  return (
    <Popover
      label={t.table.changed}
      className="w-56"
      open={isOpen}
      onOpenChange={setOpen}
      trigger={<FilterButton name={t.table.changed} value={since && nameOf(since)} />}
    >
      {[undefined, 'today', '7', '30', '365'].map((one) => (
        <PopoverClose key={one ?? 'any'} asChild>
          <Button look="quiet" className="w-full justify-start px-2" onClick={() => choose(one)}>
            {one === undefined ? t.table.anyTime : nameOf(one)}
            {since === one && <Check className="ml-auto text-accent" />}
          </Button>
        </PopoverClose>
      ))}
      <div className="mt-1 grid gap-1 border-t border-line p-2">
        <label htmlFor="since" className="text-muted">
          {t.table.since}
        </label>
        <Input
          id="since"
          type="date"
          defaultValue={since?.includes('-') ? since : ''}
          onChange={(event) => event.target.value && onSince(event.target.value)}
        />
      </div>
    </Popover>
  );
}
