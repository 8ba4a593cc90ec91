import { useQuery } from '@tanstack/react-query';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { useFail } from '../records/use-fail.ts';
import { admin } from '../settings/admin.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { notify } from '../ui/toaster.tsx';
import { wordsOf } from './events.ts';
import { texts } from './texts.ts';

interface DeliveryProps {
  readonly id: number;
  readonly urlOf: (webhook: number) => string;
  readonly onClose: () => void;
  readonly onSent: () => void;
}

/** One delivery: what was sent, and every attempt. */
export function DeliveryDialog({ id, urlOf, onClose, onSent }: DeliveryProps) {
  const t = useTexts(texts);
  const { t: common, dateTime } = useLanguage();
  const fail = useFail();
  const { data, error } = useQuery({
    queryKey: ['deliveries', id],
    queryFn: async ({ signal }) => (await admin.deliveries.find(id, { signal })) ?? null,
  });
  const again = async () => {
    try {
      await admin.deliveries.redeliver([id]);
      notify({ text: t.sentAgain });
      onSent();
      onClose();
    } catch (failure) {
      fail(failure);
    }
  };
  return (
    <Dialog open onOpenChange={onClose} title={t.show(id)}>
      <div className="grid max-h-[76vh] grid-rows-[auto_minmax(0,1fr)_auto]">
        <div className="px-5 pt-5 pb-4">
          <p aria-hidden="true" className="text-base font-semibold">
            {data ? `${wordsOf(data.event, t)} #${data.entity_id}` : t.show(id)}
          </p>
          {data && (
            <p className="truncate text-muted">
              <bdi>{urlOf(data.webhook_id)}</bdi> · {t.statuses[data.status]}
              {data.status === 'pending' && ` · ${t.next(dateTime(data.next_at))}`}
            </p>
          )}
        </div>
        <div className="grid content-start gap-4 overflow-y-auto px-5 py-1">
          {error && <p className="text-danger">{error.message || common.error.unknown}</p>}
          {data?.log && data.log.length > 0 && (
            <ul className="divide-y divide-line border-y border-line">
              {data.log.map(({ at, code, error }) => (
                <li key={at} className="flex gap-4 py-1.5">
                  <span className="w-44 shrink-0 text-muted max-sm:w-28">{dateTime(at)}</span>
                  <span className="shrink-0 tabular-nums">{code || t.noAnswer}</span>
                  <bdi className="min-w-0 break-words text-muted">{error}</bdi>
                </li>
              ))}
            </ul>
          )}
          {data && (
            <div className="grid gap-1">
              <p className="text-muted">{t.body}</p>
              <pre className="rounded-lg bg-sunken p-3 font-mono text-xs leading-5 break-all whitespace-pre-wrap">
                {data.body ? readable(data.body) : t.noBody}
              </pre>
            </div>
          )}
        </div>
        <div className="flex justify-end gap-2 p-5">
          <Button onClick={onClose}>{common.error.close}</Button>
          <Button look="primary" disabled={!data || data.status === 'pending'} onClick={again}>
            {t.again}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** A form's body, a key a line. */
function readable(body: string): string {
  return [...new URLSearchParams(body)].map(([key, value]) => `${key} = ${value}`).join('\n');
}
