import { type Expected, found, type Json, linksTo, nothing, self } from './answers.ts';
import { kinds, paths } from './kinds.ts';
import type { Account, Field, Pipeline, User } from './state.ts';
import { taskTypes } from './tasks.ts';

/** GET /api/v2/account and /api/v2/pipelines. docs: account; source: reference §6, 14 */

export const accountWords = ['users', 'custom_fields', 'groups', 'note_types', 'task_types', 'pipelines'] as const;

export function showAccount(account: Account, user: User, words: readonly string[], url: string): Expected {
  const parts = accountWords.filter((word) => words.includes(word)).map((word) => [word, part(account, word)] as const);
  return found({
    _links: self(url),
    id: account.id,
    name: account.name,
    subdomain: account.subdomain,
    currency: 'RUB',
    timezone: 'Europe/Moscow',
    timezone_offset: '+03:00',
    language: 'ru',
    date_pattern: { date: 'd.m.Y', time: 'H:i', date_time: 'd.m.Y H:i', time_full: 'H:i:s' },
    current_user: user.id,
    ...(parts.length > 0 && { _embedded: Object.fromEntries(parts) }),
  });
}

function part(account: Account, word: (typeof accountWords)[number]): Json {
  switch (word) {
    case 'users':
      return byIds(
        [...account.users.values()].sort((one, other) => one.id - other.id),
        showUser,
      );
    case 'custom_fields':
      return showFields(account);
    case 'groups':
      return byIds(account.groups, ({ id, name }) => ({ id, name }));
    case 'note_types':
      return byIds(noteTypes, ({ id, code }) => ({ id, code, is_editable: id === 4 }));
    case 'task_types':
      return byIds(
        [...taskTypes].map(([id, name]) => ({ id, name })),
        ({ id, name }) => ({ id, name, color: null, icon_id: null }),
      );
    case 'pipelines':
      return byIds(account.pipelines, showPipeline);
  }
}

/** A map in the order of its things. docs: account */
function byIds<T extends { readonly id: number }>(things: readonly T[], show: (thing: T) => Json): Map<number, Json> {
  return new Map(things.map((thing) => [thing.id, show(thing)]));
}

const actions = ['add', 'view', 'edit', 'delete', 'export'];
const rightKeys = [
  ...['lead', 'contact', 'company', 'customer'].flatMap((kind) => actions.map((action) => `${kind}_${action}`)),
  ...['task_edit', 'task_delete', 'mail', 'incoming_leads', 'catalogs'],
];

function showUser({ id, name, login, groupId, isActive, isAdmin, rights }: User): Json {
  return {
    ...{ id, name, last_name: null, login, language: 'ru', group_id: groupId, is_active: isActive, is_free: false },
    ...{ is_admin: isAdmin, phone_number: '' },
    rights: Object.fromEntries(rightKeys.map((key) => [key, isAdmin ? 'A' : (rights[key] ?? 'A')])),
  };
}

function showFields({ fields }: Account): Json {
  const shown = kinds.map((kind) => {
    const own = fields.filter((field) => field.kinds.includes(kind));
    return [paths[kind], kind === 'customer' && own.length === 0 ? [] : byIds(own, showField)] as const;
  });
  return { ...Object.fromEntries(shown), catalogs: {} };
}

function showField(field: Field): Json {
  const { id, name, type, sort, code, isSystem, options } = field;
  const flags = {
    is_editable: field.isEditable,
    is_required: field.isRequired,
    is_deletable: field.isDeletable,
    is_visible: field.isVisible,
  };
  return {
    ...{ id, name, field_type: type, sort, code, is_multiple: type === 5 || type === 8, is_system: isSystem, ...flags },
    params: {},
    ...([4, 5, 8, 10].includes(type) && { enums: new Map(options.map((option) => [option.id, option.value])) }),
  };
}

/** docs: notes; source: reference §6 */
const noteTypes = [
  [1, 'DEAL_CREATED'],
  [2, 'CONTACT_CREATED'],
  [3, 'DEAL_STATUS_CHANGED'],
  [4, 'COMMON'],
  [5, 'ATTACHEMENT'],
  [6, 'CALL'],
  [7, 'MAIL_MESSAGE'],
  [8, 'MAIL_MESSAGE_ATTACHMENT'],
  [9, 'EXTERNAL_ATTACH'],
  [10, 'CALL_IN'],
  [11, 'CALL_OUT'],
  [12, 'COMPANY_CREATED'],
  [13, 'TASK_RESULT'],
  [17, 'CHAT'],
  [22, 'CUSTOMER_CREATED'],
  [25, 'SYSTEM'],
  [99, 'MAX_SYSTEM'],
  [101, 'DROPBOX'],
  [102, 'SMS_IN'],
  [103, 'SMS_OUT'],
].map(([id, code]) => ({ id: id as number, code: code as string }));

function showPipeline({ id, name, sort, isMain, statuses }: Pipeline): Record<string, Json> {
  const stages = byIds(statuses, (status) => ({
    ...{ id: status.id, name: status.name, color: status.color, sort: status.sort, is_editable: status.isEditable },
  }));
  return { id, name, sort, is_main: isMain, statuses: stages };
}

/** Here `items` is a map. */
export function listPipelines({ pipelines }: Account, ids: readonly number[] | undefined, url: string): Expected {
  const chosen = pipelines.filter(({ id }) => ids?.includes(id) ?? true);
  if (chosen.length === 0) return nothing;
  const items = byIds(chosen, (pipeline) => ({
    ...showPipeline(pipeline),
    _links: linksTo('pipelines', [pipeline.id]),
  }));
  return found({ _links: self(url), _embedded: { items } });
}
