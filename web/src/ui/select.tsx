import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';

/** The browser's own: at home on a phone, and with the keyboard. */
export function Select({ className, ...props }: ComponentProps<'select'>) {
  return (
    <select
      className={classNames(
        'h-8 max-w-full rounded-md border border-line-strong bg-raised pr-1 pl-2 disabled:opacity-50 max-sm:h-9 max-sm:text-base focus-visible:outline-offset-0',
        className,
      )}
      {...props}
    />
  );
}
