import type { Profile } from './answers.ts';
import type { Kind, Sequence } from './kinds.ts';

/** All that the oracle knows of an account: plain data, so that it can be copied. Times are unix seconds. */
export interface Account {
  readonly id: number;
  readonly subdomain: string;
  readonly name: string;
  readonly profile: Profile;
  readonly groups: Group[];
  readonly users: Map<number, User>;
  /** In the order of their sort. Those that were deleted are gone, what was written under them is not. */
  fields: Field[];
  /** In the order of their sort. */
  pipelines: Pipeline[];
  readonly records: Readonly<Record<Kind, Map<number, Rec>>>;
  /** In the order in which they were made. */
  links: Link[];
  readonly tasks: Map<number, Task>;
  readonly notes: Map<number, Note>;
  readonly tags: Map<number, Tag>;
  readonly next: Record<Sequence, number>;
}

export interface Group {
  readonly id: number;
  readonly name: string;
}

export type Level = 'A' | 'G' | 'M' | 'D';

export interface User {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly groupId: number;
  readonly isAdmin: boolean;
  readonly isActive: boolean;
  /** What is not named is allowed. */
  readonly rights: Readonly<Record<string, Level>>;
}

export interface Field {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  readonly code: string;
  readonly kinds: readonly Kind[];
  readonly sort: number;
  readonly isSystem: boolean;
  readonly origin: string | null;
  readonly isEditable: boolean;
  readonly isRequired: boolean;
  readonly isDeletable: boolean;
  readonly isVisible: boolean;
  readonly options: readonly { readonly id: number; readonly value: string }[];
}

export interface Pipeline {
  readonly id: number;
  readonly name: string;
  readonly sort: number;
  readonly isMain: boolean;
  /** In the order of their sort. */
  readonly statuses: readonly Status[];
}

export interface Status {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly sort: number;
  readonly isEditable: boolean;
}

/** A value of a field: a text or object, an option, or both, or a part of an address. */
export interface Stored {
  readonly value?: string | object;
  readonly option?: number;
  readonly part?: number;
}

export interface Rec {
  readonly kind: Kind;
  readonly id: number;
  name: string;
  responsible: number;
  createdBy: number;
  updatedBy: number;
  createdAt: number;
  updatedAt: number;
  isDeleted: boolean;
  /** Ids. */
  tags: readonly number[];
  /** By field, in the order in which they were first filled. */
  values: Map<number, readonly Stored[]>;
  /** What a search looks into: it outlives fields. docs: fields */
  searched: readonly string[];
  own: Own;
}

/** What one kind has alone. */
export interface Own {
  firstName?: string;
  lastName?: string;
  pipeline?: number;
  status?: number;
  sale?: number;
  closedAt?: number;
  lossReason?: number;
  nextDate?: number;
  nextPrice?: number;
  periodicity?: number;
  period?: number;
}

export interface Ref {
  readonly kind: Kind;
  readonly id: number;
}

export type Link = readonly [one: Ref, other: Ref];

export interface Task {
  readonly id: number;
  element: Ref | null;
  responsible: number;
  createdBy: number;
  createdAt: number;
  updatedAt: number;
  type: number;
  till: number;
  text: string;
  isCompleted: boolean;
  /** The note that tells its result; 0: none. */
  result: number;
  isDeleted: boolean;
}

export interface Note {
  readonly id: number;
  readonly element: { readonly kind: Kind | 'task'; readonly id: number };
  readonly type: number;
  text: string | null;
  readonly params: object | null;
  responsible: number;
  createdBy: number;
  createdAt: number;
  updatedAt: number;
}

export interface Tag {
  readonly id: number;
  readonly kind: Kind;
  readonly name: string;
}

export function takeId(account: Account, sequence: Sequence): number {
  const id = account.next[sequence];
  account.next[sequence] += 1;
  return id;
}

export function findRecord(account: Account, { kind, id }: Ref): Rec | undefined {
  return account.records[kind].get(id);
}

/** In the order of their ids, which is that of all lists. */
export function byId<T extends { readonly id: number }>(things: Iterable<T>): T[] {
  return [...things].sort((one, other) => one.id - other.id);
}
