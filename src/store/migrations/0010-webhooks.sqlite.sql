create table webhook (
  account_id integer not null references account (id),
  id integer not null,
  url text not null,
  -- JSON list of event names
  events text not null,
  -- Key of the signature; null: not signed
  secret text,
  primary key (account_id, id),
  constraint webhook_url unique (account_id, url)
) strict, without rowid;

-- The outbox, and afterwards the log of deliveries. Written in the transaction of the change that it tells of; body: as it was first sent.
create table webhook_delivery (
  account_id integer not null references account (id),
  id integer not null,
  webhook_id integer not null,
  event text not null,
  change_id integer not null,
  subject text not null,
  subject_id integer not null,
  body text,
  status text not null check (status in ('pending', 'done', 'failed')),
  attempts integer not null,
  next_at integer not null,
  claimed_until integer not null,
  created_at integer not null,
  primary key (account_id, id),
  constraint webhook_delivery_webhook foreign key (account_id, webhook_id) references webhook (account_id, id) on delete cascade
) strict, without rowid;

create index webhook_delivery_queue on webhook_delivery (account_id, webhook_id, subject, subject_id, id) where status = 'pending';

create index webhook_delivery_due on webhook_delivery (next_at, account_id, webhook_id) where status = 'pending';

create index webhook_delivery_created on webhook_delivery (account_id, created_at);

create table webhook_attempt (
  account_id integer not null references account (id),
  delivery_id integer not null,
  attempt integer not null,
  at integer not null,
  -- HTTP status; 0: there was no answer
  code integer not null,
  error text not null,
  primary key (account_id, delivery_id, attempt),
  constraint webhook_attempt_delivery foreign key (account_id, delivery_id) references webhook_delivery (account_id, id) on delete cascade
) strict, without rowid;
