create table webhook (
  account_id bigint not null constraint webhook_account references account (id),
  id bigint not null,
  url text not null,
  -- JSON list of event names
  events text not null,
  -- Key of the signature; null: not signed
  secret text,
  constraint webhook_pkey primary key (account_id, id),
  constraint webhook_url unique (account_id, url)
);

-- The outbox, and afterwards the log of deliveries. Written in the transaction of the change that it tells of; body: as it was first sent.
create table webhook_delivery (
  account_id bigint not null constraint webhook_delivery_account references account (id),
  id bigint not null,
  webhook_id bigint not null,
  event text not null,
  change_id bigint not null,
  subject text not null,
  subject_id bigint not null,
  body text,
  status text not null constraint webhook_delivery_status check (status in ('pending', 'done', 'failed')),
  attempts bigint not null,
  next_at bigint not null,
  claimed_until bigint not null,
  created_at bigint not null,
  constraint webhook_delivery_pkey primary key (account_id, id),
  constraint webhook_delivery_webhook foreign key (account_id, webhook_id) references webhook (account_id, id) on delete cascade
);

create index webhook_delivery_queue on webhook_delivery (account_id, webhook_id, subject, subject_id, id) where status = 'pending';

create index webhook_delivery_due on webhook_delivery (next_at, account_id, webhook_id) where status = 'pending';

create index webhook_delivery_created on webhook_delivery (account_id, created_at);

create table webhook_attempt (
  account_id bigint not null constraint webhook_attempt_account references account (id),
  delivery_id bigint not null,
  attempt bigint not null,
  at bigint not null,
  -- HTTP status; 0: there was no answer
  code bigint not null,
  error text not null,
  constraint webhook_attempt_pkey primary key (account_id, delivery_id, attempt),
  constraint webhook_attempt_delivery foreign key (account_id, delivery_id) references webhook_delivery (account_id, id) on delete cascade
);
