import { X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useLanguage } from '../i18n/language.tsx';
import { Button } from './button.tsx';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly isError?: boolean;
  readonly action?: { readonly text: string; readonly run: () => void };
}

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

/** Says something in the corner for a while; what can be taken back, or went wrong, stays longer. */
export function notify(toast: Omit<Toast, 'id'>): void {
  const id = nextId++;
  set([...toasts.slice(-3), { ...toast, id }]);
  setTimeout(() => dismiss(id), toast.action || toast.isError ? 15_000 : 5_000);
}

function dismiss(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const tell of listeners) tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toaster() {
  const { t } = useLanguage();
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <section
      aria-label={t.error.notifications}
      aria-live="polite"
      className="pointer-events-none fixed right-0 bottom-0 z-50 flex w-full flex-col gap-2 p-4 sm:w-104"
    >
      {shown.map(({ id, text, isError, action }) => (
        <div
          key={id}
          className="pointer-events-auto flex items-start gap-2 rounded-lg bg-raised py-2 pr-2 pl-4 shadow-float"
        >
          <p
            className={isError ? 'min-w-0 flex-1 py-1.5 break-words text-danger' : 'min-w-0 flex-1 py-1.5 break-words'}
          >
            {text}
          </p>
          {action && (
            <Button
              onClick={() => {
                dismiss(id);
                action.run();
              }}
            >
              {action.text}
            </Button>
          )}
          <Button look="quiet" icon aria-label={t.error.close} onClick={() => dismiss(id)}>
            <X />
          </Button>
        </div>
      ))}
    </section>
  );
}
