import { test } from 'node:test';
import type { Store } from '../../src/crm/store.ts';
import { anAccount } from './builders.ts';

export type OpenStore = () => Promise<{ store: Store; remove: () => Promise<void> }>;

/** A test with a new store of its own, in which there are the accounts `home` and `abroad`, and nothing else. */
export type StoreTest = (title: string, body: (store: Store) => Promise<void>) => void;

/** Neighbours, so that nothing of the one may slip over to the other. */
export const home = 1;
export const abroad = 2;

export function storeTest(open: OpenStore): StoreTest {
  return (title, body) => {
    test(title, { timeout: 60_000 }, async () => {
      const { store, remove } = await open();
      try {
        await store.write(async (tx) => {
          await tx.addAccount(anAccount(home));
          await tx.addAccount(anAccount(abroad));
        });
        await body(store);
      } finally {
        await store.close();
        await remove();
      }
    });
  };
}
