-- Global and small, as login is: the programs that accounts can let in.
create table integration (
  id text constraint integration_pkey primary key,
  name text not null,
  redirect_uri text not null,
  secret_hash text not null,
  created_at bigint not null
);

-- Codes and refresh tokens, each good for one exchange. family: the hash of the code that an approval began with. A used one stays
-- until it expires, so that a second use is noticed.
create table oauth_grant (
  account_id bigint not null constraint oauth_grant_account references account (id),
  hash text not null,
  kind text not null constraint oauth_grant_kind check (kind in ('code', 'refresh')),
  integration_id text not null constraint oauth_grant_integration references integration (id),
  user_id bigint not null,
  family text not null,
  salt text not null,
  expires_at bigint not null,
  used_at bigint,
  constraint oauth_grant_pkey primary key (account_id, hash)
);

create index oauth_grant_family on oauth_grant (account_id, family);

create index oauth_grant_expiry on oauth_grant (account_id, expires_at);

-- All three null: long-lived, made by hand.
alter table token add column expires_at bigint;

alter table token add column integration_id text;

alter table token add constraint token_integration foreign key (integration_id) references integration (id);

alter table token add column family text;

create index token_family on token (account_id, family) where family is not null;

create index token_expiry on token (account_id, expires_at) where expires_at is not null;
