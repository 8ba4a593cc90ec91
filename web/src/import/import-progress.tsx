import { Link } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { KontoraError } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { saveFile } from '../save-file.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { isRunning, type Progress, rejectsFile, stopImport } from './run.ts';
import { texts } from './texts.ts';

interface ProgressProps {
  readonly progress: Progress;
  readonly onGoOn: () => void;
  readonly onAgain: () => void;
}

export function ImportProgress({ progress, onGoOn, onAgain }: ProgressProps) {
  const t = useTexts(texts);
  const { t: common, number, language } = useLanguage();
  const heading = useRef<HTMLHeadingElement>(null);
  const { plan, state, bytes, added, updated, refused, time, rows, shown, error } = progress;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the button that was pressed is gone
  useEffect(() => heading.current?.focus(), [state]);
  const { size, name } = plan.table.file;
  const rate = time > 0 ? Math.round((rows * 1000) / time) : 0;
  const seconds = bytes > 0 && time > 1000 ? Math.ceil(((size - bytes) * time) / bytes / 1000) : undefined;
  const isOffline = error instanceof KontoraError && error.status === 0;
  const counts = [
    [t.added, added],
    [t.updated, updated],
    [t.refused, refused],
  ] as const;
  return (
    <>
      <section className="grid gap-5 rounded-xl border border-line p-4 sm:p-5">
        <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <h2 ref={heading} tabIndex={-1} aria-live="polite" className="text-base font-semibold outline-none">
            {state === 'names' ? t.names(progress.names) : t[state]}
          </h2>
          <bdi className="min-w-0 truncate text-muted">{name}</bdi>
        </div>
        {state !== 'done' && <ProgressBar label={t.running} value={size === 0 ? 1 : bytes / size} />}
        <dl className="flex flex-wrap gap-x-10 gap-y-3">
          {counts.map(([label, count]) => (
            <div key={label}>
              <dt className="text-muted">{label}</dt>
              <dd className="text-lg font-semibold tabular-nums">{number(count)}</dd>
            </div>
          ))}
          {state === 'running' && rate > 0 && (
            <div className="ml-auto text-right text-muted tabular-nums">
              <dt className="sr-only">{t.running}</dt>
              <dd>{t.rate(rate)}</dd>
              {seconds !== undefined && <dd>{t.left(duration(seconds, language))}</dd>}
            </div>
          )}
        </dl>
        {state === 'failed' && (
          <div role="alert">
            <p className="text-danger">{isOffline ? common.error.offline : (error as Error).message}</p>
            <p className="text-muted">{t.failedHint}</p>
          </div>
        )}
        <div className="flex flex-wrap gap-2">
          {isRunning(progress) ? (
            <Button onClick={stopImport}>{t.cancel}</Button>
          ) : (
            <>
              {state !== 'done' && (
                <Button look="primary" onClick={onGoOn}>
                  {t.goOn}
                </Button>
              )}
              {state === 'done' && (
                <Link to={`/${plan.kind}`} className={buttonClass({ look: 'primary' })}>
                  {t.open}
                </Link>
              )}
              <Button onClick={onAgain}>{t.again}</Button>
            </>
          )}
        </div>
      </section>
      {refused > 0 && (
        <section className="grid gap-3">
          <div className="flex flex-wrap items-start gap-3">
            <div className="min-w-0 flex-1">
              <h2 className="text-base font-semibold">{t.rejects}</h2>
              <p className="text-muted">{t.rejectsLead}</p>
            </div>
            <Button onClick={() => saveFile(name.replace(/(\.\w+)?$/, '.rejects.csv'), rejectsFile(progress))}>
              <Download />
              {t.download}
            </Button>
          </div>
          <table className="w-full table-fixed border-y border-line">
            <thead>
              <tr className="border-b border-line text-left text-muted">
                <th className="w-16 py-2 font-medium">{t.row}</th>
                <th className="py-2 pr-3 font-medium">{t.reason}</th>
                <th className="py-2 font-medium max-sm:hidden">{t.content}</th>
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {shown.map(({ number: at, reason, row }) => (
                <tr key={at}>
                  <td className="py-1.5 text-muted tabular-nums">{number(at)}</td>
                  <td className="py-1.5 pr-3 break-words">
                    <bdi>{reason}</bdi>
                  </td>
                  <td className="truncate py-1.5 text-muted max-sm:hidden">
                    <bdi>{row}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {refused > shown.length && <p className="text-muted">{t.moreRejects(refused - shown.length)}</p>}
        </section>
      )}
    </>
  );
}

/** Two parts of it at most: `1 h 5 min`, `40 sec`. */
function duration(seconds: number, language: string): string {
  const write = (n: number, unit: string) =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(n);
  if (seconds < 60) return write(seconds, 'second');
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return write(minutes, 'minute');
  return `${write(Math.floor(minutes / 60), 'hour')} ${write(minutes % 60, 'minute')}`;
}
