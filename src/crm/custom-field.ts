import type { KindName } from './entity.ts';
import { CrmError } from './errors.ts';
import { BadValue, fieldTypes } from './field-type.ts';
import { looksLikePhone, phoneForms } from './text.ts';

/** What clients and pages may do with a field and its values; the API itself writes any. source: reference §13 */
export interface FieldFlags {
  readonly isEditable: boolean;
  readonly isRequired: boolean;
  readonly isDeletable: boolean;
  readonly isVisible: boolean;
}

/** What a field has when nothing else is said. */
export const fieldDefaults = {
  isEditable: true,
  isRequired: false,
  isDeletable: true,
  isVisible: true,
  origin: null,
} as const;

export interface CustomField extends FieldFlags {
  readonly id: number;
  readonly name: string;
  /** A number of the table in field-type.ts. */
  readonly type: number;
  /** PHONE, EMAIL, …; empty for fields that users made. */
  readonly code: string;
  readonly kinds: readonly KindName[];
  readonly sort: number;
  readonly isSystem: boolean;
  /** What the client that made it over the API calls it; null if it was made otherwise. */
  readonly origin: string | null;
  readonly enums: readonly FieldEnum[];
}

export interface FieldEnum {
  readonly id: number;
  /** The option's text; of phone, e-mail and messenger fields its code, such as WORK. */
  readonly value: string;
}

/** One element of a field's `values` as a request gives it, not yet understood. */
export interface RawValue {
  readonly value?: unknown;
  readonly enum?: unknown;
  readonly subtype?: unknown;
}

export interface FieldDraft {
  readonly path: string;
  readonly fieldId: number;
  readonly values: readonly RawValue[];
}

/** One value as it is stored. List fields have an enum and no value: the text is the field's. */
export interface StoredValue {
  readonly value?: string | Compound;
  readonly enumId?: number;
  /** Part of an address, 1…6. */
  readonly subtype?: number;
}

export type Compound = { readonly [key: string]: Part };
export type Part = string | number | boolean | null | Compound | readonly Part[];

export interface FieldValue {
  readonly fieldId: number;
  readonly values: readonly StoredValue[];
}

/**
 * The values that a record has after the drafts: a listed field is replaced as a whole, an emptied one goes, the others stay.
 * @throws CrmError field_not_found, enum_not_found, bad_value
 */
export function replaceValues(
  before: readonly FieldValue[],
  drafts: readonly FieldDraft[],
  kind: KindName,
  fields: ReadonlyMap<number, CustomField>,
  timezone: string,
): readonly FieldValue[] {
  if (drafts.length === 0) return before;
  const after = new Map(before.map((value) => [value.fieldId, value]));
  for (const draft of drafts) {
    const field = fields.get(draft.fieldId);
    if (!field?.kinds.includes(kind)) throw new CrmError('field_not_found', `${draft.path}/id`, String(draft.fieldId));
    const values = readValues(draft, field, timezone);
    if (values.length > 0) after.set(field.id, { fieldId: field.id, values });
    else after.delete(field.id);
  }
  return [...after.values()];
}

function readValues(draft: FieldDraft, field: CustomField, timezone: string): StoredValue[] {
  try {
    return getFieldType(field).read(draft.values, field, timezone);
  } catch (error) {
    if (error instanceof BadValue) {
      const reason = error.expected === 'option' ? 'enum_not_found' : 'bad_value';
      throw new CrmError(reason, `${draft.path}/values`, error.expected);
    }
    throw error;
  }
}

function getFieldType(field: CustomField) {
  const type = fieldTypes.get(field.type);
  if (type === undefined) throw new Error(`field ${field.id} has unknown type ${field.type}`);
  return type;
}

/** What is searched of all filled fields. */
export function* fieldLines(
  values: readonly FieldValue[],
  fields: ReadonlyMap<number, CustomField>,
): Generator<string> {
  for (const { fieldId, values: stored } of values) {
    const field = fields.get(fieldId);
    if (field === undefined) continue;
    for (const value of stored) {
      for (const text of valueTexts(value, field)) {
        yield text;
        if (field.code === 'PHONE' || looksLikePhone(text)) yield* phoneForms(text);
      }
    }
  }
}

function* valueTexts({ value, enumId }: StoredValue, field: CustomField): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (value !== undefined) yield* leaves(value);
  else yield field.enums.find((option) => option.id === enumId)?.value ?? '';
}

function* leaves(value: Part): Generator<string> {
  if (value === null) return;
  if (typeof value === 'object') for (const part of Object.values(value)) yield* leaves(part);
  else yield String(value);
}
