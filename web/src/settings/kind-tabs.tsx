import { Link } from '@tanstack/react-router';
import { type KindName, kindNames } from '../api.ts';
import { useLanguage } from '../i18n/language.tsx';

interface TabsProps {
  readonly to: '/settings/bin' | '/settings/fields' | '/settings/tags';
  readonly kind: KindName;
  readonly label: string;
}

/** The kinds of records, each at an address of its own. */
export function KindTabs({ to, kind, label }: TabsProps) {
  const { t } = useLanguage();
  return (
    <nav aria-label={label} className="flex gap-4 overflow-x-auto border-b border-line">
      {kindNames.map((one) => (
        <Link
          key={one}
          to={to}
          search={{ kind: one }}
          {...(one === kind && { 'aria-current': 'page' as const })}
          className="-mb-px flex h-9 shrink-0 items-center border-b-2 border-transparent font-medium text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink"
        >
          {t.nav[one]}
        </Link>
      ))}
    </nav>
  );
}
