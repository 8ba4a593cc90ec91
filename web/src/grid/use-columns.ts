import { type PointerEvent, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { GridColumn } from './column.ts';

const [narrowest, widest] = [64, 900];
const narrow = matchMedia('(max-width: 40rem)');

function onNarrow(tell: () => void): () => void {
  narrow.addEventListener('change', tell);
  return () => narrow.removeEventListener('change', tell);
}

interface Kept {
  readonly order: string[];
  readonly shown: Record<string, boolean>;
  readonly widths: Record<string, number>;
}

const nothingKept: Kept = { order: [], shown: {}, widths: {} };

/** Which columns are shown, in which order and how wide; kept in this browser under a key. The first column always leads. */
export function useColumns<R extends object>(all: readonly GridColumn<R>[], key: string) {
  const isNarrow = useSyncExternalStore(onNarrow, () => narrow.matches);
  const [kept, setKept] = useState(() => readKept(key));
  useEffect(() => localStorage.setItem(key, JSON.stringify(kept)), [key, kept]);
  const shown = useMemo(
    () => Object.fromEntries(all.map(({ id, isShown }, index) => [id, index === 0 || (kept.shown[id] ?? isShown)])),
    [all, kept.shown],
  );
  const order = useMemo(() => {
    const ids = all.map(({ id }) => id);
    const known = kept.order.filter((id) => ids.includes(id) && id !== ids[0]);
    return [ids[0]!, ...known, ...ids.slice(1).filter((id) => !known.includes(id))];
  }, [all, kept.order]);
  const columns = useMemo(() => {
    const byId = new Map(all.map((column) => [column.id, column]));
    return order.filter((id) => shown[id]).map((id) => byId.get(id)!);
  }, [all, order, shown]);
  // On a phone the first one, which does not scroll away, would leave no room for the others.
  const sizes = columns
    .map(({ id, width }, index) => (index === 0 && isNarrow ? 160 : (kept.widths[id] ?? width)))
    .join();
  // The same array as long as nothing is wider: rows are drawn anew with another.
  const widths = useMemo(() => sizes.split(',').map(Number), [sizes]);
  const setWidth = (id: string, wanted: (was: number) => number) =>
    setKept((was) => {
      const width = wanted(was.widths[id] ?? all.find((column) => column.id === id)!.width);
      return { ...was, widths: { ...was.widths, [id]: Math.min(widest, Math.max(narrowest, width)) } };
    });
  return {
    /** In order, the hidden ones too. */
    all: useMemo(() => order.map((id) => all.find((column) => column.id === id)!), [order, all]),
    columns,
    widths,
    isShown: (id: string) => shown[id] === true,
    show: (id: string, isShown: boolean) => setKept((was) => ({ ...was, shown: { ...was.shown, [id]: isShown } })),
    /** Puts a column where another is. */
    move(id: string, to: string) {
      if (id === order[0] || to === order[0] || id === to) return;
      const rest = order.filter((other) => other !== id);
      const isRight = order.indexOf(id) < order.indexOf(to);
      rest.splice(rest.indexOf(to) + (isRight ? 1 : 0), 0, id);
      setKept((was) => ({ ...was, order: rest }));
    },
    /** For a pointer that goes down on the edge of a column: its width follows until it goes up. */
    resizeBy(event: PointerEvent<HTMLElement>, index: number) {
      const { currentTarget: edge, clientX: from, pointerId } = event;
      const [{ id }, width] = [columns[index]!, widths[index]!];
      const follow = ({ clientX }: { readonly clientX: number }) => setWidth(id, () => width + clientX - from);
      edge.setPointerCapture(pointerId);
      edge.addEventListener('pointermove', follow);
      edge.addEventListener('lostpointercapture', () => edge.removeEventListener('pointermove', follow), {
        once: true,
      });
    },
    widen: (id: string, by: number) => setWidth(id, (width) => width + by),
    reset: () => setKept(nothingKept),
  };
}

export type Columns<R extends object> = ReturnType<typeof useColumns<R>>;

/** What this browser has kept; of what is damaged, nothing. */
function readKept(key: string): Kept {
  try {
    return { ...nothingKept, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Kept>) };
  } catch {
    return nothingKept;
  }
}
