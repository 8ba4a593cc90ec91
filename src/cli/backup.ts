import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import { link, mkdtemp, open, rename, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { type Place, placeFlags, readFlags, readPlace, UsageError } from '../config.ts';
import { databaseSource } from '../store/copy.ts';
import { CopyRefused } from '../store/raw-database.ts';
import { sql } from '../store/sql.ts';
import { checkDatabase, takeSnapshot } from '../store/sqlite-snapshot.ts';
import { readFile } from './archive.ts';
import { onRaw, sayRate, transfer } from './transfer.ts';

// A backup is a data folder's database, whichever engine it comes from, in one Zstandard frame with its checksum: docs/backup.md.

/** kontora backup FILE */
export async function backup([file, ...args]: readonly string[]): Promise<void> {
  const path = readFile('backup', file);
  if (path === '-') throw new UsageError('a backup has its name when it is whole: give that of a file');
  const place = readPlace(readFlags(args, placeFlags), process.env);
  const refuseTaken = () => {
    if (existsSync(path)) throw new UsageError(`${path} is there already: a backup goes to a new file`);
  };
  refuseTaken();
  await inTemporaryFolder(`${path}.part-`, async (folder) => {
    await copyTo(folder, place);
    console.error('checking and compressing');
    const schema = await refusing(() => checkDatabase(folder, 'the copy'));
    await pipeline(createReadStream(join(folder, 'kontora.db')), compress(), newFile(join(folder, 'whole')));
    refuseTaken();
    await rename(join(folder, 'whole'), path);
    await syncFolder(dirname(path));
    const { size } = await stat(path);
    console.log(`${path}: ${size} bytes, schema version ${schema}`);
  });
}

async function copyTo(folder: string, place: Place): Promise<void> {
  if ('folder' in place) {
    let say: ReturnType<typeof sayRate> | undefined;
    return refusing(() =>
      takeSnapshot(place.folder, folder, (copied, total) => {
        say ??= sayRate(total, 'pages');
        say('copying', copied);
      }),
    );
  }
  await onRaw(place, 'source', (database) =>
    database.read(async (db) => {
      const source = await databaseSource(db, database.name);
      await onRaw({ folder }, 'target', (target) => transfer(source, target));
    }),
  );
}

/** kontora restore FILE */
export async function restore([file, ...args]: readonly string[]): Promise<void> {
  const path = readFile('restore', file);
  const place = readPlace(readFlags(args, placeFlags), process.env);
  if (!existsSync(path)) throw new UsageError(`there is no file ${path}`);
  if ('url' in place) {
    await inTemporaryFolder(join(tmpdir(), 'kontora-restore-'), async (folder) => {
      const name = await unpack(path, folder);
      await onRaw({ folder }, 'source', (database) =>
        database.read(async (db) => {
          const source = await databaseSource(db, name);
          await onRaw(place, 'target', (target) => transfer(source, target));
        }),
      );
    });
  } else await restoreFolder(path, place.folder);
  console.log(`restored from ${path}; sessions have ended: everybody signs in anew`);
}

async function restoreFolder(path: string, folder: string): Promise<void> {
  const data = join(folder, 'kontora.db');
  // A log that another database has left would be taken for this one's.
  for (const taken of [data, `${data}-wal`, `${data}-journal`]) {
    if (existsSync(taken)) throw new UsageError(`${taken} is there already: a backup is restored to an empty folder`);
  }
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    await inTemporaryFolder(join(folder, 'restore.part-'), async (part) => {
      await unpack(path, part);
      // Unlike a rename it replaces nothing, should a server have started here meanwhile.
      await link(join(part, 'kontora.db'), data);
      await syncFolder(folder);
    });
  } catch (error) {
    if (made !== undefined && !existsSync(data)) rmSync(made, { recursive: true });
    throw error;
  }
}

/** Checks a backup and makes a database of this program's schema of it. @returns its name @throws UsageError */
async function unpack(path: string, folder: string): Promise<string> {
  console.error(`checking ${path}`);
  const sha256 = createHash('sha256');
  const file = createReadStream(path).on('data', (chunk) => sha256.update(chunk));
  try {
    await pipeline(file, createZstdDecompress(), newFile(join(folder, 'kontora.db')));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ZSTD_error_prefix_unknown') throw new UsageError(`${path} is no backup of Kontora`);
    throw code?.startsWith('Z') ? new UsageError(`${path} is damaged: ${message}`) : error;
  }
  await refusing(() => checkDatabase(folder, path));
  await onRaw({ folder }, 'target', async (database) => {
    // Those that have been ended since would live again.
    await database.write(async (db) => {
      await db.run(sql`delete from session`);
      await db.run(sql`delete from password_link`);
    });
  });
  return `the backup with sha256 ${sha256.digest('hex')}`;
}

/** What is left in it goes, also when the command is told to end. */
async function inTemporaryFolder(prefix: string, work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(prefix);
  // A thread of the database may just be adding a file.
  const clear = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  const end = () => {
    clear();
    process.exit(1);
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, end);
  try {
    await work(folder);
  } finally {
    for (const signal of signals) process.off(signal, end);
    clear();
  }
}

async function refusing<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof CopyRefused ? new UsageError(error.message) : error;
  }
}

function compress() {
  return createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } });
}

/** On the disk when it is whole, and readable by its owner alone: there are hashes of keys in it. */
function newFile(path: string) {
  return createWriteStream(path, { flush: true, mode: 0o600, flags: 'wx' });
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync();
  await folder.close();
}
