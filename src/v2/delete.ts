import { deleteEntities } from '../crm/bin.ts';
import type { ElementKind } from '../crm/element.ts';
import type { KindName } from '../crm/entity.ts';
import type { Limits } from '../http/limits.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import type { Wire } from './entities.ts';
import { profileOf, WireError } from './errors.ts';
import { jsonAnswer } from './hal.ts';
import { at, isObject, Problems, readIds, toInteger, toList } from './input.ts';

/** v2 has no delete of these kinds; clients use two calls of the web interface. source: reference §5.8 */
export const deletableKinds: readonly KindName[] = ['company', 'contact', 'lead'];

/** entity_type of multiactions, which has numbers of its own. */
const multiactionKinds: ReadonlyMap<number, ElementKind> = new Map<number, ElementKind>([
  [2, 'lead'],
  [3, 'company'],
  [17, 'contact'],
  [4, 'task'],
]);

/** POST /ajax/<kind>/multiple/delete/ with `ID[]=…`, and /private/deals/delete.php with `ID=…`; ACTION, if given, is DELETE. */
export async function deleteByKind(wire: Wire, kind: KindName, request: SignedRequest): Promise<Answer> {
  const body = await request.readBody();
  const ids = isObject(body) ? idsIn(body['ID'], 'ID', wire.limits) : [];
  if (!isObject(body) || ids.length === 0) throw new WireError(400, 400, 'Не указаны ID');
  if ((body['ACTION'] ?? 'DELETE') !== 'DELETE') throw new WireError(400, 400, 'ACTION должен быть DELETE');
  const { refused } = await deleteEntities(wire.store, request.actor, [{ kind, ids }], request.now);
  const answer =
    refused.length === 0
      ? { status: 'success', message: 'Удалено' }
      : { status: 'error', message: `Нет прав на удаление: ${refused.join(', ')}` };
  return json(wire, request, answer);
}

/** POST /ajax/v1/multiactions/set: `request[multiactions][add][]` with entity_type, multiaction_type 4, ACTION DELETE and ids. */
export async function runMultiactions(wire: Wire, request: SignedRequest): Promise<Answer> {
  const body = await request.readBody();
  const actions = toList(at(body, 'request', 'multiactions', 'add')) ?? [];
  if (actions.length === 0) throw new WireError(400, 400, 'Не указаны request/multiactions/add');
  const deletions = actions.map((action, index) => {
    const kind = multiactionKinds.get(toInteger(at(action, 'entity_type')) ?? 0);
    const isDelete =
      toInteger(at(action, 'multiaction_type')) === 4 && at(action, 'data', 'data', 'ACTION') === 'DELETE';
    if (kind === undefined || !isDelete) {
      const supported = 'multiaction_type 4 с ACTION DELETE для entity_type 2, 3, 4, 17';
      throw new WireError(400, 400, `Поддерживается только ${supported} (add/${index})`);
    }
    return { kind, ids: idsIn(at(action, 'ids'), `add/${index}/ids`, wire.limits) };
  });
  const { refused } = await deleteEntities(wire.store, request.actor, deletions, request.now);
  const errors = refused.map((id) => `Нет прав на удаление: ${id}`);
  return json(wire, request, { response: { multiactions: { set: { errors } } } });
}

function idsIn(value: unknown, path: string, limits: Limits): number[] {
  const problems = new Problems(limits);
  const ids = readIds(value, path, problems);
  problems.throwAny();
  return ids;
}

function json(wire: Wire, { actor }: SignedRequest, body: object): Answer {
  return jsonAnswer(200, body, profileOf(actor.account, wire.profile));
}
