import type { Company } from '../api.ts';
import { type GridColumn, NotUnderstood, splitValues, valueSeparator } from '../grid/column.ts';
import type { Messages } from '../i18n/en.ts';
import type { Account } from '../session.ts';
import { fieldColumns } from './custom-fields.tsx';
import { Tag } from './values.tsx';

interface Written {
  readonly t: Messages;
  readonly date: (seconds: number) => string;
  readonly dateTime: (seconds: number) => string;
}

/** The columns of companies: their own, and one for each custom field of the account. */
export function companyColumns(account: Account, { t, date, dateTime }: Written): GridColumn<Company>[] {
  const users = new Map(
    account.users.filter((user) => user.is_active).map((user) => [account.nameOf(user.id), user.id]),
  );
  const fields = Object.values(account.json._embedded.custom_fields['companies'] ?? {});
  return [
    {
      id: 'name',
      title: t.field.name,
      width: 260,
      isShown: true,
      text: ({ name }) => name,
      edit: {
        editor: { type: 'text' },
        set: (record, text) => {
          if (text.trim() === '') throw new NotUnderstood(t.edit.noName);
          return { ...record, name: text.trim() };
        },
        item: ({ name }) => ({ name }),
      },
    },
    {
      id: 'responsible',
      title: t.field.responsible,
      width: 180,
      isShown: true,
      text: (record) => account.nameOf(record.responsible_user_id),
      edit: {
        editor: { type: 'choice', options: [...users.keys()], isMultiple: false, isRequired: true },
        set: (record, text) => {
          const id = users.get(text.trim());
          if (id === undefined) throw new NotUnderstood(t.edit.notOption(text));
          return { ...record, responsible_user_id: id };
        },
        item: ({ responsible_user_id }) => ({ responsible_user_id }),
      },
    },
    {
      id: 'tags',
      title: t.field.tags,
      width: 200,
      isShown: true,
      text: (record) => tagNames(record).join(valueSeparator),
      show: (record) => tagNames(record).map((name) => <Tag key={name} name={name} />),
      edit: {
        editor: { type: 'text' },
        set: (record, text) => {
          const known = new Map(record.tags.map((tag) => [tag.name, tag.id]));
          return { ...record, tags: splitValues(text).map((name) => ({ id: known.get(name) ?? 0, name })) };
        },
        item: (record) => ({ tags: tagNames(record) }),
      },
    },
    ...fieldColumns<Company>(fields, t, date),
    {
      id: 'contacts',
      title: t.field.contacts,
      width: 110,
      isNumber: true,
      isShown: true,
      text: ({ contacts }) => countOf(contacts),
    },
    {
      id: 'leads',
      title: t.field.leads,
      width: 110,
      isNumber: true,
      isShown: true,
      text: ({ leads }) => countOf(leads),
    },
    {
      id: 'task',
      title: t.field.nextTask,
      width: 180,
      isShown: false,
      text: ({ closest_task_at }) => dateTime(closest_task_at),
    },
    {
      id: 'updated',
      title: t.field.updated,
      width: 180,
      isShown: true,
      text: ({ updated_at }) => dateTime(updated_at),
    },
    {
      id: 'created',
      title: t.field.created,
      width: 180,
      isShown: false,
      text: ({ created_at }) => dateTime(created_at),
    },
    { id: 'id', title: t.field.id, width: 110, isNumber: true, isShown: false, text: ({ id }) => String(id) },
  ];
}

export function tagNames({ tags }: Pick<Company, 'tags'>): string[] {
  return tags.map(({ name }) => name);
}

/** How many are linked; '' for none. */
function countOf({ id }: Company['contacts']): string {
  return id.length > 0 ? String(id.length) : '';
}
