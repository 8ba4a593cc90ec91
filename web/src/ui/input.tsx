import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return (
    <input
      className={classNames(
        'h-8 w-full rounded-md border border-line-strong bg-raised px-2.5 max-sm:h-9 max-sm:text-base focus-visible:outline-offset-0',
        className,
      )}
      {...props}
    />
  );
}
