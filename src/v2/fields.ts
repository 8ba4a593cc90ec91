import type { WireProfile } from '../crm/account.ts';
import { fieldDefaults } from '../crm/custom-field.ts';
import { definableTypes, defineFields, type FieldBatch, type FieldPlan, type NewField } from '../crm/define-fields.ts';
import type { KindName } from '../crm/entity.ts';
import { allKinds } from '../crm/kinds.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import {
  type BatchResource,
  checkItems,
  type Item,
  type RequestId,
  readItems,
  readRequestId,
  requestIdKey,
} from './batch-items.ts';
import type { Wire } from './entities.ts';
import { profileOf, WireError } from './errors.ts';
import { halAnswer, hrefTo, selfLink } from './hal.ts';
import { isBlank, isObject, Problems, readFlag, readId, readList, readText, toInteger, toList } from './input.ts';
import type { DefinedFieldsJson } from './wire.ts';

const resource: Pick<BatchResource, 'requestIdZero'> = { requestIdZero: true };
/** What the answer says of an id that, with its origin, names no field. */
const notFound = 'Custom field not found';

/** POST /api/v2/fields, for administrators. Fields are read through the account: there is no GET. source: reference §13 */
export async function postFields(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  const problems = new Problems(wire.limits);
  const { requestIds, ...batch } = readFieldBatch(await request.readBody(), problems);
  problems.throwAny();
  const plan = await defineFields(wire.store, actor, batch);
  const profile = profileOf(actor.account, wire.profile);
  return halAnswer(200, presentPlan(plan, requestIds, profile), profile);
}

function presentPlan(
  { add, remove, refused }: FieldPlan,
  requestIds: readonly RequestId[],
  profile: WireProfile,
): DefinedFieldsJson {
  const link = (id: number) => ({ _links: selfLink(hrefTo('fields', [id])) });
  const added = add.map(({ id }, index) => ({
    id,
    ...requestIdKey(resource, requestIds, index, profile),
    ...link(id),
  }));
  const removed = remove.map((id) => ({ id, ...link(id) }));
  return {
    _links: selfLink('/api/v2/fields', 'post'),
    _embedded: {
      items: [...added, ...removed],
      ...(refused.length > 0 && { errors: { delete: Object.fromEntries(refused.map((id) => [id, notFound])) } }),
    },
  };
}

/** @throws WireError 400 for what is no batch at all; what is wrong inside its items goes to `problems` */
function readFieldBatch(body: unknown, problems: Problems): FieldBatch & { requestIds: readonly RequestId[] } {
  if (!isObject(body) && body !== undefined) throw new WireError(400, 206, 'Тело запроса — не объект');
  const add = readItems(body?.['add'], 'add', 201);
  const remove = readItems(body?.['delete'], 'delete', 400);
  if (toList(body?.['update'])?.length !== 0) throw new WireError(400, 400, 'API v2 не изменяет поля (update)');
  if (!add && !remove) throw new WireError(400, 206, 'Нет ни add, ни delete');
  if (!add?.length && !remove?.length) throw new WireError(400, add ? 201 : 400, 'Пустой список');
  checkItems((add?.length ?? 0) + (remove?.length ?? 0), problems.limits);
  return {
    add: (add ?? []).map((item, index) => readNewField(item, `add/${index}`, problems)),
    remove: (remove ?? []).map((item, index) => ({
      id: readRequiredId(item, `delete/${index}/id`, problems),
      origin: readRequired(item, 'origin', `delete/${index}`, problems),
    })),
    requestIds: (add ?? []).map((item) => readRequestId(item['request_id'])),
  };
}

function readNewField(item: Item, path: string, problems: Problems): NewField {
  const flag = (key: string) => readFlag(item[key], `${path}/${key}`, problems);
  return {
    path,
    name: readRequired(item, 'name', path, problems),
    type: readType(item, path, problems),
    kind: readKind(item, path, problems),
    origin: readRequired(item, 'origin', path, problems),
    options: readOptions(item['enums'], `${path}/enums`, problems),
    isEditable: flag('is_editable') ?? fieldDefaults.isEditable,
    isRequired: flag('is_required') ?? fieldDefaults.isRequired,
    isDeletable: flag('is_deletable') ?? fieldDefaults.isDeletable,
    isVisible: flag('is_visible') ?? fieldDefaults.isVisible,
  };
}

function readRequiredId({ id }: Item, path: string, problems: Problems): number {
  return isBlank(id) || toInteger(id) === 0 ? missing(problems, path, 0) : (readId(id, path, problems) ?? 0);
}

function readRequired(item: Item, key: string, path: string, problems: Problems): string {
  if (isBlank(item[key])) return missing(problems, `${path}/${key}`, '');
  const text = readText(item[key], `${path}/${key}`, problems, problems.limits.name)?.trim();
  return text === '' ? missing(problems, `${path}/${key}`, '') : (text ?? '');
}

/** A value to go on reading with. */
function missing<T>(problems: Problems, path: string, value: T): T {
  return problems.add(path, 'обязательно') ?? value;
}

/** Both spellings are sent. source: reference §13 */
function readType(item: Item, path: string, problems: Problems): number {
  const key = isBlank(item['field_type']) ? 'type' : 'field_type';
  const type = toInteger(item[key]) ?? 0;
  if (!definableTypes.has(type)) problems.add(`${path}/${key}`, `ожидается одно из ${[...definableTypes].join(', ')}`);
  return type;
}

function readKind(item: Item, path: string, problems: Problems): KindName {
  const kind = allKinds.find(({ elementType }) => elementType === toInteger(item['element_type']));
  if (kind === undefined) problems.add(`${path}/element_type`, 'ожидается 1, 2, 3 или 12');
  return kind?.name ?? 'contact';
}

/** A list of texts; one client sends them as one text, with commas. source: the page on fields; linkprofit/amocrm-api */
function readOptions(value: unknown, path: string, problems: Problems): string[] {
  const given = typeof value === 'string' ? value.split(',', problems.limits.elements + 1) : value;
  const texts = readList(given, path, problems).map((text, index) =>
    readText(text, `${path}/${index}`, problems, problems.limits.name)?.trim(),
  );
  return texts.filter((text): text is string => Boolean(text));
}
