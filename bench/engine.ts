import { constants } from 'node:fs';
import { cp, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { apiKey, type DataSet, login } from './data-set.ts';
import { kontora } from './server.ts';

/** What the product keeps its data in. */
export interface Engine {
  /** With its version. */
  readonly name: string;
  /** A copy of a set, to be written to. */
  copyOf(set: DataSet): Promise<Place>;
  /** The document's account without the set's companies. */
  empty(): Promise<Place>;
  close(): Promise<void>;
}

export interface Place {
  /** The flags that name it. */
  readonly where: readonly string[];
  /** Bytes on disk. */
  size(): Promise<number>;
  /** The processes of its database, besides the server. */
  pids(): readonly number[];
}

/** On SQLite: everything in a folder that is thrown away in the end. */
export function sqliteEngine(work: string): Engine {
  let made = 0;
  const placeIn = (folder: string): Place => ({
    where: ['--data', folder],
    size: () => sizeOf(folder),
    pids: () => [],
  });
  return {
    name: 'SQLite',
    async copyOf(set) {
      const folder = join(work, set.size, 'product');
      await copyFolder(set.folders.product, folder);
      return placeIn(folder);
    },
    async empty() {
      made += 1;
      const place = placeIn(join(work, `empty-${made}`));
      await fillEmpty(place);
      return place;
    },
    async close() {},
  };
}

export async function fillEmpty({ where }: Place): Promise<void> {
  await kontora(['seed', 'document', ...where], { KONTORA_API_KEY: apiKey, KONTORA_LOGIN: login });
}

/** Where the file system can, without copying a byte. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await cp(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE });
}

export async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const files = await Promise.all(names.map((name) => stat(join(folder, name))));
  return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}
