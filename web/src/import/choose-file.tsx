import { FileUp } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { useTexts } from '../i18n/language.tsx';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { inspectFile, NoTable, type TableFile } from './table-file.ts';
import { texts } from './texts.ts';

export function ChooseFile({ onTable }: { readonly onTable: (table: TableFile) => void }) {
  const t = useTexts(texts);
  const [isOver, setOver] = useState(false);
  const [fault, setFault] = useState<string>();
  const [isChecking, setChecking] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setFault(undefined);
    setChecking(true);
    try {
      onTable(await inspectFile(file));
    } catch (error) {
      setFault(error instanceof NoTable ? t.fault[error.reason] : (error as Error).message);
    }
    setChecking(false);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dragging is for the mouse; the button does the same
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      className={classNames(
        'grid justify-items-center gap-3 rounded-xl border border-dashed px-6 py-16 text-center',
        isOver ? 'border-accent bg-accent-soft' : 'border-line-strong',
      )}
    >
      <FileUp className="size-6 text-muted" />
      <p className="text-muted">{isChecking ? t.checking : t.drop}</p>
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,text/csv"
        hidden
        onChange={(event) => take(event.target.files?.[0])}
      />
      <Button look="primary" disabled={isChecking} onClick={() => input.current?.click()}>
        {t.choose}
      </Button>
      {fault && (
        <p role="alert" className="text-danger">
          {fault}
        </p>
      )}
    </div>
  );
}
