import { useEffect, useRef, useState } from 'react';
import type { KindName } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { saveFile } from '../save-file.ts';
import type { Account } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { notify } from '../ui/toaster.tsx';
import { exportRows } from './export.ts';
import { exportColumns, type ShownColumn } from './export-columns.ts';
import { exportedUsers } from './export-right.ts';
import { texts as exportTexts } from './export-texts.ts';
import { texts } from './texts.ts';
import { filtersOf, type View } from './view.ts';

interface ExportProps {
  readonly kind: KindName;
  readonly account: Account;
  readonly view: View;
  readonly columns: Readonly<Record<'all' | 'columns', readonly ShownColumn[]>>;
  readonly count: number | undefined;
  readonly onClose: () => void;
}

/** Everything that the table has, not only what was loaded of it. Closing breaks it off. */
export function ExportDialog({ kind, account, view, columns, count = 0, onClose }: ExportProps) {
  const t = useTexts(exportTexts);
  const { t: common, language } = useLanguage();
  const r = useTexts(texts);
  const counted = r.kinds[kind].count;
  const [isAll, setAll] = useState(false);
  const [done, setDone] = useState<number>();
  const abort = useRef(new AbortController());
  useEffect(() => {
    abort.current = new AbortController();
    return () => abort.current.abort();
  }, []);
  const users = exportedUsers(account, kind);
  const run = async () => {
    setDone(0);
    const { signal } = abort.current;
    const shown = exportColumns(kind, account, language, isAll ? columns.all : columns.columns);
    const list = { kind, filters: filtersOf(view), sort: view.sort ?? 'id' };
    try {
      const { file, count } = await exportRows({ list, columns: shown, users, signal, onProgress: setDone });
      const day = new Date().toLocaleDateString('sv');
      saveFile(`${kind}-${day}.csv`, [file]);
      notify({ text: t.done(counted(count)) });
      onClose();
    } catch (error) {
      if (signal.aborted) return;
      setDone(undefined);
      notify({ text: (error as Error).message || common.error.unknown, isError: true });
    }
  };
  return (
    <Dialog open onOpenChange={onClose} title={t.title}>
      <div className="grid gap-4 p-5">
        <div className="grid gap-1">
          <p aria-hidden="true" className="text-base font-semibold">
            {t.title}
          </p>
          <p className="text-muted">{t.lead(counted(count))}</p>
          {users && <p>{t.onlyMine}</p>}
        </div>
        {done === undefined ? (
          <div className="flex items-center gap-2">
            <Checkbox id="all-columns" checked={isAll} onToggle={() => setAll((was) => !was)} />
            <label htmlFor="all-columns">{t.allColumns}</label>
          </div>
        ) : (
          <ProgressBar label={t.running} value={count === 0 ? 1 : Math.min(1, done / count)} />
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button look="primary" autoFocus disabled={done !== undefined} onClick={run}>
            {t.start}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
