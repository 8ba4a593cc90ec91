import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { GroupsJson } from '../../../client/client.ts';
import { useTexts } from '../i18n/language.tsx';
import { useFail } from '../records/use-fail.ts';
import { admin } from '../settings/admin.ts';
import { NameDialog } from '../settings/name-dialog.tsx';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { texts } from './texts.ts';

type Group = GroupsJson['groups'][number];

interface GroupsProps {
  readonly groups: readonly Group[];
  readonly onChanged: () => Promise<unknown>;
}

export function Groups({ groups, onChanged }: GroupsProps) {
  const t = useTexts(texts);
  const fail = useFail();
  const [naming, setNaming] = useState<Group | 'new'>();
  const [removing, setRemoving] = useState<Group>();
  /** @returns whether it is done */
  const run = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      fail(error);
      return false;
    }
    await onChanged();
    return true;
  };
  return (
    <section className="grid gap-3">
      <div className="flex items-center gap-3">
        <h2 className="flex-1 text-base font-semibold">{t.groups}</h2>
        <Button onClick={() => setNaming('new')}>
          <Plus />
          {t.addGroup}
        </Button>
      </div>
      <ul aria-label={t.groups} className="divide-y divide-line border-y border-line">
        {groups.map((group) => (
          <li key={group.id} className="flex min-h-11 items-center gap-3">
            <bdi className="min-w-0 flex-1 truncate font-medium">{group.name}</bdi>
            <span className="text-muted">{t.people(group.users)}</span>
            <div className="flex w-16 [&_button]:text-muted [&_button:hover]:text-ink">
              <Button look="quiet" icon aria-label={t.rename(group.name)} onClick={() => setNaming(group)}>
                <Pencil />
              </Button>
              {group.id !== 0 && (
                <Button look="quiet" icon aria-label={t.removeGroup(group.name)} onClick={() => setRemoving(group)}>
                  <Trash2 />
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
      {naming && (
        <NameDialog
          title={naming === 'new' ? t.addGroup : t.rename(naming.name)}
          action={naming === 'new' ? t.create : t.save}
          name={naming === 'new' ? '' : naming.name}
          onClose={() => setNaming(undefined)}
          onSave={({ name }) =>
            run(() => (naming === 'new' ? admin.groups.add(name) : admin.groups.rename(naming.id, name)))
          }
        />
      )}
      {removing && (
        <Confirm
          title={t.deleteGroup(removing.name)}
          text={t.deleteGroupText}
          action={t.delete}
          cancel={t.cancel}
          onClose={() => setRemoving(undefined)}
          onConfirm={() => run(() => admin.groups.delete(removing.id))}
        />
      )}
    </section>
  );
}
