import { type Db, raw, sql } from './sql.ts';

/** Pages of a table too small for its plan to matter. */
const fewPages = 8;

/**
 * Has PostgreSQL take samples of the tables that have more than doubled since it last did. Autovacuum does so within a minute or more; until
 * then a table that was filled at once counts as one of few rows, and searching ten thousand companies takes seconds.
 */
export async function analyzeGrown(db: Db): Promise<void> {
  const grown = await db.all<{ name: string }>(sql`select relname as name from pg_class
    where relnamespace = current_schema()::regnamespace and relkind = 'r'
    and pg_relation_size(oid) > 2 * greatest(relpages, ${fewPages}::int) * current_setting('block_size')::bigint`);
  // A table that another process is at is left to it.
  for (const { name } of grown) await db.run(raw(`analyze (skip_locked) "${name}"`));
}
