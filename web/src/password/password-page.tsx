import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import { createPasswords } from '../../../client/client.ts';
import { crm, KontoraError } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { CardPage } from '../pages/card.tsx';
import { accountQuery } from '../session.ts';
import { buttonClass } from '../ui/button.tsx';
import { notify } from '../ui/toaster.tsx';
import { PasswordForm } from './password-form.tsx';
import { texts } from './texts.ts';

const passwords = createPasswords(crm);

/** Behind #, which browsers tell nobody, stands the token of a link; without it whoever is signed in changes his own password. */
export function PasswordPage() {
  const token = useRouterState({ select: ({ location }) => location.hash });
  return token ? <ByLink token={token} /> : <OwnPassword />;
}

function ByLink({ token }: { readonly token: string }) {
  const t = useTexts(texts);
  const { t: common } = useLanguage();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const link = useQuery({
    queryKey: ['password-link', token],
    queryFn: ({ signal }) => passwords.readLink(token, { signal }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (link.isPending) return <CardPage title={t.set} lead="…" />;
  if (link.isError) {
    const isOver = link.error instanceof KontoraError && link.error.status >= 400;
    return isOver ? (
      <CardPage title={t.over} lead={t.overLead}>
        <ToSignIn />
      </CardPage>
    ) : (
      <CardPage title={t.set} lead={common.error.offline} />
    );
  }
  const { login } = link.data;
  const save = async (password: string) => {
    await passwords.setByLink(token, password);
    await crm.signIn({ login, password });
    queryClient.clear();
    navigate({ to: '/companies', replace: true });
  };
  const who = (
    <>
      {t.setLead} <bdi className="font-medium text-ink">{login}</bdi>
    </>
  );
  return (
    <CardPage title={t.set} lead={who}>
      <PasswordForm login={login} asksOld={false} save={save} />
    </CardPage>
  );
}

function OwnPassword() {
  const t = useTexts(texts);
  const navigate = useNavigate();
  const { data: account, isPending } = useQuery({ ...accountQuery, retry: false });
  if (isPending) return <CardPage title={t.change} lead="…" />;
  if (account === undefined) {
    return (
      <CardPage title={t.nothing} lead={t.nothingLead}>
        <ToSignIn />
      </CardPage>
    );
  }
  const save = async (password: string, old: string) => {
    await passwords.change(old, password);
    notify({ text: t.done });
    navigate({ to: '/companies' });
  };
  return (
    <CardPage title={t.change} lead={t.changeLead}>
      <PasswordForm login={account.me.login} asksOld save={save} />
    </CardPage>
  );
}

function ToSignIn() {
  const t = useTexts(texts);
  return (
    <Link to="/sign-in" className={buttonClass({}, 'mt-6 w-full')}>
      {t.signIn}
    </Link>
  );
}
