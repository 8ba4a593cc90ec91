import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { type AnyRecord, crm, type KindName } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { Button } from '../ui/button.tsx';
import { useDebounced } from '../ui/use-debounced.ts';
import { momentsOf } from './entries.ts';
import { feedQuery } from './feed-query.ts';
import { texts } from './texts.ts';

/** The record as it was at a time; null: it was not there then, or the user might not have seen it. */
export function usePast(kind: KindName, id: number, at: number | undefined) {
  // Who drags the slider passes many moments.
  const settled = useDebounced(at === undefined ? '' : String(at), 60);
  const time = Number(settled);
  const past = useQuery<AnyRecord | null>({
    queryKey: ['past', kind, id, time],
    queryFn: async ({ signal }) => ((await crm.history(kind, [id], time, { signal }))[0] ?? null) as AnyRecord | null,
    enabled: at !== undefined && time > 0,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  return at === undefined ? undefined : past.data;
}

interface PastSliderProps {
  readonly kind: KindName;
  readonly record: AnyRecord;
  readonly isAdmin: boolean;
  readonly at: number | undefined;
  readonly isMissing: boolean;
  /** undefined: now. */
  readonly onAt: (at: number | undefined) => void;
  readonly onClose: () => void;
}

/** Goes from change to change; its right end is now. */
export function PastSlider({ kind, record, isAdmin, at, isMissing, onAt, onClose }: PastSliderProps) {
  const { dateTime } = useLanguage();
  const c = useTexts(texts);
  const { data: feed } = useQuery(feedQuery(kind, record.id, isAdmin));
  // The last one is what the record is now.
  const moments = feed ? momentsOf(feed, record).slice(0, -1) : [];
  const [place, setPlace] = useState<number>();
  const slider = useRef<HTMLInputElement>(null);
  const hasMoments = moments.length > 0;
  useEffect(() => {
    if (hasMoments) slider.current!.focus();
  }, [hasMoments]);
  const shown = place ?? moments.length;
  const move = (next: number) => {
    setPlace(next);
    onAt(moments[next]);
  };
  const text = at === undefined ? c.past.today : dateTime(at);
  return (
    <section
      aria-label={c.past.title}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
      className="grid gap-1.5 border-b border-line bg-sunken px-4 py-3 sm:px-6"
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <input
          ref={slider}
          type="range"
          min={0}
          max={moments.length}
          value={shown}
          disabled={!hasMoments}
          aria-label={c.past.slider}
          aria-valuetext={text}
          onChange={(event) => move(Number(event.target.value))}
          className="h-8 min-w-40 flex-1 accent-accent"
        />
        <output className="min-w-40 font-medium tabular-nums">{text}</output>
        <Button onClick={onClose}>{c.past.back}</Button>
      </div>
      <p className="text-muted" aria-live="polite">
        {isMissing
          ? c.past.nothing
          : at !== undefined
            ? c.past.readOnly
            : hasMoments
              ? c.past.hint(moments.length)
              : c.past.none}
      </p>
    </section>
  );
}
