-- Passwords of users, and links by which one is set. hash: of the link's secret, which is told once.
alter table account_user add column password_hash text;

create table password_link (
  account_id bigint not null constraint password_link_account references account (id),
  hash text not null,
  user_id bigint not null,
  expires_at bigint not null,
  constraint password_link_pkey primary key (account_id, hash)
);
