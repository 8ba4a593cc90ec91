import type {
  CompanyJson,
  ContactJson,
  CustomerJson,
  CustomFieldJson,
  Empty,
  FieldValueJson,
  LeadJson,
  LinkedList,
  NoteJson,
  TaskJson,
} from './wire.ts';

/**
 * A record as the API shows it, with one word for nothing: a list is empty, a single link is null. The two wire profiles have `[]` and
 * `{}` for all of that, and numbers or texts for ids of enums, which are texts here.
 */
type Shown<Json> = {
  [Key in keyof Json]: Key extends 'custom_fields'
    ? CustomField[]
    : [Extract<Json[Key], Empty>] extends [never]
      ? Json[Key]
      : ShownLink<Exclude<Json[Key], Empty>>;
};
type ShownLink<Link> = Link extends readonly unknown[] ? Link : Link extends LinkedList ? LinkedIds : Link | null;

export type LinkedIds = Pick<LinkedList, 'id'> & Partial<LinkedList>;
export interface FieldValue extends FieldValueJson {
  enum?: string;
}
export interface CustomField extends CustomFieldJson {
  values: FieldValue[];
}

export type Company = Shown<CompanyJson>;
export type Contact = Shown<ContactJson>;
/** The last two only where `with` asks for them. */
export type Lead = Shown<LeadJson> & { loss_reason_name?: string; is_price_modified_by_robot?: boolean };
export type Customer = Shown<CustomerJson>;
export type Task = Shown<TaskJson>;
export type Note = NoteJson;

const emptyOf: Readonly<Record<string, () => unknown>> = {
  tags: () => [],
  custom_fields: () => [],
  leads: () => ({ id: [] }),
  contacts: () => ({ id: [] }),
  customers: () => ({ id: [] }),
  company: () => null,
  main_contact: () => null,
  pipeline: () => null,
  result: () => null,
};

/** Changes what was just parsed, and nobody else has. */
export function showRecord<Item>(json: unknown): Item {
  const record = json as Record<string, unknown>;
  for (const [key, empty] of Object.entries(emptyOf)) if (key in record && isEmpty(record[key])) record[key] = empty();
  for (const field of (record['custom_fields'] ?? []) as CustomFieldJson[]) {
    for (const value of field.values) if (typeof value.enum === 'number') value.enum = String(value.enum);
  }
  return record as Item;
}

export function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
