import { purgeEntities, readBin, restoreEntities, type Targets } from '../crm/bin.ts';
import type { KindName } from '../crm/entity.ts';
import { allKinds } from '../crm/kinds.ts';
import type { Limits } from '../http/limits.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import { checkItems } from './batch-items.ts';
import type { Wire } from './entities.ts';
import { profileOf, WireError } from './errors.ts';
import { jsonAnswer } from './hal.ts';
import { idsInQuery, isObject, Problems, readIds } from './input.ts';
import { readPage } from './list-query.ts';
import type { BinJson, DisposedJson } from './wire.ts';

const paths = allKinds.map(({ path }) => path).join(', ');

/** GET /api/kontora/bin?entity=companies: deleted records, in short. amoCRM has no such call; deletion.md tells about ours. */
export async function getBin(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { query, actor } = request;
  const kind = findKind(query['entity']);
  if (kind === undefined) throw new WireError(400, 400, `Нужен параметр entity: ${paths}`);
  const ids = idsInQuery(query['id'], wire.limits);
  const rows = await readBin(wire.store, actor, kind, readPage(query, ids), ids);
  const body: BinJson = {
    items: rows.map(({ id, name, responsibleUserId, updatedAt, updatedBy }) => ({
      id,
      name,
      responsible_user_id: responsibleUserId,
      updated_at: updatedAt,
      updated_by: updatedBy,
    })),
  };
  return jsonAnswer(200, body, profileOf(actor.account, wire.profile));
}

/** POST /api/kontora/bin/restore with `{"companies":[1,2],"leads":[3]}`: out of the bin, with the links that they had. */
export function postRestore(wire: Wire, request: SignedRequest): Promise<Answer> {
  return dispose(wire, request, restoreEntities);
}

/** POST /api/kontora/bin/purge with `{"companies":[1,2],"leads":[3]}`: for good. Administrators only. */
export function postPurge(wire: Wire, request: SignedRequest): Promise<Answer> {
  return dispose(wire, request, purgeEntities);
}

async function dispose(wire: Wire, request: SignedRequest, work: typeof restoreEntities): Promise<Answer> {
  const { actor, now } = request;
  const targets = readTargets(await request.readBody(), wire.limits);
  const { done, refused } = await work(wire.store, actor, targets, now);
  const ids = allKinds.map(
    ({ name, path }) => [path, done.filter((row) => row.kind === name).map((row) => row.id)] as const,
  );
  const body: DisposedJson = {
    ...Object.fromEntries(ids.filter(([, list]) => list.length > 0)),
    ...(refused.length > 0 && { refused: [...refused] }),
  };
  return jsonAnswer(200, body, profileOf(actor.account, wire.profile));
}

function readTargets(body: unknown, limits: Limits): Targets[] {
  const problems = new Problems(limits);
  const targets = allKinds.map(({ name, path }) => ({
    kind: name,
    ids: isObject(body) ? readIds(body[path], path, problems) : [],
  }));
  problems.throwAny();
  const count = targets.reduce((sum, { ids }) => sum + ids.length, 0);
  if (count === 0) throw new WireError(400, 400, `Не указаны id (${paths})`);
  checkItems(count, limits);
  return targets.filter(({ ids }) => ids.length > 0);
}

function findKind(path: unknown): KindName | undefined {
  return allKinds.find((kind) => kind.path === path)?.name;
}
