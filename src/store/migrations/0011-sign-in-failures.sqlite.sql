-- Wrong keys in a row. key: a hash of the client's address and the login.
create table sign_in_failure (
  account_id integer not null references account (id),
  key text not null,
  count integer not null check (count > 0),
  until integer not null,
  primary key (account_id, key)
) strict, without rowid;

create index sign_in_failure_expiry on sign_in_failure (account_id, until);
