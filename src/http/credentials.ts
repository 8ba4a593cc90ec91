import type { Credentials, ReadTx } from '../crm/store.ts';
import { hashKey, isKey } from './keys.ts';
import { isPassword, nobodysPassword } from './passwords.ts';

export interface FoundUser {
  readonly account: number;
  readonly userId: number;
}

const unknownKeyHash = hashKey('nobody has this');

type FoundCredentials = Credentials & { readonly account: number };

export async function findAllCredentials(
  tx: ReadTx,
  accounts: readonly number[],
  login: string,
): Promise<FoundCredentials[]> {
  const all = await Promise.all(
    accounts.map(async (account) => {
      const credentials = await tx.findCredentials(account, login);
      return credentials && { ...credentials, account };
    }),
  );
  return all.filter((credentials) => credentials !== undefined);
}

/** In which of a login's accounts the key is right. An unknown login costs as much time as a known one. */
export async function findUsers(
  tx: ReadTx,
  accounts: readonly number[],
  login: string,
  key: string,
): Promise<FoundUser[]> {
  const known = await findAllCredentials(tx, accounts, login);
  if (known.length === 0) isKey(key, unknownKeyHash);
  return known.filter(({ keyHash }) => isKey(key, keyHash));
}

/** Whose password one is, and whose it is not; who has none is neither. */
export interface Judged {
  readonly right: readonly FoundUser[];
  readonly wrong: readonly FoundUser[];
}

/**
 * The same for a password, or a key in its place; whoever has no password costs as much time, too. One after the other: a login of many
 * accounts takes one place of those that wait.
 */
export async function judgePassword(known: readonly FoundCredentials[], password: string, ip: string): Promise<Judged> {
  const byKey = known.filter(({ keyHash }) => isKey(password, keyHash));
  if (byKey.length > 0) return { right: byKey, wrong: [] };
  const having = known.filter((one) => one.passwordHash !== null);
  if (having.length === 0) await isPassword(password, nobodysPassword, ip);
  const right: FoundUser[] = [];
  for (const one of having) if (await isPassword(password, one.passwordHash!, ip)) right.push(one);
  return { right, wrong: having.filter((one) => !right.includes(one)) };
}
