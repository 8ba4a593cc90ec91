import { placeOf, readFlags, text, UsageError } from '../config.ts';
import { databaseSource } from '../store/copy.ts';
import { onRaw, transfer } from './transfer.ts';

/** kontora copy --from DIR|URL --to DIR|URL [--account SUBDOMAIN] */
export async function copy(args: readonly string[]): Promise<void> {
  const { from, to, account } = readFlags(args, { from: text, to: text, account: text });
  if (from === undefined || to === undefined) {
    throw new UsageError('copy needs --from and --to, each a data folder or postgres://user@host/name');
  }
  const target = placeOf('--to', to);
  await onRaw(placeOf('--from', from), 'source', (source) =>
    source.read(async (db) => {
      // Before a target is made.
      const held = await databaseSource(db, source.name, account);
      await onRaw(target, 'target', (database) => {
        if (database.name === source.name) throw new UsageError('--from and --to are the same');
        return transfer(held, database);
      });
    }),
  );
}
