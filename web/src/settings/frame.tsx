import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { accountQuery } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { settingsEntries } from './entries.ts';
import { texts } from './texts.ts';

/** The pages of the settings, as far as the user may do something there. */
export function SettingsFrame() {
  const t = useTexts(texts);
  const { data: account } = useSuspenseQuery(accountQuery);
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone the names scroll.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page, another name
  useEffect(() => {
    nav.current?.querySelector('[aria-current=page]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  return (
    <div className="flex h-full max-sm:flex-col">
      <nav
        ref={nav}
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

/** Why what a page shows did not come; nothing where it did. */
export function LoadFailed({ error }: { readonly error: Error | null | undefined }) {
  const { t } = useLanguage();
  return (
    error && (
      <p role="alert" className="text-danger">
        {error.message || t.error.unknown}
      </p>
    )
  );
}

interface FormDialogProps {
  readonly title: string;
  readonly lead?: string;
  readonly cancel: string;
  readonly action: string;
  /** It cannot be sent now. */
  readonly isDisabled: boolean;
  readonly onSubmit: (event: FormEvent) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A form over the page, which scrolls between its title and its buttons. */
export function FormDialog({ title, lead, cancel, action, isDisabled, onSubmit, onClose, children }: FormDialogProps) {
  return (
    <Dialog open onOpenChange={onClose} title={title}>
      <form onSubmit={onSubmit} className="grid max-h-[76vh] grid-rows-[auto_minmax(0,1fr)_auto]">
        <div className="px-5 pt-5 pb-4">
          <p aria-hidden="true" className="truncate text-base font-semibold">
            {title}
          </p>
          {lead && <p className="text-muted">{lead}</p>}
        </div>
        <div className="grid gap-4 overflow-y-auto px-5 py-1">{children}</div>
        <div className="flex justify-end gap-2 p-5">
          <Button onClick={onClose}>{cancel}</Button>
          <Button look="primary" type="submit" disabled={isDisabled}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
