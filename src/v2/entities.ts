import type { Actor, WireProfile } from '../crm/account.ts';
import type { Documents } from '../crm/documents.ts';
import { type Query, saveEntities } from '../crm/entities.ts';
import type { KindName } from '../crm/entity.ts';
import { closingStatuses } from '../crm/pipeline.ts';
import type { Store } from '../crm/store.ts';
import { isStorable } from '../crm/text.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import { savedItems } from './batch-items.ts';
import { profileOf, WireError } from './errors.ts';
import { encode, halAnswer, itemsAnswer, nothingFound } from './hal.ts';
import { idsInQuery, isObject, Problems, toInteger } from './input.ts';
import { readPage, readRange } from './list-query.ts';
import { parseModifiedSince } from './modified-since.ts';
import { type Presenting, presentEntity } from './present-entity.ts';
import { batchResource, readBatch } from './read-batch.ts';

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
  const documents = await wire.documents.find(actor, kind, query, readPage(request.query, query.ids), {
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
  problems.throwAny();
  const outcomes = await saveEntities(wire.store, actor, kind, batch, request.now);
  const profile = profileOf(actor.account, wire.profile);
  return halAnswer(200, savedItems(batchResource(kind), batch, outcomes, profile), profile);
}

export function presentingOf(wire: Wire, { account, settings }: Actor): Presenting {
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
