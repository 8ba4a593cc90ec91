import type { Subject } from '../crm/change-log.ts';
import type { ReadTx, WriteTx } from '../crm/store.ts';
import type { Attempt, Delivery } from '../crm/webhook.ts';
import { takeIds } from './ids.ts';
import { type Columns, type Db, insertRows, nothing, sql } from './sql.ts';

type Reads = Pick<
  ReadTx,
  'webhooks' | 'accountsWithWebhooks' | 'dueWebhooks' | 'deliveries' | 'countPending' | 'attemptsOf'
>;
type Writes = Pick<
  WriteTx,
  | 'saveWebhook'
  | 'removeWebhook'
  | 'addDeliveries'
  | 'claimDeliveries'
  | 'saveBody'
  | 'saveAttempt'
  | 'redeliver'
  | 'removeDeliveries'
>;

interface Row {
  readonly id: number;
  readonly webhook_id: number;
  readonly event: string;
  readonly change_id: number;
  readonly subject: Subject;
  readonly subject_id: number;
  readonly body: string | null;
  readonly status: Delivery['status'];
  readonly attempts: number;
  readonly next_at: number;
  readonly created_at: number;
}

const columns = sql`id, webhook_id, event, change_id, subject, subject_id, body, status, attempts, next_at, created_at`;

const newDelivery = {
  ...{ id: 'integer', webhook_id: 'integer', event: 'text', change_id: 'integer', subject: 'text' },
  ...{ subject_id: 'integer', status: 'text', attempts: 'integer', next_at: 'integer' },
  ...{ claimed_until: 'integer', created_at: 'integer' },
} as const satisfies Columns;

export function webhookReads(db: Db): Reads {
  return {
    async webhooks(account) {
      const rows = await db.all<{ id: number; url: string; events: string; secret: string | null }>(
        sql`select id, url, events, secret from webhook where account_id = ${account} order by id`,
      );
      return rows.map(({ events, ...row }) => ({ ...row, events: JSON.parse(events) as string[] }));
    },
    async accountsWithWebhooks() {
      const rows = await db.all<{ id: number }>(sql`select id from account where has_webhooks = 1 order by id`);
      return rows.map(({ id }) => id);
    },
    async dueWebhooks(account, now) {
      // A look at each webhook's first delivery, however many wait behind it.
      const rows = await db.all<{ id: number }>(sql`select w.id from webhook w where w.account_id = ${account}
        and exists (select 1 from webhook_delivery d where d.account_id = ${account} and d.webhook_id = w.id
          and d.status = 'pending' and d.next_at <= ${now} and d.claimed_until <= ${now})
        order by w.id`);
      return rows.map(({ id }) => id);
    },
    async deliveries(account, { ids, webhook, status, before }, limit) {
      const named = ids ? sql`and ${db.dialect.isIn(sql`id`, ids)}` : nothing;
      const to = webhook === undefined ? nothing : sql`and webhook_id = ${webhook}`;
      const earlier = before === undefined ? nothing : sql`and id < ${before}`;
      const inState = status === undefined ? nothing : sql`and status = ${status}`;
      const rows = await db.all<Row>(sql`select ${columns} from webhook_delivery
        where account_id = ${account} ${named} ${to} ${inState} ${earlier} order by id desc limit ${limit}`);
      return rows.map(deliveryOf);
    },
    async countPending(account, most) {
      const [row] = await db.all<{ count: number }>(sql`select count(*) as count from (
        select id from webhook_delivery where account_id = ${account} and status = 'pending' limit ${most}) d`);
      return row!.count;
    },
    attemptsOf: (account, deliveryId) =>
      db.all<Attempt>(sql`select at, code, error from webhook_attempt
        where account_id = ${account} and delivery_id = ${deliveryId} order by attempt`),
  };
}

