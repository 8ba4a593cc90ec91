import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTexts } from '../i18n/language.tsx';
import { accountQuery } from '../session.ts';
import { admin } from '../settings/admin.ts';
import { LoadFailed, SettingsPage } from '../settings/frame.tsx';
import { buttonClass } from '../ui/button.tsx';
import { Groups } from './groups.tsx';
import { summaryOf } from './rights.ts';
import { texts } from './texts.ts';
import { UserEditor, type UserSecret } from './user-editor.tsx';

/** Users and groups; `user` in the address opens one, or a new one. */
export function UsersPage() {
  const t = useTexts(texts);
  const { user: open }: { user?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { data: account } = useSuspenseQuery(accountQuery);
  const users = useQuery({ queryKey: ['users'], queryFn: ({ signal }) => admin.users.list({ signal }) });
  const groups = useQuery({ queryKey: ['groups'], queryFn: ({ signal }) => admin.groups.list({ signal }) });
  const [secret, setSecret] = useState<UserSecret>();
  const refresh = () =>
    Promise.all(
      [['users'], ['groups'], accountQuery.queryKey].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
    );
  const chosen = users.data?.find(({ id }) => String(id) === open);
  if (open !== undefined && groups.data && (chosen || open === 'new')) {
    return (
      <UserEditor
        key={open}
        user={chosen}
        groups={groups.data}
        isMe={chosen?.id === account.me.id}
        secret={secret?.of === chosen?.id ? secret : undefined}
        onSecret={setSecret}
        onSaved={async (id) => {
          await refresh();
          navigate({ to: '/settings/users', search: { user: String(id) }, replace: true });
        }}
      />
    );
  }
  const nameOfGroup = (id: number) => groups.data?.find((group) => group.id === id)?.name ?? '';
  const failed = users.error ?? groups.error;
  return (
    <SettingsPage
      title={t.title}
      lead={t.lead}
      actions={
        <Link to="/settings/users" search={{ user: 'new' }} className={buttonClass({ look: 'primary' })}>
          <Plus />
          {t.add}
        </Link>
      }
    >
      <LoadFailed error={failed} />
      <table className="w-full table-fixed border-y border-line">
        <thead>
          <tr className="border-b border-line text-left text-muted">
            <th className="py-2 pr-3 font-medium">{t.name}</th>
            <th className="w-44 py-2 pr-3 font-medium max-sm:hidden">{t.group}</th>
            <th className="w-40 py-2 font-medium max-sm:w-32">{t.rights}</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {users.data?.map((user) => (
            <tr key={user.id} className={user.is_active ? '' : 'text-muted'}>
              <td className="py-2 pr-3">
                <Link
                  to="/settings/users"
                  search={{ user: String(user.id) }}
                  className="block truncate font-medium hover:underline"
                >
                  <bdi>{[user.name, user.last_name].filter(Boolean).join(' ') || user.login}</bdi>
                </Link>
                <p className="truncate text-muted">
                  <bdi>{user.login}</bdi>
                  {user.id === account.me.id && ` · ${t.you}`}
                </p>
              </td>
              <td className="truncate py-2 pr-3 max-sm:hidden">
                <bdi>{nameOfGroup(user.group_id)}</bdi>
              </td>
              <td className="py-2">{user.is_active ? t.summary[summaryOf(user)] : t.off}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {groups.data && <Groups groups={groups.data} onChanged={refresh} />}
    </SettingsPage>
  );
}
