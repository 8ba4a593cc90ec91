import type { Actor, WireProfile } from '../crm/account.ts';
import type { Documents } from '../crm/documents.ts';
import { type Query, saveEntities } from '../crm/entities.ts';
import type { KindName, Outcome } from '../crm/entity.ts';
import { kinds } from '../crm/kinds.ts';
import { closingStatuses } from '../crm/pipeline.ts';
import type { Page, Range, Store } from '../crm/store.ts';
import { isStorable } from '../crm/text.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import { issueTexts, profileOf, WireError } from './errors.ts';
import { encode, halAnswer, hrefTo, itemsAnswer, nothingFound, selfLink } from './hal.ts';
import { idsInQuery, isObject, Problems, toInteger } from './input.ts';
import { parseModifiedSince } from './modified-since.ts';
import { type Presenting, presentEntity } from './present-entity.ts';
import { type ReadBatch, type RequestId, readBatch } from './read-batch.ts';
import type { SavedItemJson, SavedItemsJson } from './wire.ts';

/** Most rows of an answer, and how many there are when nothing is said. doc: companies, GET parameters */
const maxRows = 500;

/** What every handler works with. */
export interface Wire {
  readonly store: Store;
  readonly documents: Documents;
  /** The server's own profile; an account may have another. */
  readonly profile: WireProfile;
}

/** GET /api/v2/<kind>: 200 with the items, 204 when there are none. */
export async function getEntities(wire: Wire, kind: KindName, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  const query = readQuery(kind, request);
  const how = presentingOf(wire, actor);
  const documents = await wire.documents.find(actor, kind, query, readPage(request, query), {
    // Settings and profile are all that a document depends on besides records.
    version: actor.settings.version * 2 + Number(how.profile === 'recorded'),
    render: (entity) => encode(presentEntity(entity, how), how.profile),
  });
  return documents.length === 0 ? nothingFound : itemsAnswer(request.url, documents, how.profile);
}

/** POST /api/v2/<kind>: 200 with an item for each record written and an error for each update refused. */
export async function postEntities(wire: Wire, kind: KindName, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  const problems = new Problems();
  const batch = readBatch(kind, await request.readBody(), problems);
  const wrong = problems.text();
  if (wrong !== undefined) throw new WireError(400, 400, wrong);
  const outcomes = await saveEntities(wire.store, actor, kind, batch, request.now);
  const profile = profileOf(actor.account, wire.profile);
  return halAnswer(200, savedItems(kind, batch, outcomes, profile), profile);
}

function savedItems(
  kind: KindName,
  { requestIds }: ReadBatch,
  { add, update }: { add: readonly Outcome[]; update: readonly Outcome[] },
  profile: WireProfile,
): SavedItemsJson {
  const { path } = kinds[kind];
  const item = (
    { id, updatedAt }: Outcome,
    isUpdate: boolean,
    requestId: RequestId,
    position: number,
  ): SavedItemJson => ({
    id,
    ...(isUpdate && { updated_at: updatedAt }),
    ...requestIdKey(kind, requestId, position, profile),
    _links: selfLink(hrefTo(path, [id])),
  });
  const items = [
    ...add.map((outcome, index) => item(outcome, false, requestIds.add[index], index)),
    ...update.flatMap((outcome, index) =>
      outcome.issue === undefined ? [item(outcome, true, requestIds.update[index], index)] : [],
    ),
  ];
  const refused = update.filter((outcome) => outcome.issue !== undefined);
  return {
    _links: selfLink(`/api/v2/${path}`, 'post'),
    _embedded: {
      items,
      ...(refused.length > 0 && {
        errors: { update: Object.fromEntries(refused.map(({ id, issue }) => [id, issueTexts[issue!]])) },
      }),
    },
  };
}

/** source: reference, wire profiles: generated as the position, or left out for contacts and companies and 0 for the others */
export function requestIdKey(
  kind: KindName | 'field',
  requestId: RequestId,
  position: number,
  profile: WireProfile,
): { request_id?: number | string } {
  if (requestId !== undefined) return { request_id: requestId };
  if (profile === 'documented') return { request_id: position };
  return kind === 'contact' || kind === 'company' ? {} : { request_id: 0 };
}

function presentingOf(wire: Wire, { account, settings }: Actor): Presenting {
  return {
    account,
    fields: settings.fields,
    groupOfUser: (userId) => settings.users.get(userId)?.groupId ?? 0,
    profile: profileOf(account, wire.profile),
  };
}

/** With `id` nothing else filters. doc: companies, GET parameters */
function readQuery(kind: KindName, { query, headers }: SignedRequest): Query {
  const ids = idsInQuery(query['id']);
  if (ids) return { ids };
  const text = typeof query['query'] === 'string' ? query['query'] : undefined;
  if (text !== undefined && !isStorable(text)) throw new WireError(400, 400, 'В query есть NUL или неполный символ');
  const filter = isObject(query['filter']) ? query['filter'] : {};
  return {
    responsibleUserIds: idsInQuery(query['responsible_user_id']),
    text,
    updatedAfter: parseModifiedSince(headers['if-modified-since']),
    created: readRange(filter['date_create']),
    updated: readRange(filter['date_modify']),
    // Of leads; nothing else has a stage. doc: leads
    ...(kind === 'lead' && { statuses: idsInQuery(query['status']) }),
    ...(kind === 'lead' && toInteger(filter['active']) === 1 && { notStatuses: [...closingStatuses] }),
  };
}

/** `to` without `from` is passed over, as the original does. source: reference §5.3 */
function readRange(value: unknown): Range | undefined {
  const from = isObject(value) ? toInteger(value['from']) : undefined;
  return from === undefined || !isObject(value) ? undefined : { from, to: toInteger(value['to']) };
}

/**
 * `limit_offset` counts only with `limit_rows`. Ids are not paged, unless there are more than a page of them: then the offset has
 * to work, or a client that pages until a short answer would never end.
 */
function readPage({ query }: SignedRequest, { ids }: Query): Page {
  const limit = positive(query['limit_rows']);
  const offset = limit === undefined ? 0 : (positive(query['limit_offset']) ?? 0);
  if (ids && ids.length <= maxRows) return { limit: maxRows, offset: 0 };
  return { limit: Math.min(limit ?? maxRows, maxRows), offset };
}

function positive(value: unknown): number | undefined {
  const number = toInteger(value);
  return number === undefined || number < 1 ? undefined : number;
}
