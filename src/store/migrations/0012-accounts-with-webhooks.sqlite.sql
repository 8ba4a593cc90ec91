-- Global, as the rest of account: whose outbox there is to look at.
alter table account add column has_webhooks integer not null default 0 check (has_webhooks in (0, 1));

update account set has_webhooks = 1 where id in (select account_id from webhook);

create index account_with_webhooks on account (id) where has_webhooks = 1;

drop index webhook_delivery_due;

create index webhook_delivery_due on webhook_delivery (account_id, webhook_id, next_at, id) where status = 'pending';
