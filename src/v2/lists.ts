import { countEntities, mostHits, type Query, sortEntities } from '../crm/entities.ts';
import type { KindName } from '../crm/entity.ts';
import { allKinds } from '../crm/kinds.ts';
import type { Order } from '../crm/store.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import { readQuery, type Wire } from './entities.ts';
import { profileOf, WireError } from './errors.ts';
import { jsonAnswer } from './hal.ts';
import { isBlank } from './input.ts';
import { readPage } from './list-query.ts';
import type { CountJson, IdsJson } from './wire.ts';

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

function readList({ limits }: Wire, request: SignedRequest): { kind: KindName; query: Query } {
  const kind = allKinds.find(({ path }) => path === request.query['entity'])?.name;
  if (kind === undefined) {
    throw new WireError(400, 400, `Нужен параметр entity: ${allKinds.map(({ path }) => path).join(', ')}`);
  }
  const query = readQuery(kind, request, limits);
  if (query.ids !== undefined) throw new WireError(400, 400, 'id здесь не принимается');
  return { kind, query };
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
