import { oneOf, placeFlags, readFlags, readPlace, UsageError } from '../config.ts';
import { distributePostgres } from '../store/postgres.ts';

/** kontora database distribute */
export async function database([which = '', ...args]: readonly string[]): Promise<void> {
  oneOf('the database command', ['distribute'], which);
  const place = readPlace(readFlags(args, placeFlags), process.env);
  if ('folder' in place) throw new UsageError('database distribute needs --database');
  const tables = await distributePostgres(place.url);
  if (tables === undefined) {
    throw new UsageError('the database has no Citus: "create extension citus" on its machines first (docs/scale.md)');
  }
  console.log(tables.length === 0 ? 'all tables are distributed already' : `distributed: ${tables.join(', ')}`);
}
