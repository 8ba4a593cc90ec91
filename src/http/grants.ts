import type { Actor } from '../crm/account.ts';
import { CrmError } from '../crm/errors.ts';
import { isFor } from '../crm/integrations.ts';
import {
  accessSeconds,
  type Grant,
  type GrantKind,
  type GrantRefusal,
  grantSeconds,
  type Integration,
  judgeGrant,
} from '../crm/oauth.ts';
import type { Store, WriteTx } from '../crm/store.ts';
import { deriveToken, findTokenAccount, hashKey, hashToken, isKey, newKey, newToken } from './keys.ts';
import type { Request } from './request.ts';
import { getActor } from './session.ts';

export interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

const unknownSecretHash = hashKey('nobody has this');

/** The integration that shows its secret. An unknown one costs as much time as a known one. */
export async function findClient(store: Store, id: string, secret: string): Promise<Integration | undefined> {
  const integration = await store.read((tx) => tx.findIntegration(id));
  const isRight = isKey(secret, integration?.secretHash ?? unknownSecretHash);
  return isRight ? integration : undefined;
}

/** A code with which the integration can get tokens that act as this user; undefined if it was removed meanwhile. */
export function giveCode(
  store: Store,
  { account, user }: Actor,
  integrationId: string,
  now: number,
): Promise<string | undefined> {
  return store.write(async (tx) => {
    const integration = await tx.findIntegration(integrationId);
    if (integration === undefined || !isFor(integration, account.id)) return undefined;
    const code = newToken(account.id);
    await tx.removeExpiredGrants(account.id, now);
    await addGrant(tx, account.id, code, 'code', { integrationId, userId: user.id, family: hashToken(code) }, now);
    return code;
  });
}

/**
 * Tokens for a code or refresh token. Both are good once; a second use ends all that came of the same approval.
 * @throws CrmError account_not_found, ip_not_allowed
 */
export async function exchange(
  store: Store,
  request: Request,
  asked: Pick<Grant, 'kind' | 'integrationId'>,
  token: string,
): Promise<Tokens | GrantRefusal> {
  const account = findTokenAccount(token);
  if (account === undefined) return 'unknown';
  return store.write(async (tx) => {
    const grant = await tx.findGrant(account, hashToken(token));
    const verdict = judgeGrant(grant, asked, request.now);
    if (verdict === 'used') await tx.removeFamily(account, grant!.family);
    if (verdict !== 'exchange' && verdict !== 'repeat') return verdict;
    if (!(await mayAct(tx, request, account, grant!.userId))) return 'unknown';
    if (verdict === 'exchange') await replace(tx, account, grant!, token, request.now);
    return tokensOf(account, grant!, token);
  });
}

/** Whether requests with the tokens would be let in: not those of a user who is switched off, nor at another account's address. */
async function mayAct(tx: WriteTx, request: Request, account: number, userId: number): Promise<boolean> {
  try {
    await getActor(tx, request, account, userId);
    return true;
  } catch (error) {
    const isHidden = error instanceof CrmError && ['wrong_credentials', 'user_inactive'].includes(error.reason);
    if (isHidden) return false;
    throw error;
  }
}

async function replace(tx: WriteTx, account: number, grant: Grant, token: string, now: number): Promise<void> {
  const { integrationId, userId, family } = grant;
  const { access, refresh } = tokensOf(account, grant, token);
  await tx.removeExpiredGrants(account, now);
  await tx.useGrant(account, hashToken(token), now);
  const issued = { integrationId, family, expiresAt: now + accessSeconds };
  await tx.addToken(account, { hash: hashToken(access), userId, createdAt: now, issued });
  await addGrant(tx, account, refresh, 'refresh', { integrationId, userId, family }, now);
}

function tokensOf(account: number, { salt }: Grant, token: string): Tokens {
  return {
    access: deriveToken(account, salt, 'access', token),
    refresh: deriveToken(account, salt, 'refresh', token),
  };
}

function addGrant(
  tx: WriteTx,
  account: number,
  token: string,
  kind: GrantKind,
  owner: Pick<Grant, 'integrationId' | 'userId' | 'family'>,
  now: number,
): Promise<void> {
  const expiresAt = now + grantSeconds[kind];
  return tx.addGrant(account, { ...owner, kind, hash: hashToken(token), salt: newKey(), expiresAt, usedAt: null });
}
