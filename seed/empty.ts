import type { Account } from '../src/crm/account.ts';
import { type Administrator, addNewAccount, makeSystemFields } from '../src/crm/new-account.ts';
import { makeMainPipeline } from '../src/crm/pipeline.ts';
import type { Store } from '../src/crm/store.ts';

export interface SeedParts extends Administrator {
  /** Unix seconds. */
  readonly now: number;
}

/** What a Russian account has when nothing else is said. */
export const accountDefaults = {
  currency: 'RUB',
  timezone: 'Europe/Moscow',
  language: 'ru',
  wire: null,
  allowedIps: null,
} as const;

/** The fields and the pipeline of a fresh account, with ids as they may be. */
export function freshParts() {
  return { fields: makeSystemFields(1001, 5001), pipeline: makeMainPipeline(501, 10_001) };
}

/** An account with an administrator, the system fields and nothing else. */
export function createAccount(
  store: Store,
  account: Pick<Account, 'id' | 'subdomain' | 'name' | 'wire'>,
  administrator: Administrator,
): Promise<void> {
  return store.write((tx) =>
    addNewAccount(tx, { ...accountDefaults, ...account }, freshParts(), { ...administrator, id: 101 }),
  );
}

export function emptyAccount(store: Store, administrator: Administrator): Promise<void> {
  return createAccount(store, { id: 10_000_000, subdomain: 'main', name: 'Kontora', wire: null }, administrator);
}
