import type { Settings, User } from '../crm/account.ts';
import type { CustomField } from '../crm/custom-field.ts';
import { zoneOffset } from '../crm/date.ts';
import type { KindName } from '../crm/entity.ts';
import { optionTypes } from '../crm/field-type.ts';
import { kinds } from '../crm/kinds.ts';
import { isEditable, noteTypes } from '../crm/note.ts';
import { rightKeys } from '../crm/rights.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import type { Wire } from './entities.ts';
import { profileOf } from './errors.ts';
import { halAnswer, mapById, selfLink } from './hal.ts';
import { wordsOf } from './list-query.ts';
import { presentPipeline } from './pipelines.ts';
import type { AccountFieldJson, AccountJson, UserJson } from './wire.ts';

/** GET /api/v2/account?with=…: the settings that clients read first, as maps by id. doc: account; source: reference §6 */
export async function getAccount(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { account, user, settings } = request.actor;
  const words = wordsOf(request.query['with']);
  const embedded = Object.fromEntries(
    Object.entries(parts)
      .filter(([word]) => words.has(word))
      .map(([word, present]) => [word, present(settings)]),
  );
  const body: AccountJson = {
    _links: selfLink(request.url),
    id: account.id,
    name: account.name,
    subdomain: account.subdomain,
    currency: account.currency,
    timezone: account.timezone,
    timezone_offset: zoneOffset(account.timezone, request.now),
    language: account.language,
    date_pattern: { date: 'd.m.Y', time: 'H:i', date_time: 'd.m.Y H:i', time_full: 'H:i:s' },
    current_user: user.id,
    ...(Object.keys(embedded).length > 0 && { _embedded: embedded }),
  };
  return halAnswer(200, body, profileOf(account, wire.profile));
}

/** What `with` can ask for; other words are passed over. */
const parts: Readonly<Record<string, (settings: Settings) => object>> = {
  users: ({ users }) => mapById(users.values(), presentUser),
  custom_fields: presentFields,
  groups: ({ groups }) => mapById(groups.values(), ({ id, name }) => ({ id, name })),
  note_types: () =>
    mapById(noteTypes, (type) => ({ id: type.id, code: type.code, is_editable: isEditable({ noteType: type.id }) })),
  task_types: ({ taskTypes }) =>
    mapById(taskTypes.values(), ({ id, name }) => ({ id, name, color: null, icon_id: null })),
  pipelines: ({ pipelines }) => mapById(pipelines.values(), presentPipeline),
};

/** Nobody is a free user here, so `free_users` adds nobody. */
function presentUser({
  id,
  name,
  lastName,
  login,
  language,
  groupId,
  isActive,
  isAdmin,
  phone,
  rights,
}: User): UserJson {
  return {
    id,
    name,
    last_name: lastName,
    login,
    language,
    group_id: groupId,
    is_active: isActive,
    is_free: false,
    is_admin: isAdmin,
    phone_number: phone,
    rights: Object.fromEntries(rightKeys.map((key) => [key, isAdmin ? 'A' : (rights[key] ?? 'A')])),
  };
}

/** A strict client takes no fields of customers for a list, and of the others for a map. source: clients-send §1 */
function presentFields({ fields }: Settings): object {
  const of = (kind: KindName) =>
    mapById(
      [...fields.values()].filter((field) => field.kinds.includes(kind)),
      presentField,
    );
  const byPath = Object.values(kinds).map(({ name, path }) => [path, of(name)] as const);
  const shown = byPath.map(([path, map]) => [path, path === 'customers' && Object.keys(map).length === 0 ? [] : map]);
  return { ...Object.fromEntries(shown), catalogs: {} };
}

const multipleTypes = new Set([5, 8]);

function presentField(field: CustomField): AccountFieldJson {
  const { id, name, type, sort, code, isSystem, enums } = field;
  return {
    id,
    name,
    field_type: type,
    sort,
    code,
    is_multiple: multipleTypes.has(type),
    is_system: isSystem,
    is_editable: field.isEditable,
    is_required: field.isRequired,
    is_deletable: field.isDeletable,
    is_visible: field.isVisible,
    params: {},
    ...(optionTypes.has(type) && { enums: mapById(enums, (option) => option.value) }),
  };
}
