import { documentAccountId } from '../../seed/document.ts';
import { createAccount } from '../../seed/empty.ts';
import type { User } from '../../src/crm/account.ts';
import type { Rights } from '../../src/crm/rights.ts';
import type { Store } from '../../src/crm/store.ts';
import { hashKey } from '../../src/http/keys.ts';
import type { Credentials } from './server.ts';

/** A second account on the same server, with its administrator. */
export const acme = { id: 20000002, subdomain: 'acme', name: 'Acme', wire: null };
export const acmeAdministrator: Credentials = { login: 'boss@acme.example', key: 'acme-key' };

export function addAcme(store: Store): Promise<void> {
  return createAccount(store, acme, { login: acmeAdministrator.login, keyHash: hashKey(acmeAdministrator.key) });
}

/** A user of the document's account. */
export async function addUser(
  store: Store,
  name: string,
  rights: Rights,
  other: Partial<User> = {},
): Promise<Credentials & { id: number }> {
  const login = `${name}@example.com`;
  const key = `${name}-key`;
  const [id] = await store.write(async (tx) => {
    const ids = await tx.nextIds(documentAccountId, 'user', 1);
    const user: User = {
      id: ids[0]!,
      login,
      name,
      lastName: null,
      groupId: 0,
      language: 'ru',
      phone: '',
      isAdmin: false,
      isActive: true,
      rights,
      ...other,
    };
    await tx.addUser(documentAccountId, user, hashKey(key));
    return ids;
  });
  return { login, key, id: id! };
}

/** A group of the document's account. */
export async function addGroup(store: Store, id: number): Promise<number> {
  await store.write((tx) => tx.addGroups(documentAccountId, [{ id, name: `Отдел ${id}` }]));
  return id;
}
