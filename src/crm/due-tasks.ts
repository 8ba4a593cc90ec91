import type { Actor } from './account.ts';
import { elementKey, elementsVisibleTo, idsByKind } from './element.ts';
import type { Note } from './note.ts';
import type { DueFilter, Page, Store } from './store.ts';
import { readResults, type Task } from './task.ts';

/** Each counted task is looked at: so many at most. */
export const mostCounted = 10_000;

export interface DueTasks {
  /** How many there are; `mostCounted` or more, if so many. */
  readonly count: number;
  readonly tasks: readonly Task[];
  /** The notes of their results, by id. */
  readonly results: ReadonlyMap<number, Note>;
  /** What the records that they are about are called, by elementKey. */
  readonly names: ReadonlyMap<string, string>;
}

/** The tasks that the actor may see, in the order of their times. */
export function readDueTasks(
  store: Store,
  actor: Actor,
  filter: Omit<DueFilter, 'visible'>,
  descending: boolean,
  page: Page,
): Promise<DueTasks> {
  const account = actor.account.id;
  const seen: DueFilter = { ...filter, visible: elementsVisibleTo(actor) };
  return store.read(async (tx) => {
    const tasks = await tx.tasksByDue(account, seen, descending, page);
    const names = new Map<string, string>();
    for (const [kind, ids] of idsByKind(tasks.flatMap(({ element }) => element ?? []))) {
      for (const record of await tx.neighbours(account, kind, [...new Set(ids)])) {
        names.set(elementKey(record), record.name);
      }
    }
    const isAll = page.offset === 0 && tasks.length < page.limit;
    const count = isAll ? tasks.length : await tx.countByDue(account, seen, mostCounted);
    return { count, tasks, results: await readResults(tx, actor, tasks), names };
  }, account);
}
