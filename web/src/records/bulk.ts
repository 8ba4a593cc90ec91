import { crm, type Records, storeOf, type UpdateItem } from '../api.ts';
import { mostItems } from './save-cells.ts';

/** What became of many records: how many were changed, why others were not, and the way back. */
export interface Done {
  readonly count: number;
  readonly refused: number;
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
  for (let at = 0; at < ids.length; at += mostItems) {
    const records = await storeOf(kind).find(ids.slice(at, at + mostItems));
    const items = records.map((record): UpdateItem => {
      return { ...patch(record), id: record.id, updated_at: Math.max(crm.now(), record.updated_at) };
    });
    const results = await storeOf(kind).update(items);
    for (const [place, result] of results.entries()) {
      if ('error' in result) refusals.push(result.error);
      else before.set(result.id, back(records[place]!));
    }
  }
  const was = (record: Records[K]) => before.get(record.id)!;
  const undo = () => changeMany(kind, [...before.keys()], was, patch);
  return { count: before.size, refused: refusals.length, refusals, undo };
}

/** Names of refused records that are told; of more, that there are more. */
const mostNamed = 3;

/** Into the bin, and out of it again. `denied` says of which the user may not delete. */
export async function deleteMany(
  kind: Kind,
  ids: readonly number[],
  denied: (names: readonly string[]) => string,
): Promise<Done> {
  const refused = (await crm[kind].delete(ids)).map(({ id }) => id);
  const kept = new Set(refused);
  const gone = ids.filter((id) => !kept.has(id));
  const named = await storeOf(kind).find(refused.slice(0, mostNamed));
  const names = named.map(({ name }) => name);
  const undo = async (): Promise<Done> => {
    const { done, refused } = await crm[kind].bin.restore(gone);
    return { count: done.length, refused: refused.length, refusals: [], undo: () => deleteMany(kind, done, denied) };
  };
  const refusals = refused.length === 0 ? [] : [denied(refused.length > mostNamed ? [...names, '…'] : names)];
  return { count: gone.length, refused: refused.length, refusals, undo };
}
