import type { Actor, WireProfile } from '../crm/account.ts';
import { readBin } from '../crm/bin.ts';
import { readDay } from '../crm/date.ts';
import type { Documents, Keep, Render } from '../crm/documents.ts';
import { type Query, saveEntities } from '../crm/entities.ts';
import type { Disposed, KindName } from '../crm/entity.ts';
import { closingStatuses } from '../crm/pipeline.ts';
import type { Range, Store } from '../crm/store.ts';
import { isStorable } from '../crm/text.ts';
import type { Limits } from '../http/limits.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import { savedItems } from './batch-items.ts';
import { profileOf, WireError } from './errors.ts';
import { encode, halAnswer, hrefTo, itemsAnswer, nothingFound, selfLink } from './hal.ts';
import { idsInQuery, isObject, Problems, toInteger } from './input.ts';
import { readPage, readRange, wordsOf } from './list-query.ts';
import { parseModifiedSince } from './modified-since.ts';
import { readFieldFilters, readTagFilter } from './own-filters.ts';
import { extrasOf, type Presenting, presentEntity } from './present-entity.ts';
import { batchResource, readBatch } from './read-batch.ts';
import type { WebhookSettings } from './webhook-worker.ts';
import type { SavedItemsJson } from './wire.ts';

/** What every handler works with. */
export interface Wire {
  readonly store: Store;
  readonly documents: Documents;
  /** The server's own profile; an account may have another. */
  readonly profile: WireProfile;
  readonly webhooks: WebhookSettings;
  readonly limits: Limits;
  /** Is told which records were written, so that their documents may be made before somebody wants them. */
  readonly written?: Keep | undefined;
}

/** GET /api/v2/<kind>: 200 with the items, 204 when there are none. */
export async function getEntities(wire: Wire, kind: KindName, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  const words = wordsOf(request.query['with']);
  if (kind === 'lead' && words.has('only_deleted')) return getDeletedLeads(wire, request);
  const query = readQuery(kind, request, wire.limits);
  const extras = extrasOf[kind].filter((word) => words.has(word));
  const page = readPage(request.query, query.ids);
  const documents = await wire.documents.find(actor, kind, query, page, rendering(wire, actor, extras));
  if (documents.length === 0) return nothingFound;
  return itemsAnswer(request.url, documents, profileOf(actor.account, wire.profile));
}

/** How records become documents; with extras they are not kept. */
export function rendering(
  wire: Pick<Wire, 'profile'>,
  actor: Actor,
  extras: Parameters<typeof presentEntity>[2] = [],
): Render {
  const how = presentingOf(wire, actor);
  return {
    version: extras.length > 0 ? undefined : documentVersion(actor, how.profile),
    render: (entity) => encode(presentEntity(entity, how, extras), how.profile),
  };
}

/** Raised with every change of what a record's answer looks like: what an earlier program has kept is then sent no more. */
const documentFormat = 0;

/** Format, settings and profile are all that a document depends on besides records. */
export function documentVersion({ settings }: Actor, profile: WireProfile): number {
  return documentFormat * 2 ** 40 + settings.version * 2 + Number(profile === 'recorded');
}

/** POST /api/v2/<kind>: 200 with an item for each record written and an error for each update refused. */
export async function postEntities(wire: Wire, kind: KindName, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  const problems = new Problems(wire.limits);
  const batch = readBatch(kind, await request.readBody(), problems);
  const tags = [...batch.add, ...batch.update].reduce((sum, draft) => sum + (draft.tags?.length ?? 0), 0);
  if (tags > wire.limits.tags) problems.add('tags', `не больше ${wire.limits.tags} тегов в запросе`);
  problems.throwAny();
  const outcomes = await saveEntities(wire.store, actor, kind, batch, request.now);
  const written = [...outcomes.add, ...outcomes.update].filter(({ issue }) => issue === undefined);
  wire.written?.(
    actor.account.id,
    kind,
    written.map(({ id }) => id),
  );
  const profile = profileOf(actor.account, wire.profile);
  const saved = savedItems(batchResource(kind), batch, outcomes, profile);
  return halAnswer(200, batch.remove ? withDeleted(saved, batch.remove, outcomes.removed!) : saved, profile);
}

/** Deleted ones make an object of `items`, in which the others have their positions as keys. source: reference §10.1 */
function withDeleted(
  { _links, _embedded: { items, errors } }: SavedItemsJson,
  asked: readonly number[],
  { done, refused }: Disposed,
): object {
  const deleted = done.map(({ id, name }) => ({ id, name }));
  const failed = [...new Set(asked)].filter((id) => !deleted.some((row) => row.id === id));
  const texts = failed.map((id) => [id, refused.includes(id) ? 'Access denied' : 'Customer not found']);
  const allErrors = { ...errors, ...(failed.length > 0 && { delete: Object.fromEntries(texts) }) };
  return {
    _links,
    _embedded: { items: { ...items, deleted }, ...(Object.keys(allErrors).length > 0 && { errors: allErrors }) },
  };
}

