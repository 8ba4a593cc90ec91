import type { Actor } from './account.ts';
import type { Change, LoggedChange, Subject } from './change-log.ts';
import { noteTypes } from './note.ts';
import { requireAdministrator } from './rights.ts';
import type { NewDelivery, Store } from './store.ts';

export interface Webhook {
  readonly id: number;
  readonly url: string;
  readonly events: readonly string[];
  /** Key of the signature; null: deliveries are not signed. */
  readonly secret: string | null;
}

/** One event on its way to one webhook. Times are unix seconds. */
export interface Delivery {
  readonly id: number;
  readonly webhookId: number;
  /** As `add_company`. */
  readonly event: string;
  /** The entry of the change log that it tells of. */
  readonly changeId: number;
  readonly subject: Subject;
  readonly subjectId: number;
  /** As it was first sent; null: not yet. */
  readonly body: string | null;
  readonly status: 'pending' | 'done' | 'failed';
  readonly attempts: number;
  readonly nextAt: number;
  readonly createdAt: number;
}

export interface Attempt {
  readonly at: number;
  /** HTTP status; 0: there was no answer. */
  readonly code: number;
  readonly error: string;
}

/** doc: webhooks, events */
export const events: ReadonlySet<string> = new Set([
  ...['lead', 'contact', 'company', 'customer', 'task'].flatMap((name) =>
    ['add', 'update', 'delete', 'responsible'].map((action) => `${action}_${name}`),
  ),
  ...['lead', 'contact', 'company'].map((name) => `restore_${name}`),
  ...['lead', 'contact', 'company', 'customer'].map((name) => `note_${name}`),
  'status_lead',
]);

/** Active webhooks of an account. doc: webhooks */
const maxWebhooks = 100;

/** Keys that are no change of a record itself: they follow from its tasks and neighbours. */
const derivedKeys = new Set(['closestTaskAt', 'links', 'resultNoteId']);
/** Notes that the server writes about a change are no event beside it. */
const writtenTypes = new Set(noteTypes.filter((type) => type.write).map((type) => type.id));

/** The events that a change makes, in the order of their delivery. */
export function eventsOf({ subject, action, before, after }: Change): string[] {
  if (subject === 'note') {
    const element = after['element'] as { readonly kind: string } | undefined;
    const written = action === 'add' && writtenTypes.has(Number(after['noteType']));
    return written && element ? [`note_${element.kind}`].filter((event) => events.has(event)) : [];
  }
  if (action !== 'update') return [`${action}_${subject}`].filter((event) => events.has(event));
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  if ([...keys].every((key) => derivedKeys.has(key))) return [];
  return [
    `update_${subject}`,
    ...(keys.has('responsibleUserId') ? [`responsible_${subject}`] : []),
    ...(subject === 'lead' && (keys.has('statusId') || keys.has('pipelineId')) ? ['status_lead'] : []),
  ];
}

/** What is to be delivered because of these changes. */
export function deliveriesOf(changes: readonly LoggedChange[], webhooks: readonly Webhook[]): NewDelivery[] {
  return changes.flatMap((change) =>
    eventsOf(change).flatMap((event) =>
      webhooks
        .filter((webhook) => webhook.events.includes(event))
        .map((webhook) => ({
          webhookId: webhook.id,
          event,
          changeId: change.logId,
          subject: change.subject,
          subjectId: change.id,
          createdAt: change.at,
        })),
    ),
  );
}

/** What a client wants to be told of, or not any more; without events: all of it. */
export interface Subscription {
  readonly url: string;
  readonly events: readonly string[];
}

/** Adds events to the webhooks of these addresses. @returns for each whether it was done. @throws CrmError administrators_only */
export function subscribe(store: Store, actor: Actor, wanted: readonly Subscription[]): Promise<boolean[]> {
  requireAdministrator(actor);
  const account = actor.account.id;
  return store.write(async (tx) => {
    const known = new Map((await tx.webhooks(account)).map((webhook) => [webhook.url, webhook]));
    const done: boolean[] = [];
    for (const { url, events } of wanted) {
      const before = known.get(url);
      const fits = before !== undefined || known.size < maxWebhooks;
      if (fits) {
        const id = before?.id ?? (await tx.nextIds(account, 'webhook', 1))[0]!;
        const all = [...new Set([...(before?.events ?? []), ...events])];
        const webhook = { id, url, events: all, secret: before?.secret ?? null };
        await tx.saveWebhook(account, webhook);
        known.set(url, webhook);
      }
      done.push(fits);
    }
    return done;
  });
}

/**
 * Takes events away; a webhook without any is gone, with what it still had to be told.
 * @returns for each whether there was such a webhook. @throws CrmError administrators_only
 */
export function unsubscribe(store: Store, actor: Actor, unwanted: readonly Subscription[]): Promise<boolean[]> {
  requireAdministrator(actor);
  const account = actor.account.id;
  return store.write(async (tx) => {
    const known = new Map((await tx.webhooks(account)).map((webhook) => [webhook.url, webhook]));
    const done: boolean[] = [];
    for (const { url, events } of unwanted) {
      const before = known.get(url);
      done.push(before !== undefined);
      if (before === undefined) continue;
      const left = events.length === 0 ? [] : before.events.filter((event) => !events.includes(event));
      if (left.length > 0) await tx.saveWebhook(account, { ...before, events: left });
      else await tx.removeWebhook(account, before.id);
      if (left.length > 0) known.set(url, { ...before, events: left });
      else known.delete(url);
    }
    return done;
  });
}

/** Seconds until an attempt is made again after the first, second … failure. doc: webhooks: 5 min, 15 min, 15 min, 1 h */
export const defaultRetrySeconds: readonly number[] = [300, 900, 900, 3600];
/** So many attempts are made whatever went wrong; more only where the other server had trouble. */
const attemptsForAll = 3;

/** What becomes of a delivery after an attempt. doc: webhooks */
export function afterAttempt(
  { attempts }: Pick<Delivery, 'attempts'>,
  { at, code }: Attempt,
  retrySeconds: readonly number[],
): Pick<Delivery, 'status' | 'attempts' | 'nextAt'> {
  const made = attempts + 1;
  if (code >= 100 && code < 300) return { status: 'done', attempts: made, nextAt: at };
  const wait = retrySeconds[attempts];
  const isTheirs = code === 499 || code >= 500;
  const again = wait !== undefined && (made < attemptsForAll || isTheirs);
  return { status: again ? 'pending' : 'failed', attempts: made, nextAt: again ? at + wait : at };
}
