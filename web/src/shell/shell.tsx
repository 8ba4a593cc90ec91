import { Link, Outlet } from '@tanstack/react-router';
import { BookOpen, House, ListTodo, type LucideIcon, Search, Settings, SquareKanban } from 'lucide-react';
import { useEffect, useState } from 'react';
import { kindNames } from '../api.ts';
import { useLanguage } from '../i18n/language.tsx';
import { classNames } from '../ui/class-names.ts';
import { lazyPart } from '../ui/lazy-part.tsx';
import { AccountMenu } from './account-menu.tsx';
import { kindIcons } from './kind-icons.ts';
import { Logo } from './logo.tsx';

const loadCommandBox = () => import('./command-box.tsx').then((part) => part.CommandBox);
const CommandBox = lazyPart(loadCommandBox);

/** What stands around every page: at the side; on a phone above and below. */
export function Shell() {
  const { t } = useLanguage();
  const [isSearching, setSearching] = useState(false);
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (event.code !== 'KeyK' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setSearching((was) => !was);
    };
    addEventListener('keydown', open);
    // Not with the first page, but before somebody types into it.
    loadCommandBox().catch(() => undefined);
    return () => removeEventListener('keydown', open);
  }, []);
  return (
    <div className="flex h-full max-sm:flex-col">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-md focus:bg-raised focus:px-3 focus:py-1.5 focus:shadow-float"
      >
        {t.nav.skip}
      </a>
      <header className="flex shrink-0 flex-col border-line bg-sunken max-sm:flex-row max-sm:items-center max-sm:border-b sm:w-56 sm:border-r">
        <Logo className="h-12 px-4 max-sm:flex-1" />
        <button
          type="button"
          onClick={() => setSearching(true)}
          className="flex items-center gap-2 rounded-md text-muted hover:bg-hover max-sm:size-10 max-sm:justify-center sm:mx-3 sm:mb-3 sm:h-8 sm:border sm:border-line-strong sm:bg-raised sm:px-2"
        >
          <Search className="size-4" />
          <span className="text-left max-sm:sr-only sm:flex-1">{t.nav.search}</span>
          <kbd className="font-sans text-xs max-sm:hidden">Ctrl K</kbd>
        </button>
        <nav aria-label={t.nav.label} className="grid gap-0.5 px-3 max-sm:hidden">
          <Pages />
        </nav>
        <div className="sm:mt-auto sm:p-3">
          <AccountMenu />
        </div>
      </header>
      <div id="content" tabIndex={-1} className="min-h-0 min-w-0 flex-1 outline-none">
        <Outlet />
      </div>
      <nav aria-label={t.nav.label} className="flex shrink-0 overflow-x-auto border-t border-line bg-sunken sm:hidden">
        <Pages />
      </nav>
      {isSearching && <CommandBox onClose={() => setSearching(false)} />}
    </div>
  );
}

function Pages() {
  const { t } = useLanguage();
  return (
    <>
      <Link to="/" className={page} activeProps={current} activeOptions={{ exact: true }}>
        <Label icon={House} text={t.nav.start} />
      </Link>
      {kindNames.map((kind) => (
        <Link
          key={kind}
          to={`/${kind}`}
          className={page}
          activeProps={current}
          activeOptions={{ includeSearch: false }}
        >
          <Label icon={kindIcons[kind]} text={t.nav[kind]} />
        </Link>
      ))}
      <Link to="/board" className={page} activeProps={current} activeOptions={{ includeSearch: false }}>
        <Label icon={SquareKanban} text={t.nav.board} />
      </Link>
      <Link to="/tasks" className={page} activeProps={current} activeOptions={{ includeSearch: false }}>
        <Label icon={ListTodo} text={t.nav.tasks} />
      </Link>
      <Link to="/settings" className={classNames(page, 'max-sm:hidden')} activeProps={current}>
        <Label icon={Settings} text={t.nav.settings} />
      </Link>
      <a href="/docs" className={classNames(page, 'max-sm:hidden')}>
        <Label icon={BookOpen} text={t.nav.docs} />
      </a>
    </>
  );
}

const page =
  'flex items-center gap-2.5 font-medium text-muted hover:text-ink max-sm:flex-auto max-sm:flex-col max-sm:px-2 max-sm:gap-0.5 max-sm:py-2 max-sm:text-xs sm:h-8 sm:rounded-md sm:px-2 sm:hover:bg-hover aria-[current=page]:text-ink sm:aria-[current=page]:bg-hover';
const current = { 'aria-current': 'page' } as const;

function Label({ icon: Icon, text }: { readonly icon: LucideIcon; readonly text: string }) {
  return (
    <>
      <Icon className="size-4 max-sm:size-5" />
      {text}
    </>
  );
}
