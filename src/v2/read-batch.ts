import type { FieldDraft, RawValue } from '../crm/custom-field.ts';
import type { Batch, Draft, KindName, LinkRefs, Own, UpdateDraft } from '../crm/entity.ts';
import { kinds } from '../crm/kinds.ts';
import type { TagRef } from '../crm/tag.ts';
import { type BatchResource, type Item, type ItemLists, readItemLists, readUpdateId } from './batch-items.ts';
import {
  isBlank,
  isObject,
  type Problems,
  readBudget,
  readCount,
  readId,
  readIds,
  readList,
  readText,
  readTime,
  toInteger,
  toList,
} from './input.ts';

/** A batch with what only the answer needs: the client's own names for its items. */
export type ReadBatch = Batch & Pick<ItemLists, 'requestIds'>;

const contactCodes = { empty: 206, add: 201, update: 208, id: 209 };
const leadCodes = { empty: 214, add: 213, update: 216, id: 217 };

/** What is not found is a contact, also of companies: amoCRM has one table for both. source: reference §3.6, 19 */
const resources: Readonly<Record<KindName, BatchResource>> = {
  company: { path: kinds.company.path, codes: contactCodes, notFound: 'Contact not found' },
  contact: { path: kinds.contact.path, codes: contactCodes, notFound: 'Contact not found' },
  lead: { path: kinds.lead.path, codes: leadCodes, notFound: 'Lead not found', requestIdZero: true },
  customer: { path: kinds.customer.path, codes: contactCodes, notFound: 'Customer not found', requestIdZero: true },
};

export function batchResource(kind: KindName): BatchResource {
  return resources[kind];
}

/** The keys that name link targets, of any kind; a kind takes those of the kinds it links to. */
const linkKeys: Readonly<Record<KindName, Readonly<Record<string, KindName>>>> = {
  company: { contacts_id: 'contact', leads_id: 'lead', customers_id: 'customer' },
  contact: { company_id: 'company', leads_id: 'lead', customers_id: 'customer' },
  lead: { company_id: 'company', contacts_id: 'contact' },
  customer: { company_id: 'company', contacts_id: 'contact' },
};

/** @throws WireError 400 for what is no batch at all; what is wrong inside its items goes to `problems` */
export function readBatch(kind: KindName, body: unknown, problems: Problems): ReadBatch {
  const given = kinds[kind].takesDelete && isObject(body) ? body['delete'] : undefined;
  const remove = readIds(given, 'delete', problems);
  const most = problems.limits.items;
  if (remove.length > most) problems.add('delete', `не больше ${most} id`);
  const { add, update, requestIds } = readItemLists(resources[kind], body, problems.limits, remove.length > 0);
  return {
    ...(remove.length > 0 && { remove }),
    add: add.map((item, index) => readDraft(kind, item, `add/${index}`, problems)),
    update: update.map((item, index) => readUpdate(kind, item, `update/${index}`, problems)),
    requestIds,
  };
}

function readUpdate(kind: KindName, item: Item, path: string, problems: Problems): UpdateDraft {
  const id = readUpdateId(resources[kind], item, path, problems);
  const draft = readDraft(kind, item, path, problems);
  // The parts of a contact's name make its name only when it is new: one part alone may have changed.
  const { name } = item;
  const isNamed = !isBlank(name) && !(typeof name === 'string' && name.trim() === '');
  return { ...draft, name: isNamed ? draft.name : undefined, id };
}

