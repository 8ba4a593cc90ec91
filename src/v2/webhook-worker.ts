import { type Actor, makeRobot } from '../crm/account.ts';
import type { Store } from '../crm/store.ts';
import { afterAttempt, type Delivery, type Webhook } from '../crm/webhook.ts';
import { type PostOptions, postForm, signatureHeaders } from '../http/post-form.ts';
import { webhookBody } from './webhook-body.ts';

const pollMs = 500;
/** Deliveries of one webhook under way at a time. */
const atOnce = 8;
/** How long a claim holds when its process has died. Longer than any attempt takes. */
const claimSeconds = 30;
const keptSeconds = 30 * 24 * 3600;

export interface WebhookSettings extends Pick<PostOptions, 'allowPrivate'> {
  /** crm/webhook.ts, defaultRetrySeconds */
  readonly retrySeconds: readonly number[];
}

/** Delivers what the outbox holds, each webhook for itself; several processes may do it side by side. */
export class WebhookWorker {
  readonly #store: Store;
  readonly #clock: () => number;
  readonly #settings: WebhookSettings;
  readonly #onError: (error: unknown) => void;
  readonly #busy = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(store: Store, clock: () => number, settings: WebhookSettings, onError: (error: unknown) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#settings = settings;
    this.#onError = onError;
  }

  start(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#polling = this.#poll()
        .catch(this.#onError)
        .finally(() => this.start());
    }, pollMs);
  }

  /** What is under way is finished first. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#polling;
    await Promise.all(this.#busy.values());
  }

  /** Each account for itself: they need not be on one machine, and one in trouble holds up no other. */
  async #poll(): Promise<void> {
    for (const account of await this.#store.read((tx) => tx.accountsWithWebhooks())) {
      if (this.#stopped) return;
      await this.#pollAccount(account).catch(this.#onError);
    }
  }

  async #pollAccount(account: number): Promise<void> {
    for (const webhook of await this.#store.read((tx) => tx.dueWebhooks(account, this.#clock()))) {
      const key = `${account} ${webhook}`;
      if (this.#busy.has(key)) continue;
      const work = this.#drain(account, webhook)
        .catch(this.#onError)
        .finally(() => this.#busy.delete(key));
      this.#busy.set(key, work);
    }
  }

  /** Delivers until nothing is due any more. */
  async #drain(account: number, webhookId: number): Promise<void> {
    while (!this.#stopped) {
      const now = this.#clock();
      const deliveries = await this.#store.write(async (tx) => {
        await tx.removeDeliveries(account, now - keptSeconds);
        return tx.claimDeliveries(account, webhookId, now, now + claimSeconds, atOnce);
      });
      if (deliveries.length === 0) return;
      await Promise.all(deliveries.map((delivery) => this.#deliver(account, delivery)));
    }
  }

  async #deliver(account: number, delivery: Delivery): Promise<void> {
    const { webhook, body } = await this.#prepare(account, delivery);
    if (webhook === undefined) return;
    const now = this.#clock();
    const headers =
      webhook.secret === null || body === undefined ? {} : signatureHeaders(webhook.secret, delivery.id, now, body);
    const { allowPrivate, retrySeconds } = this.#settings;
    const { code, error } =
      body === undefined ? { code: 0, error: 'purged' } : await postForm(webhook.url, body, { allowPrivate, headers });
    const attempt = { at: this.#clock(), code, error };
    const outcome =
      body === undefined
        ? { status: 'failed' as const, attempts: delivery.attempts + 1, nextAt: attempt.at }
        : afterAttempt(delivery, attempt, retrySeconds);
    await this.#store.write((tx) => tx.saveAttempt(account, { id: delivery.id, ...outcome }, attempt));
  }

  /** The body is made once, before the first attempt, and kept: each attempt says the same. */
  #prepare(account: number, delivery: Delivery): Promise<{ webhook?: Webhook | undefined; body?: string | undefined }> {
    return this.#store.write(async (tx) => {
      const webhook = (await tx.webhooks(account)).find(({ id }) => id === delivery.webhookId);
      if (webhook === undefined || delivery.body !== null) return { webhook, body: delivery.body ?? undefined };
      const [change] = await tx.changesAfter(account, delivery.changeId - 1, 1);
      const found = await tx.findAccount(account);
      const actor = found && makeRobot(found, await tx.settings(account));
      const body = change && actor && (await webhookBody(tx, actor, delivery.event, change, hostOf(actor)));
      if (body !== undefined) await tx.saveBody(account, delivery.id, body);
      return { webhook, body };
    });
  }
}

/** The address that bodies name as the account's. source: reference §17.3 */
function hostOf({ account }: Actor): string {
  return `https://${account.subdomain}.amocrm.ru`;
}
