import { type FormEvent, useState } from 'react';
import type { WebhookJson } from '../../../client/client.ts';
import { useTexts } from '../i18n/language.tsx';
import { FormDialog } from '../settings/frame.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { Input } from '../ui/input.tsx';
import { eventsBySubject } from './events.ts';
import { texts } from './texts.ts';

interface WebhookDialogProps {
  /** Undefined: a new one. */
  readonly webhook: WebhookJson | undefined;
  readonly onClose: () => void;
  /** @returns whether it is done */
  readonly onSave: (url: string, events: readonly string[]) => Promise<boolean>;
}

/** An address, and what it is told of. */
export function WebhookDialog({ webhook, onClose, onSave }: WebhookDialogProps) {
  const t = useTexts(texts);
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [events, setEvents] = useState<ReadonlySet<string>>(new Set(webhook?.events));
  const [isBusy, setBusy] = useState(false);
  const toggle = (names: readonly string[], isOn: boolean) => {
    const next = new Set(events);
    for (const name of names) if (isOn) next.add(name);
    for (const name of names) if (!isOn) next.delete(name);
    setEvents(next);
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    if (await onSave(url.trim(), [...events])) onClose();
    setBusy(false);
  };
  const title = webhook ? t.edit(webhook.url) : t.add;
  return (
    <FormDialog
      title={title}
      cancel={t.cancel}
      action={webhook ? t.save : t.create}
      isDisabled={isBusy || url.trim() === '' || events.size === 0}
      onSubmit={save}
      onClose={onClose}
    >
      <div className="grid gap-1.5">
        <label htmlFor="webhook-url" className="text-muted">
          {t.url}
        </label>
        <Input
          id="webhook-url"
          type="url"
          required
          autoFocus={!webhook}
          readOnly={webhook !== undefined}
          placeholder="https://"
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
      </div>
      {eventsBySubject.map(([subject, actions]) => {
        const names = actions.map((action) => `${action}_${subject}`);
        const count = names.filter((name) => events.has(name)).length;
        return (
          <fieldset key={subject} className="grid gap-1.5">
            <legend className="mb-1.5 flex items-center gap-2 font-medium">
              <Checkbox
                id={`all-${subject}`}
                aria-label={`${t.subjects[subject]}: ${t.all}`}
                checked={count === names.length ? true : count > 0 ? 'mixed' : false}
                onToggle={() => toggle(names, count < names.length)}
              />
              <label htmlFor={`all-${subject}`}>{t.subjects[subject]}</label>
            </legend>
            <div className="flex flex-wrap gap-x-5 gap-y-1.5 pl-6">
              {actions.map((action, index) => (
                <span key={action} className="flex items-center gap-2">
                  <Checkbox
                    id={names[index]}
                    checked={events.has(names[index]!)}
                    onToggle={() => toggle([names[index]!], !events.has(names[index]!))}
                  />
                  <label htmlFor={names[index]}>{t.actions[action]}</label>
                </span>
              ))}
            </div>
          </fieldset>
        );
      })}
    </FormDialog>
  );
}
