import { type ReactNode, useId } from 'react';

interface PanelProps {
  readonly title: string;
  /** Beside the title. */
  readonly more?: ReactNode;
  readonly children: ReactNode;
}

export function Panel({ title, more, children }: PanelProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="grid grid-cols-[minmax(0,1fr)] content-start gap-4 rounded-xl border border-line p-4 sm:p-5"
    >
      <div className="flex min-h-8 flex-wrap items-center gap-2">
        <h2 id={id} className="mr-auto text-base font-semibold">
          {title}
        </h2>
        {more}
      </div>
      {children}
    </section>
  );
}

export const cell = 'border-t border-line py-1.5 text-right tabular-nums first:text-left';
export const headCell = 'pb-1.5 text-right text-xs font-normal text-muted first:text-left';
