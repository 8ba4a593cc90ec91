import type { AnyRecord, Company, Contact, Customer, KindName, Lead, Records } from '../api.ts';
import type { GridColumn } from '../grid/column.ts';
import { NotUnderstood } from '../grid/not-understood.ts';
import { splitValues, valueSeparator } from '../grid/split.ts';
import type { Messages } from '../i18n/en.ts';
import { type Account, stagesOf } from '../session.ts';
import { readAmount } from './amounts.ts';
import { fieldColumns, readDay } from './custom-fields.tsx';
import type { RecordTexts } from './texts.ts';
import { RecordLink, Tag } from './values.tsx';

/** What columns are made with: the account, and how the reader's language writes. */
export interface Written {
  readonly account: Account;
  readonly t: Messages;
  readonly r: RecordTexts;
  readonly date: (seconds: number) => string;
  readonly dateTime: (seconds: number) => string;
  readonly number: (n: number) => string;
  /** Those that a text occurs in. */
  readonly findTags: (text: string) => Promise<readonly string[]>;
}

type Columns = { readonly [K in KindName]: (written: Written) => GridColumn<Records[K]>[] };
/** The columns of a kind: its own, and one for each of its custom fields. */
export function columnsOf<K extends KindName>(kind: K, written: Written): GridColumn<Records[K]>[] {
  return columns[kind](written);
}

const columns: Columns = {
  companies: (written) => [
    name('companies', written),
    responsible(written),
    tags(written),
    ...fields<Company>('companies', written),
    linked('contacts', written, (record) => record.contacts),
    linked('leads', written, (record) => record.leads),
    linked('customers', written, (record) => record.customers, false),
    ...times<Company>(written),
  ],
  contacts: (written) => [
    name('contacts', written),
    company(written),
    responsible(written),
    tags(written),
    ...fields<Contact>('contacts', written),
    nameOfPerson('first_name', written.r.field.firstName, written),
    nameOfPerson('last_name', written.r.field.lastName, written),
    linked('leads', written, (record) => record.leads),
    linked('customers', written, (record) => record.customers, false),
    ...times<Contact>(written),
  ],
  leads: (written) => [
    name('leads', written),
    stage(written),
    amount('sale', written.r.field.budget, written),
    company(written),
    responsible(written),
    tags(written),
    ...fields<Lead>('leads', written),
    linked('contacts', written, (record) => record.contacts),
    time('closed', written.r.field.closed, written.dateTime, (record) => record.closed_at),
    ...times<Lead>(written),
  ],
  customers: (written) => [
    name('customers', written),
    nextDate(written),
    amount('next_price', written.r.field.nextPrice, written),
    company(written),
    responsible(written),
    tags(written),
    ...fields<Customer>('customers', written),
    linked('contacts', written, (record) => record.contacts),
    ...times<Customer>(written),
  ],
};

function name<R extends AnyRecord>(kind: KindName, { t, r }: Written): GridColumn<R> {
  return {
    id: 'name',
    title: r.kinds[kind].name,
    width: 260,
    isShown: true,
    text: ({ name }) => name,
    show: ({ id, name }) => <RecordLink kind={kind} id={id} name={name} />,
    edit: {
      editor: { type: 'text' },
      set: (record, text) => ({ ...record, name: needed(text, t) }),
      item: ({ name }) => ({ name }),
    },
  };
}

function needed(text: string, t: Messages): string {
  if (text.trim() === '') throw new NotUnderstood(t.edit.noName);
  return text.trim();
}

function nameOfPerson(key: 'first_name' | 'last_name', title: string, { t }: Written): GridColumn<Contact> {
  return {
    id: key,
    title,
    width: 160,
    isShown: false,
    text: (record) => record[key] ?? '',
    edit: {
      editor: { type: 'text' },
      // An empty one says nothing to the API.
      set: (record, text) => ({ ...record, [key]: needed(text, t) }),
      item: (record) => ({ [key]: record[key] ?? '' }),
    },
  };
}

function responsible<R extends AnyRecord>({ account, t }: Written): GridColumn<R> {
  const users = new Map(
    account.users.filter((user) => user.is_active).map((user) => [account.nameOf(user.id), user.id]),
  );
  return {
    id: 'responsible',
    title: t.field.responsible,
    width: 180,
    isShown: true,
    text: (record) => account.nameOf(record.responsible_user_id),
    edit: {
      editor: { type: 'choice', options: () => [...users.keys()], isMultiple: false, isRequired: true },
      set: (record, text) => ({ ...record, responsible_user_id: optionOf(users, text, t) }),
      item: ({ responsible_user_id }) => ({ responsible_user_id }),
    },
  };
}

function optionOf<T>(options: ReadonlyMap<string, T>, text: string, t: Messages): T {
  const value = options.get(text.trim());
  if (value === undefined) throw new NotUnderstood(t.edit.notOption(text));
  return value;
}

