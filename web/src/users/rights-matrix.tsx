import { useTexts } from '../i18n/language.tsx';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/select.tsx';
import { levelsOf, matrixColumns, matrixRows, otherRights, presets, type Rights, rightOf } from './rights.ts';
import { texts } from './texts.ts';

interface MatrixProps {
  readonly rights: Rights;
  readonly onRights: (rights: Rights) => void;
}

/** Kinds of records by what can be done with them, each in a word. */
export function RightsMatrix({ rights, onRights }: MatrixProps) {
  const t = useTexts(texts);
  const set = (right: string, level: string) => onRights({ ...rights, [right]: level });
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <div className="flex flex-wrap gap-2">
        {Object.entries(presets).map(([name, preset]) => (
          <Button key={name} onClick={() => onRights({ ...rights, ...preset })}>
            {t.presets[name as keyof typeof presets]}
          </Button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls on a phone, also by the keyboard */}
      <section aria-label={t.rights} tabIndex={0} className="overflow-x-auto">
        <table className="w-full min-w-160 border-y border-line">
          <thead>
            <tr className="border-b border-line text-left text-muted">
              <td className="w-28" />
              {matrixColumns.map((column) => (
                <th key={column} className="py-2 pr-2 font-medium">
                  {t.columns[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {matrixRows.map((row) => (
              <tr key={row}>
                <th className="py-1.5 pr-3 text-left font-medium">{t.rows[row]}</th>
                {matrixColumns.map((column) => {
                  const right = rightOf(row, column);
                  const level = right && (rights[right] ?? 'A');
                  return (
                    <td key={column} className="py-1.5 pr-2">
                      {right && (
                        <Select
                          aria-label={`${t.rows[row]}: ${t.columns[column]}`}
                          className={level === 'D' ? 'w-full text-muted' : 'w-full'}
                          value={level}
                          onChange={(event) => set(right, event.target.value)}
                        >
                          {levelsOf(column).map((one) => (
                            <option key={one} value={one}>
                              {column === 'add' ? (one === 'A' ? t.yes : t.no) : t.levels[one]}
                            </option>
                          ))}
                        </Select>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <fieldset className="flex flex-wrap gap-x-6 gap-y-3">
        <legend className="mb-1 text-muted">{t.otherRights}</legend>
        {otherRights.map((right) => (
          // biome-ignore lint/a11y/noLabelWithoutControl: it is inside
          <label key={right} className="grid gap-1">
            <span>{t.others[right]}</span>
            <Select value={rights[right] ?? 'A'} onChange={(event) => set(right, event.target.value)}>
              {levelsOf(right).map((one) => (
                <option key={one} value={one}>
                  {t.levels[one]}
                </option>
              ))}
            </Select>
          </label>
        ))}
      </fieldset>
    </div>
  );
}
