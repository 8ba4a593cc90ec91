import { kinds } from '../crm/kinds.ts';
import type { EntityChange } from '../crm/store.ts';
import { type Db, namesOf, type Sql, sql } from './sql.ts';

/** Bits of id that a bucket of each level spans. */
const levels = [8, 16];

const columns = { kind: 'integer', level: 'integer', bucket: 'integer', n: 'integer' } as const;

/** Keeps entity_count true to what a transaction has changed. */
export async function countEntities(db: Db, account: number, changes: readonly EntityChange[]): Promise<void> {
  const deltas = new Map<string, [kind: number, level: number, bucket: number, n: number]>();
  for (const { before, after } of changes) {
    const n = Number(!after.isDeleted) - Number(before !== null && !before.isDeleted);
    if (n === 0) continue;
    for (const [level, bits] of levels.entries()) {
      const bucket = Math.floor(after.id / 2 ** bits);
      const key = `${after.kind} ${level} ${bucket}`;
      const delta = deltas.get(key) ?? [kinds[after.kind].elementType, level, bucket, 0];
      delta[3] += n;
      deltas.set(key, delta);
    }
  }
  if (deltas.size === 0) return;
  const { rows, returning } = db.dialect;
  await db.run(sql`insert into entity_count (account_id, ${namesOf(columns)})
    select ${account}, ${namesOf(columns, 'r.')} from ${rows(columns, [...deltas.values()])} where true
    on conflict (account_id, kind, level, bucket) do update set n = entity_count.n + excluded.n ${returning}`);
}

/** How many undeleted records there are. */
export async function countAll(db: Db, account: number, kind: number): Promise<number> {
  const [row] = await db.all<{ n: number | null }>(sql`select sum(n) as n from entity_count
    where account_id = ${account} and kind = ${kind} and level = 1`);
  return row?.n ?? 0;
}

/** Where to begin reading: from this id, skipping so many more. */
export interface Start {
  readonly id: number;
  readonly skip: number;
}

interface BucketRow {
  readonly bucket: number;
  readonly before: number;
}

/** Where to begin reading for an offset into all undeleted records: fewer than 2^8 are skipped. */
export async function findStart(db: Db, account: number, kind: number, offset: number): Promise<Start> {
  const search = searchStart(account, kind, offset);
  let step = search.next();
  while (!step.done) step = search.next(await db.all<BucketRow>(step.value));
  return step.value;
}

/** Gives a statement at a time and takes its rows, so that it serves who waits for them and who does not. */
export function* searchStart(account: number, kind: number, offset: number): Generator<Sql, Start, BucketRow[]> {
  let id = 0;
  let skip = offset;
  for (const level of offset === 0 ? [] : [1, 0]) {
    const from = Math.floor(id / 2 ** levels[level]!);
    // The last bucket that begins at or before the offset.
    const [bucket] = yield sql`select bucket, before from (
        select bucket, sum(n) over (order by bucket) - n as before from entity_count
        where account_id = ${account} and kind = ${kind} and level = ${level} and bucket >= ${from}
        and bucket < ${level === 1 ? Number.MAX_SAFE_INTEGER : from + 256} and n > 0
      ) b where before <= ${skip} order by bucket desc limit 1`;
    if (bucket === undefined) break;
    id = bucket.bucket * 2 ** levels[level]!;
    skip -= bucket.before;
  }
  return { id, skip };
}
