import { type Db, sql } from './sql.ts';

/** The same on every machine: small, and written seldom. All other tables with account_id are spread by it. */
const everywhere: readonly string[] = ['account', 'login', 'integration', 'copy_progress'];

/**
 * Has Citus spread the tables that it does not spread yet over its machines, an account on one machine as a whole.
 * @returns their names; undefined where the extension is not there. source: docs/scale.md
 */
export async function distribute(db: Db): Promise<string[] | undefined> {
  const [citus] = await db.all(sql`select 1 from pg_proc where proname = 'create_distributed_table'`);
  if (citus === undefined) return undefined;
  // What refers to a table that is not spread yet would else become a table of its own kind; rows are moved table after table.
  await db.run(sql`set local citus.enable_local_reference_table_foreign_keys = off`);
  await db.run(sql`set local citus.multi_shard_modify_mode = 'sequential'`);
  const spread = new Set(await spreadTables(db));
  const global = everywhere.filter((table) => !spread.has(table));
  for (const table of global) await db.run(sql`select create_reference_table(${table})`);
  const byAccount = (await accountTables(db)).filter((table) => !everywhere.includes(table) && !spread.has(table));
  for (const table of byAccount) {
    await db.run(sql`select create_distributed_table(${table}, 'account_id')`);
  }
  return [...global, ...byAccount];
}

/** Whether Citus spreads the tables: then those that a migration adds have to be spread, too. */
export async function isDistributed(db: Db): Promise<boolean> {
  const [catalogue] = await db.all<{ found: string | null }>(sql`select to_regclass('pg_dist_partition') as found`);
  return catalogue!.found !== null && (await spreadTables(db)).includes('account');
}

async function spreadTables(db: Db): Promise<string[]> {
  const rows = await db.all<{ name: string }>(sql`select c.relname as name
    from pg_dist_partition p join pg_class c on c.oid = p.logicalrelid where pg_table_is_visible(c.oid)`);
  return rows.map(({ name }) => name);
}

/** In the order in which they were made: what others refer to comes before them. */
async function accountTables(db: Db): Promise<string[]> {
  const rows = await db.all<{ name: string }>(sql`select c.relname as name
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relkind in ('r', 'p') and pg_table_is_visible(c.oid) and a.attname = 'account_id' order by c.oid`);
  return rows.map(({ name }) => name);
}
