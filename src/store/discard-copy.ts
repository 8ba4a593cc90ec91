import { endCopy, moveOn, type Progress, removing, unfinishedCopies } from './copy-progress.ts';
import type { RawDatabase } from './raw-database.ts';
import { batchRows, findParts, type Part, removeAccountRows, removeRows, wholeServer } from './raw-rows.ts';

/**
 * Removes what unfinished copies have left in a database, some thousand rows at a time; it may be ended at any moment and called again.
 * Integrations of a single account stay, since other accounts may know them too. @returns what they were copies of
 */
export async function discardCopies(target: RawDatabase, limit = batchRows): Promise<string[]> {
  const copies = await target.read(unfinishedCopies);
  for (const copy of copies) {
    // From now on nobody goes on with it.
    await target.write((db) => moveOn(db, copy, { ...copy, place: removing }));
    const parts = await target.read((db) => findParts(db, copy.scope));
    for (const part of parts.toReversed()) await removePart(target, part, copy, limit);
    await target.write((db) => endCopy(db, copy));
  }
  return copies.map(({ source }) => source);
}

async function removePart(target: RawDatabase, part: Part, { scope }: Progress, limit: number): Promise<void> {
  if (part.table === 'account') await target.write((db) => removeAccountRows(db, part.account));
  if (part.table === 'integration' && scope !== wholeServer) return;
  for (let removed = limit; removed === limit; ) {
    removed = await target.write((db) => removeRows(db, part, limit));
  }
}
