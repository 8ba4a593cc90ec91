import type { Actor } from './account.ts';
import type { KindName } from './entity.ts';
import { CrmError } from './errors.ts';
import { kinds } from './kinds.ts';
import { scopeOf, visibleTo } from './rights.ts';
import type { ReadTx, Visible } from './store.ts';
import type { Task } from './task.ts';

/** What a task or note is about: a record, or of a note also a task. */
export type ElementKind = KindName | 'task';

export interface ElementRef<Kind = ElementKind> {
  readonly kind: Kind;
  readonly id: number;
}

export function elementKey({ kind, id }: ElementRef): string {
  return `${kind} ${id}`;
}

export function idsByKind<Kind>(refs: readonly ElementRef<Kind>[]): Map<Kind, number[]> {
  const groups = Map.groupBy(refs, ({ kind }) => kind);
  return new Map([...groups].map(([kind, own]) => [kind, own.map(({ id }) => id)]));
}

/** Those of the elements that exist for the actor, by elementKey. */
export async function loadElements(tx: ReadTx, actor: Actor, refs: readonly ElementRef[]): Promise<Set<string>> {
  const account = actor.account.id;
  const idsOf = (kind: ElementKind) => [...new Set(refs.filter((ref) => ref.kind === kind).map((ref) => ref.id))];
  const tasks = await tx.tasks(account, idsOf('task'));
  const records = new Set<string>();
  const visible = visibleTo(actor);
  for (const { name } of Object.values(kinds)) {
    const behind = tasks.flatMap(({ element }) => (element?.kind === name ? [element.id] : []));
    const ends = await tx.neighbours(account, name, [...new Set([...idsOf(name), ...behind])]);
    for (const end of ends.filter(visible)) records.add(elementKey(end));
  }
  return new Set([...records, ...tasks.filter((task) => seesTask(actor, task, records)).map(({ id }) => `task ${id}`)]);
}

/** A task about a record is seen by who sees the record; one that stands alone by who is concerned with it. */
export function seesTask({ user }: Actor, task: Task, visibleElements: ReadonlySet<string>): boolean {
  if (task.isDeleted) return false;
  if (task.element) return visibleElements.has(elementKey(task.element));
  return user.isAdmin || task.responsibleUserId === user.id || task.createdBy === user.id;
}

/** amoCRM tells apart whose element is missing, and what. doc: errors */
export function elementNotFound(of: 'task' | 'note', { kind, id }: ElementRef, path: string): CrmError {
  const reasons = {
    task: kind === 'lead' ? 'task_lead_not_found' : 'task_element_not_found',
    note:
      kind === 'lead'
        ? 'note_lead_not_found'
        : kind === 'contact'
          ? 'note_contact_not_found'
          : 'note_element_not_found',
  } as const;
  return new CrmError(reasons[of], `${path}/element_id`, `${kind} ${id}`);
}

/** What of tasks, notes and their elements the actor may see. */
export function elementsVisibleTo(actor: Actor): Visible {
  const { id, isAdmin } = actor.user;
  const scope = (kind: KindName) => scopeOf(actor, kind, 'view');
  return {
    kinds: { contact: scope('contact'), lead: scope('lead'), company: scope('company'), customer: scope('customer') },
    alone: isAdmin ? 'all' : new Set([id]),
  };
}
