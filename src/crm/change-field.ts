import type { Actor, Settings } from './account.ts';
import type { CustomField, FieldEnum } from './custom-field.ts';
import type { EntityRow, KindName } from './entity.ts';
import { CrmError } from './errors.ts';
import { checkNewOptions } from './field-bounds.ts';
import { listTypes } from './field-type.ts';
import { searchTextOf } from './plan-batch.ts';
import { requireAdministrator } from './rights.ts';
import type { Store, WriteTx } from './store.ts';
import { searchText } from './text.ts';
import { administrate } from './users.ts';

/** What is to be another about a field; undefined: as it was. */
export interface FieldChange {
  readonly id: number;
  readonly name?: string | undefined;
  readonly sort?: number | undefined;
  /** All options of a list in their order; one without an id is a new one. */
  readonly options?: readonly { readonly id?: number | undefined; readonly value: string }[] | undefined;
}

/**
 * Renames a field, moves it among the others, renames, adds and reorders options. Values name options by their ids: records are not touched.
 * They are found by what an option is called, though: their texts are made anew behind the change, some at a time.
 * @throws CrmError administrators_only, field_not_found, field_fixed, name_required, options_fixed, options_stay, enum_not_found,
 *   too_many_settings
 */
export async function changeField(store: Store, actor: Actor, change: FieldChange): Promise<CustomField> {
  const { account } = actor;
  const { before, after } = await administrate(store, actor, async (tx, settings) => {
    const before = findOwn(settings, change.id);
    const added = change.options?.filter(({ id }) => id === undefined).length ?? 0;
    const after = planChange(before, change, added > 0 ? await tx.nextIds(account.id, 'enum', added) : []);
    const all = [...settings.fields.values()].map((field) => (field === before ? after : field));
    checkNewOptions(all, [after], added, await tx.countFieldsEver(account.id));
    await tx.setField(account.id, after);
    return { before, after };
  });
  for (const { id, value } of before.enums) {
    if (after.enums.find((option) => option.id === id)?.value === value) continue;
    for (const kind of after.kinds)
      await renewTexts(store, actor, kind, { fieldId: after.id, optionId: id, was: value });
  }
  return after;
}

/** @throws CrmError administrators_only, field_not_found, field_fixed */
export function deleteField(store: Store, actor: Actor, id: number): Promise<void> {
  requireAdministrator(actor);
  return administrate(store, actor, async (tx, settings) => {
    await tx.removeFields(actor.account.id, [findOwn(settings, id).id]);
  });
}

function findOwn({ fields }: Settings, id: number): CustomField {
  const field = fields.get(id);
  if (field === undefined) throw new CrmError('field_not_found', 'id');
  // Phones and the like are known by their names and codes to every client.
  if (field.isSystem) throw new CrmError('field_fixed', 'id');
  return field;
}

export function planChange(field: CustomField, change: FieldChange, ids: readonly number[]): CustomField {
  const name = change.name === undefined ? field.name : change.name.trim();
  if (name === '') throw new CrmError('name_required', 'name');
  const enums = change.options === undefined ? field.enums : planOptions(field, change.options, ids);
  return { ...field, name, sort: change.sort ?? field.sort, enums };
}

function planOptions(
  { type, enums }: CustomField,
  options: NonNullable<FieldChange['options']>,
  ids: readonly number[],
): FieldEnum[] {
  if (!listTypes.has(type)) throw new CrmError('options_fixed', 'enums');
  const fresh = ids.values();
  const known = new Set(enums.map(({ id }) => id));
  const planned = options.map(({ id, value }, index): FieldEnum => {
    if (value.trim() === '') throw new CrmError('name_required', `enums/${index}/value`);
    // Given twice, it is not there the second time.
    if (id !== undefined && !known.delete(id)) throw new CrmError('enum_not_found', `enums/${index}/id`, 'option');
    return { id: id ?? fresh.next().value!, value: value.trim() };
  });
  // Records may have them.
  if (known.size > 0) throw new CrmError('options_stay', 'enums', [...known].join(', '));
  return planned;
}

interface Renamed {
  readonly fieldId: number;
  readonly optionId: number;
  readonly was: string;
}

/** Records of one transaction. */
const atOnce = 500;

async function renewTexts(store: Store, { account }: Actor, kind: KindName, renamed: Renamed): Promise<void> {
  const term = searchText([renamed.was]).trimEnd();
  const found = (tx: WriteTx, offset: number) =>
    tx.list(account.id, kind, { responsible: [], terms: [term] }, { limit: atOnce, offset });
  const deleted = (tx: WriteTx, offset: number) =>
    tx.listDeleted(account.id, kind, { responsible: 'all' }, { limit: atOnce, offset });
  for (const list of [found, deleted]) {
    for (let offset = 0, isMore = true; isMore; ) {
      const { read, staying } = await store.write(async (tx) => {
        const rows = await list(tx, offset);
        const settings = await tx.settings(account.id);
        const own = rows.filter((row) => has(row, renamed));
        const texts = new Map(own.map((row) => [row.id, searchTextOf(row, { settings })]));
        const changes = own.map((row) => ({ before: row, after: row, search: texts.get(row.id)! }));
        await tx.saveEntities(account.id, changes);
        // What is found no more is no part of the list that the next ones are read of.
        const gone = list === found ? own.filter(({ id }) => !texts.get(id)!.includes(term)).length : 0;
        return { read: rows.length, staying: rows.length - gone };
      });
      offset += staying;
      isMore = read === atOnce;
    }
  }
}

function has({ values }: EntityRow, { fieldId, optionId }: Renamed): boolean {
  return values.some((one) => one.fieldId === fieldId && one.values.some(({ enumId }) => enumId === optionId));
}
