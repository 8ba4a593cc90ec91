import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { findTags, type KindName } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import type { Account } from '../session.ts';
import { Popover } from '../ui/popover.tsx';
import { useDebounced } from '../ui/use-debounced.ts';
import { types } from './custom-fields.tsx';
import { FilterButton, OptionList } from './filters.tsx';
import { texts } from './texts.ts';

interface TagProps {
  readonly kind: KindName;
  /** Names with commas. */
  readonly tags: string | undefined;
  readonly onTags: (tags: string | undefined) => void;
}

/** Records that have any of these tags. */
export function TagFilter({ kind, tags, onTags }: TagProps) {
  const { t } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const query = useDebounced(text.trim(), 120);
  const { data: found = [] } = useQuery({ ...tagsQuery(kind, query), enabled: isOpen });
  const chosen = tags?.split(',') ?? [];
  const toggle = (name: string) => {
    const next = chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name];
    onTags(next.join(',') || undefined);
  };
  return (
    <Popover
      label={t.field.tags}
      className="w-64 p-0"
      open={isOpen}
      onOpenChange={setOpen}
      trigger={<FilterButton name={t.field.tags} value={shortOf(chosen)} />}
    >
      <OptionList
        label={t.field.tags}
        onText={setText}
        // A name with a comma could not be asked for.
        options={[...new Set([...chosen, ...found.filter((name) => !name.includes(','))])].map((name) => ({
          id: name,
          text: name,
          isChosen: chosen.includes(name),
          onPick: () => toggle(name),
        }))}
      />
    </Popover>
  );
}

export function tagsQuery(kind: KindName, text: string) {
  return queryOptions({
    queryKey: ['tags', kind, text],
    queryFn: ({ signal }) => findTags(kind, text, signal),
    placeholderData: keepPreviousData,
  });
}

function shortOf(names: readonly string[]): string | undefined {
  return names.length > 1 ? `${names[0]} +${names.length - 1}` : names[0];
}

interface FieldProps {
  readonly kind: KindName;
  readonly account: Account;
  /** `4457603:9101,9102;4457604:1` */
  readonly fields: string | undefined;
  readonly onFields: (fields: string | undefined) => void;
}

const withOptions: ReadonlySet<number> = new Set([types.flag, types.select, types.multiselect, types.radio]);

/** Options of custom fields: of one field any, of several all have to fit. */
export function FieldFilter({ kind, account, fields, onFields }: FieldProps) {
  const { t } = useLanguage();
  const r = useTexts(texts);
  const offered = account.fieldsOf(kind).filter(({ field_type }) => withOptions.has(field_type));
  if (offered.length === 0) return null;
  const chosen = readFields(fields);
  const options = offered.flatMap((field) => {
    const isFlag = field.field_type === types.flag;
    const of = isFlag ? { '1': t.field.yes, '0': t.field.no } : (field.enums ?? {});
    return Object.entries(of).map(([value, name]) => ({
      id: `${field.id}:${value}`,
      text: `${field.name}: ${name}`,
      isChosen: chosen.get(field.id)?.includes(value) ?? false,
      onPick: () => {
        const values = chosen.get(field.id) ?? [];
        const next = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
        onFields(writeFields(new Map([...chosen, [field.id, next]])));
      },
    }));
  });
  const names = options.filter(({ isChosen }) => isChosen).map(({ text }) => text);
  return (
    <Popover label={r.fields} className="w-72 p-0" trigger={<FilterButton name={r.fields} value={shortOf(names)} />}>
      <OptionList label={r.fields} options={options} />
    </Popover>
  );
}

/** Values by the id of their field. */
function readFields(text: string | undefined): Map<number, string[]> {
  return new Map(
    text?.split(';').map((part) => {
      const [id, values = ''] = part.split(':');
      return [Number(id), values.split(',')];
    }),
  );
}

function writeFields(chosen: ReadonlyMap<number, readonly string[]>): string | undefined {
  const parts = [...chosen]
    .filter(([, values]) => values.length > 0)
    .map(([id, values]) => `${id}:${values.join(',')}`);
  return parts.join(';') || undefined;
}
