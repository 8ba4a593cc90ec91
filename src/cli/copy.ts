import { existsSync } from 'node:fs';
import { type Flags, placeOf, readFlags, text, UsageError, yes } from '../config.ts';
import { databaseSource } from '../store/copy.ts';
import { discardCopies } from '../store/discard-copy.ts';
import { onRaw, transfer } from './transfer.ts';

const options = { from: text, to: text, account: text, discard: yes } as const;

/** kontora copy --from DIR|URL --to DIR|URL [--account SUBDOMAIN], or --discard --to DIR|URL */
export async function copy(args: readonly string[]): Promise<void> {
  const { from, to, account, discard } = readFlags(args, options);
  if (discard !== undefined) return removeUnfinished({ from, to, account });
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

/** Removes what copies that did not end have left. */
async function removeUnfinished({ from, to, account }: Flags): Promise<void> {
  if (to === undefined || from !== undefined || account !== undefined) {
    throw new UsageError('copy --discard takes --to alone');
  }
  const place = placeOf('--to', to);
  if ('folder' in place && !existsSync(place.folder)) throw new UsageError(`${to} holds no data of Kontora`);
  await onRaw(place, 'target', async (target) => {
    const sources = await discardCopies(target);
    for (const source of sources) console.log(`removed the unfinished copy of ${source}`);
    if (sources.length === 0) console.log('there is no unfinished copy');
  });
}
