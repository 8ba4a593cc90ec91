import { queryOptions, useQuery } from '@tanstack/react-query';
import { ChartColumn, Table2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { type GrowthJson, type KindName, kindNames, readGrowth } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/select.tsx';
import { BarChart } from './bar-chart.tsx';
import { cell, headCell, Panel } from './panel.tsx';
import { texts } from './texts.ts';

export type Step = 'day' | 'week' | 'month';
const steps = ['day', 'week', 'month'] as const;

export function growthQuery(kind: KindName, by: Step) {
  return queryOptions({
    queryKey: ['growth', kind, by],
    queryFn: ({ signal }) => readGrowth(kind, by, signal),
    staleTime: 60_000,
  });
}

export function totalOf({ before, periods }: GrowthJson): number {
  return periods.reduce((sum, { count }) => sum + count, before);
}

/** How many records came when: as bars, or as the same numbers in a table. */
export function GrowthPanel({ timezone }: { readonly timezone: string }) {
  const { t, language, number } = useLanguage();
  const d = useTexts(texts);
  const [kind, setKind] = useState<KindName>('companies');
  const [by, setBy] = useState<Step>('month');
  const [isTable, setTable] = useState(false);
  const [pointed, setPointed] = useState<number>();
  const { data } = useQuery(growthQuery(kind, by));
  const compact = useMemo(() => {
    const format = new Intl.NumberFormat(language, { notation: 'compact' });
    return (n: number) => format.format(n);
  }, [language]);
  const { values, labels, names } = useMemo(() => {
    const format = (options: Intl.DateTimeFormatOptions) => {
      const written = new Intl.DateTimeFormat(language, { timeZone: timezone, ...options });
      return data?.periods.map(({ from }) => written.format(from * 1000)) ?? [];
    };
    return {
      values: data?.periods.map(({ count }) => count) ?? [],
      labels: format(by === 'month' ? { month: 'short' } : { day: 'numeric', month: 'short' }),
      names: format(by === 'month' ? { month: 'long', year: 'numeric' } : { dateStyle: 'medium' }),
    };
  }, [data, by, language, timezone]);
  const added = values.reduce((sum, count) => sum + count, 0);
  const title = d.added[kind];
  return (
    <Panel
      title={title}
      more={
        <>
          <Select aria-label={d.what} value={kind} onChange={(event) => setKind(event.target.value as KindName)}>
            {kindNames.map((one) => (
              <option key={one} value={one}>
                {t.nav[one]}
              </option>
            ))}
          </Select>
          <Select aria-label={d.period} value={by} onChange={(event) => setBy(event.target.value as Step)}>
            {steps.map((one) => (
              <option key={one} value={one}>
                {d.by[one]}
              </option>
            ))}
          </Select>
          <Button look="quiet" icon aria-label={isTable ? d.asChart : d.asTable} onClick={() => setTable(!isTable)}>
            {isTable ? <ChartColumn /> : <Table2 />}
          </Button>
        </>
      }
    >
      <p className="flex min-h-7 flex-wrap items-baseline gap-x-3 tabular-nums">
        <span className="text-lg font-semibold">
          {data && number(pointed === undefined ? added : (values[pointed] ?? 0))}
        </span>
        <span className="text-muted">
          {pointed !== undefined ? names[pointed] : data && `${d.spans[by]} · ${d.ofAll(number(totalOf(data)))}`}
        </span>
      </p>
      {!data && <div className="h-68" />}
      {data && isTable && (
        <div className="max-h-80 overflow-y-auto">
          <table className="w-full">
            <thead>
              <tr>
                <th className={headCell}>{d.since}</th>
                <th className={headCell}>{d.count}</th>
              </tr>
            </thead>
            <tbody>
              {names.map((name, index) => (
                <tr key={name}>
                  <td className={cell}>{name}</td>
                  <td className={cell}>{number(values[index] ?? 0)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {data && !isTable && (
        <BarChart
          values={values}
          labels={labels}
          format={compact}
          summary={d.summary(title, number(added), names[0] ?? '')}
          onPoint={setPointed}
        />
      )}
    </Panel>
  );
}
