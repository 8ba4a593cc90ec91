import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Input } from './input.tsx';
import { useDebounced } from './use-debounced.ts';

interface SearchFieldProps {
  readonly label: string;
  readonly text: string;
  readonly onText: (text: string) => void;
}

/** Tells what was typed when there is a pause. */
export function SearchField({ label, text, onText }: SearchFieldProps) {
  const [typed, setTyped] = useState(text);
  const settled = useDebounced(typed, 180);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed changes the view
  useEffect(() => {
    if (settled !== text) onText(settled);
  }, [settled]);
  // The address may change by itself: back, a link, Ctrl K.
  useEffect(() => setTyped((was) => (was.trim() === text ? was : text)), [text]);
  return (
    <div className="relative max-sm:min-w-44 max-sm:flex-1 sm:w-48 2xl:w-64">
      <Search className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted" />
      <Input
        type="search"
        aria-label={label}
        placeholder={label}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        className="pl-8"
      />
    </div>
  );
}
