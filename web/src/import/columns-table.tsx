import { ArrowRight } from 'lucide-react';
import { useTexts } from '../i18n/language.tsx';
import { Select } from '../ui/select.tsx';
import type { Choice } from './reading.ts';
import type { TableRow } from './table-file.ts';
import { texts } from './texts.ts';

interface ColumnsProps {
  readonly titles: readonly string[];
  readonly rows: readonly TableRow[];
  /** What each column stands for; '': nothing. */
  readonly keys: readonly string[];
  readonly choices: readonly Choice[];
  readonly onChoose: (index: number, key: string) => void;
}

export function ColumnsTable({ titles, rows, keys, choices, onChoose }: ColumnsProps) {
  const t = useTexts(texts);
  const own = choices.filter(({ isOwn }) => isOwn);
  const fields = choices.filter(({ isOwn }) => !isOwn);
  return (
    <table className="w-full table-fixed border-y border-line">
      <thead>
        <tr className="border-b border-line text-left text-muted">
          <th className="py-2 pr-3 font-medium">{t.column}</th>
          <th className="py-2 pr-3 font-medium max-sm:hidden">{t.example}</th>
          <th className="w-64 py-2 font-medium max-sm:w-1/2">{t.becomes}</th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {titles.map((title, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: titles may be alike
          <tr key={index} className={keys[index] === '' ? 'text-muted' : ''}>
            <td className="truncate py-1.5 pr-3">
              <bdi>{title || '—'}</bdi>
            </td>
            <td className="truncate py-1.5 pr-3 text-muted max-sm:hidden">
              <bdi>{rows.find(({ cells }) => cells[index]?.trim())?.cells[index]}</bdi>
            </td>
            <td className="py-1.5">
              <span className="flex items-center gap-2">
                <ArrowRight className="size-4 shrink-0 text-muted max-sm:hidden" />
                <Select
                  aria-label={`${t.becomes}: ${title}`}
                  className="min-w-0 flex-1"
                  value={keys[index]}
                  onChange={(event) => onChoose(index, event.target.value)}
                >
                  <option value="">{t.nothing}</option>
                  <optgroup label={t.own}>
                    {own.map(({ key }) => (
                      <option key={key} value={key}>
                        {t.keys[key] ?? key}
                      </option>
                    ))}
                  </optgroup>
                  <optgroup label={t.fields}>
                    {fields.map(({ key, name }) => (
                      <option key={key} value={key}>
                        {name}
                      </option>
                    ))}
                  </optgroup>
                </Select>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
