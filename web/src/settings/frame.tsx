import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useTexts } from '../i18n/language.tsx';
import { accountQuery } from '../session.ts';
import { settingsEntries } from './entries.ts';
import { texts } from './texts.ts';

/** The pages of the settings, as far as the user may do something there. */
export function SettingsFrame() {
  const t = useTexts(texts);
  const { data: account } = useSuspenseQuery(accountQuery);
  return (
    <div className="flex h-full max-sm:flex-col">
      <nav
        aria-label={t.title}
        className="flex shrink-0 gap-0.5 border-line p-3 max-sm:overflow-x-auto max-sm:border-b max-sm:py-2 sm:w-48 sm:flex-col sm:border-r"
      >
        {settingsEntries(account).map(({ to, name }) => (
          <Link key={to} to={to} className={entry} activeProps={{ 'aria-current': 'page' }}>
            {t[name]}
          </Link>
        ))}
      </nav>
      <div className="min-h-0 min-w-0 flex-1">
        <Outlet />
      </div>
    </div>
  );
}

const entry =
  'flex h-8 shrink-0 items-center rounded-md px-2 font-medium whitespace-nowrap text-muted hover:bg-hover hover:text-ink aria-[current=page]:bg-hover aria-[current=page]:text-ink max-sm:h-9';

interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  /** Beside the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function SettingsPage({ title, lead, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Kontora`;
  }, [title]);
  return (
    <main className="h-full overflow-y-auto">
      <div className="mx-auto grid max-w-4xl grid-cols-[minmax(0,1fr)] gap-8 px-4 py-6 sm:px-10 sm:py-10">
        <header className="flex flex-wrap items-start gap-x-6 gap-y-3">
          <div className="min-w-0 flex-1">
            <h1 className="text-lg font-semibold tracking-tight">{title}</h1>
            {lead && <p className="mt-1 max-w-prose text-muted">{lead}</p>}
          </div>
          {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
        {children}
      </div>
    </main>
  );
}
