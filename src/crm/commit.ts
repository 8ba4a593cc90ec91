import type { Actor } from './account.ts';
import { type Change, type ChangeAction, difference, entityState, filled, type Subject } from './change-log.ts';
import { type ElementRef, elementKey, idsByKind } from './element.ts';
import type { KindName } from './entity.ts';
import type { Link } from './link.ts';
import type { Note } from './note.ts';
import type { EntityChange, NoteChange, StoredTag, TagSet, TaskChange, WriteTx } from './store.ts';
import { systemNotes } from './system-note.ts';
import type { Tag } from './tag.ts';
import type { Task } from './task.ts';
import { deliveriesOf } from './webhook.ts';

/** All that one write does. */
export interface Work {
  readonly entities?: readonly EntityChange[];
  readonly tags?: TagWork;
  readonly link?: readonly Link[];
  readonly unlink?: readonly Link[];
  readonly tasks?: readonly TaskChange[];
  readonly notes?: readonly NoteChange[];
}

/** Tags of records of one kind. */
export interface TagWork {
  readonly kind: KindName;
  readonly new: readonly StoredTag[];
  readonly sets: readonly TagSet[];
  /** The tags that these records had. */
  readonly before: ReadonlyMap<number, readonly Tag[]>;
  /** All tags that `sets` name. */
  readonly known: readonly Tag[];
}

/**
 * Writes it in the caller's transaction, and with it all that follows from it: system notes, the nearest tasks of records, the log, what webhooks are to be told.
 * Every write of what the log tells of goes through here.
 */
export async function commit(tx: WriteTx, actor: Actor, work: Work, now: number): Promise<void> {
  const account = actor.account.id;
  const { entities = [], tags, link = [], unlink = [], tasks = [] } = work;
  if (tags) await tx.addTags(account, tags.kind, tags.new);
  await tx.saveEntities(account, entities);
  if (tags) await tx.setTags(account, tags.kind, tags.sets);
  await tx.removeLinks(account, unlink);
  await tx.addLinks(account, link);
  await tx.saveTasks(
    account,
    tasks.map(({ after }) => after),
  );
  const closest = await closestTasks(tx, account, tasks);
  await tx.saveEntities(account, closest);
  const notes = [...(work.notes ?? []), ...(await newSystemNotes(tx, account, entities, now))];
  await tx.saveNotes(
    account,
    notes.map(({ after }) => after),
  );
  await log(tx, actor, changesOf({ ...work, entities: [...entities, ...closest], notes }), now);
}

async function newSystemNotes(
  tx: WriteTx,
  account: number,
  entities: readonly EntityChange[],
  now: number,
): Promise<NoteChange[]> {
  const notes = systemNotes(entities, now);
  const ids = await tx.nextIds(account, 'note', notes.length);
  return notes.map((note, index) => ({ before: null, after: { ...note, id: ids[index]! } }));
}

/** The records whose nearest task is another one now. */
async function closestTasks(tx: WriteTx, account: number, tasks: readonly TaskChange[]): Promise<EntityChange[]> {
  const touched = tasks.flatMap(({ before, after }) => [before?.element ?? [], after.element ?? []].flat());
  const elements = [...new Map(touched.map((element) => [elementKey(element), element])).values()];
  const closest = new Map(
    (await tx.closestTasks(account, elements)).map(({ element, completeTill }) => [elementKey(element), completeTill]),
  );
  const changes: EntityChange[] = [];
  for (const [kind, ids] of idsByKind(elements)) {
    for (const before of await tx.entities(account, kind, ids)) {
      const closestTaskAt = closest.get(elementKey(before)) ?? 0;
      if (closestTaskAt !== before.closestTaskAt) changes.push({ before, after: { ...before, closestTaskAt } });
    }
  }
  return changes;
}

export async function log(
  tx: WriteTx,
  { account, user }: Actor,
  changes: readonly Change[],
  now: number,
): Promise<void> {
  if (changes.length === 0) return;
  const ids = await tx.nextIds(account.id, 'change', changes.length);
  const logged = changes.map((change, index) => ({ ...change, logId: ids[index]!, at: now, userId: user.id }));
  await tx.addChanges(account.id, logged);
  const webhooks = await tx.webhooks(account.id);
  if (webhooks.length > 0) await tx.addDeliveries(account.id, deliveriesOf(logged, webhooks));
}

/** The work as the log tells it: one entry for each thing that becomes another. */
export function changesOf({ entities = [], tags, link = [], unlink = [], tasks = [], notes = [] }: Work): Change[] {
  const sides = new Map<string, Sides>();
  const side = (subject: Subject, id: number): Sides => {
    const key = `${subject} ${id}`;
    const found = sides.get(key) ?? { subject, id, action: 'update', before: {}, after: {} };
    sides.set(key, found);
    return found;
  };
  const put = (subject: Subject, id: number, action: ChangeAction, before: Mutable, after: Mutable) =>
    Object.assign(side(subject, id), { action, before, after });
  for (const { before, after } of entities) {
    put(after.kind, after.id, actionOf(before, after), before ? entityState(before) : {}, entityState(after));
  }
  const known = new Map(tags?.known.map((tag) => [tag.id, tag]));
  for (const { ownerId, tagIds } of tags?.sets ?? []) {
    const { action, before, after } = side(tags!.kind, ownerId);
    if (action !== 'add') before['tags'] = shown(tags!.before.get(ownerId));
    after['tags'] = shown(tagIds.flatMap((id) => known.get(id) ?? []));
  }
  for (const [links, made] of [
    [link, 'after'],
    [unlink, 'before'],
  ] as const) {
    for (const { first, firstId, second, secondId } of links) {
      addLink(side(first, firstId)[made], { kind: second, id: secondId });
      addLink(side(second, secondId)[made], { kind: first, id: firstId });
    }
  }
  for (const { before, after } of tasks)
    put('task', after.id, actionOf(before, after), before ? stateOf(before) : {}, stateOf(after));
  for (const { before, after } of notes)
    put('note', after.id, before ? 'update' : 'add', before ? stateOf(before) : {}, stateOf(after));
  return [...sides.values()].flatMap(({ before, after, ...change }) => {
    const differing = change.action === 'add' ? { before, after } : difference(before, after);
    return differing ? [{ ...change, ...differing }] : [];
  });
}

type Mutable = Record<string, unknown>;

interface Sides extends Omit<Change, 'before' | 'after' | 'action'> {
  action: ChangeAction;
  before: Mutable;
  after: Mutable;
}

interface Deletable {
  readonly isDeleted?: boolean;
}

function actionOf(before: Deletable | null, after: Deletable): ChangeAction {
  if (before === null) return 'add';
  if (Boolean(before.isDeleted) === Boolean(after.isDeleted)) return 'update';
  return after.isDeleted ? 'delete' : 'restore';
}

function stateOf({ id: _id, ...state }: Task | Note): Mutable {
  return filled(state);
}

function shown(tags: readonly Tag[] = []): Tag[] {
  return tags.map(({ id, name }) => ({ id, name }));
}

function addLink(side: Mutable, other: ElementRef): void {
  side['links'] ??= {};
  (side['links'] as Mutable)[elementKey(other)] = true;
}
