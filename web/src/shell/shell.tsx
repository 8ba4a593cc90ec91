import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { BookOpen, Ellipsis, House, ListTodo, Search, Settings, SquareKanban } from 'lucide-react';
import { useEffect, useState } from 'react';
import { kindNames } from '../api.ts';
import { useLanguage } from '../i18n/language.tsx';
import { classNames } from '../ui/class-names.ts';
import { lazyPart } from '../ui/lazy-part.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
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
    // Not with the first page, but with the first key: Ctrl comes before K.
    const prepare = () => void loadCommandBox().catch(() => undefined);
    addEventListener('keydown', prepare, { once: true });
    return () => {
      removeEventListener('keydown', open);
      removeEventListener('keydown', prepare);
    };
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
      <PhonePages />
      {isSearching && <CommandBox onClose={() => setSearching(false)} />}
    </div>
  );
}

const icons = { ...kindIcons, start: House, board: SquareKanban, tasks: ListTodo, settings: Settings } as const;
type PageName = keyof typeof icons;
const pageNames = ['start', ...kindNames, 'board', 'tasks', 'settings'] as const satisfies readonly PageName[];
const addressOf = (name: PageName) => (name === 'start' ? '/' : (`/${name}` as const));

function Pages() {
  const { t } = useLanguage();
  return (
    <>
      {pageNames.map((name) => (
        <PageLink
          key={name}
          name={name}
          className={classNames(page, 'h-8 gap-2.5 rounded-md px-2 hover:bg-hover aria-[current=page]:bg-hover')}
        />
      ))}
      <a href="/docs" className={classNames(page, 'h-8 gap-2.5 rounded-md px-2 hover:bg-hover')}>
        <BookOpen className="size-4" />
        {t.nav.docs}
      </a>
    </>
  );
}

function PageLink({ name, className }: { readonly name: PageName; readonly className: string }) {
  const { t } = useLanguage();
  const Icon = icons[name];
  return (
    <Link
      to={addressOf(name)}
      className={className}
      activeProps={current}
      activeOptions={name === 'start' ? { exact: true } : { includeSearch: false }}
    >
      <Icon className="size-4 max-sm:size-5" />
      <span className="max-w-full truncate">{t.nav[name]}</span>
    </Link>
  );
}

/** So many have room at the foot of a phone; the others are in a menu. */
const phoneNames = ['companies', 'contacts', 'leads', 'tasks'] as const satisfies readonly PageName[];
const menuNames = pageNames.filter((name) => !phoneNames.some((one) => one === name));

function PhonePages() {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const isInMenu = menuNames.some((name) => pathname === addressOf(name) || pathname.startsWith(`/${name}/`));
  const className = classNames(page, 'min-w-0 flex-1 flex-col justify-center gap-0.5 px-1 py-2 text-xs');
  return (
    <nav aria-label={t.nav.label} className="flex shrink-0 border-t border-line bg-sunken sm:hidden">
      {phoneNames.map((name) => (
        <PageLink key={name} name={name} className={className} />
      ))}
      <Menu
        align="end"
        trigger={
          <button type="button" className={classNames(className, isInMenu && 'text-ink')}>
            <Ellipsis className="size-5" />
            {t.nav.more}
          </button>
        }
      >
        {menuNames.map((name) => {
          const Icon = icons[name];
          return (
            <MenuItem key={name} onSelect={() => navigate({ to: addressOf(name) })}>
              <Icon />
              {t.nav[name]}
            </MenuItem>
          );
        })}
        <MenuItem onSelect={() => location.assign('/docs')}>
          <BookOpen />
          {t.nav.docs}
        </MenuItem>
      </Menu>
    </nav>
  );
}

const page = 'flex items-center font-medium text-muted hover:text-ink aria-[current=page]:text-ink';
const current = { 'aria-current': 'page' } as const;
