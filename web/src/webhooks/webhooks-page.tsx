import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { WebhookJson } from '../../../client/client.ts';
import { crm } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { useFail } from '../records/use-fail.ts';
import { LoadFailed, SettingsPage } from '../settings/frame.tsx';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { notify } from '../ui/toaster.tsx';
import { Deliveries } from './deliveries.tsx';
import { wordsOf } from './events.ts';
import { texts } from './texts.ts';
import { WebhookDialog } from './webhook-dialog.tsx';

export function WebhooksPage() {
  const t = useTexts(texts);
  const { t: common } = useLanguage();
  const fail = useFail();
  const queryClient = useQueryClient();
  const query = useQuery({ queryKey: ['webhooks'], queryFn: ({ signal }) => crm.webhooks.list({ signal }) });
  const [editing, setEditing] = useState<WebhookJson | 'new'>();
  const [removing, setRemoving] = useState<WebhookJson>();
  /** Each in words of its own is told why not. @returns whether all was done */
  const run = async (work: () => Promise<readonly { result: boolean; notice?: string }[]>) => {
    let isDone = false;
    try {
      const refused = (await work()).filter(({ result }) => !result);
      for (const { notice } of refused) notify({ text: notice ?? common.error.unknown, isError: true });
      isDone = refused.length === 0;
    } catch (error) {
      fail(error);
    }
    await queryClient.invalidateQueries({ queryKey: ['webhooks'] });
    return isDone;
  };
  const save = (url: string, events: readonly string[], before: readonly string[]) => {
    const added = events.filter((event) => !before.includes(event));
    const gone = before.filter((event) => !events.includes(event));
    return run(async () => [
      ...(added.length > 0 ? await crm.webhooks.subscribe([{ url, events: added }]) : []),
      ...(gone.length > 0 ? await crm.webhooks.unsubscribe([{ url, events: gone }]) : []),
    ]);
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
      <LoadFailed error={query.error} />
      {query.data?.length === 0 && <p className="py-6 text-center text-muted">{t.none}</p>}
      {query.data && query.data.length > 0 && (
        <ul aria-label={t.title} className="divide-y divide-line border-y border-line">
          {query.data.map((webhook) => (
            <li key={webhook.id} className="flex items-center gap-3 py-2">
              <div className="min-w-0 flex-1">
                <p className="truncate font-medium">
                  <bdi>{webhook.url}</bdi>
                </p>
                <p className="truncate text-muted">{webhook.events.map((event) => wordsOf(event, t)).join(', ')}</p>
              </div>
              <div className="flex shrink-0 [&_button]:text-muted [&_button:hover]:text-ink">
                <Button look="quiet" icon aria-label={t.edit(webhook.url)} onClick={() => setEditing(webhook)}>
                  <Pencil />
                </Button>
                <Button look="quiet" icon aria-label={t.remove(webhook.url)} onClick={() => setRemoving(webhook)}>
                  <Trash2 />
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
      <Deliveries webhooks={query.data ?? []} />
      {editing && (
        <WebhookDialog
          webhook={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
          onSave={(url, events) => save(url, events, editing === 'new' ? [] : editing.events)}
        />
      )}
      {removing && (
        <Confirm
          title={t.deleteTitle}
          text={t.deleteText(removing.url)}
          action={t.delete}
          cancel={t.cancel}
          onClose={() => setRemoving(undefined)}
          onConfirm={() => run(() => crm.webhooks.unsubscribe([{ url: removing.url }]))}
        />
      )}
    </SettingsPage>
  );
}
