import { useState } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

interface ConfirmProps {
  readonly title: string;
  readonly text: string;
  /** What the button says that does it. */
  readonly action: string;
  readonly cancel: string;
  readonly onClose: () => void;
  /** Done or refused, it closes. */
  readonly onConfirm: () => Promise<unknown>;
}

/** Asks before what cannot be taken back. */
export function Confirm({ title, text, action, cancel, onClose, onConfirm }: ConfirmProps) {
  const [isBusy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    await onConfirm().finally(onClose);
  };
  return (
    <Dialog open onOpenChange={onClose} title={title}>
      <div className="grid gap-4 p-5">
        <div className="grid gap-1">
          <p aria-hidden="true" className="text-base font-semibold break-words">
            {title}
          </p>
          <p className="text-muted">{text}</p>
        </div>
        <div className="flex justify-end gap-2">
          <Button autoFocus onClick={onClose}>
            {cancel}
          </Button>
          <Button look="danger" className="border border-line-strong" disabled={isBusy} onClick={confirm}>
            {action}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
