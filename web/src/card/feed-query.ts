import { queryOptions } from '@tanstack/react-query';
import { type ChangeJson, crm, type KindName, type Note, type Task } from '../api.ts';
import { feedKey } from './use-card.ts';

export const elements = {
  contacts: { type: 'contact', number: 1 },
  leads: { type: 'lead', number: 2 },
  companies: { type: 'company', number: 3 },
  customers: { type: 'customer', number: 12 },
} as const satisfies Record<KindName, { type: string; number: number }>;

export interface Feed {
  readonly notes: readonly Note[];
  readonly tasks: readonly Task[];
  /** Who changed what; undefined: only administrators may ask. */
  readonly changes: readonly ChangeJson[] | undefined;
}

/** Everything that is told of a record, each in the order of its making. */
export function feedQuery(kind: KindName, id: number, isAdmin: boolean) {
  return queryOptions<Feed>({
    queryKey: feedKey(kind, id),
    queryFn: async ({ signal }) => {
      const of = { type: elements[kind].type, element_id: id };
      const [notes, tasks, changes] = await Promise.all([
        all(crm.notes.all(of, { signal })),
        all(crm.tasks.all(of, { signal })),
        isAdmin ? all(crm.changes({ entity: kind, id }, { signal })) : undefined,
      ]);
      return { notes, tasks, changes };
    },
  });
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
