import type { Account, LossReason, WireProfile } from '../crm/account.ts';
import type { CustomField, FieldValue, StoredValue } from '../crm/custom-field.ts';
import type { Entity, KindName } from '../crm/entity.ts';
import { kinds } from '../crm/kinds.ts';
import { empty, hrefTo, selfLink } from './hal.ts';
import type { CustomFieldJson, Empty, FieldValueJson, LinkedCompany, LinkedList, LinkedOne } from './wire.ts';

/** What presenting needs besides the record. */
export interface Presenting {
  readonly account: Account;
  readonly fields: ReadonlyMap<number, CustomField>;
  readonly groupOfUser: (userId: number) => number;
  readonly lossReasons: ReadonlyMap<number, LossReason>;
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
  next_date: ({ own }) => own.nextDate ?? 0,
  next_price: ({ own }) => own.nextPrice ?? 0,
  periodicity: ({ own }) => own.periodicity ?? 0,
  period_id: ({ own }) => own.periodId ?? 0,
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
  custom_fields: ({ values }, how) => presentValues(values, how),
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
    ...([
      'contacts',
      'company',
      'next_price',
      'closest_task_at',
      'period_id',
      'periodicity',
      'next_date',
      '_links',
    ] as const),
  ],
};

type Extra = 'is_price_modified_by_robot' | 'loss_reason_name' | 'catalog_elements_links';

/** What `with` adds. doc: leads, customers */
export const extrasOf: Readonly<Record<KindName, readonly Extra[]>> = {
  contact: [],
  lead: ['is_price_modified_by_robot', 'loss_reason_name', 'catalog_elements_links'],
  company: [],
  customer: ['catalog_elements_links'],
};

const extraParts: Readonly<Record<Extra, (entity: Entity, how: Presenting) => object>> = {
  // No robot here changes a budget.
  is_price_modified_by_robot: () => ({ is_price_modified_by_robot: false }),
  loss_reason_name: ({ own }, { lossReasons }) => ({
    loss_reason_name: lossReasons.get(own.lossReasonId ?? 0)?.name ?? '',
  }),
  // There are no catalogs yet, so nothing of them is linked.
  catalog_elements_links: () => ({ _embedded: { catalog_elements_links: [] } }),
};

export function presentEntity(entity: Entity, how: Presenting, extras: readonly Extra[] = []): Record<string, unknown> {
  const shown = Object.fromEntries(shapes[entity.kind].map((part) => [part, parts[part](entity, how)]));
  return Object.assign(shown, ...extras.map((extra) => extraParts[extra](entity, how)));
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

/** The values of a record's custom fields; those of fields that are no more are left out. */
export function presentValues(
  values: readonly FieldValue[],
  { fields, profile }: Presenting,
): CustomFieldJson[] | Empty {
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
