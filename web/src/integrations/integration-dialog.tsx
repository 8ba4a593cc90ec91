import { type FormEvent, useState } from 'react';
import { useTexts } from '../i18n/language.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Input } from '../ui/input.tsx';
import { texts } from './texts.ts';

interface IntegrationProps {
  readonly onClose: () => void;
  /** @returns whether it is done */
  readonly onSave: (draft: { name: string; redirect_uri: string }) => Promise<boolean>;
}

export function IntegrationDialog({ onClose, onSave }: IntegrationProps) {
  const t = useTexts(texts);
  const [isBusy, setBusy] = useState(false);
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    const draft = { name: String(form.get('name')).trim(), redirect_uri: String(form.get('redirect')).trim() };
    if (await onSave(draft)) onClose();
    setBusy(false);
  };
  return (
    <Dialog open onOpenChange={onClose} title={t.add}>
      <form onSubmit={save} className="grid gap-4 p-5">
        <p aria-hidden="true" className="text-base font-semibold">
          {t.add}
        </p>
        <div className="grid gap-1.5">
          <label htmlFor="integration-name" className="text-muted">
            {t.name}
          </label>
          <Input id="integration-name" name="name" required autoFocus autoComplete="off" />
        </div>
        <div className="grid gap-1.5">
          <label htmlFor="integration-redirect" className="text-muted">
            {t.redirect}
          </label>
          <Input id="integration-redirect" name="redirect" type="url" required placeholder="https://" />
        </div>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button look="primary" type="submit" disabled={isBusy}>
            {t.create}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
