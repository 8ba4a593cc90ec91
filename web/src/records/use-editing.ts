import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { KindName, Records } from '../api.ts';
import type { CellChange } from '../grid/column.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { notify } from '../ui/toaster.tsx';
import type { Edited } from './save-cells.ts';
import { texts } from './texts.ts';
import { useFail } from './use-fail.ts';

/** Not with the first rows: it is there once somebody is in the table. */
const load = () => import('./save-cells.ts');

/** How a table saves its cells, and takes back what was saved: the last first, or what a message was about. */
export function useEditing<K extends KindName>(kind: K) {
  const { t } = useLanguage();
  const r = useTexts(texts);
  const queryClient = useQueryClient();
  const fail = useFail();
  const undoing = useRef<(readonly Edited<Records[K]>[])[]>([]);
  const saving = { kind, queryClient, t, fail, complain: (text: string) => notify({ text, isError: true }) };
  useEffect(() => {
    const prepare = () => void load().catch(() => undefined);
    const signs = ['keydown', 'pointerdown'] as const;
    for (const sign of signs) addEventListener(sign, prepare, { once: true });
    return () => {
      for (const sign of signs) removeEventListener(sign, prepare);
    };
  }, []);
  const tell = (back: readonly Edited<Records[K]>[]) => {
    if (back.length === 0) return;
    const text = r.changed(r.kinds[kind].count(back.length));
    notify({ text, action: { text: t.bulk.undo, run: () => void takeBack(back) } });
  };
  const keep = (back: readonly Edited<Records[K]>[]) => {
    if (back.length > 0) undoing.current.push(back);
  };
  const takeBack = async (back: readonly Edited<Records[K]>[]) => {
    undoing.current = undoing.current.filter((one) => one !== back);
    tell(await (await load()).saveEdits(saving, back));
  };
  return {
    edit: async (changes: readonly CellChange<Records[K]>[]) => keep(await (await load()).saveCells(saving, changes)),
    /** Offers to take it back. */
    overwrite: async (changes: readonly CellChange<Records[K]>[]) => {
      const back = await (await load()).saveCells(saving, changes);
      keep(back);
      tell(back);
    },
    undo: () => {
      const back = undoing.current.at(-1);
      if (back) void takeBack(back);
    },
  };
}
