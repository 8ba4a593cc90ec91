import type { FormEvent, ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';

interface FormDialogProps {
  readonly title: string;
  readonly lead?: string;
  readonly cancel: string;
  readonly action: string;
  /** It cannot be sent now. */
  readonly isDisabled: boolean;
  readonly onSubmit: (event: FormEvent) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A form over the page, which scrolls between its title and its buttons. */
export function FormDialog({ title, lead, cancel, action, isDisabled, onSubmit, onClose, children }: FormDialogProps) {
  return (
    <Dialog open onOpenChange={onClose} title={title}>
      <form onSubmit={onSubmit} className="grid max-h-[76vh] grid-rows-[auto_minmax(0,1fr)_auto]">
        <div className="px-5 pt-5 pb-4">
          <p aria-hidden="true" className="truncate text-base font-semibold">
            {title}
          </p>
          {lead && <p className="text-muted">{lead}</p>}
        </div>
        <div className="grid gap-4 overflow-y-auto px-5 py-1">{children}</div>
        <div className="flex justify-end gap-2 p-5">
          <Button onClick={onClose}>{cancel}</Button>
          <Button look="primary" type="submit" disabled={isDisabled}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
