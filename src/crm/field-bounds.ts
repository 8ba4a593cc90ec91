import type { CustomField } from './custom-field.ts';
import { CrmError } from './errors.ts';
import { allKinds } from './kinds.ts';

// Fields and their options are read whole, with every change of the settings. docs/api/fields.md

/** Fields of one kind of record, those of every account among them. */
export const maxFields = 500;
/** Options of one field. */
export const maxOptions = 500;
/** Options of all fields of an account. */
export const maxAllOptions = 5000;
/** With those that were deleted: they stay, since records may have values of them. */
export const maxEver: FieldCounts = { fields: 5000, options: 20_000 };

/** So many fields, which together have so many options. */
export interface FieldCounts {
  readonly fields: number;
  readonly options: number;
}

/**
 * @param staying those to which they come
 * @param ever what there is already, deleted or not
 * @throws CrmError too_many_settings
 */
export function checkNewFields(
  staying: readonly CustomField[],
  added: readonly CustomField[],
  ever: FieldCounts,
): void {
  const all = [...staying, ...added];
  for (const { name } of allKinds) {
    const isOfKind = ({ kinds }: CustomField) => kinds.includes(name);
    if (added.some(isOfKind)) checkCount(all.filter(isOfKind).length, maxFields);
  }
  checkCount(ever.fields + added.length, maxEver.fields);
  checkNewOptions(all, added, countOptions(added), ever);
}

/**
 * @param all fields as they will be
 * @param changed those of them that get options
 * @param count how many options are new
 * @param ever what there is already, deleted or not
 * @throws CrmError too_many_settings
 */
export function checkNewOptions(
  all: readonly CustomField[],
  changed: readonly CustomField[],
  count: number,
  ever: FieldCounts,
): void {
  if (count === 0) return;
  for (const { enums } of changed) checkCount(enums.length, maxOptions);
  checkCount(countOptions(all), maxAllOptions);
  checkCount(ever.options + count, maxEver.options);
}

function countOptions(fields: readonly CustomField[]): number {
  return fields.reduce((count, { enums }) => count + enums.length, 0);
}

function checkCount(count: number, most: number): void {
  if (count > most) throw new CrmError('too_many_settings', undefined, String(most));
}