function deliveryOf(row: Row): Delivery {
  const { id, event, subject, body, status, attempts } = row;
  return {
    id,
    webhookId: row.webhook_id,
    event,
    changeId: row.change_id,
    subject,
    subjectId: row.subject_id,
    body,
    status,
    attempts,
    nextAt: row.next_at,
    createdAt: row.created_at,
  };
}

export function webhookWrites(db: Db): Writes {
  const { isIn } = db.dialect;
  return {
    async saveWebhook(account, { id, url, events, secret }) {
      await db.run(sql`insert into webhook (account_id, id, url, events, secret)
        values (${account}, ${id}, ${url}, ${JSON.stringify(events)}, ${secret})
        on conflict (account_id, id) do update set events = excluded.events, secret = excluded.secret`);
      await db.run(sql`update account set has_webhooks = 1 where id = ${account} and has_webhooks = 0`);
    },
    async removeWebhook(account, id) {
      await db.run(sql`delete from webhook where account_id = ${account} and id = ${id}`);
      // Apart from the update: account need not be on the machine on which the account's own tables are.
      const [left] = await db.all(sql`select id from webhook where account_id = ${account} limit 1`);
      if (left) return;
      await db.run(sql`update account set has_webhooks = 0 where id = ${account} and has_webhooks = 1`);
    },

    async addDeliveries(account, deliveries) {
      if (deliveries.length === 0) return;
      const ids = await takeIds(db, account, 'delivery', deliveries.length);
      const rows = deliveries.map(({ webhookId, event, changeId, subject, subjectId, createdAt }, index) => [
        ...[ids[index]!, webhookId, event, changeId, subject, subjectId],
        ...['pending', 0, createdAt, 0, createdAt],
      ]);
      await insertRows(db, account, 'webhook_delivery', newDelivery, rows);
    },

    async claimDeliveries(account, webhook, now, until, limit) {
      const due = sql`select d.id from webhook_delivery d
        where d.account_id = ${account} and d.webhook_id = ${webhook} and d.status = 'pending'
        and d.next_at <= ${now} and d.claimed_until <= ${now}
        and not exists (select 1 from webhook_delivery o where o.account_id = ${account} and o.webhook_id = d.webhook_id
          and o.subject = d.subject and o.subject_id = d.subject_id and o.status = 'pending' and o.id < d.id)
        order by d.next_at, d.id limit ${limit}`;
      const claimed = await db.all<Row>(sql`update webhook_delivery set claimed_until = ${until}
        where account_id = ${account} and id in (${due}) returning ${columns}`);
      return claimed.map(deliveryOf).sort((a, b) => a.id - b.id);
    },
    saveBody: (account, deliveryId, body) =>
      db.run(sql`update webhook_delivery set body = ${body} where account_id = ${account} and id = ${deliveryId}`),
    async saveAttempt(account, { id, status, attempts, nextAt }, { at, code, error }) {
      // The webhook may have been unsubscribed meanwhile, and the delivery with it.
      const kept =
        await db.all(sql`update webhook_delivery set status = ${status}, attempts = ${attempts}, next_at = ${nextAt},
        claimed_until = 0 where account_id = ${account} and id = ${id} returning id`);
      if (kept.length === 0) return;
      await db.run(sql`insert into webhook_attempt (account_id, delivery_id, attempt, at, code, error)
        select ${account}, ${id}, coalesce(max(attempt), 0) + 1, ${at}, ${code}, ${error}
        from webhook_attempt where account_id = ${account} and delivery_id = ${id} ${db.dialect.returning}`);
    },
    redeliver: (account, ids, now) =>
      db.run(sql`update webhook_delivery set status = 'pending', attempts = 0, next_at = ${now}, claimed_until = 0
        where account_id = ${account} and ${isIn(sql`id`, ids)}`),
    removeDeliveries: (account, before) =>
      db.run(sql`delete from webhook_delivery
        where account_id = ${account} and created_at < ${before} and status <> 'pending'`),
  };
}
