import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type AddItem, type KindName, storeOf } from '../api.ts';
import { useTexts } from '../i18n/language.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Input } from '../ui/input.tsx';
import { refreshRows } from './rows.ts';
import { texts } from './texts.ts';
import { useFail } from './use-fail.ts';

interface NewRecordProps {
  readonly kind: KindName;
  /** What it has besides its name, such as links. */
  readonly parts?: object;
  readonly name?: string;
  readonly onClose: () => void;
  readonly onAdded: (id: number) => void;
}

/** Asks for what a record needs to exist: everything else is written on its card. */
export function NewRecord({ kind, parts, name = '', onClose, onAdded }: NewRecordProps) {
  const fail = useFail();
  const r = useTexts(texts);
  const queryClient = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const add = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const item: AddItem = { ...parts, name: String(new FormData(event.currentTarget).get('name')).trim() };
    if (item.name === '') return;
    setBusy(true);
    try {
      const [added] = await storeOf(kind).add([item]);
      refreshRows(queryClient, kind);
      onAdded(added!.id);
    } catch (error) {
      setBusy(false);
      fail(error);
    }
  };
  return (
    <Dialog open onOpenChange={onClose} title={r.kinds[kind].add}>
      <form onSubmit={add} className="grid gap-4 p-5">
        <p aria-hidden="true" className="text-base font-semibold">
          {r.kinds[kind].add}
        </p>
        <div className="grid gap-1.5">
          <label htmlFor="new-name" className="text-muted">
            {r.kinds[kind].name}
          </label>
          <Input id="new-name" name="name" defaultValue={name} required maxLength={255} autoComplete="off" autoFocus />
        </div>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{r.cancel}</Button>
          <Button look="primary" type="submit" disabled={isBusy}>
            {r.create}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
