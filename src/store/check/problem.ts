import type { Db, Param } from '../sql.ts';

/** Something in a database that is not as it must be. */
export interface Problem {
  readonly table: string;
  /** The row's primary key, its account first; empty: the table as a whole. */
  readonly key: readonly Param[];
  readonly says: string;
  /** What is only derived can be made again: how, and of which account. */
  readonly repair?: Repair | undefined;
}

export interface Repair {
  readonly what: Derived;
  readonly account: number;
}

/** What can be made again from the rest. In this order: the later ones are made from the earlier. */
export const derived = [
  'webhooks',
  'logins',
  'counters',
  'counts',
  'closest',
  'documents',
  'texts',
  'trigrams',
] as const;
export type Derived = (typeof derived)[number];

/** Finds problems of one sort, in one moment of a database. */
export type Check = (db: Db, progress: Progress) => AsyncGenerator<Problem, void>;

/** Is told now and then what is looked at, and how much of it has been. */
export type Progress = (what: string, done: number) => void;

/** Of one sort no more than this many are told. */
export const mostOfOneSort = 1000;

/** What every problem says whose row cannot be understood. */
export const noJson = 'is no JSON';

/** The table of a problem that no table alone has. */
export const damagedFile = 'file';
