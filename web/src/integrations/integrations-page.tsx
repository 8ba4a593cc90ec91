import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Ellipsis, KeyRound, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { IntegrationsJson } from '../../../client/client.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { useFail } from '../records/use-fail.ts';
import { admin } from '../settings/admin.ts';
import { LoadFailed, SettingsPage } from '../settings/frame.tsx';
import { type Secret, SecretNotice } from '../settings/secret-notice.tsx';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { IntegrationDialog } from './integration-dialog.tsx';
import { texts } from './texts.ts';

type Integration = IntegrationsJson['integrations'][number];

export function IntegrationsPage() {
  const t = useTexts(texts);
  const { date } = useLanguage();
  const fail = useFail();
  const queryClient = useQueryClient();
  const query = useQuery({ queryKey: ['integrations'], queryFn: ({ signal }) => admin.integrations.list({ signal }) });
  const [open, setOpen] = useState<'add' | { readonly renew: Integration } | { readonly remove: Integration }>();
  const [secret, setSecret] = useState<Secret>();
  const close = () => setOpen(undefined);
  /** @returns whether it is done */
  const run = async (work: () => Promise<unknown>) => {
    let isDone = true;
    try {
      await work();
    } catch (error) {
      fail(error);
      isDone = false;
    }
    await queryClient.invalidateQueries({ queryKey: ['integrations'] });
    return isDone;
  };
  return (
    <SettingsPage
      title={t.title}
      lead={t.lead}
      actions={
        <Button look="primary" onClick={() => setOpen('add')}>
          <Plus />
          {t.add}
        </Button>
      }
    >
      <LoadFailed error={query.error} />
      {secret && <SecretNotice {...secret} />}
      {query.data?.length === 0 && <p className="py-10 text-center text-muted">{t.none}</p>}
      {query.data && query.data.length > 0 && (
        <ul aria-label={t.title} className="divide-y divide-line border-y border-line">
          {query.data.map((one) => (
            <li key={one.id} className="flex items-start gap-3 py-3">
              <div className="grid min-w-0 flex-1 gap-0.5">
                <p className="flex flex-wrap items-baseline gap-x-3">
                  <bdi className="truncate font-medium">{one.name}</bdi>
                  <span className="text-muted">
                    {[one.has_access ? t.access : t.noAccess, !one.is_own && t.server].filter(Boolean).join(' · ')}
                  </span>
                </p>
                <p className="flex items-center gap-1 text-muted">
                  <span className="sr-only">{t.id}</span>
                  <code className="min-w-0 truncate font-mono text-xs">{one.id}</code>
                  <CopyButton text={one.id} />
                </p>
                <p className="truncate text-muted">
                  <bdi>{one.redirect_uri}</bdi> · {t.created} {date(one.created_at)}
                </p>
              </div>
              <Menu
                align="end"
                trigger={
                  <Button look="quiet" icon aria-label={t.more(one.name)}>
                    <Ellipsis />
                  </Button>
                }
              >
                {one.is_own && (
                  <MenuItem onSelect={() => setOpen({ renew: one })}>
                    <KeyRound />
                    {t.newSecret}
                  </MenuItem>
                )}
                <MenuItem onSelect={() => setOpen({ remove: one })}>
                  <Trash2 />
                  {one.is_own ? t.delete : t.end}
                </MenuItem>
              </Menu>
            </li>
          ))}
        </ul>
      )}
      {open === 'add' && (
        <IntegrationDialog
          onClose={close}
          onSave={(draft) =>
            run(async () => {
              const added = await admin.integrations.add(draft);
              setSecret({ of: added.id, text: t.secretOnce(draft.name), secret: added.secret });
            })
          }
        />
      )}
      {typeof open === 'object' && 'renew' in open && (
        <Confirm
          title={t.secretTitle(open.renew.name)}
          text={t.secretText}
          action={t.newSecret}
          cancel={t.cancel}
          onClose={close}
          onConfirm={() =>
            run(async () => {
              const { id, name } = open.renew;
              setSecret({ of: id, text: t.secretOnce(name), secret: await admin.integrations.renewSecret(id) });
            })
          }
        />
      )}
      {typeof open === 'object' && 'remove' in open && (
        <Confirm
          title={open.remove.is_own ? t.deleteTitle(open.remove.name) : t.endTitle(open.remove.name)}
          text={t.deleteText}
          action={open.remove.is_own ? t.delete : t.end}
          cancel={t.cancel}
          onClose={close}
          onConfirm={() =>
            run(async () => {
              await admin.integrations.delete(open.remove.id);
              setSecret((was) => (was?.of === open.remove.id ? undefined : was));
            })
          }
        />
      )}
    </SettingsPage>
  );
}
