import type { Account, Actor, Group, Settings, User } from './account.ts';
import { foldLogin } from './account.ts';
import { CrmError } from './errors.ts';
import { type Level, type Rights, requireAdministrator, rightKeys } from './rights.ts';
import type { Store, WriteTx } from './store.ts';

/** What is said of a user. What is left out stays, or is as with every new one; of the rights, too, those that are not named. */
export interface UserDraft {
  readonly login?: string | undefined;
  readonly name?: string | undefined;
  /** Empty: none. */
  readonly lastName?: string | undefined;
  readonly groupId?: number | undefined;
  readonly language?: User['language'] | undefined;
  readonly phone?: string | undefined;
  readonly isAdmin?: boolean | undefined;
  readonly isActive?: boolean | undefined;
  readonly rights?: Rights | undefined;
}

/** Longer ones are nobody's. */
export const maxLogin = 254;
/** Users and groups are read whole, with every change of the settings. */
const maxUsers = 5000;
const maxGroups = 1000;
/** The group that every account has; whose group is gone is in it. */
const firstGroup = 0;

/** The levels that a right can have; undefined: there is no such right. */
export function levelsOf(right: string): readonly Level[] | undefined {
  if (!rightKeys.includes(right)) return undefined;
  return right.endsWith('_add') ? ['A', 'D'] : ['A', 'G', 'M', 'D'];
}

/** Runs `work` in one transaction, for whoever is an administrator at that moment. @throws CrmError administrators_only */
export function administrate<T>(
  store: Store,
  actor: Actor,
  work: (tx: WriteTx, settings: Settings) => Promise<T>,
): Promise<T> {
  requireAdministrator(actor);
  return store.write(async (tx) => {
    const settings = await tx.settings(actor.account.id);
    const user = settings.users.get(actor.user.id);
    if (!user?.isAdmin || !user.isActive) throw new CrmError('administrators_only');
    return work(tx, settings);
  });
}

/** @throws CrmError login_wrong, login_taken, name_required, group_not_found, too_many_settings */
export async function addUser(
  tx: WriteTx,
  account: Account,
  settings: Settings,
  draft: UserDraft,
  keyHash: string,
): Promise<User> {
  const login = checkLogin(settings, draft.login);
  if (settings.users.size >= maxUsers) throw new CrmError('too_many_settings', undefined, String(maxUsers));
  const [id] = await tx.nextIds(account.id, 'user', 1);
  const user: User = {
    id: id!,
    login,
    name: checkName(draft.name ?? login),
    lastName: draft.lastName || null,
    groupId: checkGroup(settings, draft.groupId ?? firstGroup),
    language: draft.language ?? account.language,
    phone: draft.phone ?? '',
    isAdmin: draft.isAdmin ?? false,
    isActive: draft.isActive ?? true,
    rights: draft.rights ?? {},
  };
  await tx.addUser(account.id, user, keyHash);
  return user;
}

/**
 * Changes a user. The sessions of one who is switched off end. `by`: who does so, and may not shut himself out.
 * @throws CrmError as addUser, and user_not_found, last_administrator, own_access
 */
export async function changeUser(
  tx: WriteTx,
  account: Account,
  settings: Settings,
  id: number,
  draft: UserDraft,
  by?: number,
): Promise<User> {
  const before = getUser(settings, id);
  const user: User = {
    id,
    login: draft.login === undefined ? before.login : checkLogin(settings, draft.login, id),
    name: draft.name === undefined ? before.name : checkName(draft.name),
    lastName: draft.lastName === undefined ? before.lastName : draft.lastName || null,
    groupId: draft.groupId === undefined ? before.groupId : checkGroup(settings, draft.groupId),
    language: draft.language ?? before.language,
    phone: draft.phone ?? before.phone,
    isAdmin: draft.isAdmin ?? before.isAdmin,
    isActive: draft.isActive ?? before.isActive,
    rights: { ...before.rights, ...draft.rights },
  };
  if (id === by && !isInCharge(user)) throw new CrmError('own_access');
  const users = new Map(settings.users).set(id, user);
  if (![...users.values()].some(isInCharge)) throw new CrmError('last_administrator');
  if (user.login !== before.login) await tx.setLogin(account.id, id, before.login, user.login);
  await tx.setUser(account.id, user);
  if (before.isActive && !user.isActive) await tx.endSessions(account.id, id);
  return user;
}

/** @throws CrmError user_not_found */
export function getUser({ users }: Settings, id: number): User {
  const user = users.get(id);
  if (user === undefined) throw new CrmError('user_not_found', 'id', String(id));
  return user;
}

/** @throws CrmError name_required, group_taken, too_many_settings */
export async function addGroup(tx: WriteTx, account: Account, { groups }: Settings, name: string): Promise<Group> {
  if (groups.size >= maxGroups) throw new CrmError('too_many_settings', undefined, String(maxGroups));
  const group = { id: Math.max(0, ...groups.keys()) + 1, name: checkGroupName(groups, name) };
  await tx.addGroups(account.id, [group]);
  return group;
}

/** @throws CrmError as addGroup, and group_not_found */
export async function renameGroup(
  tx: WriteTx,
  account: Account,
  settings: Settings,
  { id, name }: Group,
): Promise<Group> {
  checkGroup(settings, id, 'id');
  const group = { id, name: checkGroupName(settings.groups, name, id) };
  await tx.renameGroup(account.id, group);
  return group;
}

/** Its users come to the first group, which cannot be deleted. @returns how many did @throws CrmError group_not_found, group_fixed */
export async function removeGroup(tx: WriteTx, account: Account, settings: Settings, id: number): Promise<number> {
  checkGroup(settings, id, 'id');
  if (id === firstGroup) throw new CrmError('group_fixed');
  await tx.removeGroup(account.id, id, firstGroup);
  return countUsers(settings, id);
}

/** How many users a group has. */
export function countUsers({ users }: Settings, groupId: number): number {
  return [...users.values()].filter((user) => user.groupId === groupId).length;
}

const minPassword = 10;
const maxPassword = 256;
/** Seconds in which a link sets a password. */
export const passwordLinkSeconds = 48 * 3600;

/** @throws CrmError password_weak */
export function checkPassword({ login }: Pick<User, 'login'>, password: string): void {
  const { length } = [...password];
  const isTheirs = foldLogin(password) === login;
  if (length < minPassword || length > maxPassword || isTheirs) throw new CrmError('password_weak', 'password');
}

function isInCharge({ isAdmin, isActive }: User): boolean {
  return isAdmin && isActive;
}

function checkLogin({ users }: Settings, text = '', own?: number): string {
  const login = foldLogin(text);
  if (login === '' || login.length > maxLogin || /\p{Cc}/u.test(login)) throw new CrmError('login_wrong', 'login');
  if ([...users.values()].some((user) => user.login === login && user.id !== own)) {
    throw new CrmError('login_taken', 'login', login);
  }
  return login;
}

function checkName(text: string): string {
  const name = text.trim();
  if (name === '') throw new CrmError('name_required', 'name');
  return name;
}

function checkGroup({ groups }: Settings, id: number, path = 'group_id'): number {
  if (!groups.has(id)) throw new CrmError('group_not_found', path, String(id));
  return id;
}

function checkGroupName(groups: Settings['groups'], text: string, own?: number): string {
  const name = checkName(text);
  if ([...groups.values()].some((group) => group.name === name && group.id !== own)) {
    throw new CrmError('group_taken', 'name', name);
  }
  return name;
}
