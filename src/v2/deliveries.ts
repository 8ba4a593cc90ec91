import { requireAdministrator } from '../crm/rights.ts';
import type { Delivery } from '../crm/webhook.ts';
import { toldError } from '../http/post-form.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import { checkItems } from './batch-items.ts';
import { subjects } from './changes.ts';
import type { Wire } from './entities.ts';
import { profileOf, WireError } from './errors.ts';
import { jsonAnswer } from './hal.ts';
import { isBlank, Problems, readId, readIds } from './input.ts';
import { readPage } from './list-query.ts';
import { readItem } from './users.ts';
import type { DeliveriesJson, DeliveryJson, RedeliveredJson } from './wire.ts';

const entityOf = new Map([...subjects].map(([path, subject]) => [subject, path]));
const statuses: readonly Delivery['status'][] = ['pending', 'done', 'failed'];

/** GET /api/kontora/deliveries[?webhook=&status=&before=&id=]: what webhooks were told, the newest first. With `id` one, its body and attempts. */
export async function getDeliveries(wire: Wire, { actor, query }: SignedRequest): Promise<Answer> {
  requireAdministrator(actor);
  const account = actor.account.id;
  const problems = new Problems(wire.limits);
  const [webhook, before, id] = ['webhook', 'before', 'id'].map((key) => readId(query[key], key, problems));
  const status = statuses.find((one) => one === query['status']);
  if (status === undefined && !isBlank(query['status'])) problems.add('status', statuses.join(', '));
  problems.throwAny();
  const ids = id === undefined ? undefined : [id];
  const { limit } = readPage(query);
  const { deliveries, attempts } = await wire.store.read(async (tx) => {
    const deliveries = await tx.deliveries(account, { ids, webhook, status, before }, limit);
    const attempts = id !== undefined && deliveries.length > 0 ? await tx.attemptsOf(account, id) : undefined;
    return { deliveries, attempts };
  }, account);
  const body: DeliveriesJson = {
    deliveries: deliveries.map((delivery) => ({
      ...presentDelivery(delivery),
      ...(attempts && {
        body: delivery.body,
        log: attempts.map(({ at, code, error }) => ({ at, code, error: toldError(error) })),
      }),
    })),
  };
  return jsonAnswer(200, body, profileOf(actor.account, wire.profile));
}

/** POST /api/kontora/deliveries/redeliver with `{ids}`: once more, with the bodies that they had. */
export async function postRedelivery(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor, now } = request;
  requireAdministrator(actor);
  const account = actor.account.id;
  const problems = new Problems(wire.limits);
  const ids = readIds((await readItem(request))['ids'], 'ids', problems);
  problems.throwAny();
  if (ids.length === 0) throw new WireError(400, 400, 'Не указаны ids');
  checkItems(ids.length, wire.limits);
  const found = await wire.store.write(async (tx) => {
    const there = (await tx.deliveries(account, { ids }, ids.length)).map((delivery) => delivery.id);
    await tx.redeliver(account, there, now);
    return there;
  });
  return jsonAnswer(200, { ids: found } satisfies RedeliveredJson, profileOf(actor.account, wire.profile));
}

function presentDelivery(delivery: Delivery): DeliveryJson {
  const { id, webhookId, event, subject, subjectId, status, attempts, createdAt, nextAt } = delivery;
  return {
    id,
    webhook_id: webhookId,
    event,
    entity: entityOf.get(subject)!,
    entity_id: subjectId,
    status,
    attempts,
    created_at: createdAt,
    next_at: status === 'pending' ? nextAt : 0,
  };
}
