import { useTexts } from '../i18n/language.tsx';
import { Confirm } from '../ui/confirm.tsx';
import type { Task } from './tasks.ts';
import { texts } from './texts.ts';

interface ConfirmRemovalProps {
  readonly task: Task;
  readonly onClose: () => void;
  readonly onConfirm: (task: Task) => Promise<void>;
}

/** Asks before a task is deleted. */
export function ConfirmRemoval({ task, onClose, onConfirm }: ConfirmRemovalProps) {
  const x = useTexts(texts);
  return (
    <Confirm
      title={x.removeTitle}
      text={x.removeText}
      action={x.doRemove}
      cancel={x.cancel}
      onClose={onClose}
      onConfirm={() => onConfirm(task)}
    />
  );
}
