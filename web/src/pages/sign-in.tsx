import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useId } from 'react';
import { crm, KontoraError } from '../api.ts';
import { languages, useLanguage } from '../i18n/language.tsx';
import { safeBack } from '../session.ts';
import { Logo } from '../shell/logo.tsx';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/input.tsx';

export function SignInPage() {
  const { t, language, speak } = useLanguage();
  const { back, over } = useSearch({ from: '/sign-in' });
  const queryClient = useQueryClient();
  const router = useRouter();
  const [login, key, hint, error] = [useId(), useId(), useId(), useId()];
  useEffect(() => {
    document.title = `${t.signIn.title} · Kontora`;
  }, [t]);
  const attempt = useMutation({
    mutationFn: (form: FormData) =>
      crm.signIn({ login: String(form.get('login')).trim(), key: String(form.get('key')).trim() }),
    async onSuccess() {
      queryClient.clear();
      router.history.replace(back ? safeBack(back) : '/companies');
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    attempt.mutate(new FormData(event.currentTarget));
  };
  return (
    <main className="grid min-h-full place-items-center bg-sunken p-4">
      <div className="w-full max-w-90">
        <Logo className="mb-8 justify-center text-base" />
        <div className="rounded-xl bg-raised p-6 shadow-float sm:p-8">
          <h1 className="text-lg font-semibold">{t.signIn.title}</h1>
          <p className="mt-1 text-muted">{over ? t.signIn.over : t.signIn.lead}</p>
          <form onSubmit={submit} className="mt-6 grid gap-4">
            <div className="grid gap-1.5">
              <label htmlFor={login} className="font-medium">
                {t.signIn.login}
              </label>
              <Input
                id={login}
                name="login"
                autoComplete="username"
                required
                autoFocus
                inputMode="email"
                spellCheck={false}
              />
            </div>
            <div className="grid gap-1.5">
              <label htmlFor={key} className="font-medium">
                {t.signIn.key}
              </label>
              <Input
                id={key}
                name="key"
                type="password"
                autoComplete="current-password"
                required
                aria-describedby={attempt.isError ? `${error} ${hint}` : hint}
                aria-invalid={attempt.isError}
              />
              <p id={hint} className="text-xs text-muted">
                {t.signIn.keyHint}
              </p>
            </div>
            {attempt.isError && (
              <p id={error} role="alert" className="text-danger">
                {reasonOf(attempt.error, t.error)}
              </p>
            )}
            <Button look="primary" type="submit" disabled={attempt.isPending}>
              {t.signIn.submit}
            </Button>
          </form>
        </div>
        <p className="mt-6 flex justify-center gap-1">
          {languages.map(([code, name]) => (
            <Button
              key={code}
              look="quiet"
              lang={code}
              aria-pressed={language === code}
              className="font-normal text-muted aria-pressed:text-ink"
              onClick={() => speak(code)}
            >
              {name}
            </Button>
          ))}
        </p>
      </div>
    </main>
  );
}

function reasonOf(error: Error, texts: { offline: string; unknown: string }): string {
  if (error instanceof KontoraError && error.status === 0) return texts.offline;
  return error.message || texts.unknown;
}
