import { type Expected, type Refusal, refused } from './answers.ts';
import { removeRecords } from './bin.ts';
import { type Fate, frame, frameItems, type Resource } from './framing.ts';
import { type Kind, kinds, paths } from './kinds.ts';
import { mayAdd, seesRef } from './rights.ts';
import { Saving } from './saving.ts';
import { findStage } from './stages.ts';
import type { Account, Own, Stored, User } from './state.ts';

/** One item of a batch as it is meant, however it is spelled. What is absent stays as it is, or gets its default. */
export interface Draft {
  readonly name?: string | undefined;
  readonly createdAt?: number | undefined;
  readonly updatedAt?: number | undefined;
  readonly responsible?: number | undefined;
  readonly createdBy?: number | undefined;
  readonly tags?: readonly TagRef[] | undefined;
  readonly fields: readonly FieldDraft[];
  readonly link: Refs;
  readonly unlink: Refs;
  readonly companyName?: string | undefined;
  readonly own: Own;
  readonly requestId?: number | string | undefined;
}

export type Refs = Partial<Record<Kind, readonly number[]>>;

export interface Update extends Draft {
  readonly id: number;
}

/** By its id if there is such a tag, else by its name. source: reference §3.4 */
export interface TagRef {
  readonly id?: number;
  readonly name: string;
}

export interface FieldDraft {
  readonly id: number;
  /** What is to be stored; empty: nothing is. `wrong`: the field does not take it. */
  readonly means: readonly Stored[] | 'wrong';
}

export interface Batch {
  readonly kind: Kind;
  readonly add: readonly Draft[];
  readonly update: readonly Update[];
  /** Of customers. */
  readonly remove: readonly number[];
}

/** POST /api/v2/<kind>. doc: companies; source: reference §3, 5.1, 5.9 */
export function saveBatch(account: Account, user: User, batch: Batch, now: number): Expected {
  const { kind, add, update, remove } = batch;
  const reasons = refusalsOf(account, user, batch);
  if (reasons.length > 0) return refused(...reasons);
  const saving = new Saving(account, user, kind, add.length, now);
  const added = add.map((draft) => ({ ...saving.add(draft), requestId: draft.requestId, fate: 'saved' as Fate }));
  const updated = update.map((draft) => {
    const fate = saving.update(draft);
    return { id: draft.id, updatedAt: draft.updatedAt, requestId: draft.requestId, fate };
  });
  if (saving.hasTooManyLinks) return refused({ status: 400, code: 330 });
  saving.finish();
  const path = paths[kind] as Resource;
  const { items, errors } = frameItems(account.profile, path, added, updated);
  if (remove.length === 0) return frame(path, items, errors);
  // Beside deleted ones `items` is an object by position. docs: contacts-leads-customers
  const { done, denied } = removeRecords(account, user, kind, remove, now);
  const deleted = done.map(({ id, name }) => ({ id, name }));
  const failed = [...new Set(remove)].filter((id) => !done.some((rec) => rec.id === id));
  const texts = failed.map((id) => [id, denied.includes(id) ? 'Access denied' : 'Customer not found']);
  const all = { ...errors, ...(failed.length > 0 && { delete: Object.fromEntries(texts) }) };
  return frame(path, { ...items, deleted }, all);
}

/** Why nothing of a batch is written. docs: errors, adr/0002 */
function refusalsOf(account: Account, user: User, { kind, add, update }: Batch): Refusal[] {
  const reasons: Refusal[] = [];
  if (add.length > 0 && !mayAdd(user, kind)) reasons.push(addRefused(kind));
  const drafts: (readonly [draft: Draft | Update, place: string])[] = [
    ...add.map((draft, index) => [draft, `add/${index}`] as const),
    ...update.map((draft, index) => [draft, `update/${index}`] as const),
  ];
  for (const [draft, place] of drafts) {
    const isUpdate = 'id' in draft;
    const refuse = (onAdd: number, onUpdate: number) =>
      reasons.push({ status: 400, code: isUpdate ? onUpdate : onAdd, place });
    if (!isUpdate && nameOf(kind, draft) === '') refuse(205, 212);
    if (draft.responsible !== undefined && !account.users.has(draft.responsible)) refuse(205, 212);
    if (makesCompany(account, user, draft) && !mayAdd(user, 'company')) reasons.push(addRefused('company'));
    if (kind === 'lead' && findStage(account, stageBefore(account, user, draft), draft.own) === 'unknown')
      refuse(205, 212);
    for (const { id, means } of draft.fields) {
      const field = account.fields.find((other) => other.id === id);
      if (!field?.kinds.includes(kind)) refuse(204, 211);
      else if (means === 'wrong') refuse(203, 210);
    }
  }
  return reasons;
}

function stageBefore(account: Account, user: User, draft: Draft | Update): Own | undefined {
  if (!('id' in draft) || !seesRef(account, user, { kind: 'lead', id: draft.id })) return undefined;
  return account.records.lead.get(draft.id)!.own;
}

function addRefused(kind: Kind): Refusal {
  return { status: 403, code: kind === 'lead' ? 244 : kind === 'customer' ? 288 : 202 };
}

/** A new contact without a name has that of its parts. source: reference §8 */
export function nameOf(kind: Kind, { name = '', own }: Draft): string {
  const given = name.trim();
  if (given !== '' || kind !== 'contact') return given;
  return [own.firstName ?? '', own.lastName ?? '']
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ');
}

/** Unless one is named that exists. source: reference §8 */
export function makesCompany(account: Account, user: User, { companyName = '', link }: Draft): boolean {
  const isNamed = (link.company ?? []).some((id) => seesRef(account, user, { kind: 'company', id }));
  return companyName.trim() !== '' && !isNamed;
}

export function refsOf(refs: Refs): { kind: Kind; id: number }[] {
  return kinds.flatMap((kind) => (refs[kind] ?? []).map((id) => ({ kind, id })));
}
