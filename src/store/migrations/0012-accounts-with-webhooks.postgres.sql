-- Global, as the rest of account: whose outbox there is to look at.
alter table account add column has_webhooks bigint not null default 0;

alter table account add constraint account_has_webhooks check (has_webhooks in (0, 1));

-- Of earlier accounts, which the SQLite migration marks, there are none: no PostgreSQL database is older than this.

create index account_with_webhooks on account (id) where has_webhooks = 1;

drop index webhook_delivery_due;

create index webhook_delivery_due on webhook_delivery (account_id, webhook_id, next_at, id) where status = 'pending';
