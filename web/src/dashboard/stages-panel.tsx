import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { PipelineJson } from '../api.ts';
import { totalsQuery } from '../board/leads.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { useMoney } from '../i18n/money.ts';
import { type Account, stagesOf } from '../session.ts';
import { buttonClass } from '../ui/button.tsx';
import { Select } from '../ui/select.tsx';
import { cell, headCell, Panel } from './panel.tsx';
import { texts } from './texts.ts';

/** A table whose rows have bars: it needs no other form for who cannot see them. */
export function StagesPanel({ account, main }: { readonly account: Account; readonly main: PipelineJson }) {
  const { number } = useLanguage();
  const d = useTexts(texts);
  const money = useMoney(account.json.currency);
  const [chosen, setChosen] = useState(main.id);
  const pipeline = account.pipelines.find(({ id }) => id === chosen) ?? main;
  const board = useMemo(() => ({ pipeline: pipeline.id, filters: {} }), [pipeline.id]);
  const { data } = useQuery(totalsQuery(board));
  const totals = new Map(data?.stages.map((total) => [total.id, total]));
  const all = data?.stages ?? [];
  const most = Math.max(1, ...all.map(({ count }) => count));
  const sumOf = (key: 'count' | 'sum') => all.reduce((sum, total) => sum + total[key], 0);
  return (
    <Panel
      title={d.stages}
      more={
        <>
          {account.pipelines.length > 1 && (
            <Select
              aria-label={d.pipeline}
              value={pipeline.id}
              onChange={(event) => setChosen(Number(event.target.value))}
            >
              {account.pipelines.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
          <Link to="/board" search={{ pipeline: String(pipeline.id) }} className={buttonClass({ look: 'quiet' })}>
            {d.board}
            <ArrowRight />
          </Link>
        </>
      }
    >
      <table className="w-full table-fixed">
        <thead>
          <tr>
            <th className={headCell}>{d.stage}</th>
            <th className={`${headCell} w-1/5`}>{d.leads}</th>
            <th className={`${headCell} w-1/3`}>{d.budget}</th>
          </tr>
        </thead>
        <tbody>
          {stagesOf(pipeline).map(({ id, name, color }) => {
            const { count = 0, sum = 0 } = totals.get(id) ?? {};
            return (
              <tr key={id}>
                <td className={cell}>
                  <bdi className="block break-words">{name}</bdi>
                  {count > 0 && (
                    <span
                      aria-hidden="true"
                      className="mt-1 block h-1.5 min-w-1 rounded-full ring-1 ring-line-strong ring-inset"
                      style={{ width: `${(count / most) * 100}%`, backgroundColor: color }}
                    />
                  )}
                </td>
                <td className={`${cell} align-top`}>{data && number(count)}</td>
                <td className={`${cell} align-top`}>{data && money(sum)}</td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr className="font-medium">
            <th scope="row" className={`${cell} font-medium`}>
              {d.sum}
            </th>
            <td className={cell}>{data && number(sumOf('count'))}</td>
            <td className={cell}>{data && money(sumOf('sum'))}</td>
          </tr>
        </tfoot>
      </table>
    </Panel>
  );
}