export function presentingOf(wire: Pick<Wire, 'profile'>, { account, settings }: Actor): Presenting {
  return {
    account,
    fields: settings.fields,
    groupOfUser: (userId) => settings.users.get(userId)?.groupId ?? 0,
    lossReasons: settings.lossReasons,
    profile: profileOf(account, wire.profile),
  };
}

/** With `id` nothing else filters. doc: companies, GET parameters */
export function readQuery(
  kind: KindName,
  { query, headers, actor }: Pick<SignedRequest, 'query' | 'headers' | 'actor'>,
  limits: Limits,
): Query {
  const ids = idsInQuery(query['id'], limits);
  if (ids) return { ids };
  const text = typeof query['query'] === 'string' ? query['query'] : undefined;
  if (text !== undefined && text.length > limits.query)
    throw new WireError(400, 400, `query длиннее ${limits.query} символов`);
  if (text !== undefined && !isStorable(text)) throw new WireError(400, 400, 'В query есть NUL или неполный символ');
  const filter = isObject(query['filter']) ? query['filter'] : {};
  const fieldFilter = { kind, fields: actor.settings.fields, timezone: actor.account.timezone };
  const [created, updated] = [readRange(filter['date_create']), readRange(filter['date_modify'])];
  return {
    responsibleUserIds: idsInQuery(query['responsible_user_id'], limits),
    text,
    updatedAfter: parseModifiedSince(headers['if-modified-since']),
    ...{ created, updated },
    tags: readTagFilter(filter['tag'], limits),
    values: readFieldFilters(filter['custom_fields'], fieldFilter, limits),
    // Of leads; nothing else has a stage. doc: leads
    ...(kind === 'lead' && { statuses: idsInQuery(query['status'], limits) }),
    ...(kind === 'lead' && toInteger(filter['active']) === 1 && { notStatuses: [...closingStatuses] }),
    ...(kind === 'lead' && { hasOpenTask: openTaskFilters.get(toInteger(filter['tasks'])) }),
    ...(kind === 'customer' && readCustomerFilter(filter, actor.account.timezone, { created, updated }, limits)),
  };
}

/** filter[tasks]: 1 without, 2 with open tasks. doc: leads */
const openTaskFilters: ReadonlyMap<number | undefined, boolean> = new Map([
  [1, false],
  [2, true],
]);

/** Customers have filters of their own, whose dates are days; they narrow the others. doc: customers; source: reference §10.2 */
function readCustomerFilter(
  filter: Readonly<Record<string, unknown>>,
  timezone: string,
  { created, updated }: Pick<Query, 'created' | 'updated'>,
  limits: Limits,
): Partial<Query> {
  const date = isObject(filter['date']) ? filter['date'] : {};
  const days = readDays(date, timezone);
  const isModify = date['type'] === 'modify';
  return {
    nextDate: readDays(filter['next_date'], timezone),
    mainUserIds: idsInQuery(filter['main_user'], limits),
    ...(days && (isModify ? { updated: narrower(days, updated) } : { created: narrower(days, created) })),
  };
}

function narrower(one: Range, other: Range | undefined): Range {
  if (other === undefined) return one;
  const ends = [one.to, other.to].filter((to) => to !== undefined);
  return { from: Math.max(one.from, other.from), to: ends.length > 0 ? Math.min(...ends) : undefined };
}

function readDays(value: unknown, timezone: string): Range | undefined {
  const { from, to } = isObject(value) ? value : {};
  const first = readDay(from, timezone);
  return first && { from: first.from, to: readDay(to, timezone)?.to };
}

/** GET /api/v2/leads?with=only_deleted: what is in the bin, in short. doc: leads */
async function getDeletedLeads(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  const ids = idsInQuery(request.query['id'], wire.limits);
  const page = readPage(request.query, ids);
  const rows = await readBin(wire.store, actor, 'lead', page, ids);
  if (rows.length === 0) return nothingFound;
  const items = rows.map(({ id, updatedAt, updatedBy }) => ({
    id,
    updated_at: updatedAt,
    updated_by: updatedBy,
    account_id: actor.account.id,
    is_deleted: true,
    _links: selfLink(hrefTo('leads', [id])),
  }));
  const body = { _links: selfLink(request.url), _embedded: { items } };
  return halAnswer(200, body, profileOf(actor.account, wire.profile));
}
