import type { EntityRow, KindName, Own } from './entity.ts';

/** What the log tells of. */
export type Subject = KindName | 'task' | 'note';

export type ChangeAction = 'add' | 'update' | 'delete' | 'restore' | 'purge';

/** A thing by its keys; in a change only the keys that differ. A record's links are one more key, by `kind id`. */
export type State = Readonly<Record<string, unknown>>;

/** What one write did to one thing. An added one had nothing before, a purged one has nothing after. */
export interface Change {
  readonly subject: Subject;
  readonly id: number;
  readonly action: ChangeAction;
  readonly before: State;
  readonly after: State;
}

export interface LoggedChange extends Change {
  /** Its place in the log: ids of an account grow in the order in which transactions were written. */
  readonly logId: number;
  /** Unix seconds of the server's clock. */
  readonly at: number;
  /** Who made it. */
  readonly userId: number;
}

/** The keys in which two states differ, on both sides; undefined when there are none. */
export function difference(before: State, after: State): { before: State; after: State } | undefined {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const differing = [...keys].filter((key) => !isSame(before[key], after[key]));
  return differing.length === 0 ? undefined : { before: pick(before, differing), after: pick(after, differing) };
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

function pick(state: State, keys: readonly string[]): State {
  return Object.fromEntries(keys.filter((key) => state[key] !== undefined).map((key) => [key, state[key]]));
}

/** The state before a change, from the one after it; undefined when the change made the thing. */
export function undo(state: State, { action, before, after }: Change): State | undefined {
  if (action === 'add') return undefined;
  const undone = Object.fromEntries(
    Object.entries({ ...state, ...before }).filter(([key]) => key in before || !(key in after)),
  );
  return 'links' in before || 'links' in after ? { ...undone, links: undoLinks(state, before, after) } : undone;
}

/** Links are told one by one: a record may have many. */
function undoLinks(state: State, before: State, after: State): State {
  const made = new Set(Object.keys((after['links'] as State | undefined) ?? {}));
  const links = Object.entries((state['links'] as State | undefined) ?? {}).filter(([key]) => !made.has(key));
  return { ...Object.fromEntries(links), ...(before['links'] as State | undefined) };
}

/** A record's row as a state. */
export function entityState({ kind: _kind, id: _id, own, ...row }: EntityRow): Record<string, unknown> {
  return filled(row, own);
}

/** All that is known of a thing, in one object of the caller's own; what is null or undefined is left out. */
export function filled(...parts: readonly object[]): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  for (const part of parts as readonly Readonly<Record<string, unknown>>[]) {
    for (const key in part) {
      const value = part[key];
      if (value !== undefined && value !== null) all[key] = value;
    }
  }
  return all;
}

const sharedKeys = new Set([
  ...['name', 'responsibleUserId', 'createdBy', 'updatedBy', 'createdAt', 'updatedAt'],
  ...['closestTaskAt', 'isDeleted', 'values', 'tags', 'links'],
]);

/** The row that a state tells of: the other way round of `entityState`. */
export function entityOfState(kind: KindName, id: number, state: State): EntityRow {
  const own = Object.fromEntries(Object.entries(state).filter(([key]) => !sharedKeys.has(key))) as Own;
  const { tags: _tags, links: _links, ...shared } = pick(state, [...sharedKeys]);
  return { ...(shared as unknown as Omit<EntityRow, 'kind' | 'id' | 'own'>), kind, id, own };
}
