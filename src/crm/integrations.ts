import type { Actor } from './account.ts';
import { CrmError } from './errors.ts';
import { type Integration, isRedirectUri } from './oauth.ts';
import type { Store } from './store.ts';
import { isStorable } from './text.ts';
import { administrate } from './users.ts';

/** As the original's. source: amoCRM, OAuth step by step */
const maxName = 255;
/** Integrations of an account. */
const maxIntegrations = 100;

/** @throws CrmError name_required, redirect_uri_wrong */
export function checkIntegration({ name, redirectUri }: Pick<Integration, 'name' | 'redirectUri'>): void {
  if (name === '' || name.length > maxName || !isStorable(name)) throw new CrmError('name_required', 'name');
  if (!isRedirectUri(redirectUri)) throw new CrmError('redirect_uri_wrong', 'redirect_uri');
}

/** Whether users of an account may give it access. */
export function isFor({ ownerId }: Pick<Integration, 'ownerId'>, account: number): boolean {
  return ownerId === null || ownerId === account;
}

/** An integration of the account: nobody else can give it access. @throws CrmError too_many_settings */
export function addIntegration(store: Store, actor: Actor, integration: Integration): Promise<void> {
  checkIntegration(integration);
  return administrate(store, actor, async (tx) => {
    const own = (await tx.integrations()).filter(({ ownerId }) => ownerId === actor.account.id);
    if (own.length >= maxIntegrations) throw new CrmError('too_many_settings', undefined, String(maxIntegrations));
    await tx.addIntegration(integration);
  });
}

/** A new secret for one of the account's own. @throws CrmError integration_not_found */
export function renewSecret(store: Store, actor: Actor, id: string, secretHash: string): Promise<void> {
  return administrate(store, actor, async (tx) => {
    const integration = await tx.findIntegration(id);
    if (integration?.ownerId !== actor.account.id) throw new CrmError('integration_not_found', 'id');
    await tx.setSecret(id, secretHash);
  });
}

/**
 * Ends what an integration may in the account; one of the account's own is gone, one of the server stays for others.
 * @returns whether it is gone @throws CrmError integration_not_found
 */
export function dismissIntegration(store: Store, actor: Actor, id: string): Promise<boolean> {
  const account = actor.account.id;
  return administrate(store, actor, async (tx) => {
    const integration = await tx.findIntegration(id);
    const isOwn = integration?.ownerId === account;
    const isLetIn = (await tx.integrationsLetIn(account)).includes(id);
    if (!isOwn && !isLetIn) throw new CrmError('integration_not_found', 'id');
    await tx.removeGrantsOf(account, id);
    if (isOwn) await tx.removeIntegration(id);
    return isOwn;
  });
}
