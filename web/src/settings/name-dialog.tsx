import { type FormEvent, useState } from 'react';
import { useTexts } from '../i18n/language.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Input } from '../ui/input.tsx';
import { texts } from './texts.ts';

/** What a stage may be coloured: amoCRM's own. docs/api/pipelines.md */
const colors = [
  ...['#fffeb2', '#fffd7f', '#fff000', '#ffeab2', '#ffdc7f', '#ffce5a', '#ffdbdb', '#ffc8c8', '#ff8f92', '#d6eaff'],
  ...['#c1e0ff', '#98cbff', '#ebffb1', '#deff81', '#87f2c0', '#f9deff', '#f3beff', '#ccc8f9', '#eb93ff', '#f2f3f4'],
  '#e6e8ea',
];

interface NameDialogProps {
  readonly title: string;
  readonly action: string;
  readonly name?: string;
  /** Without it there is none to choose. */
  readonly color?: string;
  readonly onClose: () => void;
  /** @returns whether it is done */
  readonly onSave: (given: { name: string; color?: string }) => Promise<boolean>;
}

/** Asks for a name, and of a stage for a colour. */
export function NameDialog({ title, action, name: before = '', color: was, onClose, onSave }: NameDialogProps) {
  const t = useTexts(texts);
  const [name, setName] = useState(before);
  const [color, setColor] = useState(was);
  const [isBusy, setBusy] = useState(false);
  const offered = was === undefined || colors.includes(was) ? colors : [was, ...colors];
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return;
    setBusy(true);
    if (await onSave({ name: name.trim(), ...(color !== undefined && { color }) })) onClose();
    setBusy(false);
  };
  return (
    <Dialog open onOpenChange={onClose} title={title}>
      <form onSubmit={save} className="grid gap-4 p-5">
        <p aria-hidden="true" className="truncate text-base font-semibold">
          {title}
        </p>
        <div className="grid gap-1.5">
          <label htmlFor="given-name" className="text-muted">
            {t.name}
          </label>
          <Input
            id="given-name"
            value={name}
            required
            autoFocus
            maxLength={255}
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        {was !== undefined && (
          <fieldset>
            <legend className="mb-1.5 text-muted">{t.color}</legend>
            <div className="flex flex-wrap gap-2">
              {offered.map((one, index) => (
                <input
                  key={one}
                  type="radio"
                  name="color"
                  aria-label={t.colorOf(index + 1)}
                  checked={one === color}
                  onChange={() => setColor(one)}
                  className="size-7 appearance-none rounded-md ring-1 ring-line-strong ring-inset checked:outline-2 checked:outline-offset-2 checked:outline-accent"
                  style={{ backgroundColor: one }}
                />
              ))}
            </div>
          </fieldset>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button look="primary" type="submit" disabled={isBusy || name.trim() === ''}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
