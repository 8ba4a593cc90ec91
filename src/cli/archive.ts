import { open, rename } from 'node:fs/promises';
import { placeFlags, readFlags, readPlace, text, UsageError } from '../config.ts';
import { archiveSource, writeArchive } from '../store/archive.ts';
import { type CopySource, databaseSource } from '../store/copy.ts';
import { CopyRefused } from '../store/raw-database.ts';
import { onRaw, sayProgress, transfer } from './transfer.ts';

/** kontora export FILE [--account SUBDOMAIN]; `-`: to stdout */
export async function exportArchive([file, ...args]: readonly string[]): Promise<void> {
  const path = readFile('export', file);
  const flags = readFlags(args, { ...placeFlags, account: text });
  await onRaw(readPlace(flags, process.env), 'source', (database) =>
    database.read(async (db) => {
      const source = await databaseSource(db, database.name, flags['account']);
      const writeTo = (write: (text: string) => Promise<void>) => writeArchive(source, write, sayProgress(source.rows));
      if (path === '-') await writeTo(writeOut);
      else await writeWhole(path, writeTo);
    }),
  );
}

/** kontora import FILE */
export async function importArchive([file, ...args]: readonly string[]): Promise<void> {
  const path = readFile('import', file);
  const flags = readFlags(args, placeFlags);
  if (path === '-') throw new UsageError('import reads its file twice: give the name of one');
  const place = readPlace(flags, process.env);
  console.error(`checking ${path}`);
  const source = await openArchive(path);
  await onRaw(place, 'target', (target) => transfer(source, target));
}

/** @throws UsageError */
async function openArchive(path: string): Promise<CopySource> {
  try {
    return await archiveSource(path);
  } catch (error) {
    const isNoFile = ['ENOENT', 'EISDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '');
    throw error instanceof CopyRefused || isNoFile ? new UsageError((error as Error).message) : error;
  }
}

/** The FILE that a command begins with. @throws UsageError */
export function readFile(command: string, file: string | undefined): string {
  if (file === undefined || file === '' || file.startsWith('--')) throw new UsageError(`${command} needs a FILE first`);
  return file;
}

/** Under another name until it is whole. */
async function writeWhole(
  path: string,
  work: (write: (text: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const part = `${path}.part`;
  const file = await open(part, 'w', 0o600);
  try {
    await work((text) => file.appendFile(text));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
}

function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
