import type { Sequence } from '../crm/store.ts';
import { type Db, nothing, type Sql, sql } from './sql.ts';

/** Where ids of a sequence may already be taken, by records that came with ids of their own. */
const holders: Readonly<Record<Sequence, Sql>> = {
  contact: sql`entity where kind in (1, 3) and`,
  lead: sql`entity where kind = 2 and`,
  customer: sql`entity where kind = 12 and`,
  tag: sql`tag where`,
  user: sql`account_user where`,
  field: sql`field where`,
  enum: sql`field_enum where`,
  pipeline: sql`pipeline where`,
  status: sql`status where`,
  task: sql`task where`,
  note: sql`note where`,
  loss_reason: sql`loss_reason where`,
  link: nothing,
  change: nothing,
  webhook: sql`webhook where`,
  delivery: nothing,
};

/** That many ids that nobody has, ascending; the counter row is the account's own, so two writers never get the same. */
export async function takeIds(db: Db, account: number, sequence: Sequence, count: number): Promise<number[]> {
  if (count === 0) return [];
  let first = await advance(db, account, sequence, count);
  if (first === undefined) {
    await db.run(sql`insert into id_counter (account_id, sequence, next_id) values (${account}, ${sequence}, 1)
      on conflict (account_id, sequence) do nothing`);
    first = (await advance(db, account, sequence, count))!;
  }
  const ids: number[] = [];
  let next = first;
  // A long run of taken ids is passed over in growing steps.
  for (let step = count; ids.length < count; step *= 2) {
    const taken = await takenIds(db, account, sequence, next, step);
    for (const end = next + step; next < end && ids.length < count; next += 1) if (!taken.has(next)) ids.push(next);
  }
  if (next > first + count) {
    await db.run(sql`update id_counter set next_id = ${next} where account_id = ${account} and sequence = ${sequence}`);
  }
  return ids;
}

/** The id that was the next one; undefined if the sequence has not begun. */
async function advance(db: Db, account: number, sequence: Sequence, count: number): Promise<number | undefined> {
  const [counter] = await db.all<{ first: number }>(sql`update id_counter set next_id = next_id + ${count}
    where account_id = ${account} and sequence = ${sequence} returning next_id - ${count} as first`);
  return counter?.first;
}

async function takenIds(
  db: Db,
  account: number,
  sequence: Sequence,
  from: number,
  count: number,
): Promise<Set<number>> {
  if (holders[sequence] === nothing) return new Set();
  const rows = await db.all<{ id: number }>(sql`select id from ${holders[sequence]}
    account_id = ${account} and id >= ${from} and id < ${from + count}`);
  return new Set(rows.map((row) => row.id));
}
