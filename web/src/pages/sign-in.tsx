import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import { crm, KontoraError } from '../api.ts';
import type { Messages } from '../i18n/en.ts';
import { useLanguage } from '../i18n/language.tsx';
import { lastLogin, safeBack } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/input.tsx';
import { CardPage } from './card.tsx';

export function SignInPage() {
  const { t } = useLanguage();
  const { back, over } = useSearch({ from: '/sign-in' });
  const queryClient = useQueryClient();
  const router = useRouter();
  const [known] = useState(lastLogin);
  const [login, password, hint, error] = [useId(), useId(), useId(), useId()];
  const attempt = useMutation({
    mutationFn: (form: FormData) =>
      crm.signIn({ login: String(form.get('login')).trim(), password: secretOf(String(form.get('password'))) }),
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
    <CardPage title={t.signIn.title} lead={over ? t.signIn.over : t.signIn.lead}>
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
            autoFocus={known === ''}
            defaultValue={known}
            inputMode="email"
            spellCheck={false}
          />
        </div>
        <div className="grid gap-1.5">
          <label htmlFor={password} className="font-medium">
            {t.signIn.password}
          </label>
          <Input
            id={password}
            name="password"
            type="password"
            autoComplete="current-password"
            required
            autoFocus={known !== ''}
            aria-describedby={attempt.isError ? `${error} ${hint}` : hint}
            aria-invalid={attempt.isError}
          />
          <p id={hint} className="text-xs text-muted">
            {t.signIn.hint}
          </p>
        </div>
        {attempt.isError && (
          <p id={error} role="alert" className="text-danger">
            {reasonOf(attempt.error, t)}
          </p>
        )}
        <Button look="primary" type="submit" disabled={attempt.isPending}>
          {t.signIn.submit}
        </Button>
      </form>
    </CardPage>
  );
}

/** Keys are copied with what stands around them; a password is what it is. */
export function secretOf(text: string): string {
  return /^\s*[0-9a-f]{40}\s*$/.test(text) ? text.trim() : text;
}

function reasonOf(error: Error, t: Messages): string {
  if (!(error instanceof KontoraError)) return error.message || t.error.unknown;
  if (error.status === 0) return t.error.offline;
  return { 110: t.signIn.wrong, 111: t.signIn.locked }[error.code ?? 0] ?? error.message;
}
