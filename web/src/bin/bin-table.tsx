import { useLanguage, useTexts } from '../i18n/language.tsx';
import type { Account } from '../session.ts';
import { Checkbox } from '../ui/checkbox.tsx';
import { texts } from './texts.ts';

interface BinTableProps {
  readonly items: readonly {
    id: number;
    name: string;
    responsible_user_id: number;
    updated_at: number;
    updated_by: number;
  }[];
  readonly account: Account;
  readonly selected: ReadonlySet<number>;
  readonly onSelect: (selected: ReadonlySet<number>) => void;
}

export function BinTable({ items, account, selected, onSelect }: BinTableProps) {
  const t = useTexts(texts);
  const { dateTime } = useLanguage();
  const all = items.every(({ id }) => selected.has(id)) ? true : selected.size > 0 ? 'mixed' : false;
  const toggle = (id: number) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  return (
    <table className="w-full table-fixed border-y border-line">
      <thead>
        <tr className="border-b border-line text-left text-muted">
          <th className="w-8 py-2">
            <Checkbox
              aria-label={t.selectAll}
              checked={all}
              onToggle={() => onSelect(all === true ? new Set() : new Set(items.map(({ id }) => id)))}
            />
          </th>
          <th className="py-2 pr-3 font-medium">{t.name}</th>
          <th className="w-44 py-2 pr-3 font-medium max-md:hidden">{t.responsible}</th>
          <th className="w-44 py-2 pr-3 font-medium max-sm:hidden">{t.by}</th>
          <th className="w-44 py-2 font-medium max-sm:w-28">{t.at}</th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {items.map(({ id, name, responsible_user_id, updated_at, updated_by }) => (
          <tr key={id} className={selected.has(id) ? 'bg-accent-soft' : 'hover:bg-sunken'}>
            <td className="py-2">
              <Checkbox aria-label={t.select(name)} checked={selected.has(id)} onToggle={() => toggle(id)} />
            </td>
            <td className="truncate py-2 pr-3 font-medium">
              <bdi>{name}</bdi>
            </td>
            <td className="truncate py-2 pr-3 max-md:hidden">
              <bdi>{account.nameOf(responsible_user_id)}</bdi>
            </td>
            <td className="truncate py-2 pr-3 max-sm:hidden">
              <bdi>{account.nameOf(updated_by)}</bdi>
            </td>
            <td className="py-2 text-muted">{dateTime(updated_at)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