function tags<R extends AnyRecord>({ t, findTags }: Written): GridColumn<R> {
  return {
    id: 'tags',
    title: t.field.tags,
    width: 200,
    isShown: true,
    text: (record) => tagNames(record).join(valueSeparator),
    show: (record) => tagNames(record).map((name) => <Tag key={name} name={name} />),
    edit: {
      editor: { type: 'choice', options: () => [], isMultiple: true, isFree: true, find: findTags },
      set: (record, text) => ({ ...record, tags: withTags(record, splitValues(text)) }),
      item: (record) => ({ tags: tagNames(record) }),
    },
  };
}

/** A tag that is new has no id before it is saved. */
export function withTags({ tags }: Pick<AnyRecord, 'tags'>, names: readonly string[]): AnyRecord['tags'] {
  const known = new Map(tags.map((tag) => [tag.name, tag.id]));
  return names.map((name) => ({ id: known.get(name) ?? 0, name }));
}

export function tagNames({ tags }: Pick<AnyRecord, 'tags'>): string[] {
  return tags.map(({ name }) => name);
}

function fields<R extends AnyRecord>(kind: KindName, { account, t, date }: Written): GridColumn<R>[] {
  return fieldColumns<R>(account.fieldsOf(kind), t, date);
}

function company<R extends Contact | Lead | Customer>({ r }: Written): GridColumn<R> {
  return {
    id: 'company',
    title: r.field.company,
    width: 220,
    isShown: true,
    text: ({ company }) => company?.name ?? '',
    show: ({ company }) => company && <RecordLink kind="companies" id={company.id} name={company.name} />,
  };
}

/** How many are linked; '' for none. */
function linked<R extends AnyRecord>(
  kind: 'contacts' | 'leads' | 'customers',
  { t }: Written,
  of: (record: R) => { readonly id: readonly number[] },
  isShown = true,
): GridColumn<R> {
  const text = (record: R) => (of(record).id.length > 0 ? String(of(record).id.length) : '');
  return { id: kind, title: t.nav[kind], width: 110, isNumber: true, isShown, text };
}

/** A sum of money in the account's currency, which the API does not tell of each. */
function amount<Key extends 'sale' | 'next_price', R extends AnyRecord & { [K in Key]: number }>(
  key: Key,
  title: string,
  { account, t, number }: Written,
): GridColumn<R> {
  return {
    id: key,
    title,
    width: 140,
    isNumber: true,
    isShown: true,
    text: (record) => (record[key] ? String(record[key]) : ''),
    show: (record) => (record[key] ? number(record[key]) : ''),
    edit: {
      editor: { type: 'text' },
      set: (record, text) => ({ ...record, [key]: readAmount(text, account.json.currency, t) }),
      item: (record) => ({ [key]: record[key] }),
    },
  };
}

/** Won and lost are in every pipeline, so each name tells the pipeline where there are several. */
function stage({ account, t, r }: Written): GridColumn<Lead> {
  const { pipelines } = account;
  const named = pipelines.flatMap((pipeline) =>
    stagesOf(pipeline).map(({ id, name }) => {
      const text = pipelines.length > 1 ? `${pipeline.name}: ${name}` : name;
      return [text, { pipeline_id: pipeline.id, status_id: id }] as const;
    }),
  );
  const options = new Map(named);
  const names = new Map(named.map(([text, { pipeline_id, status_id }]) => [`${pipeline_id} ${status_id}`, text]));
  return {
    id: 'stage',
    title: r.field.stage,
    width: 200,
    isShown: true,
    text: ({ pipeline_id, status_id }) => names.get(`${pipeline_id} ${status_id}`) ?? '',
    edit: {
      editor: { type: 'choice', options: () => [...options.keys()], isMultiple: false, isRequired: true },
      set: (record, text) => ({ ...record, ...optionOf(options, text, t) }),
      item: ({ pipeline_id, status_id }) => ({ pipeline_id, status_id }),
    },
  };
}

function nextDate({ t, r, date }: Written): GridColumn<Customer> {
  return {
    id: 'next_date',
    title: r.field.nextDate,
    width: 160,
    isShown: true,
    text: ({ next_date }) => (next_date > 0 ? dayOf(next_date) : ''),
    show: ({ next_date }) => date(next_date),
    edit: {
      editor: { type: 'date' },
      set: (record, text) => {
        const day = text.trim() === '' ? undefined : readDay(text.trim(), t);
        return { ...record, next_date: day === undefined ? 0 : new Date(`${day}T00:00:00`).getTime() / 1000 };
      },
      item: ({ next_date }) => ({ next_date }),
    },
  };
}

/** The reader's day of a time, as 2026-11-27. */
export function dayOf(seconds: number): string {
  const time = new Date(seconds * 1000);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

function time<R extends AnyRecord>(
  id: string,
  title: string,
  write: (seconds: number) => string,
  of: (record: R) => number,
  isShown = false,
): GridColumn<R> {
  return { id, title, width: 180, isShown, text: (record) => write(of(record)) };
}

function times<R extends AnyRecord>({ t, dateTime }: Written): GridColumn<R>[] {
  return [
    time('task', t.field.nextTask, dateTime, (record) => record.closest_task_at),
    time('updated', t.field.updated, dateTime, (record) => record.updated_at, true),
    time('created', t.field.created, dateTime, (record) => record.created_at),
    { id: 'id', title: t.field.id, width: 110, isNumber: true, isShown: false, text: ({ id }) => String(id) },
  ];
}
