import { type Place, UsageError } from '../config.ts';
import { type Compared, type CopySource, copyInto, isSame } from '../store/copy.ts';
import { openPostgresRaw } from '../store/postgres.ts';
import { CopyRefused, type RawDatabase, type RawUse } from '../store/raw-database.ts';
import type { Part } from '../store/raw-rows.ts';
import { openSqliteRaw } from '../store/sqlite.ts';

/** What `copy`, `export` and `import` have in common. */

/** Does it on a database. @throws UsageError */
export async function onRaw(place: Place, use: RawUse, work: (database: RawDatabase) => Promise<void>): Promise<void> {
  try {
    const database = await ('url' in place ? openPostgresRaw(place.url, use) : openSqliteRaw(place.folder, use));
    try {
      await work(database);
    } finally {
      await database.close();
    }
  } catch (error) {
    throw error instanceof CopyRefused ? new UsageError(error.message) : error;
  }
}

/** Copies and compares, and says on stderr how far it is. @throws Error when both are not the same in the end */
export async function transfer(source: CopySource, target: RawDatabase): Promise<void> {
  const compared = await copyInto(target, source, { progress: sayProgress(source.rows) });
  console.log(report(compared));
  const different = compared.filter((part) => !isSame(part));
  if (different.length === 0) return;
  const [first] = different;
  throw new Error(
    `the copy is not the same as its source in ${different.length} of ${compared.length} parts, first in ${first!.table} of account ${first!.account}. ` +
      'Was one of them written to meanwhile? Remove it by copy --discard and copy again, with both servers stopped',
  );
}

/** At most a line a second: what is copied, how fast, and how long it will still take. */
export function sayProgress(total: number): (part: Part, done: number) => void {
  const say = sayRate(total, 'rows');
  return ({ table, account }, done) => say(`account ${account}  ${table.padEnd(16)}`, done);
}

/** `unit`: what is counted. */
export function sayRate(total: number, unit: string): (what: string, done: number) => void {
  const startedAt = performance.now();
  let first: number | undefined;
  let saidAt = Number.NEGATIVE_INFINITY;
  return (what, done) => {
    const now = performance.now();
    if (now - saidAt < 1000 && done < total) return;
    saidAt = now;
    // What an earlier try has done says nothing of the speed.
    first ??= done;
    const rate = Math.round(((done - first) / (now - startedAt)) * 1000);
    const left = rate > 0 ? `${rate} a second, ${minutes((total - done) / rate)} left` : '';
    console.error(`${what}  ${done} of ${total} ${unit}  ${left}`.trimEnd());
  };
}

/** `m:ss` */
export function minutes(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** A line for each part that holds anything; of what is the same in the target only that it is. */
function report(compared: readonly Compared[]): string {
  const rows = compared
    .filter(({ source, target }) => source.rows + target.rows > 0)
    .map((part) => {
      const { account, table, source, target } = part;
      const other = isSame(part) ? ['same', ''] : [String(target.rows), target.checksum];
      return [String(account), table, String(source.rows), source.checksum, ...other];
    });
  const all = [['account', 'table', 'rows', 'checksum', 'target', ''], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
