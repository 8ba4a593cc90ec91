import { Command } from 'cmdk';
import { Check, ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { useLanguage } from '../i18n/language.tsx';
import type { Account } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Input } from '../ui/input.tsx';
import { Popover, PopoverClose } from '../ui/popover.tsx';

interface FilterButtonProps extends React.ComponentProps<'button'> {
  readonly name: string;
  /** What is chosen; undefined: nothing is filtered. */
  readonly value: string | undefined;
}

function FilterButton({ name, value, className, ...props }: FilterButtonProps) {
  return (
    <Button className={classNames(value !== undefined && 'border-accent bg-accent-soft', className)} {...props}>
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
  const option =
    'flex h-8 items-center justify-between gap-2 rounded-md px-2 data-[selected=true]:bg-hover max-sm:h-10 [&_svg]:size-4 [&_svg]:text-accent';
  return (
    <Command label={t.table.filterUsers}>
      <Command.Input
        placeholder={t.table.filterUsers}
        className="h-9 w-full border-b border-line bg-transparent px-3 outline-none max-sm:text-base"
      />
      <Command.List className="max-h-72 overflow-y-auto p-1">
        <Command.Empty className="px-2 py-3 text-muted">{t.search.nothing}</Command.Empty>
        {groups.map(({ name, ids }) => (
          <Command.Item
            key={name}
            value={`group ${name}`}
            keywords={[name]}
            className={option}
            onSelect={() => onGroup?.(ids)}
          >
            <bdi className="truncate font-medium">{name}</bdi>
            <span className="text-muted">{ids.length}</span>
          </Command.Item>
        ))}
        {account.users.map(({ id, login }) => (
          <Command.Item
            key={id}
            value={String(id)}
            keywords={[account.nameOf(id), login]}
            className={option}
            onSelect={() => onUser(id)}
          >
            <bdi className="truncate">{account.nameOf(id)}</bdi>
            {chosen.has(id) && <Check />}
          </Command.Item>
        ))}
      </Command.List>
    </Command>
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
          <Button look="quiet" className="w-full justify-between px-2" onClick={() => choose(one)}>
            {one === undefined ? t.table.anyTime : nameOf(one)}
            {since === one && <Check className="text-accent" />}
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
