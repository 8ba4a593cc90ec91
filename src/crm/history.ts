import type { Actor } from './account.ts';
import { entityOfState, entityState, type State, type Subject, undo } from './change-log.ts';
import type { Entity, EntityRow, KindName, Neighbour } from './entity.ts';
import { kinds } from './kinds.ts';
import type { Note } from './note.ts';
import { visibleTo } from './rights.ts';
import { groupByOwner, type Moment, type ReadTx } from './store.ts';
import type { Tag } from './tag.ts';
import type { Task } from './task.ts';

/**
 * Records as they were at a time, with the tags and links of then. Those are left
 * out that did not exist, were in the bin, or are or were out of the actor's sight.
 */
export async function entitiesAt(
  tx: ReadTx,
  actor: Actor,
  kind: KindName,
  ids: readonly number[],
  since: Moment,
): Promise<Entity[]> {
  const states = await entityStatesAt(tx, actor, kind, ids, since);
  const linked = [...states.values()].map((state) => Object.keys((state['links'] as State | undefined) ?? {}));
  const neighbours = new Map<string, Neighbour>();
  for (const { name } of Object.values(kinds)) {
    const keys = linked.flat().filter((key) => key.startsWith(`${name} `));
    const others = await entityStatesAt(
      tx,
      actor,
      name,
      keys.map((key) => Number(key.slice(name.length + 1))),
      since,
    );
    for (const [id, state] of others) neighbours.set(`${name} ${id}`, entityOfState(name, id, state));
  }
  return [...states].map(([id, state], index) => ({
    ...entityOfState(kind, id, state),
    tags: (state['tags'] as readonly Tag[] | undefined) ?? [],
    links: linked[index]!.flatMap((key) => neighbours.get(key) ?? []),
  }));
}

async function entityStatesAt(
  tx: ReadTx,
  actor: Actor,
  kind: KindName,
  ids: readonly number[],
  since: Moment,
): Promise<Map<number, State>> {
  const account = actor.account.id;
  const rows = await tx.entities(account, kind, [...new Set(ids)]);
  const tags = groupByOwner<Tag>(
    await tx.tagsOf(
      account,
      kind,
      rows.map(({ id }) => id),
    ),
  );
  const links = groupByOwner<Neighbour>(
    await tx.linksOf(
      account,
      kind,
      rows.map(({ id }) => id),
    ),
  );
  const present = new Map<number, State>();
  const sees = visibleTo(actor);
  for (const row of rows.filter((row) => sees({ ...row, isDeleted: false }))) {
    const keys = (links.get(row.id) ?? []).map((link) => [`${link.kind} ${link.id}`, true]);
    const state = { ...entityState(row), tags: tags.get(row.id) ?? [], links: Object.fromEntries(keys) };
    present.set(row.id, state);
  }
  const then = await statesAt(tx, account, kind, present, since);
  return new Map([...then].filter(([, state]) => sees({ ...(state as unknown as EntityRow), kind })));
}

/** Tasks as they were; who may see them is for the caller to find out. */
export async function tasksAt(tx: ReadTx, account: number, ids: readonly number[], since: Moment): Promise<Task[]> {
  const present = new Map((await tx.tasks(account, ids)).map(({ id, ...state }) => [id, state as State]));
  return [...(await statesAt(tx, account, 'task', present, since))].map(([id, state]) => ({
    // The log leaves null out.
    element: null,
    ...(state as unknown as Omit<Task, 'element'>),
    id,
  }));
}

/** Notes as they were; who may see them is for the caller to find out. */
export async function notesAt(tx: ReadTx, account: number, ids: readonly number[], since: Moment): Promise<Note[]> {
  const present = new Map((await tx.notes(account, ids)).map(({ id, ...state }) => [id, state as State]));
  return [...(await statesAt(tx, account, 'note', present, since))].map(([id, state]) => ({
    text: null,
    params: null,
    ...(state as unknown as Omit<Note, 'text' | 'params'>),
    id,
  }));
}

/** Present states turned back to a time. */
async function statesAt(
  tx: ReadTx,
  account: number,
  subject: Subject,
  present: ReadonlyMap<number, State>,
  since: Moment,
): Promise<Map<number, State>> {
  const states = new Map<number, State | undefined>(present);
  for (const change of await tx.changesSince(account, subject, [...present.keys()], since)) {
    const state = states.get(change.id);
    if (state) states.set(change.id, undo(state, change));
  }
  return new Map([...states].filter((entry): entry is [number, State] => entry[1] !== undefined));
}
