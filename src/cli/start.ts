import { demo } from '../../seed/demo.ts';
import { documentAccount } from '../../seed/document.ts';
import { emptyAccount } from '../../seed/empty.ts';
import type { Config } from '../config.ts';
import type { Store } from '../crm/store.ts';
import { hashKey, newKey } from '../http/keys.ts';

/** Unix seconds. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}

/** Fills a new database; gives the administrator's key. */
export async function startSeed(
  store: Store,
  { seed, login, apiKey }: Pick<Config, 'seed' | 'login' | 'apiKey'>,
): Promise<string> {
  const key = apiKey ?? newKey();
  const seeds = { document: documentAccount, demo, empty: emptyAccount };
  await seeds[seed](store, { login, keyHash: hashKey(key), now: now() });
  return key;
}

/** What to say of settings that came too late; '' if none did. */
export function unusedSettings({ forNewData }: Pick<Config, 'forNewData'>, data: string): string {
  return forNewData.length === 0 ? '' : `not used, since ${data} holds data already: ${forNewData.join(', ')}`;
}
