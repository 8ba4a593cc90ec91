import type { Actor } from './account.ts';
import type { CustomField, FieldFlags } from './custom-field.ts';
import type { KindName } from './entity.ts';
import { CrmError } from './errors.ts';
import { checkNewFields } from './field-bounds.ts';
import { fieldTypes, listTypes, optionTypes } from './field-type.ts';
import { requireAdministrator } from './rights.ts';
import type { Store } from './store.ts';

/** A field that a client wants to have. */
export interface NewField extends FieldFlags {
  /** Where it stands in the request, as in `add/0`. */
  readonly path: string;
  readonly name: string;
  /** One of `definableTypes`. */
  readonly type: number;
  readonly kind: KindName;
  /** The client's own name for it, or for itself: it tells later that the client may delete it. */
  readonly origin: string;
  readonly options: readonly string[];
}

/** A field that a client wants to be rid of. Both have to be right, so fields that were made otherwise cannot be named. */
export interface FieldKey {
  readonly id: number;
  readonly origin: string;
}

export interface FieldBatch {
  readonly add: readonly NewField[];
  readonly remove: readonly FieldKey[];
}

/** What will become of the fields. */
export interface FieldPlan {
  readonly add: readonly CustomField[];
  readonly remove: readonly number[];
  /** Ids that name no field together with their origin. */
  readonly refused: readonly number[];
}

/** Fields of items are in catalogs alone. source: reference §4.1 */
export const definableTypes: ReadonlySet<number> = new Set([...fieldTypes.keys()].filter((type) => type !== 16));

/**
 * Deletes and adds fields, in this order, in one transaction.
 * @throws CrmError administrators_only, options_required, too_many_settings; then nothing is written
 */
export function defineFields(store: Store, actor: Actor, batch: FieldBatch): Promise<FieldPlan> {
  requireAdministrator(actor);
  const { id } = actor.account;
  return store.write(async (tx) => {
    const { fields } = await tx.settings(id);
    const plan = planFields(fields, batch, {
      fields: await tx.nextIds(id, 'field', batch.add.length),
      options: await tx.nextIds(id, 'enum', batch.add.flatMap(optionsOf).length),
    });
    const { add, remove } = plan;
    if (remove.length > 0) await tx.removeFields(id, remove);
    if (add.length === 0) return plan;
    const staying = [...fields.values()].filter((field) => !remove.includes(field.id));
    checkNewFields(staying, add, await tx.countFieldsEver(id));
    await tx.addFields(id, add);
    return plan;
  });
}

/** @throws CrmError options_required */
export function planFields(
  fields: ReadonlyMap<number, CustomField>,
  batch: FieldBatch,
  ids: { readonly fields: readonly number[]; readonly options: readonly number[] },
): FieldPlan {
  const isTheirs = ({ id, origin }: FieldKey) => fields.get(id)?.origin === origin;
  const remove = new Set(batch.remove.filter(isTheirs).map(({ id }) => id));
  const refused = new Set(batch.remove.map(({ id }) => id).filter((id) => !remove.has(id)));
  const staying = [...fields.values()].filter(({ id }) => !remove.has(id));
  checkOptions(batch.add);
  // Settings hold fields in the order of their sort, which goes by twos. source: reference §6
  const lastSort = staying.at(-1)?.sort ?? 0;
  const optionIds = ids.options.values();
  const add = batch.add.map((draft, index): CustomField => {
    const { path: _, options: __, kind, ...parts } = draft;
    const options = optionsOf(draft).map((value) => ({ id: optionIds.next().value!, value }));
    const place = { id: ids.fields[index]!, sort: lastSort + 2 * (index + 1) };
    return { ...parts, ...place, kinds: [kind], code: '', isSystem: false, enums: options };
  });
  return { add, remove: [...remove], refused: [...refused] };
}

function checkOptions(drafts: readonly NewField[]): void {
  for (const { path, type, options } of drafts) {
    // Nothing could be chosen in it, and API v2 has no way to add an option later.
    if (listTypes.has(type) && options.length === 0) throw new CrmError('options_required', `${path}/enums`);
  }
}

/** Some clients send options with every field; only some types have them. */
function optionsOf({ type, options }: NewField): readonly string[] {
  return optionTypes.has(type) ? options : [];
}
