import { countEntities, mostHits, type Query, sortEntities, totalStages } from '../crm/entities.ts';
import type { KindName } from '../crm/entity.ts';
import { readGrowth, type Step } from '../crm/growth.ts';
import { allKinds } from '../crm/kinds.ts';
import type { Order } from '../crm/store.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import { readQuery, type Wire } from './entities.ts';
import { profileOf, WireError } from './errors.ts';
import { jsonAnswer } from './hal.ts';
import { isBlank, toInteger } from './input.ts';
import { readPage } from './list-query.ts';
import type { CountJson, GrowthJson, IdsJson, StagesJson } from './wire.ts';

/** GET /api/kontora/count?entity=companies with the filters of a list: how many records that list has. */
export async function getCount(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  const { kind, query } = readList(wire, request);
  const count = await wire.store.read((tx) => countEntities(tx, actor, kind, query), actor.account.id);
  const body: CountJson = { count, is_exact: query.text === undefined || count < mostHits };
  return jsonAnswer(200, body, profileOf(actor.account, wire.profile));
}

/** GET /api/kontora/ids?entity=companies with the filters of a list, and `sort`: the ids of a page of it. */
export async function getIds(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  const { kind, query } = readList(wire, request);
  const order = readOrder(request.query['sort']);
  const page = readPage(request.query);
  const ids = await wire.store.read((tx) => sortEntities(tx, actor, kind, query, order, page), actor.account.id);
  const body: IdsJson = { ids };
  return jsonAnswer(200, body, profileOf(actor.account, wire.profile));
}

/** GET /api/kontora/stages?pipeline_id=10104 with the filters of a list of leads: how many there are in each stage, and for how much. */
export async function getStages(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  const { pipelines } = actor.settings;
  const query = readLeads(wire, request);
  const given = request.query['pipeline_id'];
  const pipeline = isBlank(given)
    ? [...pipelines.values()].find(({ isMain }) => isMain)
    : pipelines.get(query.pipeline!);
  if (pipeline === undefined) throw new WireError(400, 400, 'Воронка не найдена (pipeline_id)');
  const totals = await wire.store.read((tx) => totalStages(tx, actor, pipeline, query), actor.account.id);
  const counted = totals.reduce((sum, { count }) => sum + count, 0);
  const body: StagesJson = {
    pipeline_id: pipeline.id,
    stages: totals.map(({ statusId, ...total }) => ({ id: statusId, ...total })),
    is_exact: query.text === undefined || counted < mostHits,
  };
  return jsonAnswer(200, body, profileOf(actor.account, wire.profile));
}

/** GET /api/kontora/growth?entity=companies&by=month: how many records were created in each of the last periods. */
export async function getGrowth(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor, now } = request;
  const kind = readKind(request);
  const by = isBlank(request.query['by']) ? 'month' : request.query['by'];
  const step = steps.find((one) => one === by);
  if (step === undefined) throw new WireError(400, 400, `by — одно из ${steps.join(', ')}`);
  const growth: GrowthJson = await wire.store.read((tx) => readGrowth(tx, actor, kind, step, now), actor.account.id);
  return jsonAnswer(200, growth, profileOf(actor.account, wire.profile));
}

const steps: readonly Step[] = ['day', 'week', 'month'];

function readList(wire: Wire, request: SignedRequest): { kind: KindName; query: Query } {
  const kind = readKind(request);
  return { kind, query: kind === 'lead' ? readLeads(wire, request) : readFilters(wire, kind, request) };
}

/** Of leads a pipeline may be named beside the filters of their list. What is none has no leads. */
function readLeads(wire: Wire, request: SignedRequest): Query {
  const pipeline = request.query['pipeline_id'];
  const query = readFilters(wire, 'lead', request);
  return isBlank(pipeline) ? query : { ...query, pipeline: toInteger(pipeline) ?? 0 };
}

function readKind({ query }: SignedRequest): KindName {
  const kind = allKinds.find(({ path }) => path === query['entity'])?.name;
  if (kind !== undefined) return kind;
  throw new WireError(400, 400, `Нужен параметр entity: ${allKinds.map(({ path }) => path).join(', ')}`);
}

function readFilters({ limits }: Wire, kind: KindName, request: SignedRequest): Query {
  const query = readQuery(kind, request, limits);
  if (query.ids !== undefined) throw new WireError(400, 400, 'id здесь не принимается');
  return query;
}

const orders: ReadonlyMap<unknown, Order> = new Map<unknown, Order>([
  ['id', { by: 'id', descending: false }],
  ['-id', { by: 'id', descending: true }],
  ['updated_at', { by: 'updated', descending: false }],
  ['-updated_at', { by: 'updated', descending: true }],
]);

function readOrder(sort: unknown): Order {
  const order = orders.get(isBlank(sort) ? 'id' : sort);
  if (order === undefined) throw new WireError(400, 400, `sort — одно из ${[...orders.keys()].join(', ')}`);
  return order;
}
