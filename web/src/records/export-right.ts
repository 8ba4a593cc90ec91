import type { KindName } from '../api.ts';
import type { Account } from '../session.ts';
import { rightTo } from './rights.ts';

/** Whose records the user may export; undefined: all that he sees. */
export function exportedUsers(account: Account, kind: KindName): ReadonlySet<number> | undefined {
  const { me, users } = account;
  const level = rightTo('export', kind, account);
  if (level === 'M') return new Set([me.id]);
  if (level === 'G') return new Set(users.filter(({ group_id }) => group_id === me.group_id).map(({ id }) => id));
  return undefined;
}
