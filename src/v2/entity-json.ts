import type { Account, WireProfile } from '../crm/account.ts';
import type { CustomField, FieldDraft, RawValue, StoredValue } from '../crm/custom-field.ts';
import type { Batch, Draft, Entity, KindName, LinkRefs, Own, UpdateDraft } from '../crm/entity.ts';
import { kinds } from '../crm/kinds.ts';
import type { TagRef } from '../crm/tag.ts';
import { isStorable } from '../crm/text.ts';
import { WireError } from './errors.ts';
import { empty, hrefTo, selfLink } from './hal.ts';
import {
  isBlank,
  isObject,
  type Problems,
  readCount,
  readId,
  readIds,
  readText,
  readTime,
  toInteger,
  toList,
} from './input.ts';
import type { CustomFieldJson, Empty, FieldValueJson, LinkedCompany, LinkedList, LinkedOne } from './wire.ts';

/** Items a request may hold. doc: recommendations */
export const maxItems = 500;

/** A batch with what only the answer needs: the client's own names for its items. */
export interface ReadBatch extends Batch {
  readonly requestIds: { readonly add: readonly RequestId[]; readonly update: readonly RequestId[] };
}

export type RequestId = number | string | undefined;

/** The keys that name link targets, of any kind; a kind takes those of the kinds it links to. */
const linkKeys: Readonly<Record<KindName, Readonly<Record<string, KindName>>>> = {
  company: { contacts_id: 'contact', leads_id: 'lead', customers_id: 'customer' },
  contact: { company_id: 'company', leads_id: 'lead', customers_id: 'customer' },
  lead: { company_id: 'company', contacts_id: 'contact' },
  customer: { company_id: 'company', contacts_id: 'contact' },
};

/** @throws WireError 400 for what is no batch at all; what is wrong inside its items goes to `problems` */
export function readBatch(kind: KindName, body: unknown, problems: Problems): ReadBatch {
  if (!isObject(body) && body !== undefined) throw new WireError(400, 206, 'Тело запроса — не объект');
  const add = readItems(body?.['add'], 'add', 201);
  const update = readItems(body?.['update'], 'update', 208);
  if (!add && !update) throw new WireError(400, 206, 'Нет ни add, ни update');
  if (!add?.length && !update?.length) throw new WireError(400, add ? 201 : 208, 'Пустой список');
  if ((add?.length ?? 0) + (update?.length ?? 0) > maxItems) {
    throw new WireError(400, 400, `Больше ${maxItems} элементов в запросе`);
  }
  return {
    add: (add ?? []).map((item, index) => readDraft(kind, item, `add/${index}`, problems)),
    update: (update ?? []).map((item, index) => readUpdate(kind, item, `update/${index}`, problems)),
    requestIds: {
      add: (add ?? []).map((item) => readRequestId(item['request_id'])),
      update: (update ?? []).map((item) => readRequestId(item['request_id'])),
    },
  };
}

type Item = Readonly<Record<string, unknown>>;

function readItems(value: unknown, path: string, code: number): readonly Item[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list = toList(value);
  if (!list?.every(isObject)) throw new WireError(400, code, `Ожидается список объектов (${path})`);
  return list;
}

function readUpdate(kind: KindName, item: Item, path: string, problems: Problems): UpdateDraft {
  const id = readId(item['id'], `${path}/id`, problems);
  if (id === undefined && (isBlank(item['id']) || toInteger(item['id']) === 0)) {
    throw new WireError(400, 209, `Не указан id (${path}/id)`);
  }
  const draft = readDraft(kind, item, path, problems);
  // The parts of a contact's name make its name only when it is new: one part alone may have changed.
  return { ...draft, name: isBlank(item['name']) ? undefined : draft.name, id: id ?? 0 };
}

function readDraft(kind: KindName, item: Item, path: string, problems: Problems): Draft {
  const unlink = item['unlink'];
  if (!isBlank(unlink) && !isObject(unlink) && toList(unlink)?.length !== 0) {
    problems.add(`${path}/unlink`, 'ожидается объект');
  }
  const companyName = kind === 'contact' ? readText(item['company_name'], `${path}/company_name`, problems) : undefined;
  return {
    path,
    name: readName(kind, item, path, problems),
    createdAt: readTime(item['created_at'], `${path}/created_at`, problems),
    updatedAt: readTime(item['updated_at'], `${path}/updated_at`, problems),
    responsibleUserId: readId(item['responsible_user_id'], `${path}/responsible_user_id`, problems),
    createdBy: readCount(item['created_by'], `${path}/created_by`, problems),
    tags: readTags(item['tags'], `${path}/tags`, problems),
    fields: readFields(item['custom_fields'], `${path}/custom_fields`, problems),
    link: readLinks(kind, item, path, problems),
    unlink: isObject(unlink) ? readLinks(kind, unlink, `${path}/unlink`, problems) : {},
    newCompanyName: companyName?.trim(),
    own: readOwn[kind](item, path, problems),
  };
}

