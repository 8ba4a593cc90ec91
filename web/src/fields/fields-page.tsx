import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { ArrowDown, ArrowUp, Lock, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ManagedFieldJson } from '../../../client/client.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { useFail } from '../records/use-fail.ts';
import { accountQuery } from '../session.ts';
import { admin } from '../settings/admin.ts';
import { SettingsPage } from '../settings/frame.tsx';
import { KindTabs } from '../settings/kind-tabs.tsx';
import { readKind } from '../settings/read-kind.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { notify } from '../ui/toaster.tsx';
import { FieldDialog } from './field-dialog.tsx';
import { texts } from './texts.ts';

/** The custom fields of a kind. */
export function FieldsPage() {
  const t = useTexts(texts);
  const { t: common } = useLanguage();
  const { kind = 'companies' } = readKind(useSearch({ strict: false }));
  const queryClient = useQueryClient();
  const fail = useFail();
  const query = useQuery({ queryKey: ['fields'], queryFn: ({ signal }) => admin.fields.list({ signal }) });
  const fields = query.data?.filter(({ entities }) => entities.includes(kind));
  const [editing, setEditing] = useState<ManagedFieldJson | 'new'>();
  const [deleting, setDeleting] = useState<ManagedFieldJson>();
  const [isMoving, setMoving] = useState(false);
  /** Tables and cards have it from the account. */
  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: ['fields'] }),
      queryClient.invalidateQueries({ queryKey: accountQuery.queryKey }),
      queryClient.invalidateQueries({ queryKey: ['rows'] }),
    ]);
  const swap = async (field: ManagedFieldJson, other: ManagedFieldJson, way: 1 | -1) => {
    setMoving(true);
    try {
      const isTie = field.sort === other.sort;
      await admin.fields.update({ id: field.id, sort: isTie ? Math.max(0, other.sort + way) : other.sort });
      if (!isTie) await admin.fields.update({ id: other.id, sort: field.sort });
    } catch (error) {
      fail(error);
    }
    await refresh();
    setMoving(false);
  };
  const remove = async ({ id, name }: ManagedFieldJson) => {
    try {
      await admin.fields.delete(id);
      notify({ text: t.deleted(name) });
    } catch (error) {
      fail(error);
    }
    await refresh();
  };
  return (
    <SettingsPage
      title={t.title}
      lead={t.lead}
      actions={
        <Button look="primary" onClick={() => setEditing('new')}>
          <Plus />
          {t.add}
        </Button>
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)]">
        <KindTabs to="/settings/fields" kind={kind} label={t.title} />
        {query.error && (
          <p role="alert" className="py-4 text-danger">
            {query.error.message || common.error.unknown}
          </p>
        )}
        {fields?.length === 0 && <p className="py-10 text-center text-muted">{t.none}</p>}
        <ul aria-label={t.title} className="divide-y divide-line">
          {fields?.map((field, index) => {
            const { id, name, field_type, code, is_system, enums } = field;
            // Those of every account stay where they are.
            const [above, below] = [fields[index - 1], fields[index + 1]].map((one) =>
              one?.is_system ? undefined : one,
            );
            return (
              <li key={id} className="group flex min-h-12 items-center gap-3 py-2">
                <div className="min-w-0 flex-1">
                  <p className="flex items-center gap-2">
                    <bdi className="truncate font-medium">{name}</bdi>
                    {is_system && (
                      <span title={t.system} className="inline-flex shrink-0 text-muted">
                        <Lock aria-label={t.system} role="img" className="size-3.5" />
                      </span>
                    )}
                  </p>
                  <p className="truncate text-muted">
                    {[t.types[field_type] ?? field_type, code, `ID ${id}`].filter(Boolean).join(' · ')}
                    {enums.length > 0 && <bdi> · {enums.map(({ value }) => value).join(', ')}</bdi>}
                  </p>
                </div>
                {!is_system && (
                  <div className="flex shrink-0 items-center [&_button]:text-muted [&_button:hover]:text-ink">
                    <Button
                      look="quiet"
                      icon
                      aria-label={t.up(name)}
                      disabled={isMoving || !above}
                      onClick={() => above && swap(field, above, -1)}
                    >
                      <ArrowUp />
                    </Button>
                    <Button
                      look="quiet"
                      icon
                      aria-label={t.down(name)}
                      disabled={isMoving || !below}
                      onClick={() => below && swap(field, below, 1)}
                    >
                      <ArrowDown />
                    </Button>
                    <Button look="quiet" icon aria-label={t.edit(name)} onClick={() => setEditing(field)}>
                      <Pencil />
                    </Button>
                    <Button look="quiet" icon aria-label={t.remove(name)} onClick={() => setDeleting(field)}>
                      <Trash2 />
                    </Button>
                  </div>
                )}
              </li>
            );
          })}
        </ul>
      </div>
      {editing && (
        <FieldDialog
          kind={kind}
          field={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
          onSaved={async (name) => {
            notify({ text: editing === 'new' ? t.added(name) : t.saved(name) });
            await refresh();
          }}
        />
      )}
      {deleting && (
        <Confirm
          title={t.deleteTitle(deleting.name)}
          text={t.deleteText}
          action={t.delete}
          cancel={t.cancel}
          onClose={() => setDeleting(undefined)}
          onConfirm={() => remove(deleting)}
        />
      )}
    </SettingsPage>
  );
}
