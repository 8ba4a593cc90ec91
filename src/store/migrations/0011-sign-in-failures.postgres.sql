-- Wrong keys in a row. key: a hash of the client's address and the login.
create table sign_in_failure (
  account_id bigint not null constraint sign_in_failure_account references account (id),
  key text not null,
  count bigint not null constraint sign_in_failure_count check (count > 0),
  until bigint not null,
  constraint sign_in_failure_pkey primary key (account_id, key)
);

create index sign_in_failure_expiry on sign_in_failure (account_id, until);
