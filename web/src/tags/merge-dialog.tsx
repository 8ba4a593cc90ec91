import { type FormEvent, useState } from 'react';
import { useTexts } from '../i18n/language.tsx';
import { FormDialog } from '../settings/frame.tsx';
import { texts } from './texts.ts';

interface MergeProps {
  readonly tags: readonly { readonly id: number; readonly name: string; readonly count?: number | undefined }[];
  readonly onClose: () => void;
  readonly onMerge: (into: number) => Promise<unknown>;
}

/** Asks which of several tags stays: the one that most records have, unless another is chosen. */
export function MergeDialog({ tags, onClose, onMerge }: MergeProps) {
  const t = useTexts(texts);
  const [into, setInto] = useState(() => [...tags].sort((a, b) => (b.count ?? 0) - (a.count ?? 0))[0]!.id);
  const [isBusy, setBusy] = useState(false);
  const merge = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    await onMerge(into);
    onClose();
  };
  return (
    <FormDialog
      title={t.mergeTitle}
      lead={t.mergeLead}
      cancel={t.cancel}
      action={t.merge}
      isDisabled={isBusy}
      onSubmit={merge}
      onClose={onClose}
    >
      <fieldset className="grid gap-1">
        <legend className="mb-1 text-muted">{t.into}</legend>
        {tags.map(({ id, name, count }) => (
          <label key={id} className="flex min-h-8 items-center gap-2">
            <input
              type="radio"
              name="into"
              className="accent-accent"
              checked={into === id}
              onChange={() => setInto(id)}
            />
            <bdi className="min-w-0 flex-1 truncate">{name}</bdi>
            {count !== undefined && <span className="text-muted">{t.records(count)}</span>}
          </label>
        ))}
      </fieldset>
    </FormDialog>
  );
}
