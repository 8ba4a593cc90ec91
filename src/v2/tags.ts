import type { KindName } from '../crm/entity.ts';
import { allKinds } from '../crm/kinds.ts';
import { listTags, removeTags, renameTag } from '../crm/manage-tags.ts';
import { requireAdministrator } from '../crm/rights.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import type { Wire } from './entities.ts';
import { profileOf, WireError } from './errors.ts';
import { jsonAnswer } from './hal.ts';
import { Problems, readId, readIds, readText } from './input.ts';
import { readPage } from './list-query.ts';
import { needId, readItem } from './users.ts';
import type { RemovedTagsJson, SavedTagJson, TagsJson } from './wire.ts';

// Tags belong to a kind: `entity` names it in each call. docs/api/tags.md

/** GET /api/kontora/tags?entity=companies[&query=]: in the order of their names; administrators see how many records have each. */
export async function getTags(wire: Wire, { actor, query }: SignedRequest): Promise<Answer> {
  const kind = readKind(query['entity']);
  const problems = new Problems(wire.limits);
  const text = readText(query['query'], 'query', problems, wire.limits.query) ?? '';
  problems.throwAny();
  const tags = await wire.store.read((tx) => listTags(tx, actor, kind, text, readPage(query)), actor.account.id);
  return jsonAnswer(200, { tags } satisfies TagsJson, profileOf(actor.account, wire.profile));
}

/** POST /api/kontora/tags/update with `{entity, id, name}` */
export async function postTag(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  requireAdministrator(actor);
  const problems = new Problems(wire.limits);
  const item = await readItem(request);
  const kind = readKind(item['entity']);
  const id = needId(item, problems);
  const name = readText(item['name'], 'name', problems, wire.limits.name) ?? '';
  problems.throwAny();
  const tag = await renameTag(wire.store, actor, kind, { id, name });
  return jsonAnswer(200, { tag } satisfies SavedTagJson, profileOf(actor.account, wire.profile));
}

/** POST /api/kontora/tags/merge with `{entity, ids, into}`, and delete with `{entity, ids}`: of up to 500 records at a time. */
export async function postTagRemoval(wire: Wire, request: SignedRequest, how: 'merge' | 'delete'): Promise<Answer> {
  const { actor, now } = request;
  requireAdministrator(actor);
  const problems = new Problems(wire.limits);
  const item = await readItem(request);
  const kind = readKind(item['entity']);
  const ids = readIds(item['ids'], 'ids', problems);
  const into = how === 'merge' ? readId(item['into'], 'into', problems) : undefined;
  if (ids.length === 0) problems.add('ids', 'не указаны');
  if (how === 'merge' && into === undefined) problems.add('into', 'не указан');
  problems.throwAny();
  const { records, isDone } = await removeTags(wire.store, actor, { kind, ids, into }, now);
  const body: RemovedTagsJson = { records, is_done: isDone };
  return jsonAnswer(200, body, profileOf(actor.account, wire.profile));
}

function readKind(entity: unknown): KindName {
  const kind = allKinds.find(({ path }) => path === entity)?.name;
  if (kind !== undefined) return kind;
  throw new WireError(400, 400, `Нужен параметр entity: ${allKinds.map(({ path }) => path).join(', ')}`);
}
