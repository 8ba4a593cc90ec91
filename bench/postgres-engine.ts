import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../bin/postgres.mjs';
import type { DataSet } from './data-set.ts';
import { type Engine, fillEmpty, type Place } from './engine.ts';
import { familyOf } from './proc.ts';
import { kontora } from './server.ts';

/**
 * On PostgreSQL: a cluster of the bench's own, kept beside the sets, with a database for each set. What is written to is a copy that
 * the database makes by itself.
 */
export async function postgresEngine(folder: string, progress: (line: string) => void): Promise<Engine> {
  const cluster = await startKept(join(folder, 'postgres'));
  const client = new pg.Client(cluster.url);
  await client.connect();
  const { rows } = await client.query('show server_version');
  const copies: string[] = [];
  const urlOf = (database: string) => cluster.url.replace(/postgres$/, database);
  const placeOf = (database: string): Place => ({
    where: ['--database', urlOf(database)],
    size: async () => Number((await client.query('select pg_database_size($1) as n', [database])).rows[0].n),
    pids: () => familyOf(Number(readFileSync(join(cluster.folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0])),
  });
  const create = async (source: string): Promise<Place> => {
    const name = `copy_${process.pid}_${copies.length}`;
    await client.query(`create database ${name} template ${source} strategy file_copy`);
    copies.push(name);
    return placeOf(name);
  };
  return {
    name: `PostgreSQL ${rows[0].server_version.split(' ')[0]}`,
    async copyOf(set) {
      const template = await fill(client, set, urlOf, progress);
      return create(template);
    },
    async empty() {
      const place = await create('template0');
      await fillEmpty(place);
      return place;
    },
    async close() {
      for (const name of copies) await client.query(`drop database if exists ${name} with (force)`);
      await client.end();
      await cluster.stop();
    },
  };
}

/** Makes the database of a set if it is not there. @returns its name */
async function fill(
  client: pg.Client,
  { size, id, folders }: DataSet,
  urlOf: (database: string) => string,
  progress: (line: string) => void,
): Promise<string> {
  const prefix = `set_${size.toLowerCase()}_`;
  const name = `${prefix}${id}`;
  const { rows } = await client.query(`select datname from pg_database where starts_with(datname, $1)`, [prefix]);
  if (rows.some(({ datname }) => datname === name)) return name;
  for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`);
  progress(`copying ${folders.product} to PostgreSQL`);
  const part = `part_${id}`;
  await client.query(`drop database if exists ${part} with (force)`);
  await client.query(`create database ${part}`);
  await kontora(['copy', '--from', folders.product, '--to', urlOf(part)]);
  await settle(urlOf(part));
  await client.query(`alter database ${part} rename to ${name}`);
  return name;
}

/** What autovacuum does some minutes after a database was filled. */
async function settle(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query('vacuum analyze');
  await client.query('checkpoint');
  await client.end();
}

/** With its safe defaults, and memory enough for a large set. */
function startKept(folder: string) {
  mkdirSync(folder, { recursive: true });
  return startPostgres({ folder, keep: true, settings: { shared_buffers: '1GB', max_wal_size: '4GB' } });
}
