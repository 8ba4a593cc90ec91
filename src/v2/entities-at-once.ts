import { seesAll } from '../crm/documents.ts';
import { isEverything, searchFilter } from '../crm/entities.ts';
import type { KindName } from '../crm/entity.ts';
import { allKinds } from '../crm/kinds.ts';
import type { AtOnceFrom, AtOnceReads } from '../crm/store.ts';
import { isForeign } from '../http/foreign.ts';
import type { Limits } from '../http/limits.ts';
import type { AnswerAtOnce, RequestHead } from '../http/request.ts';
import type { SignIn } from '../http/session.ts';
import { sessionCookies } from './auth.ts';
import { documentVersion, readQuery, type Wire } from './entities.ts';
import { profileOf } from './errors.ts';
import { joinedItems, nothingFound } from './hal.ts';
import { maxRows, readPage } from './list-query.ts';
import { extrasOf } from './present-entity.ts';

const kindByAddress: ReadonlyMap<string, KindName> = new Map(
  allKinds.flatMap(({ name, path }) => [
    [`/api/v2/${path}`, name],
    [`/api/v2/${path}/`, name],
  ]),
);

/**
 * GET /api/v2/<kind> of records by their ids, or of a page of all of them, for who sees everything, when all is there already: who is
 * asking, and the bytes of the answer. Undefined: the long way has to be taken, also to what is wrong with a request.
 */
export function entitiesAtOnce({ store, profile: fallback, limits }: Wire, signIn: SignIn) {
  const answer = (kind: KindName, request: RequestHead, reads: AtOnceReads): AnswerAtOnce | undefined => {
    const signed = signIn.recall(request, reads.state());
    if (signed === undefined || !seesAll(signed.actor)) return undefined;
    const { actor, sessionId } = signed;
    const from = findShortRead(kind, { ...request, actor }, limits);
    if (from === undefined) return undefined;
    const profile = profileOf(actor.account, fallback);
    const found = reads.documents(actor.account.id, kind, documentVersion(actor, profile), from);
    if (found === undefined) return undefined;
    const items = found.count === 0 ? { ...nothingFound, parts: [] } : joinedItems(request.url, found.bytes, profile);
    if (sessionId === undefined || isForeign(request)) return { ...items, actor };
    const cookies = sessionCookies(sessionId, actor.user.login, request.now);
    return { ...items, actor, headers: { ...items.headers, 'Set-Cookie': cookies } };
  };
  return (request: RequestHead): AnswerAtOnce | undefined => {
    const kind = request.method === 'GET' ? kindByAddress.get(request.url.split('?', 1)[0]!) : undefined;
    return kind && store.atOnce?.read((reads) => answer(kind, request, reads));
  };
}

function findShortRead(
  kind: KindName,
  request: Parameters<typeof readQuery>[1],
  limits: Limits,
): AtOnceFrom | undefined {
  if (extrasOf[kind].length > 0 && request.query['with'] !== undefined) return undefined;
  const query = readQuery(kind, request, limits);
  if (query.ids !== undefined) return query.ids.length <= maxRows ? { ids: query.ids } : undefined;
  return isEverything(searchFilter(query)) ? { page: readPage(request.query) } : undefined;
}