/** The keys that one kind has alone. source: reference §8, 9.1 */
const readOwn: Readonly<Record<KindName, (item: Item, path: string, problems: Problems) => Own>> = {
  company: () => ({}),
  customer: () => ({}),
  contact: (item, path, problems) => ({
    firstName: readText(item['first_name'], `${path}/first_name`, problems),
    lastName: readText(item['last_name'], `${path}/last_name`, problems),
  }),
  lead: (item, path, problems) => ({
    pipelineId: readId(item['pipeline_id'], `${path}/pipeline_id`, problems),
    statusId: readId(item['status_id'], `${path}/status_id`, problems),
    sale: readCount(item['sale'] ?? item['price'], `${path}/sale`, problems),
    lossReasonId: readCount(item['loss_reason_id'], `${path}/loss_reason_id`, problems),
  }),
};

/** Of a contact without a name, the first and last name together. source: reference §8 */
function readName(kind: KindName, item: Item, path: string, problems: Problems): string | undefined {
  const name = readText(item['name'], `${path}/name`, problems)?.trim();
  if (name || kind !== 'contact') return name;
  const parts = ['first_name', 'last_name'].map((key) => readText(item[key], `${path}/${key}`, problems)?.trim());
  return parts.filter(Boolean).join(' ');
}

function readLinks(kind: KindName, item: Item, path: string, problems: Problems): LinkRefs {
  return Object.fromEntries(
    Object.entries(linkKeys[kind])
      .filter(([key]) => !isBlank(item[key]))
      .map(([key, target]) => [target, readIds(item[key], `${path}/${key}`, problems)]),
  );
}

/** `"a, b"`, or a list of names, of ids, or of `{id, name}` as GET gives them. source: reference §3.4 */
function readTags(value: unknown, path: string, problems: Problems): readonly TagRef[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' || typeof value === 'number') {
    return tagNames(readText(value, path, problems)?.split(',') ?? []);
  }
  const list = toList(value);
  if (list === undefined) return problems.add(path, 'ожидается строка через запятую или список');
  return list.flatMap((tag, index): TagRef[] => {
    const named = isObject(tag) ? tag['name'] : tag;
    const [ref] = tagNames([readText(named, `${path}/${index}`, problems) ?? '']);
    const id = toInteger(isObject(tag) ? tag['id'] : tag);
    if (ref === undefined) return id === undefined || !isObject(tag) ? [] : [{ id, name: String(id) }];
    return [{ ...ref, id }];
  });
}

function tagNames(names: readonly string[]): TagRef[] {
  return names.map((name) => ({ name: name.trim() })).filter(({ name }) => name !== '');
}

function readFields(value: unknown, path: string, problems: Problems): FieldDraft[] {
  const list = toList(value);
  if (list === undefined) return problems.add(path, 'ожидается список полей') ?? [];
  return list.flatMap((field, index): FieldDraft[] => {
    const place = `${path}/${index}`;
    if (!isObject(field)) return problems.add(place, 'ожидается объект с id и values') ?? [];
    const fieldId = readId(field['id'], `${place}/id`, problems);
    if (fieldId === undefined) {
      return (isBlank(field['id']) ? problems.add(`${place}/id`, 'id поля обязателен') : undefined) ?? [];
    }
    // An entry without values says nothing: form bodies lose empty lists. source: reference §1.2
    if (field['values'] === undefined || field['values'] === null) return [];
    const values = toList(field['values']);
    if (values === undefined) return problems.add(`${place}/values`, 'ожидается список значений') ?? [];
    return [{ path: place, fieldId, values: values.map(readValue) }];
  });
}

/** `{value, enum, subtype}`, or a bare value; an object of any other keys is itself the value (items of a catalog). */
function readValue(value: unknown): RawValue {
  if (!isObject(value)) return { value };
  const named =
    ['value', 'enum', 'subtype'].some((key) => Object.hasOwn(value, key)) || Object.keys(value).length === 0;
  return named ? { value: value['value'], enum: value['enum'], subtype: value['subtype'] } : { value };
}

function readRequestId(value: unknown): RequestId {
  if (typeof value === 'string') return toInteger(value) ?? (value === '' || !isStorable(value) ? undefined : value);
  return typeof value === 'number' ? value : undefined;
}

/** What presenting needs besides the record. */
export interface Presenting {
  readonly account: Account;
  readonly fields: ReadonlyMap<number, CustomField>;
  readonly groupOfUser: (userId: number) => number;
  readonly profile: WireProfile;
}

type Present = (entity: Entity, how: Presenting) => unknown;

