import type { Cluster } from '../../bin/postgres.mjs';
import type { Random } from '../storm/random.ts';
import { onPostgres } from './place.ts';

const connections = `from pg_stat_activity where application_name = 'kontora' and datname = current_database()`;

/** What may happen to a PostgreSQL while a server works on it. The server stays, and goes on by itself. */
export function troubleFor(cluster: Cluster): (random: Random) => Promise<void> {
  const troubles = [
    async () => {
      cluster.kill();
      await cluster.start();
    },
    // One process that dies has the others end, too, and the database recovered.
    async () => {
      const { rows } = await onPostgres(cluster.url, (client) => client.query(`select pid ${connections} limit 1`));
      if (rows[0]) process.kill(rows[0].pid, 'SIGKILL');
    },
    async () => {
      await onPostgres(cluster.url, (client) => client.query(`select pg_terminate_backend(pid) ${connections}`));
    },
  ];
  return (random) => random.pick(troubles)();
}
