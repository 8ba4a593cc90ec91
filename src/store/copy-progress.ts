import { type Db, sql } from './sql.ts';

/** How far an unfinished copy has come. */
export interface Progress {
  /** The account that is copied, or the whole server. */
  readonly scope: number;
  /** What is copied. */
  readonly source: string;
  /** The source's own word for the place up to which everything is here; '': the beginning. */
  readonly place: string;
  /** Rows that are here. */
  readonly copied: number;
}

/** The place of a copy that is being removed. */
export const removing = 'removing';

export async function unfinishedCopies(db: Db): Promise<Progress[]> {
  return db.all<Progress>(sql`select scope, source, place, copied from copy_progress order by scope`);
}

export async function beginCopy(db: Db, { scope, source, place, copied }: Progress): Promise<void> {
  await db.run(sql`insert into copy_progress (scope, source, place, copied)
    values (${scope}, ${source}, ${place}, ${copied})`);
}

/** Call first in the transaction that adds the rows between two places. @throws Error when another copy is at work */
export async function moveOn(db: Db, before: Progress, { place, copied }: Progress): Promise<void> {
  const moved = await db.all(sql`update copy_progress set place = ${place}, copied = ${copied}
    where scope = ${before.scope} and source = ${before.source} and place = ${before.place} returning scope`);
  if (moved.length === 0) throw new Error('another process is making the same copy');
}

export async function endCopy(db: Db, { scope }: Progress): Promise<void> {
  await db.run(sql`delete from copy_progress where scope = ${scope}`);
}

/** A server that is only half here must not look like a whole one. @throws Error */
export async function refuseHalfServer(db: Db): Promise<void> {
  const [half] = await db.all<Progress>(sql`select source from copy_progress where scope = 0`);
  if (half) {
    throw new Error(
      `the database holds an unfinished copy of ${half.source}: give the command that copies once more, or remove it by copy --discard`,
    );
  }
}
