import type { KindName } from '../api.ts';
import type { Account } from '../session.ts';

const rights = {
  companies: 'company_export',
  contacts: 'contact_export',
  leads: 'lead_export',
  customers: 'customer_export',
} as const;

export function mayExport({ me }: Account, kind: KindName): boolean {
  return me.rights[rights[kind]] !== 'D';
}

/** Whose records the user may export; undefined: all that he sees. */
export function exportedUsers({ me, users }: Account, kind: KindName): ReadonlySet<number> | undefined {
  const level = me.rights[rights[kind]];
  if (level === 'M') return new Set([me.id]);
  if (level === 'G') return new Set(users.filter(({ group_id }) => group_id === me.group_id).map(({ id }) => id));
  return undefined;
}