/** One function for each key of an answer. */
const parts = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  // Only of contacts that were ever given them. source: reference §8
  first_name: ({ own }) => own.firstName ?? undefined,
  last_name: ({ own }) => own.lastName ?? undefined,
  pipeline_id: ({ own }) => own.pipelineId ?? 0,
  status_id: ({ own }) => own.statusId ?? 0,
  sale: ({ own }) => own.sale ?? 0,
  closed_at: ({ own }) => own.closedAt ?? 0,
  loss_reason_id: ({ own }) => own.lossReasonId ?? 0,
  pipeline: ({ own }, { profile }) =>
    own.pipelineId ? { id: own.pipelineId, _links: selfLink(hrefTo('pipelines', [own.pipelineId])) } : empty(profile),
  responsible_user_id: ({ responsibleUserId }) => responsibleUserId,
  created_by: ({ createdBy }) => createdBy,
  created_at: ({ createdAt }) => createdAt,
  updated_at: ({ updatedAt }) => updatedAt,
  account_id: (_entity, { account }) => account.id,
  updated_by: ({ updatedBy }) => updatedBy,
  group_id: ({ responsibleUserId }, { groupOfUser }) => groupOfUser(responsibleUserId),
  is_deleted: ({ isDeleted }) => isDeleted,
  closest_task_at: ({ closestTaskAt }) => closestTaskAt,
  tags: ({ tags }, { profile }) => (tags.length > 0 ? tags.map(({ id, name }) => ({ id, name })) : empty(profile)),
  custom_fields: presentFields,
  leads: linkedList('lead'),
  contacts: linkedList('contact'),
  customers: linkedList('customer'),
  company: linkedCompany,
  main_contact: mainContact,
  _links: ({ kind, id }) => selfLink(hrefTo(kinds[kind].path, [id])),
} satisfies Record<string, Present>;

type Part = keyof typeof parts;

const common = ['responsible_user_id', 'created_by', 'created_at', 'updated_at', 'account_id'] as const;

/** The keys of each kind's answer, in the order of the documents' and recorded answers. source: reference §5.4, 8, 9.3, 10.2 */
const shapes: Readonly<Record<KindName, readonly Part[]>> = {
  company: [
    ...(['id', 'name', ...common, 'updated_by', 'group_id', 'leads', 'closest_task_at', 'tags'] as const),
    ...(['custom_fields', 'contacts', 'customers', '_links'] as const),
  ],
  contact: [
    ...(['id', 'name', 'first_name', 'last_name', ...common, 'updated_by', 'group_id', 'company', 'leads'] as const),
    ...(['closest_task_at', 'tags', 'custom_fields', 'customers', '_links'] as const),
  ],
  lead: [
    ...(['id', 'name', ...common, 'pipeline_id', 'loss_reason_id', 'is_deleted', 'main_contact', 'group_id'] as const),
    ...(['company', 'closed_at', 'closest_task_at', 'tags', 'custom_fields', 'status_id', 'sale', 'contacts'] as const),
    ...(['pipeline', '_links'] as const),
  ],
  customer: [
    ...(['id', 'name', ...common, 'updated_by', 'is_deleted', 'main_contact', 'tags', 'custom_fields'] as const),
    ...(['contacts', 'company', 'closest_task_at', '_links'] as const),
  ],
};

export function presentEntity(entity: Entity, how: Presenting): Record<string, unknown> {
  return Object.fromEntries(shapes[entity.kind].map((part) => [part, parts[part](entity, how)]));
}

function linkedList(kind: KindName): (entity: Entity, how: Presenting) => LinkedList | Empty {
  return ({ links }, { profile }) => {
    const ids = links.filter((link) => link.kind === kind).map((link) => link.id);
    return ids.length > 0 ? { id: ids, _links: selfLink(hrefTo(kinds[kind].path, ids)) } : empty(profile);
  };
}

function linkedCompany({ links }: Entity, { profile }: Presenting): LinkedCompany | Empty {
  const company = links.find((link) => link.kind === 'company');
  if (company === undefined) return empty(profile);
  const { id, name } = company;
  return { id, name, _links: selfLink(hrefTo(kinds.company.path, [id])) };
}

/** The first contact that was linked. */
function mainContact({ links }: Entity, { profile }: Presenting): LinkedOne | Empty {
  const contact = links.find((link) => link.kind === 'contact');
  if (contact === undefined) return empty(profile);
  return { id: contact.id, _links: selfLink(hrefTo(kinds.contact.path, [contact.id])) };
}

function presentFields({ values }: Entity, { fields, profile }: Presenting): CustomFieldJson[] | Empty {
  const shown = values.flatMap(({ fieldId, values: stored }): CustomFieldJson[] => {
    const field = fields.get(fieldId);
    if (field === undefined) return [];
    const { id, name, type, code, isSystem } = field;
    const recorded = profile === 'recorded' && { type_id: type, ...(isSystem && { code }) };
    return [
      {
        id,
        name,
        ...recorded,
        values: stored.map((value) => presentValue(value, field, profile)),
        is_system: isSystem,
      },
    ];
  });
  return shown.length > 0 ? shown : empty(profile);
}

function presentValue(
  { value, enumId, subtype }: StoredValue,
  field: CustomField,
  profile: WireProfile,
): FieldValueJson {
  return {
    value: value ?? field.enums.find((option) => option.id === enumId)?.value ?? '',
    ...(enumId !== undefined && { enum: profile === 'documented' ? String(enumId) : enumId }),
    ...(subtype !== undefined && { subtype: String(subtype) }),
  };
}
