import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';

const looks = {
  primary: 'bg-accent text-accent-ink hover:opacity-90',
  outline: 'border border-line-strong bg-raised hover:bg-hover',
  quiet: 'hover:bg-hover',
  danger: 'text-danger hover:bg-hover',
} as const;

const base =
  'inline-flex items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap select-none disabled:opacity-50 aria-expanded:bg-hover [&_svg]:size-4 [&_svg]:shrink-0';

interface Look {
  readonly look?: keyof typeof looks;
  /** A square for one icon. */
  readonly icon?: boolean;
}

export function buttonClass({ look = 'outline', icon = false }: Look = {}, extra?: string): string {
  return classNames(base, looks[look], icon ? 'size-8 max-sm:size-9' : 'h-8 px-3 max-sm:h-9', extra);
}

export function Button({ look, icon, className, ...props }: ComponentProps<'button'> & Look) {
  return (
    <button
      type="button"
      className={buttonClass({ ...(look && { look }), ...(icon && { icon }) }, className)}
      {...props}
    />
  );
}