function readDraft(kind: KindName, item: Item, path: string, problems: Problems): Draft {
  const unlink = item['unlink'];
  if (!isBlank(unlink) && !isObject(unlink) && toList(unlink)?.length !== 0) {
    problems.add(`${path}/unlink`, 'ожидается объект');
  }
  const companyName =
    kind === 'contact'
      ? readText(item['company_name'], `${path}/company_name`, problems, problems.limits.name)
      : undefined;
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
  contact: (item, path, problems) => ({
    firstName: readText(item['first_name'], `${path}/first_name`, problems, problems.limits.name),
    lastName: readText(item['last_name'], `${path}/last_name`, problems, problems.limits.name),
  }),
  lead: (item, path, problems) => ({
    pipelineId: readId(item['pipeline_id'], `${path}/pipeline_id`, problems),
    statusId: readId(item['status_id'], `${path}/status_id`, problems),
    sale: readBudget(item['sale'] ?? item['price'], `${path}/sale`, problems),
    lossReasonId: readCount(item['loss_reason_id'], `${path}/loss_reason_id`, problems),
  }),
  customer: (item, path, problems) => ({
    nextDate: readTime(item['next_date'], `${path}/next_date`, problems),
    nextPrice: readBudget(item['next_price'], `${path}/next_price`, problems),
    periodicity: readCount(item['periodicity'], `${path}/periodicity`, problems),
    periodId: readCount(item['period_id'], `${path}/period_id`, problems),
  }),
};

/** Of a contact without a name, the first and last name together. source: reference §8 */
function readName(kind: KindName, item: Item, path: string, problems: Problems): string | undefined {
  const name = readText(item['name'], `${path}/name`, problems, problems.limits.name)?.trim();
  if (name || kind !== 'contact') return name;
  const parts = ['first_name', 'last_name'].map((key) =>
    readText(item[key], `${path}/${key}`, problems, problems.limits.name)?.trim(),
  );
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
    const names = String(value).split(',', problems.limits.elements + 1);
    const texts = readList(names, path, problems).map(
      (name) => readText(name, path, problems, problems.limits.name) ?? '',
    );
    return tagNames(texts);
  }
  return readList(value, path, problems).flatMap((tag, index): TagRef[] => {
    const named = isObject(tag) ? tag['name'] : tag;
    const [ref] = tagNames([readText(named, `${path}/${index}`, problems, problems.limits.name) ?? '']);
    const id = toInteger(isObject(tag) ? tag['id'] : tag);
    if (ref === undefined) return id === undefined || !isObject(tag) ? [] : [{ id, name: String(id) }];
    return [{ ...ref, id }];
  });
}

function tagNames(names: readonly string[]): TagRef[] {
  return names.map((name) => ({ name: name.trim() })).filter(({ name }) => name !== '');
}

function readFields(value: unknown, path: string, problems: Problems): FieldDraft[] {
  return readList(value, path, problems).flatMap((field, index): FieldDraft[] => {
    const place = `${path}/${index}`;
    if (!isObject(field)) return problems.add(place, 'ожидается объект с id и values') ?? [];
    const fieldId = readId(field['id'], `${place}/id`, problems);
    if (fieldId === undefined) {
      return (isBlank(field['id']) ? problems.add(`${place}/id`, 'id поля обязателен') : undefined) ?? [];
    }
    // An entry without values says nothing: form bodies lose empty lists. source: reference §1.2
    if (field['values'] === undefined || field['values'] === null) return [];
    const values = readList(field['values'], `${place}/values`, problems);
    const read = values.map((one, at) => readValue(one, `${place}/values/${at}`, problems));
    return [{ path: place, fieldId, values: read }];
  });
}

/** `{value, enum, subtype}`, or a bare value; an object of any other keys is itself the value (items of a catalog). */
function readValue(given: unknown, path: string, problems: Problems): RawValue {
  const raw: RawValue =
    isObject(given) && isNamed(given)
      ? { value: given['value'], enum: given['enum'], subtype: given['subtype'] }
      : { value: given };
  const most = problems.limits.text;
  if (typeof raw.value === 'string' && raw.value.length > most) problems.add(path, `не длиннее ${most} символов`);
  return raw;
}

function isNamed(value: Readonly<Record<string, unknown>>): boolean {
  return ['value', 'enum', 'subtype'].some((key) => Object.hasOwn(value, key)) || Object.keys(value).length === 0;
}
