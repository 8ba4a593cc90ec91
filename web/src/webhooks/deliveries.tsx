import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import type { DeliveryJson, WebhookJson } from '../../../client/client.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { admin } from '../settings/admin.ts';
import { LoadFailed } from '../settings/frame.tsx';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/select.tsx';
import { DeliveryDialog } from './delivery-dialog.tsx';
import { wordsOf } from './events.ts';
import { texts } from './texts.ts';

const atOnce = 100;
const statuses = ['pending', 'done', 'failed'] as const;

/** What was told to whom, and with what success. */
export function Deliveries({ webhooks }: { readonly webhooks: readonly WebhookJson[] }) {
  const t = useTexts(texts);
  const { t: common, dateTime, number } = useLanguage();
  const queryClient = useQueryClient();
  const [status, setStatus] = useState<DeliveryJson['status']>();
  const [webhook, setWebhook] = useState<number>();
  const [open, setOpen] = useState<number>();
  const filter = { ...(status && { status }), ...(webhook && { webhook }) };
  const query = useInfiniteQuery({
    queryKey: ['deliveries', filter],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      admin.deliveries.list({ ...filter, limit_rows: atOnce, ...(pageParam && { before: pageParam }) }, { signal }),
    getNextPageParam: (last) => (last.length === atOnce ? last.at(-1)!.id : undefined),
  });
  const rows = query.data?.pages.flat() ?? [];
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['deliveries'] });
  const urlOf = (id: number) => webhooks.find((one) => one.id === id)?.url ?? `#${id}`;
  return (
    <section className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <div className="min-w-0 flex-1 max-sm:basis-full">
          <h2 className="text-base font-semibold">{t.log}</h2>
          <p className="text-muted">{t.logLead}</p>
        </div>
        <Select
          aria-label={t.url}
          className="max-w-56 max-sm:min-w-0 max-sm:flex-1"
          value={webhook ?? ''}
          onChange={(event) => setWebhook(Number(event.target.value) || undefined)}
        >
          <option value="">{t.anyWebhook}</option>
          {webhooks.map(({ id, url }) => (
            <option key={id} value={id}>
              {url}
            </option>
          ))}
        </Select>
        <Select
          aria-label={t.status}
          value={status ?? ''}
          onChange={(event) => setStatus(statuses.find((one) => one === event.target.value))}
        >
          <option value="">{t.anyStatus}</option>
          {statuses.map((one) => (
            <option key={one} value={one}>
              {t.statuses[one]}
            </option>
          ))}
        </Select>
        <Button icon aria-label={t.refresh} onClick={refresh}>
          <RotateCw />
        </Button>
      </div>
      <LoadFailed error={query.error} />
      {rows.length === 0 && !query.error && (
        <p className="py-6 text-center text-muted">{query.isFetching ? common.table.loading : t.nothing}</p>
      )}
      {rows.length > 0 && (
        <table className="w-full table-fixed border-y border-line">
          <thead>
            <tr className="border-b border-line text-left text-muted">
              <th className="w-44 py-2 pr-3 font-medium max-sm:w-28">{t.when}</th>
              <th className="py-2 pr-3 font-medium">{t.event}</th>
              <th className="py-2 pr-3 font-medium max-md:hidden">{t.url}</th>
              <th className="w-32 py-2 pr-3 font-medium">{t.status}</th>
              <th className="w-20 py-2 text-right font-medium max-sm:hidden">{t.attempts}</th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {rows.map((row) => (
              <tr key={row.id} className="hover:bg-sunken">
                <td className="py-2 pr-3 text-muted">{dateTime(row.created_at)}</td>
                <td className="truncate py-2 pr-3">
                  <button
                    type="button"
                    className="max-w-full truncate font-medium hover:underline"
                    onClick={() => setOpen(row.id)}
                  >
                    {wordsOf(row.event, t)} <span className="font-normal text-muted">#{row.entity_id}</span>
                  </button>
                </td>
                <td className="truncate py-2 pr-3 text-muted max-md:hidden">
                  <bdi>{urlOf(row.webhook_id)}</bdi>
                </td>
                <td className={row.status === 'failed' ? 'py-2 pr-3 text-danger' : 'py-2 pr-3'}>
                  {t.statuses[row.status]}
                </td>
                <td className="py-2 text-right text-muted tabular-nums max-sm:hidden">{number(row.attempts)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {query.hasNextPage && (
        <Button className="justify-self-center" disabled={query.isFetching} onClick={() => query.fetchNextPage()}>
          {t.more}
        </Button>
      )}
      {open !== undefined && (
        <DeliveryDialog id={open} urlOf={urlOf} onClose={() => setOpen(undefined)} onSent={refresh} />
      )}
    </section>
  );
}
