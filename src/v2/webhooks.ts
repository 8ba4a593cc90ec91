import { requireAdministrator } from '../crm/rights.ts';
import { events, type Subscription, subscribe, unsubscribe } from '../crm/webhook.ts';
import type { Limits } from '../http/limits.ts';
import { isPrivate } from '../http/post-form.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import { checkItems, readItems } from './batch-items.ts';
import type { Wire } from './entities.ts';
import { profileOf, WireError } from './errors.ts';
import { halAnswer, nothingFound, selfLink } from './hal.ts';
import { isObject, Problems, readList, readText } from './input.ts';
import type { WebhookChangedJson, WebhookJson } from './wire.ts';

const maxUrl = 2048;

/** GET /api/v2/webhooks, for administrators. doc: webhooks; source: reference §17.1 */
export async function getWebhooks(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  requireAdministrator(actor);
  const webhooks = await wire.store.read((tx) => tx.webhooks(actor.account.id), actor.account.id);
  if (webhooks.length === 0) return nothingFound;
  const items = webhooks.map(({ id, url, events }): WebhookJson => ({ id, url, events }));
  const body = { _links: selfLink(request.url), _embedded: { items } };
  return halAnswer(200, body, profileOf(actor.account, wire.profile));
}

/** POST /api/v2/webhooks/subscribe with `{"subscribe":[{url, events}]}`; an address that is there already gets the events besides its own. */
export function postSubscribe(wire: Wire, request: SignedRequest): Promise<Answer> {
  return change(wire, request, 'subscribe', async (wanted) => {
    const done = await subscribe(wire.store, request.actor, wanted);
    return done.map((ok) => (ok ? undefined : 'Too many webhooks'));
  });
}

/** POST /api/v2/webhooks/unsubscribe with `{"unsubscribe":[{url, events}]}`; without events all of the address. */
export function postUnsubscribe(wire: Wire, request: SignedRequest): Promise<Answer> {
  return change(wire, request, 'unsubscribe', async (unwanted) => {
    const done = await unsubscribe(wire.store, request.actor, unwanted);
    return done.map((ok) => (ok ? undefined : 'Webhook not found'));
  });
}

/** @param work gives for each subscription what hindered it, if anything */
async function change(
  wire: Wire,
  request: SignedRequest,
  key: 'subscribe' | 'unsubscribe',
  work: (subscriptions: readonly Subscription[]) => Promise<(string | undefined)[]>,
): Promise<Answer> {
  const { actor } = request;
  requireAdministrator(actor);
  const subscriptions = readSubscriptions(await request.readBody(), key, wire.limits);
  const refused = subscriptions.map((subscription) => (key === 'subscribe' ? refusal(wire, subscription) : undefined));
  const notices = (await work(subscriptions.filter((_, index) => refused[index] === undefined))).values();
  const items = subscriptions.map(({ url }, index): WebhookChangedJson => {
    const notice = refused[index] ?? notices.next().value;
    return { url, result: notice === undefined, ...(notice !== undefined && { notice }) };
  });
  const body = { _links: selfLink(`/api/v2/webhooks/${key}`, 'post'), _embedded: { items } };
  return halAnswer(200, body, profileOf(actor.account, wire.profile));
}

function readSubscriptions(body: unknown, key: string, limits: Limits): Subscription[] {
  const items = isObject(body) ? readItems(body[key], key, 400) : undefined;
  if (!items?.length) throw new WireError(400, 400, `Нужен список ${key}`);
  checkItems(items.length, limits);
  const problems = new Problems(limits);
  const subscriptions = items.map((item, index) => {
    const path = `${key}/${index}`;
    const given = typeof item['events'] === 'string' ? [item['events']] : item['events'];
    const names = readList(given, `${path}/events`, problems).map(
      (name) => readText(name, `${path}/events`, problems) ?? '',
    );
    return { url: readText(item['url'], `${path}/url`, problems, maxUrl)?.trim() ?? '', events: names };
  });
  problems.throwAny();
  return subscriptions;
}

/** Why an address cannot be subscribed; clients read the text from `notice`. source: reference §17.1 */
function refusal(wire: Wire, { url, events: wanted }: Subscription): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.password !== '') {
    return 'Invalid url';
  }
  if (!wire.webhooks.allowPrivate && isPrivate(parsed.hostname.replace(/^\[|\]$/g, ''))) {
    return 'The address is private; the server allows it with --webhook-private';
  }
  const unknown = wanted.filter((event) => !events.has(event));
  if (unknown.length > 0) return `Unknown events: ${unknown.slice(0, 5).join(', ')}`;
  return wanted.length === 0 ? 'No events' : undefined;
}
