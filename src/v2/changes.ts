import type { LoggedChange, State, Subject } from '../crm/change-log.ts';
import type { FieldValue } from '../crm/custom-field.ts';
import type { ElementRef } from '../crm/element.ts';
import { allKinds, elementTypeOf } from '../crm/kinds.ts';
import { requireAdministrator } from '../crm/rights.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import { presentingOf, type Wire } from './entities.ts';
import { WireError } from './errors.ts';
import { jsonAnswer } from './hal.ts';
import { isBlank, toInteger } from './input.ts';
import { readPage } from './list-query.ts';
import { type Presenting, presentValues } from './present-entity.ts';
import type { ChangeJson, ChangesJson } from './wire.ts';

/** Names of what the log tells of, as addresses have them. */
export const subjects: ReadonlyMap<string, Subject> = new Map<string, Subject>([
  ...allKinds.map(({ path, name }): [string, Subject] => [path, name]),
  ['tasks', 'task'],
  ['notes', 'note'],
]);

export function findSubject(name: unknown): Subject | undefined {
  return typeof name === 'string' ? subjects.get(name) : undefined;
}

/**
 * GET /api/kontora/changes?after=<id>: the log from behind a cursor, in the order of writing, for administrators; `entity` and `id` narrow
 * it. A client asks again with the `after` of the answer, which stays as it was where there is nothing new.
 */
export async function getChanges(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { query, actor } = request;
  requireAdministrator(actor);
  const after = isBlank(query['after']) ? 0 : toInteger(query['after']);
  if (after === undefined || after < 0) throw new WireError(400, 400, 'after — целое число от 0');
  const subject = findSubject(query['entity']);
  if (!isBlank(query['entity']) && subject === undefined) {
    throw new WireError(400, 400, `entity — одно из ${[...subjects.keys()].join(', ')}`);
  }
  const id = isBlank(query['id']) ? undefined : toInteger(query['id']);
  if (!isBlank(query['id']) && (id === undefined || subject === undefined)) {
    throw new WireError(400, 400, 'id — одно целое число, вместе с entity');
  }
  const of = subject && { subject, id };
  const { limit } = readPage(query);
  const changes = await wire.store.read((tx) => tx.changesAfter(actor.account.id, after, limit, of), actor.account.id);
  const how = presentingOf(wire, actor);
  const body: ChangesJson = {
    changes: changes.map((change) => presentChange(change, how)),
    after: changes.at(-1)?.logId ?? after,
  };
  return jsonAnswer(200, body, how.profile);
}

function presentChange(
  { logId, at, userId, subject, id, action, before, after }: LoggedChange,
  how: Presenting,
): ChangeJson {
  const [entity = ''] = [...subjects].find(([, name]) => name === subject) ?? [];
  return {
    id: logId,
    at,
    user_id: userId,
    entity,
    entity_id: id,
    action,
    before: presentState(before, how),
    after: presentState(after, how),
  };
}

/** Keys as the API spells them. */
function presentState(state: State, how: Presenting): Record<string, unknown> {
  const parts = Object.entries(state).map(([key, value]): Record<string, unknown> => {
    if (key === 'values') return { custom_fields: presentValues(value as readonly FieldValue[], how) };
    if (key === 'links') return presentLinks(value as State);
    if (key === 'element') return presentElement(value as ElementRef | null);
    return { [wireKeys[key] ?? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]: value };
  });
  return Object.assign({}, ...parts);
}

const wireKeys: Readonly<Record<string, string>> = { completeTill: 'complete_till_at' };

/** Links that came or went, by kind. */
function presentLinks(links: State): Record<string, unknown> {
  const ids = allKinds.map(({ name, path }) => {
    const keys = Object.keys(links).filter((key) => key.startsWith(`${name} `));
    return [path, keys.map((key) => Number(key.slice(name.length + 1)))] as const;
  });
  return { links: Object.fromEntries(ids.filter(([, list]) => list.length > 0)) };
}

function presentElement(element: ElementRef | null): Record<string, unknown> {
  return { element_type: element ? elementTypeOf(element.kind) : 0, element_id: element?.id ?? 0 };
}
