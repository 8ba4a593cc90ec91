import { found, type Json, linksTo, type Profile, self } from './answers.ts';

/** What all answers to batches share. doc: companies, example answers; source: reference §1.6 A, 3.2, wire profiles */

/** What became of one item of an update. */
export type Fate = 'saved' | 'stale' | 'missing' | 'forbidden';

export type Resource = 'companies' | 'contacts' | 'leads' | 'customers' | 'tasks' | 'notes';

const missingTexts: Readonly<Record<Resource, string>> = {
  companies: 'Contact not found',
  contacts: 'Contact not found',
  leads: 'Lead not found',
  customers: 'Customer not found',
  tasks: 'Task not found',
  notes: 'Note not found',
};

export interface Written {
  readonly id: number;
  readonly updatedAt?: number | undefined;
  readonly requestId?: number | string | undefined;
  readonly fate: Fate;
}

/** Items with what stands in them, adds first; and texts by id of the updates that were refused. */
export function frameItems(
  profile: Profile,
  path: Resource,
  added: readonly Written[],
  updated: readonly Written[],
): { items: Json[]; errors: { update?: object } } {
  const item = (list: readonly Written[], position: number): Json => {
    const { id, updatedAt } = list[position]!;
    return {
      id,
      ...(list === updated && { updated_at: updatedAt }),
      ...requestIdOf(profile, path === 'leads' || path === 'customers', list, position),
      _links: linksTo(path, [id]),
    };
  };
  const texts = updated.flatMap(({ id, fate }) => (fate === 'saved' ? [] : [[id, textOf(fate, path)]]));
  return {
    items: [
      ...added.map((_, index) => item(added, index)),
      ...updated.flatMap(({ fate }, index) => (fate === 'saved' ? [item(updated, index)] : [])),
    ],
    errors: texts.length > 0 ? { update: Object.fromEntries(texts) } : {},
  };
}

function textOf(fate: Fate, path: Resource): string {
  if (fate === 'missing') return missingTexts[path];
  return fate === 'stale' ? 'Last modified date is older than in database' : 'Access denied';
}

/** When none was sent: the position, or as far behind it as none was sent; or as live servers did it. */
export function requestIdOf(
  profile: Profile,
  isZero: boolean,
  list: readonly Pick<Written, 'requestId'>[],
  position: number,
) {
  const sent = list[position]!.requestId;
  if (sent !== undefined) return { request_id: sent };
  if (profile !== 'documented') return isZero ? { request_id: 0 } : {};
  const turns = Array.from({ length: list.length + 1 }, (_, turn) => position + turn * list.length);
  return { request_id: turns.find((id) => list.every(({ requestId }) => requestId !== id)) };
}

export function frame(path: string, items: Json, errors: object) {
  return found({
    _links: self(`/api/v2/${path}`, 'post'),
    _embedded: { items, ...(Object.keys(errors).length > 0 && { errors }) },
  });
}
