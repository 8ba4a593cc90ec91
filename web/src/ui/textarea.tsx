import { type ComponentProps, useRef } from 'react';
import { classNames } from './class-names.ts';
import { useDraft } from './use-draft.ts';

interface TextareaProps extends Omit<ComponentProps<'textarea'>, 'ref'> {
  /** What is typed is kept by this name until the form is sent. */
  readonly draft?: string;
}

/** Grows with what is written. */
export function Textarea({ className, draft, ...props }: TextareaProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  useDraft(box, draft);
  return (
    <textarea
      ref={box}
      rows={2}
      className={classNames(
        'field-sizing-content max-h-80 min-h-16 w-full resize-y rounded-md border border-line-strong bg-raised px-2.5 py-1.5 max-sm:text-base focus-visible:outline-offset-0',
        className,
      )}
      {...props}
    />
  );
}
