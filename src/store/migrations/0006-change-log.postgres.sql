-- What each write did to each thing, in its own transaction; ids of an account grow in the order of the transactions.
-- subject: contact, lead, company, customer, task, note. old_state, new_state: JSON, crm/change-log.ts State.
create table change_log (
  account_id bigint not null constraint change_log_account references account (id),
  id bigint not null,
  at bigint not null,
  user_id bigint not null,
  subject text not null,
  subject_id bigint not null,
  action text not null constraint change_log_action check (action in ('add', 'update', 'delete', 'restore', 'purge')),
  old_state text not null,
  new_state text not null,
  constraint change_log_pkey primary key (account_id, id)
);

create index change_log_by_subject on change_log (account_id, subject, subject_id, id);
