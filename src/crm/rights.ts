import type { Actor } from './account.ts';
import type { Draft, KindName, Neighbour } from './entity.ts';
import { CrmError } from './errors.ts';

/** A: all · G: the responsible user is of the user's own group · M: the user is responsible himself · D: none. */
export type Level = 'A' | 'G' | 'M' | 'D';
export type Action = 'view' | 'edit' | 'delete' | 'export';

/** Keys such as `company_view`; what is not named is allowed. `<kind>_add` is A or D. */
export type Rights = Readonly<Record<string, Level>>;

export const kindActions = ['add', 'view', 'edit', 'delete', 'export'] as const;
const rightKinds: readonly KindName[] = ['lead', 'contact', 'company', 'customer'];
const otherRights = ['task_edit', 'task_delete', 'mail', 'incoming_leads', 'catalogs'];

/** Every key that a user's rights can have. */
export const rightKeys: readonly string[] = [
  ...rightKinds.flatMap((kind) => kindActions.map((action) => `${kind}_${action}`)),
  ...otherRights,
];

/** Which records an action reaches: all, or those of these responsible users. */
export type Scope = 'all' | ReadonlySet<number>;

export function scopeOf(actor: Actor, kind: KindName | 'task', action: Action): Scope {
  const { user, settings } = actor;
  if (user.isAdmin) return 'all';
  switch (user.rights[`${kind}_${action}`] ?? 'A') {
    case 'A':
      return 'all';
    case 'G':
      return new Set([...settings.users.values()].filter((u) => u.groupId === user.groupId).map((u) => u.id));
    case 'M':
      return new Set([user.id]);
    case 'D':
      return new Set();
  }
}

export function covers(scope: Scope, responsibleUserId: number): boolean {
  return scope === 'all' || scope.has(responsibleUserId);
}

export function mayAdd(actor: Actor, kind: KindName): boolean {
  return actor.user.isAdmin || actor.user.rights[`${kind}_add`] !== 'D';
}

/** @throws CrmError administrators_only */
export function requireAdministrator({ user }: Actor): void {
  if (!user.isAdmin) throw new CrmError('administrators_only');
}

/** A test of what exists for the actor: not deleted, and within his view right of that kind. */
export function visibleTo(actor: Actor): (record: Omit<Neighbour, 'id' | 'name'>) => boolean {
  const scopes = new Map<KindName, Scope>();
  return ({ kind, responsibleUserId, isDeleted }) => {
    const scope = scopes.get(kind) ?? scopeOf(actor, kind, 'view');
    scopes.set(kind, scope);
    return !isDeleted && covers(scope, responsibleUserId);
  };
}

/** @throws CrmError user_not_found */
export function checkUser(
  { settings }: Actor,
  { responsibleUserId, path }: Pick<Draft, 'responsibleUserId' | 'path'>,
): void {
  if (responsibleUserId !== undefined && !settings.users.has(responsibleUserId)) {
    throw new CrmError('user_not_found', `${path}/responsible_user_id`, String(responsibleUserId));
  }
}

/** Things are often brought in from elsewhere: an unknown creator is not an error, but is not believed either. */
export function knownCreator({ settings }: Actor, { createdBy }: Pick<Draft, 'createdBy'>): number | undefined {
  return createdBy === 0 || (createdBy !== undefined && settings.users.has(createdBy)) ? createdBy : undefined;
}
