import { existsSync } from 'node:fs';
import { type Flags, type Place, readPlace, UsageError } from '../config.ts';
import type { Account, Settings } from '../crm/account.ts';
import type { ReadTx, Store } from '../crm/store.ts';
import { openSqlite } from '../store/sqlite.ts';

/** What a command does once its flags are checked. */
export type Work = (store: Store) => Promise<void>;

/** Opens the data, or makes it. */
export async function openPlace(place: Place): Promise<Store> {
  if ('folder' in place) return openSqlite(place.folder);
  // The driver is loaded where it is used.
  const { openPostgres } = await import('../store/postgres.ts');
  return openPostgres(place.url, place.replicaUrl);
}

/** Does it on the data of --data or --database; a mistyped folder is refused rather than made. @throws UsageError */
export async function onData(flags: Flags, work: Work): Promise<void> {
  const place = readPlace(flags, process.env);
  if ('folder' in place && !existsSync(`${place.folder}/kontora.db`)) {
    throw new UsageError(`${place.folder} holds no data of Kontora: is --data right?`);
  }
  await onNewData(flags, work);
}

/** As onData, and a new folder is made. */
export async function onNewData(flags: Flags, work: Work): Promise<void> {
  const store = await openPlace(readPlace(flags, process.env));
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

/** The account that --account names, or the only one. @throws UsageError */
export async function getAccount(tx: ReadTx, flags: Flags): Promise<[Account, Settings]> {
  const accounts = await tx.accounts();
  const subdomain = flags['account'];
  const account =
    subdomain === undefined && accounts.length === 1 ? accounts[0] : accounts.find((a) => a.subdomain === subdomain);
  if (account === undefined) {
    throw new UsageError(`--account is one of ${accounts.map((a) => a.subdomain).join(', ') || '(there is none yet)'}`);
  }
  return [account, await tx.settings(account.id)];
}
