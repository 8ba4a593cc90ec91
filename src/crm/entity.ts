import type { FieldDraft, FieldValue } from './custom-field.ts';
import type { Issue } from './errors.ts';
import type { Tag, TagRef } from './tag.ts';

export type KindName = 'contact' | 'lead' | 'company' | 'customer';

/** What contacts, companies, leads and customers share. Times are unix seconds. */
export interface EntityRow {
  readonly kind: KindName;
  readonly id: number;
  readonly name: string;
  readonly responsibleUserId: number;
  /** 0: made by a robot. */
  readonly createdBy: number;
  readonly updatedBy: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Time of the nearest open task, 0 if there is none. */
  readonly closestTaskAt: number;
  readonly isDeleted: boolean;
  /** Only fields that have a value, in the order in which they were first filled. */
  readonly values: readonly FieldValue[];
  readonly own: Own;
}

/** What one kind has alone, each key of one kind; absent and null are the same. */
export interface Own {
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly pipelineId?: number | null | undefined;
  readonly statusId?: number | null | undefined;
  /** The budget, in whole units of the account's currency. */
  readonly sale?: number | null | undefined;
  /** Unix seconds; 0 while the lead is open. */
  readonly closedAt?: number | null | undefined;
  /** 0: none. */
  readonly lossReasonId?: number | null | undefined;
  /** When the next purchase is expected, unix seconds. */
  readonly nextDate?: number | null | undefined;
  readonly nextPrice?: number | null | undefined;
  /** Days between purchases. */
  readonly periodicity?: number | null | undefined;
  readonly periodId?: number | null | undefined;
}

/** A row with what is told about its neighbourhood. */
export interface Entity extends EntityRow {
  readonly tags: readonly Tag[];
  /** Only those that the asking user may see, in the order in which they were linked. */
  readonly links: readonly Neighbour[];
}

/** The other end of a link. */
export interface Neighbour {
  readonly kind: KindName;
  readonly id: number;
  readonly name: string;
  readonly responsibleUserId: number;
  readonly isDeleted: boolean;
}

/** Ids by kind, as a request names link targets. */
export type LinkRefs = Partial<Record<KindName, readonly number[]>>;

/** One item of a batch, typed but not yet checked against the account. What is absent stays as it is, or gets its default. */
export interface Draft {
  /** Where it stands in the request, as in `update/0`. */
  readonly path: string;
  readonly name?: string | undefined;
  readonly createdAt?: number | undefined;
  readonly updatedAt?: number | undefined;
  readonly responsibleUserId?: number | undefined;
  readonly createdBy?: number | undefined;
  /** Replaces the whole set. */
  readonly tags?: readonly TagRef[] | undefined;
  /** Each replaces that field's values as a whole. */
  readonly fields: readonly FieldDraft[];
  readonly link: LinkRefs;
  readonly unlink: LinkRefs;
  /** A company of this name is made and linked, unless `link` names one. */
  readonly newCompanyName?: string | undefined;
  readonly own: Own;
}

export interface UpdateDraft extends Draft {
  readonly id: number;
}

/** The optimistic lock of every update: refused is what knows only an older state, or says none. source: reference §3.3 */
export function isCurrent<D extends { readonly updatedAt?: number | undefined }>(
  draft: D,
  before: { readonly updatedAt: number },
): draft is D & { readonly updatedAt: number } {
  return draft.updatedAt !== undefined && draft.updatedAt >= before.updatedAt;
}

export interface Batch {
  readonly add: readonly Draft[];
  readonly update: readonly UpdateDraft[];
  /** Ids of records to be deleted. */
  readonly remove?: readonly number[] | undefined;
}

/** What became of one item: its id and stored time of change, or why it was refused. */
export interface Outcome {
  readonly id: number;
  readonly updatedAt: number;
  readonly issue?: Issue | undefined;
}

/** Outcomes in the order of the batch's items. */
export interface Outcomes {
  readonly add: readonly Outcome[];
  readonly update: readonly Outcome[];
  readonly removed?: Disposed | undefined;
}

/** Records that were deleted or restored, and the ids of those that the actor sees but may not touch. */
export interface Disposed {
  readonly done: readonly EntityRow[];
  readonly refused: readonly number[];
}
