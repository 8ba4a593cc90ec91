import { deleteRecords, getRecords, type Records, restoreRecords, type UpdateItem, updateRecords } from '../api.ts';
import { mostItems } from './save-cells.ts';

/** What became of many records: how many were changed, why others were not, and the way back. */
export interface Done {
  readonly count: number;
  readonly refusals: readonly string[];
  readonly undo: () => Promise<Done>;
}

type Kind = keyof Records;
type Patch = Omit<UpdateItem, 'id' | 'updated_at'>;

/** Changes records; `patch` gives what is to be another, `back` what it was. */
export async function changeMany<K extends Kind>(
  kind: K,
  ids: readonly number[],
  patch: (record: Records[K]) => Patch,
  back: (record: Records[K]) => Patch,
): Promise<Done> {
  const before = new Map<number, Patch>();
  const refusals: string[] = [];
  for (const some of batches(ids)) {
    const { records, now } = await getRecords(kind, some);
    const items = records.map((record): UpdateItem => {
      return { ...patch(record), id: record.id, updated_at: Math.max(now, record.updated_at) };
    });
    const refused = items.length > 0 ? await updateRecords(kind, items) : new Map<number, string>();
    refusals.push(...refused.values());
    for (const record of records) if (!refused.has(record.id)) before.set(record.id, back(record));
  }
  const was = (record: Records[K]) => before.get(record.id)!;
  return { count: before.size, refusals, undo: () => changeMany(kind, [...before.keys()], was, patch) };
}

/** Into the bin, and out of it again. */
export async function deleteMany(kind: Kind, ids: readonly number[]): Promise<Done> {
  const refusals: string[] = [];
  let count = 0;
  for (const some of batches(ids)) {
    const refusal = await deleteRecords(kind, some);
    if (refusal !== undefined) refusals.push(refusal);
    const left = refusal === undefined ? 0 : (await getRecords(kind, some)).records.length;
    count += some.length - left;
  }
  const undo = async (): Promise<Done> => {
    let restored = 0;
    for (const some of batches(ids)) restored += (await restoreRecords(kind, some)).length;
    return { count: restored, refusals: [], undo: () => deleteMany(kind, ids) };
  };
  return { count, refusals, undo };
}

function batches(ids: readonly number[]): number[][] {
  const list = [...ids];
  return Array.from({ length: Math.ceil(list.length / mostItems) }, () => list.splice(0, mostItems));
}
