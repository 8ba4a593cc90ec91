import type { Store } from '../../src/crm/store.ts';
import { hashKey, hashToken, newToken } from '../../src/http/keys.ts';
import type { Exchange } from '../storm/transport.ts';
import type { Client, Counts } from './client.ts';

const secret = 'secret';
const redirectUri = 'https://a.example/';
const administrator = 101;

/** An integration that was let into the account by its administrator. */
export async function openTokens(store: Store, account: number, counts: Counts): Promise<Client> {
  const id = `crash-${account}`;
  const refresh = newToken(account);
  await store.write(async (tx) => {
    await tx.addIntegration({ id, name: id, redirectUri, secretHash: hashKey(secret), createdAt: 0, ownerId: null });
    await tx.addGrant(account, {
      ...{ kind: 'refresh', integrationId: id, userId: administrator, family: id, hash: hashToken(refresh) },
      ...{ salt: 'salt', expiresAt: 4_000_000_000, usedAt: null },
    });
  });
  return new TokenClient(id, refresh, counts);
}

/** Exchanges its refresh token for the next one, again and again. */
class TokenClient implements Client {
  readonly #id: string;
  readonly #counts: Counts;
  #refresh: string;
  #access: string | undefined;
  #isUnknown = false;

  constructor(id: string, refresh: string, counts: Counts) {
    this.#id = id;
    this.#refresh = refresh;
    this.#counts = counts;
  }

  async step(exchange: Exchange): Promise<boolean> {
    const fields = { client_id: this.#id, client_secret: secret, grant_type: 'refresh_token' };
    const body = JSON.stringify({ ...fields, refresh_token: this.#refresh, redirect_uri: redirectUri });
    const path = '/oauth2/access_token';
    const reply = await exchange({ process: 0, method: 'POST', path, headers: { host: 'localhost' }, body });
    this.#isUnknown = typeof reply === 'string' || reply.status === 503;
    if (typeof reply === 'string' || reply.status === 503) return false;
    if (reply.status !== 200) throw new Error(`a refresh token: ${reply.status} ${reply.text}`);
    const { access_token, refresh_token } = JSON.parse(reply.text);
    [this.#access, this.#refresh] = [access_token, refresh_token];
    this.#counts.acknowledged += 1;
    return true;
  }

  /** The access token works; and a refresh token of which nobody knows whether it was used gives tokens once more. docs: oauth */
  async verify(exchange: Exchange, counts: Counts): Promise<void> {
    if (this.#access !== undefined) {
      const headers = { authorization: `Bearer ${this.#access}`, host: 'localhost' };
      const reply = await exchange({ process: 0, method: 'GET', path: '/api/v2/account', headers });
      counts.compared += 1;
      if (typeof reply === 'string' || reply.status !== 200)
        throw new Error(`an access token: ${JSON.stringify(reply)}`);
    }
    if (this.#isUnknown && !(await this.step(exchange))) throw new Error('a refresh token: nobody answers');
  }
}
