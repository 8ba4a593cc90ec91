import { type KindName, kindNames } from '../api.ts';
import type { Account } from '../session.ts';

const names = { companies: 'company', contacts: 'contact', leads: 'lead', customers: 'customer' } as const;

/** Of which records a user may do something: all, the group's, his own, none. */
export function rightTo(action: 'add' | 'edit' | 'delete' | 'export', kind: KindName, { me }: Account) {
  return me.rights[`${names[kind]}_${action}`];
}

/** Whether there may be any record of which the user may do it. */
export function may(...right: Parameters<typeof rightTo>): boolean {
  return rightTo(...right) !== 'D';
}

export function mayImport(account: Account): boolean {
  return kindNames.some((kind) => may('add', kind, account) || may('edit', kind, account));
}
