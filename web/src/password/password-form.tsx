import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { KontoraError } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { secretOf } from '../pages/sign-in.tsx';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/input.tsx';
import { texts } from './texts.ts';

interface PasswordFormProps {
  /** For the browser's store of passwords. */
  readonly login: string;
  readonly asksOld: boolean;
  readonly save: (password: string, old: string) => Promise<void>;
}

/** A new password, twice, and the old one where there is one. */
export function PasswordForm({ login, asksOld, save }: PasswordFormProps) {
  const t = useTexts(texts);
  const { t: common } = useLanguage();
  const [differs, setDiffers] = useState(false);
  const error = useId();
  const attempt = useMutation({
    mutationFn: ({ password, old }: { password: string; old: string }) => save(password, old),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [password, again, old] = ['password', 'again', 'old'].map((name) => String(form.get(name) ?? ''));
    setDiffers(password !== again);
    if (password === again) attempt.mutate({ password: password!, old: secretOf(old!) });
  };
  const wrong = differs ? t.differ : attempt.isError ? reasonOf(attempt.error, t, common.error) : undefined;
  const told = wrong === undefined ? {} : { 'aria-describedby': error };
  return (
    <form onSubmit={submit} className="mt-6 grid gap-4">
      <input type="text" name="login" autoComplete="username" value={login} readOnly hidden />
      {asksOld && <Field name="old" label={t.old} hint={t.oldHint} autoComplete="current-password" {...told} />}
      <Field name="password" label={t.next} hint={t.nextHint} autoComplete="new-password" {...told} />
      <Field name="again" label={t.again} autoComplete="new-password" {...told} />
      {wrong && (
        <p id={error} role="alert" className="text-danger">
          {wrong}
        </p>
      )}
      <Button look="primary" type="submit" disabled={attempt.isPending}>
        {t.save}
      </Button>
    </form>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly autoComplete: string;
  readonly 'aria-describedby'?: string;
}

function Field({ name, label, hint, 'aria-describedby': described, ...props }: FieldProps) {
  const [id, hintId] = [useId(), useId()];
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <Input
        id={id}
        name={name}
        type="password"
        required
        aria-invalid={described !== undefined}
        aria-describedby={[described, hint && hintId].filter(Boolean).join(' ') || undefined}
        {...props}
      />
      {hint && (
        <p id={hintId} className="text-xs text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

function reasonOf(error: Error, t: typeof texts.en, common: { offline: string; unknown: string }): string {
  if (!(error instanceof KontoraError)) return error.message || common.unknown;
  const known: Readonly<Record<number, string>> = { 438: t.weak, 439: t.wrongOld, 111: t.locked, 440: t.over };
  return error.status === 0 ? common.offline : (known[error.code ?? 0] ?? error.message);
}
