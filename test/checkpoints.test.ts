import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Checkpoints } from '../src/cli/checkpoints.ts';
import { connectSqlite, type SqliteConnection } from '../src/store/sqlite-connection.ts';

describe('the write-ahead log is taken over in a thread of its own', () => {
  let folder: string;
  let writer: SqliteConnection;
  let checkpoints: Checkpoints;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kontora-checkpoints-'));
    writer = connectSqlite(join(folder, 'kontora.db'));
    writer.exec('create table t (a blob)');
    checkpoints = new Checkpoints(folder);
  });
  afterEach(async () => {
    await checkpoints.stop();
    writer.close();
    rmSync(folder, { recursive: true });
  });
  const write = (megabytes: number) => writer.exec(`insert into t values (zeroblob(${megabytes * 1024 * 1024}))`);
  const behind = (): number => {
    const database = new DatabaseSync(join(folder, 'kontora.db'), { readOnly: true });
    const { log, checkpointed } = database.prepare('pragma wal_checkpoint(noop)').get() as Record<string, number>;
    database.close();
    return log! - checkpointed!;
  };
  const eventually = async (isDone: () => boolean) => {
    for (let tries = 0; tries < 200 && !isDone(); tries += 1) {
      checkpoints.note();
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    assert.ok(isDone());
  };

  test('while the writer has a transaction open', async () => {
    write(20);
    assert.ok(behind() > 5000);
    writer.exec('begin immediate');
    write(1);
    await eventually(() => behind() === 0);
    writer.exec('commit');
    assert.ok(behind() > 0);
  });

  test('and begins anew where all of it is: it does not grow with what is written', async () => {
    for (let round = 0; round < 10; round += 1) {
      write(20);
      await eventually(() => behind() < 2000);
    }
    assert.ok(statSync(join(folder, 'kontora.db-wal')).size < 50 * 1024 * 1024);
  });

  test('a short one is left alone', async () => {
    write(1);
    checkpoints.note();
    await checkpoints.stop();
    assert.ok(behind() > 200);
  });

  test('where the thread cannot open the database, nobody waits for it', async () => {
    const damaged = mkdtempSync(join(tmpdir(), 'kontora-checkpoints-'));
    writeFileSync(join(damaged, 'kontora.db'), 'no database');
    writeFileSync(join(damaged, 'kontora.db-wal'), Buffer.alloc(9 * 1024 * 1024));
    const broken = new Checkpoints(damaged);
    broken.note();
    broken.note();
    await broken.stop();
    rmSync(damaged, { recursive: true });
  });
});
