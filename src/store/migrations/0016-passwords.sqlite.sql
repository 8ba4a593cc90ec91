-- Passwords of users, and links by which one is set. hash: of the link's secret, which is told once.
alter table account_user add column password_hash text;

create table password_link (
  account_id integer not null references account (id),
  hash text not null,
  user_id integer not null,
  expires_at integer not null,
  primary key (account_id, hash)
) strict, without rowid;
