import { Link, useBlocker } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { GroupsJson, ManagedUserJson, UserDraft } from '../../../client/client.ts';
import { languages, useLanguage, useTexts } from '../i18n/language.tsx';
import { useFail } from '../records/use-fail.ts';
import { admin } from '../settings/admin.ts';
import { SettingsPage } from '../settings/frame.tsx';
import { type Secret, SecretNotice } from '../settings/secret-notice.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Input } from '../ui/input.tsx';
import { Select } from '../ui/select.tsx';
import { notify } from '../ui/toaster.tsx';
import { RightsMatrix } from './rights-matrix.tsx';
import { texts } from './texts.ts';

/** It is shown beside what it was asked for by. */
export interface UserSecret extends Secret {
  readonly what: 'key' | 'link';
}

interface EditorProps {
  /** Undefined: a new one. */
  readonly user: ManagedUserJson | undefined;
  readonly groups: GroupsJson['groups'];
  readonly isMe: boolean;
  readonly secret: UserSecret | undefined;
  readonly onSecret: (secret: UserSecret) => void;
  readonly onSaved: (id: number) => void;
}

type Draft = Required<UserDraft>;

export function UserEditor({ user, groups, isMe, secret, onSecret, onSaved }: EditorProps) {
  const t = useTexts(texts);
  const { dateTime } = useLanguage();
  const fail = useFail();
  const [draft, setDraft] = useState<Draft>(() => draftOf(user));
  const [kept, setKept] = useState(draft);
  const isDirty = JSON.stringify(draft) !== JSON.stringify(kept);
  const leaving = useBlocker({
    // A session that is over is not held up.
    shouldBlockFn: ({ next }) => isDirty && next.pathname !== '/sign-in',
    enableBeforeUnload: () => isDirty,
    withResolver: true,
  });
  const [isBusy, setBusy] = useState(false);
  const [isRenewing, setRenewing] = useState(false);
  const change = (part: Partial<Draft>) => setDraft((was) => ({ ...was, ...part }));
  const name = [draft.name, draft.last_name].filter(Boolean).join(' ') || draft.login;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      if (user) {
        const saved = await admin.users.update({ ...draft, id: user.id });
        setKept(draft);
        notify({ text: t.saved(name) });
        onSaved(saved.id);
      } else {
        const { user: added, apiKey } = await admin.users.add(draft);
        setKept(draft);
        onSecret({ of: added.id, what: 'key', text: t.keyOnce(added.login), secret: apiKey });
        onSaved(added.id);
      }
    } catch (error) {
      fail(error);
    }
    setBusy(false);
  };
  const renew = async ({ id, login }: ManagedUserJson) => {
    try {
      onSecret({ of: id, what: 'key', text: t.keyOnce(login), secret: await admin.users.renewKey(id) });
    } catch (error) {
      fail(error);
    }
  };
  const invite = async ({ id, login }: ManagedUserJson) => {
    try {
      const { path, expires_at } = await admin.users.addPasswordLink(id);
      const text = t.linkOnce(login, dateTime(expires_at));
      onSecret({ of: id, what: 'link', text, secret: `${location.origin}${path}` });
    } catch (error) {
      fail(error);
    }
  };
  const text = (key: 'name' | 'last_name' | 'login' | 'phone_number', label: string, more: object = {}) => (
    <Labelled label={label}>
      <Input
        value={draft[key]}
        autoComplete="off"
        onChange={(event) => change({ [key]: event.target.value })}
        {...more}
      />
    </Labelled>
  );
  const flag = (key: 'is_admin' | 'is_active', label: string, hint: string) => (
    <div className="flex items-start gap-2">
      <div className="py-0.5">
        <Checkbox
          id={key}
          aria-describedby={`${key}-hint`}
          disabled={isMe}
          checked={draft[key]}
          onToggle={() => change({ [key]: !draft[key] })}
        />
      </div>
      <div>
        <label htmlFor={key} className="font-medium">
          {label}
        </label>
        <p id={`${key}-hint`} className="text-muted">
          {hint}
        </p>
      </div>
    </div>
  );
  return (
    <SettingsPage
      title={user ? name : t.add}
      actions={
        <Link to="/settings/users" className={buttonClass()}>
          <ArrowLeft />
          {t.back}
        </Link>
      }
    >
      <form onSubmit={save} className="grid grid-cols-[minmax(0,1fr)] gap-8">
        <div className="grid gap-4 sm:grid-cols-2">
          {text('name', t.name, { autoFocus: !user })}
          {text('last_name', t.lastName)}
          {text('login', t.login, { required: true, inputMode: 'email', spellCheck: false })}
          {text('phone_number', t.phone, { inputMode: 'tel' })}
          <Labelled label={t.group}>
            <Select value={draft.group_id} onChange={(event) => change({ group_id: Number(event.target.value) })}>
              {groups.map((group) => (
                <option key={group.id} value={group.id}>
                  {group.name}
                </option>
              ))}
            </Select>
          </Labelled>
          <Labelled label={t.language}>
            <Select
              value={draft.language}
              onChange={(event) => change({ language: event.target.value as Draft['language'] })}
            >
              {languages.map(([code, written]) => (
                <option key={code} value={code}>
                  {written}
                </option>
              ))}
            </Select>
          </Labelled>
        </div>
        <section className="grid gap-3">
          <h2 className="text-base font-semibold">{t.access}</h2>
          {flag('is_active', t.active, t.activeHint)}
          {flag('is_admin', t.administrator, t.administratorHint)}
        </section>
        {!draft.is_admin && (
          <section className="grid grid-cols-[minmax(0,1fr)] gap-3">
            <div>
              <h2 className="text-base font-semibold">{t.rights}</h2>
              <p className="text-muted">{t.rightsLead}</p>
            </div>
            <RightsMatrix rights={draft.rights} onRights={(rights) => change({ rights })} />
          </section>
        )}
        <div className="sticky bottom-0 -mx-4 flex gap-2 border-t border-line bg-page px-4 py-3 sm:-mx-10 sm:px-10">
          <Button look="primary" type="submit" disabled={isBusy || draft.login.trim() === ''}>
            {user ? t.save : t.create}
          </Button>
        </div>
      </form>
      {user && (
        <section className="flex flex-wrap items-center gap-3 border-t border-line pt-6">
          <div className="min-w-0 flex-1">
            <h2 className="text-base font-semibold">{t.password}</h2>
            <p className="text-muted">{isMe ? t.myPasswordLead : t.passwordLead}</p>
          </div>
          {isMe && (
            <Link to="/password" className={buttonClass()}>
              {t.changePassword}
            </Link>
          )}
          <Button onClick={() => invite(user)}>{t.newLink}</Button>
          {secret?.what === 'link' && <SecretNotice {...secret} />}
        </section>
      )}
      {user && (
        <section className="flex flex-wrap items-center gap-3 border-t border-line pt-6">
          <div className="min-w-0 flex-1">
            <h2 className="text-base font-semibold">{t.key}</h2>
            <p className="text-muted">{t.keyLead}</p>
          </div>
          <Button onClick={() => setRenewing(true)}>{t.newKey}</Button>
          {secret?.what === 'key' && <SecretNotice {...secret} />}
        </section>
      )}
      {leaving.status === 'blocked' && (
        <Confirm
          title={t.leaveTitle}
          text={t.leaveText}
          action={t.leave}
          cancel={t.cancel}
          onClose={leaving.reset}
          onConfirm={async () => leaving.proceed()}
        />
      )}
      {isRenewing && user && (
        <Confirm
          title={t.newKeyTitle(name)}
          text={t.newKeyText}
          action={t.newKey}
          cancel={t.cancel}
          onClose={() => setRenewing(false)}
          onConfirm={() => renew(user)}
        />
      )}
    </SettingsPage>
  );
}

function Labelled({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: it is among the children
    <label className="grid gap-1.5">
      <span className="text-muted">{label}</span>
      {children}
    </label>
  );
}

function draftOf(user: ManagedUserJson | undefined): Draft {
  return {
    login: user?.login ?? '',
    name: user?.name ?? '',
    last_name: user?.last_name ?? '',
    phone_number: user?.phone_number ?? '',
    language: user?.language === 'en' ? 'en' : 'ru',
    group_id: user?.group_id ?? 0,
    is_active: user?.is_active ?? true,
    is_admin: user?.is_admin ?? false,
    rights: user?.rights ?? {},
  };
}
