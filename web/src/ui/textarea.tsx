import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';

/** Grows with what is written. */
export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return (
    <textarea
      rows={2}
      className={classNames(
        'field-sizing-content max-h-80 min-h-16 w-full resize-y rounded-md border border-line-strong bg-raised px-2.5 py-1.5 max-sm:text-base focus-visible:outline-offset-0',
        className,
      )}
      {...props}
    />
  );
}
