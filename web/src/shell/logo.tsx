import { classNames } from '../ui/class-names.ts';

export function Logo({ className }: { readonly className?: string }) {
  return (
    <span className={classNames('flex items-center gap-2 font-semibold', className)}>
      <img src="/icon.svg" alt="" width="20" height="20" />
      Kontora
    </span>
  );
}
