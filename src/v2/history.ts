import { elementKey, loadElements, seesTask } from '../crm/element.ts';
import { entitiesAt, notesAt, tasksAt } from '../crm/history.ts';
import { readResults } from '../crm/task.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import { findSubject, subjects } from './changes.ts';
import { presentingOf, type Wire } from './entities.ts';
import { WireError } from './errors.ts';
import { halAnswer, nothingFound, selfLink } from './hal.ts';
import { idsInQuery, toInteger } from './input.ts';
import { presentNote } from './notes.ts';
import { type Presenting, presentEntity } from './present-entity.ts';
import { presentTask } from './tasks.ts';

/**
 * GET /api/kontora/history?entity=companies&id=1,2&at=<unix seconds>: records, tasks or notes as they were at a time, in the form of API v2
 * with the account's settings of today; 204 where there was nothing that the user may see.
 */
export async function getHistory(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { query } = request;
  const subject = findSubject(query['entity']);
  const { items: most } = wire.limits;
  const ids = idsInQuery(query['id'], wire.limits) ?? [];
  const at = toInteger(query['at']);
  if (subject === undefined) throw new WireError(400, 400, `Нужен параметр entity: ${[...subjects.keys()].join(', ')}`);
  if (at === undefined) throw new WireError(400, 400, 'Нужен параметр at: время, unix-секунды');
  if (ids.length === 0 || ids.length > most) throw new WireError(400, 400, `Нужен параметр id: от 1 до ${most}`);
  const how = presentingOf(wire, request.actor);
  const items =
    subject === 'task'
      ? await presentTasksAt(wire, request, ids, at, how)
      : subject === 'note'
        ? await presentNotesAt(wire, request, ids, at, how)
        : (
            await wire.store.read((tx) => entitiesAt(tx, request.actor, subject, ids, { at }), request.actor.account.id)
          ).map((entity) => presentEntity(entity, how));
  if (items.length === 0) return nothingFound;
  return halAnswer(200, { _links: selfLink(request.url), _embedded: { items } }, how.profile);
}

/** Those of elements that the user may see today. */
function presentTasksAt(wire: Wire, { actor }: SignedRequest, ids: readonly number[], at: number, how: Presenting) {
  return wire.store.read(async (tx) => {
    const tasks = await tasksAt(tx, actor.account.id, ids, { at });
    const elements = await loadElements(
      tx,
      actor,
      tasks.flatMap((task) => task.element ?? []),
    );
    const seen = tasks.filter((task) => seesTask(actor, task, elements));
    const results = await readResults(tx, actor, seen);
    return seen.map((task) => presentTask(task, results.get(task.resultNoteId), how));
  }, actor.account.id);
}

function presentNotesAt(wire: Wire, { actor }: SignedRequest, ids: readonly number[], at: number, how: Presenting) {
  return wire.store.read(async (tx) => {
    const notes = await notesAt(tx, actor.account.id, ids, { at });
    const elements = await loadElements(
      tx,
      actor,
      notes.map((note) => note.element),
    );
    return notes.filter((note) => elements.has(elementKey(note.element))).map((note) => presentNote(note, how));
  }, actor.account.id);
}
