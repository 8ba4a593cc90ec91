import { changeField, deleteField, type FieldChange } from '../crm/change-field.ts';
import type { CustomField } from '../crm/custom-field.ts';
import { optionTypes } from '../crm/field-type.ts';
import { kinds } from '../crm/kinds.ts';
import { requireAdministrator } from '../crm/rights.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import type { Item } from './batch-items.ts';
import type { Wire } from './entities.ts';
import { profileOf } from './errors.ts';
import { jsonAnswer } from './hal.ts';
import { isBlank, isObject, Problems, readCount, readId, readList, readText } from './input.ts';
import { needId, readItem } from './users.ts';
import type { DeletedFieldJson, ManagedFieldJson, ManagedFieldsJson, SavedFieldJson } from './wire.ts';

// What API v2 cannot do with fields: list them whole, change them, delete those that others have made. docs/api/fields.md

/** GET /api/kontora/fields */
export async function getFields({ profile }: Wire, { actor }: SignedRequest): Promise<Answer> {
  requireAdministrator(actor);
  const body: ManagedFieldsJson = { fields: [...actor.settings.fields.values()].map(presentField) };
  return jsonAnswer(200, body, profileOf(actor.account, profile));
}

/** POST /api/kontora/fields/update with `{id, …}`: what is named becomes another. */
export async function postFieldChange(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  requireAdministrator(actor);
  const problems = new Problems(wire.limits);
  const change = readChange(await readItem(request), problems);
  problems.throwAny();
  const body: SavedFieldJson = { field: presentField(await changeField(wire.store, actor, change)) };
  return jsonAnswer(200, body, profileOf(actor.account, wire.profile));
}

/** POST /api/kontora/fields/delete with `{id}`, whoever has made it. */
export async function postFieldDeletion(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  requireAdministrator(actor);
  const problems = new Problems(wire.limits);
  const id = needId(await readItem(request), problems);
  problems.throwAny();
  await deleteField(wire.store, actor, id);
  return jsonAnswer(200, { id } satisfies DeletedFieldJson, profileOf(actor.account, wire.profile));
}

function readChange(item: Item, problems: Problems): FieldChange {
  const most = problems.limits.name;
  return {
    id: needId(item, problems),
    name: readText(item['name'], 'name', problems, most),
    sort: readCount(item['sort'], 'sort', problems),
    options: isBlank(item['enums'])
      ? undefined
      : readList(item['enums'], 'enums', problems).map((given, index) => {
          const path = `enums/${index}`;
          if (!isObject(given)) return problems.add(path, 'ожидается объект') ?? { value: '' };
          const value = readText(given['value'], `${path}/value`, problems, most) ?? '';
          return { id: readId(given['id'], `${path}/id`, problems), value };
        }),
  };
}

function presentField(field: CustomField): ManagedFieldJson {
  return {
    id: field.id,
    name: field.name,
    field_type: field.type,
    code: field.code,
    entities: field.kinds.map((kind) => kinds[kind].path),
    sort: field.sort,
    origin: field.origin,
    is_system: field.isSystem,
    is_editable: field.isEditable,
    is_required: field.isRequired,
    is_deletable: field.isDeletable,
    is_visible: field.isVisible,
    enums: optionTypes.has(field.type) ? field.enums.map(({ id, value }) => ({ id, value })) : [],
  };
}
