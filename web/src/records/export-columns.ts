import { fold } from '../../../src/crm/text.ts';
import { addressTitles, legalTitlesOf } from '../../../src/v2/import-titles.ts';
import type { AccountFieldJson, AnyRecord, Contact, Customer, FieldValue, KindName, Lead } from '../api.ts';
import type { Language } from '../i18n/counted.ts';
import type { Account } from '../session.ts';
import { types, valuesOf } from './custom-fields.tsx';
import type { ExportColumn } from './export.ts';
import { texts } from './export-texts.ts';

/** A column of the table. */
export interface ShownColumn extends ExportColumn {
  readonly id: string;
}

/** The columns of a table as an import reads them: dates in numbers, what has parts in a column for each. docs/import.md */
export function exportColumns(
  kind: KindName,
  account: Account,
  language: Language,
  shown: readonly ShownColumn[],
): ExportColumn[] {
  const t = texts[language];
  const at = timeWriter(account.json.timezone);
  const fields = new Map(account.fieldsOf(kind).map((field) => [`field${field.id}`, field]));
  /** Rows that say which records they are come back to them: nothing of those may be lost then. */
  const isForReturn = shown.some(({ id }) => id === 'id');
  const time = (title: string, of: (record: AnyRecord) => number): ExportColumn => column(title, (one) => at(of(one)));
  return shown.flatMap((one): ExportColumn[] => {
    const field = fields.get(one.id);
    if (field) return fieldColumns(field, one, language, isForReturn);
    switch (one.id) {
      case 'name':
        return [kind === 'contacts' ? { ...one, title: t.fullName } : one];
      case 'responsible': {
        const names = userNames(account);
        return [column(one.title, ({ responsible_user_id: id }) => names.get(id) ?? account.nameOf(id))];
      }
      case 'company':
        return isForReturn ? [one, column<Contact>(t.companyId, ({ company }) => String(company?.id ?? ''))] : [one];
      case 'stage':
        return stageColumns(one, account, t.pipeline);
      case 'task':
        return [time(one.title, (record) => record.closest_task_at)];
      case 'updated':
        return [time(one.title, (record) => record.updated_at)];
      case 'created':
        return [time(one.title, (record) => record.created_at)];
      case 'closed':
        return [time(one.title, (record) => (record as Lead).closed_at)];
      case 'next_date':
        return [time(one.title, (record) => (record as Customer).next_date)];
      default:
        return [one];
    }
  });
}

function column<R extends AnyRecord>(title: string, text: (record: R) => string): ExportColumn {
  return { title, text };
}

/** Unix seconds as `27.11.2026 13:56:05`, in a time zone; '' for none. */
function timeWriter(timeZone: string): (seconds: number) => string {
  const [day, clock] = [{ day: '2-digit', month: '2-digit', year: 'numeric' }, { timeStyle: 'medium' }] as const;
  const days = new Intl.DateTimeFormat('ru', { ...day, timeZone });
  const clocks = new Intl.DateTimeFormat('ru', { ...clock, timeZone });
  return (seconds) => (seconds > 0 ? `${days.format(seconds * 1000)} ${clocks.format(seconds * 1000)}` : '');
}

/** What users are called; by their logins where an import could not tell who of several is meant. */
function userNames({ users }: Account): Map<number, string> {
  const aliases = users.flatMap(({ name, last_name }) => [
    ...new Set(last_name ? [`${name} ${last_name}`, `${last_name} ${name}`, name].map(fold) : [fold(name)]),
  ]);
  const isOne = (name: string) => aliases.filter((alias) => alias === fold(name)).length === 1;
  return new Map(
    users.map(({ id, login, name, last_name }) => {
      const full = [name, last_name].filter(Boolean).join(' ');
      return [id, isOne(full) ? full : login];
    }),
  );
}

/** Where there are several pipelines, each in a column of its own. */
function stageColumns(shown: ExportColumn, { pipelines }: Account, title: string): ExportColumn[] {
  if (pipelines.length < 2) return [shown];
  const byId = new Map(pipelines.map((pipeline) => [pipeline.id, pipeline]));
  const isOne = (name: string) => pipelines.filter((other) => fold(other.name) === fold(name)).length === 1;
  return [
    column<Lead>(title, ({ pipeline_id }) => {
      const name = byId.get(pipeline_id)?.name ?? '';
      return isOne(name) ? name : String(pipeline_id);
    }),
    column<Lead>(shown.title, ({ pipeline_id, status_id }) => {
      return byId.get(pipeline_id)?.statuses[status_id]?.name ?? '';
    }),
  ];
}

function fieldColumns(
  field: AccountFieldJson,
  shown: ExportColumn,
  language: Language,
  isForReturn: boolean,
): ExportColumn[] {
  const part = (title: string, text: (values: readonly FieldValue[]) => string) =>
    column(`${field.name}: ${title}`, (record) => text(valuesOf(record, field)));
  /** What an import calls a part in the language, before what the API does. */
  const titleOf = (key: string, titles: readonly string[]) => (language === 'ru' ? (titles[0] ?? key) : key);
  switch (field.field_type) {
    case types.date:
    case types.birthday:
      return [{ ...shown, text: (record) => shown.text(record).split('-').reverse().join('.') }];
    case types.multitext:
      if (!isForReturn) return [shown];
      return Object.entries(field.enums ?? {}).map(([id, sort]) =>
        part(sort, (values) =>
          values
            .filter((one) => String(one.enum) === id)
            .map(({ value }) => value)
            .join(', '),
        ),
      );
    case types.address:
      // The API reads parts by their names, and shows them by numbers.
      return Object.entries(addressTitles).map(([key, titles], index) =>
        part(titleOf(key, titles), (values) => {
          const found = values.find(({ subtype }) => subtype === key || subtype === String(index + 1));
          return String(found?.value ?? '');
        }),
      );
    case types.legal:
    case types.organisation:
      return Object.entries(legalTitlesOf(field.field_type)).map(([key, titles]) => {
        // An import knows one legal entity of a record.
        const text = ([first]: readonly FieldValue[]) =>
          String((first?.value as Record<string, unknown> | undefined)?.[key] ?? '');
        return key === 'name'
          ? column(field.name, (record) => text(valuesOf(record, field)))
          : part(titleOf(key, titles), text);
      });
    default:
      return [shown];
  }
}
