import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useLayoutEffect, useMemo, useReducer, useRef } from 'react';

/**
 * Pixels that the scroller's content is high at most. Browsers cap an element near 33 million, Firefox near 18, and from 8 million on
 * positions lose their fractions.
 */
const mostHeight = 4_000_000;
/** Milliseconds without scrolling after which the scroll bar is put where the rows are. */
const restMs = 150;

/** Rows that are drawn above and below those that are seen. */
export const overscan = 6;

interface Options {
  readonly count: number;
  readonly rowHeight: number;
  /** Of what stands above the rows in the scroller. */
  readonly headerHeight: number;
  readonly scroller: RefObject<HTMLElement | null>;
}

/** Where the rows are: how far they are scrolled as if they had their full height, and what the scroller said then. */
interface Place {
  top: number;
  seen: number;
}

/**
 * Windowed rows in a scroller that may be lower than all of them. A wheel or a finger moves the rows by as much as it moves the
 * scroller; a jump of the scroll bar goes to the rank that it points at.
 */
export function useScaledRows({ count, rowHeight, headerHeight, scroller }: Options) {
  const place = useRef<Place>({ top: 0, seen: 0 });
  const emit = useRef<((top: number, isScrolling: boolean) => void) | undefined>(undefined);
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const full = count * rowHeight;
  const height = Math.min(full, mostHeight);
  const measures = useRef({ full, height });
  measures.current = { full, height };

  const ends = useCallback(() => {
    const view = (scroller.current?.clientHeight ?? 0) - headerHeight;
    const { full, height } = measures.current;
    return { view, top: Math.max(0, full - view), seen: Math.max(0, height - view) };
  }, [scroller, headerHeight]);

  /** Puts the rows at a place, and the scroll bar where it belongs. */
  const put = useCallback(
    (top: number) => {
      const element = scroller.current;
      if (!element) return;
      const end = ends();
      const within = Math.round(Math.max(0, Math.min(end.top, top)));
      element.scrollTop = end.top === 0 ? 0 : Math.round((within * end.seen) / end.top);
      place.current = { top: within, seen: element.scrollTop };
      emit.current?.(within, false);
      redraw();
    },
    [scroller, ends],
  );

  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    observeElementOffset: (_instance, tell) => {
      const element = scroller.current;
      if (!element) return;
      emit.current = tell;
      let rest: ReturnType<typeof setTimeout> | undefined;
      const onScroll = () => {
        const end = ends();
        const { top, seen } = place.current;
        const now = element.scrollTop;
        const isJump = end.top !== end.seen && Math.abs(now - seen) > 2 * end.view;
        const moved = isJump ? (now * end.top) / end.seen : top + now - seen;
        const at = now <= 0 ? 0 : now >= end.seen - 1 ? end.top : Math.max(0, Math.min(end.top, Math.round(moved)));
        place.current = { top: at, seen: now };
        if (isJump || at - now !== top - seen) redraw();
        tell(at, true);
        clearTimeout(rest);
        rest = setTimeout(() => {
          if (end.top === end.seen) tell(place.current.top, false);
          else put(place.current.top);
        }, restMs);
      };
      element.addEventListener('scroll', onScroll, { passive: true });
      tell(place.current.top, false);
      return () => {
        clearTimeout(rest);
        element.removeEventListener('scroll', onScroll);
      };
    },
    // All scrolling goes through `put`.
    scrollToFn: () => undefined,
  });

  // Fewer rows than before may end above the place.
  useLayoutEffect(() => {
    if (place.current.top > 0) put(Math.min(place.current.top, full));
  }, [full, put]);

  const items = virtualizer.getVirtualItems();
  const isBackward = virtualizer.scrollDirection === 'backward';
  const { top, seen } = place.current;
  const scrollTo = useCallback(
    (row: number, align: 'nearest' | 'start') => {
      const { view } = ends();
      const { top } = place.current;
      const start = row * rowHeight;
      const isBelow = start + rowHeight > top + view;
      if (align === 'nearest' && start >= top && !isBelow) return;
      put(align === 'start' || start < top ? start : start + rowHeight - view);
    },
    [ends, put, rowHeight],
  );
  return useMemo(
    () => ({ items, height, shift: seen - top, isBackward, scrollTo, toTop: () => put(0) }),
    [items, height, seen, top, isBackward, scrollTo, put],
  );
}
