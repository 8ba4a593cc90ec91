-- Why leads are lost.
create table loss_reason (
  account_id bigint not null constraint loss_reason_account references account (id),
  id bigint not null,
  name text not null,
  constraint loss_reason_pkey primary key (account_id, id)
);

-- The reasons of earlier accounts, which the SQLite migration adds, have no counterpart: no PostgreSQL database is older than this.
