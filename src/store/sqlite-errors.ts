import { StoreBusy, StoreFailed, type Trouble } from '../crm/store.ts';

/** SQLITE_BUSY */
const busy = 5;
/** SQLITE_READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB: what lies below the database, not in what it was asked. */
const troubles: ReadonlyMap<number, Trouble> = new Map([
  [8, 'read_only'],
  [10, 'failed'],
  [11, 'damaged'],
  [13, 'full'],
  [14, 'failed'],
  [26, 'damaged'],
]);

/** What an error of node:sqlite means; others stay as they are. */
export function judgeSqliteError(error: unknown, file: string): unknown {
  const { errcode, message } = error as { errcode?: number; message: string };
  // The upper bits tell more than is wanted here.
  const code = (errcode ?? 0) & 0xff;
  if (code === busy) return new StoreBusy('the database is held by another process', { cause: error });
  const trouble = troubles.get(code);
  return trouble === undefined ? error : new StoreFailed(trouble, `${file}: ${message}`, { cause: error });
}
