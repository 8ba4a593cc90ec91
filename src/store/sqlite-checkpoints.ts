import { DatabaseSync } from 'node:sqlite';

/** Pages of the write-ahead log that are worth being taken over. */
const worth = 2000;

/** Takes the write-ahead log of a database over into its file, while others read and write. */
export function openCheckpoints(folder: string): { take(): void; close(): void } {
  const database = new DatabaseSync(`${folder}/kontora.db`);
  // Whoever else is at it does the same.
  database.exec('pragma busy_timeout = 0');
  // It only looks.
  const look = database.prepare('pragma wal_checkpoint(noop)');
  const take = database.prepare('pragma wal_checkpoint(passive)');
  return {
    take() {
      const { log, checkpointed } = look.get()! as { log: number; checkpointed: number };
      if (log - checkpointed >= worth) take.get();
    },
    close: () => database.close(),
  };
}
