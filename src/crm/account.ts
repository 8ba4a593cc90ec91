import type { CustomField } from './custom-field.ts';
import type { Pipeline } from './pipeline.ts';
import type { Rights } from './rights.ts';

export type WireProfile = 'documented' | 'recorded';

export interface Account {
  readonly id: number;
  readonly subdomain: string;
  readonly name: string;
  readonly currency: string;
  /** IANA name, such as Europe/Moscow. */
  readonly timezone: string;
  readonly language: 'ru' | 'en';
  /** null: the server's own setting. */
  readonly wire: WireProfile | null;
  /** The addresses from which its users may come; null: from everywhere. */
  readonly allowedIps: readonly string[] | null;
}

export interface User {
  readonly id: number;
  /** The e-mail address. Logins are compared without letter case. */
  readonly login: string;
  readonly name: string;
  readonly lastName: string | null;
  readonly groupId: number;
  readonly language: 'ru' | 'en';
  readonly phone: string;
  readonly isAdmin: boolean;
  readonly isActive: boolean;
  readonly rights: Rights;
}

/** A user of an account who may do everything. */
export function makeAdministrator(account: Account, who: Pick<User, 'id' | 'login' | 'name'>): User {
  const rest = { lastName: null, groupId: 0, language: account.language, phone: '' };
  return { ...who, ...rest, isAdmin: true, isActive: true, rights: {} };
}

/** Group 0 is an ordinary group that every account has. */
export interface Group {
  readonly id: number;
  readonly name: string;
}

/** What an account's administrators define: small, read with every request. */
export interface Settings {
  /** Grows with every change of them. */
  readonly version: number;
  readonly users: ReadonlyMap<number, User>;
  readonly groups: ReadonlyMap<number, Group>;
  readonly fields: ReadonlyMap<number, CustomField>;
  readonly pipelines: ReadonlyMap<number, Pipeline>;
  readonly taskTypes: ReadonlyMap<number, TaskType>;
  readonly lossReasons: ReadonlyMap<number, LossReason>;
}

/** Why a lead was lost. */
export interface LossReason {
  readonly id: number;
  readonly name: string;
}

/** Call, meeting and letter (1, 2, 3) are in every account. */
export interface TaskType {
  readonly id: number;
  readonly name: string;
}

/** A user at work in an account: who asks, and what he may see and do. */
export interface Actor {
  readonly account: Account;
  readonly user: User;
  readonly settings: Settings;
}

/** Nobody in particular, who sees everything. */
export function makeRobot(account: Account, settings: Settings): Actor {
  return { account, settings, user: makeAdministrator(account, { id: 0, login: '', name: '' }) };
}

/** One spelling of a login, for comparing and storing. */
export function foldLogin(login: string): string {
  return login.trim().toLowerCase();
}
