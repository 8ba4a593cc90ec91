import { existsSync } from 'node:fs';
import { type Flags, readData, UsageError } from '../config.ts';
import type { Account, Settings } from '../crm/account.ts';
import type { ReadTx, Store } from '../crm/store.ts';
import { openSqlite } from '../store/sqlite.ts';

/** What a command does once its flags are checked. */
export type Work = (store: Store) => Promise<void>;

/** Does it on the data of --data; a mistyped folder is refused rather than made. @throws UsageError */
export async function onData(flags: Flags, work: Work): Promise<void> {
  const data = readData(flags, process.env);
  if (!existsSync(`${data}/kontora.db`)) throw new UsageError(`${data} holds no data of Kontora: is --data right?`);
  await onNewData(flags, work);
}

/** As onData, and a new folder is made. */
export async function onNewData(flags: Flags, work: Work): Promise<void> {
  const store = await openSqlite(readData(flags, process.env));
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
