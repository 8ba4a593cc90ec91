import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown, KeyRound, LogOut, Settings2 } from 'lucide-react';
import { crm } from '../api.ts';
import { languages, useLanguage } from '../i18n/language.tsx';
import { accountQuery, forgetSession } from '../session.ts';
import { type Theme, useTheme } from '../theme.ts';
import { buttonClass } from '../ui/button.tsx';
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuSeparator } from '../ui/menu.tsx';
import { notify } from '../ui/toaster.tsx';

/** Who is signed in, theme and language. */
export function AccountMenu() {
  const { t, language, speak } = useLanguage();
  const [theme, chooseTheme] = useTheme();
  const { data: account } = useQuery(accountQuery);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const leave = async () => {
    try {
      await crm.signOut();
    } catch {
      notify({ text: t.error.offline, isError: true });
      return;
    }
    forgetSession();
    queryClient.clear();
    navigate({ to: '/sign-in' });
  };
  const themes: readonly (readonly [Theme, string])[] = [
    ['system', t.theme.system],
    ['light', t.theme.light],
    ['dark', t.theme.dark],
  ];
  const name = account ? account.nameOf(account.me.id) : t.account.settings;
  const trigger = (
    <button
      type="button"
      className="flex w-full items-center gap-2 rounded-md p-1.5 text-left hover:bg-hover aria-expanded:bg-hover max-sm:mr-2"
    >
      <span
        aria-hidden="true"
        className="grid size-7 shrink-0 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent"
      >
        {account ? [...name][0]?.toUpperCase() : <Settings2 className="size-4" />}
      </span>
      <span className="sr-only">{account && t.account.menu}</span>
      <span className="min-w-0 flex-1 max-sm:sr-only">
        <bdi className="block truncate font-medium">{name}</bdi>
        {account && <bdi className="block truncate text-xs text-muted">{account.json.name}</bdi>}
      </span>
      <ChevronsUpDown className="size-4 shrink-0 text-muted max-sm:hidden" />
    </button>
  );
  return (
    <div className="grid gap-2">
      {!account && (
        <Link to="/sign-in" className={buttonClass({}, 'max-sm:hidden')}>
          {t.start.signIn}
        </Link>
      )}
      <Menu trigger={trigger} align="end">
        <MenuLabel>{t.theme.title}</MenuLabel>
        <MenuChoice value={theme} choices={themes} onChoose={chooseTheme} />
        <MenuLabel>{t.language}</MenuLabel>
        <MenuChoice value={language} choices={languages} onChoose={speak} />
        {account && (
          <>
            <MenuSeparator />
            <MenuItem onSelect={() => navigate({ to: '/settings' })}>
              <Settings2 />
              {t.nav.settings}
            </MenuItem>
            <MenuItem onSelect={() => navigate({ to: '/password' })}>
              <KeyRound />
              {t.account.password}
            </MenuItem>
            <MenuItem onSelect={leave}>
              <LogOut />
              {t.account.signOut}
            </MenuItem>
          </>
        )}
      </Menu>
    </div>
  );
}
