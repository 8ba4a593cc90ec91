import { type Account, foldLogin, type LossReason, makeAdministrator, type TaskType } from './account.ts';
import { type CustomField, type FieldEnum, fieldDefaults } from './custom-field.ts';
import type { KindName } from './entity.ts';
import { lost, type Pipeline } from './pipeline.ts';
import type { WriteTx } from './store.ts';

export interface Administrator {
  readonly login: string;
  readonly keyHash: string;
}

interface SystemField {
  readonly name: string;
  readonly code: string;
  readonly type: number;
  readonly kinds: readonly KindName[];
  /** Codes of the options. */
  readonly enums?: readonly string[];
}

/** The fields of a fresh account. Phone and e-mail are one field for contacts and companies. source: reference §4.2 */
const systemFields: readonly SystemField[] = [
  { name: 'Должность', code: 'POSITION', type: 1, kinds: ['contact'] },
  {
    name: 'Телефон',
    code: 'PHONE',
    type: 8,
    kinds: ['contact', 'company'],
    enums: ['WORK', 'WORKDD', 'MOB', 'FAX', 'HOME', 'OTHER'],
  },
  { name: 'Email', code: 'EMAIL', type: 8, kinds: ['contact', 'company'], enums: ['WORK', 'PRIV', 'OTHER'] },
  { name: 'Web', code: 'WEB', type: 7, kinds: ['company'] },
  {
    name: 'Мгн. сообщения',
    code: 'IM',
    type: 8,
    kinds: ['contact'],
    enums: ['SKYPE', 'ICQ', 'JABBER', 'GTALK', 'MSN', 'OTHER'],
  },
  { name: 'Адрес', code: 'ADDRESS', type: 9, kinds: ['company'] },
];

/** The system fields with ids that count up from these. */
export function makeSystemFields(firstId: number, firstEnumId: number): CustomField[] {
  let enumId = firstEnumId;
  return systemFields.map(({ name, code, type, kinds, enums = [] }, index) => ({
    ...fieldDefaults,
    isDeletable: false,
    id: firstId + index,
    name,
    type,
    code,
    kinds,
    sort: 2 * (index + 1),
    isSystem: true,
    enums: enums.map((value): FieldEnum => ({ id: enumId++, value })),
  }));
}

const taskTypes: readonly TaskType[] = [
  { id: 1, name: 'Звонок' },
  { id: 2, name: 'Встреча' },
  { id: 3, name: 'Письмо' },
];

const lossReasons: readonly LossReason[] = [
  { id: 1, name: 'Слишком дорого' },
  { id: 2, name: 'Пропала потребность' },
  { id: 3, name: 'Не устроили условия' },
  { id: 4, name: 'Выбрали других' },
];

/** Makes an account with group 0 and its first administrator, who has this id. */
export async function addNewAccount(
  tx: WriteTx,
  account: Account,
  { fields, pipeline }: { readonly fields: readonly CustomField[]; readonly pipeline: Pipeline },
  administrator: Administrator & { readonly id: number },
): Promise<void> {
  const enumIds = fields.flatMap((field) => field.enums.map((option) => option.id));
  await tx.addAccount(account);
  await tx.setCounter(account.id, 'user', administrator.id + 1);
  await tx.setCounter(account.id, 'field', Math.max(...fields.map((field) => field.id)) + 1);
  await tx.setCounter(account.id, 'enum', Math.max(...enumIds) + 1);
  await tx.addGroups(account.id, [{ id: 0, name: 'Отдел продаж' }]);
  await tx.addFields(account.id, fields);
  await tx.savePipelines(account.id, [pipeline]);
  await tx.setCounter(account.id, 'pipeline', pipeline.id + 1);
  await tx.setCounter(account.id, 'status', Math.max(...[...pipeline.statuses.keys()].filter((id) => id > lost)) + 1);
  await tx.addTaskTypes(account.id, taskTypes);
  await tx.addLossReasons(account.id, lossReasons);
  const { id } = administrator;
  const user = makeAdministrator(account, { id, login: foldLogin(administrator.login), name: 'Администратор' });
  await tx.addUser(account.id, user, administrator.keyHash);
}
