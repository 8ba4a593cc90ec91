import { Check, Minus } from 'lucide-react';
import type { ComponentProps, MouseEvent } from 'react';

interface CheckboxProps extends Omit<ComponentProps<'button'>, 'onClick' | 'onToggle'> {
  readonly checked: boolean | 'mixed';
  readonly onToggle: (event: MouseEvent) => void;
}

export function Checkbox({ checked, onToggle, ...props }: CheckboxProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a real one cannot be drawn alike in both themes, nor be mixed without a script
    <button
      type="button"
      role="checkbox"
      aria-checked={checked}
      onClick={onToggle}
      className="grid size-4 place-items-center rounded-sm border border-line-strong bg-raised text-accent-ink aria-checked:border-accent aria-checked:bg-accent aria-[checked=false]:bg-raised aria-[checked=false]:border-line-strong [&_svg]:size-3"
      {...props}
    >
      {checked === 'mixed' ? <Minus strokeWidth={3} /> : checked && <Check strokeWidth={3} />}
    </button>
  );
}
