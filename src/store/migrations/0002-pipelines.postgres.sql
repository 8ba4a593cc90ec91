create table pipeline (
  account_id bigint not null constraint pipeline_account references account (id),
  id bigint not null,
  name text not null,
  sort bigint not null,
  is_main bigint not null constraint pipeline_is_main check (is_main in (0, 1)),
  constraint pipeline_pkey primary key (account_id, id)
);

-- The stages of a pipeline. 142 (won) and 143 (lost) have the same ids in every pipeline.
create table status (
  account_id bigint not null constraint status_account references account (id),
  pipeline_id bigint not null,
  id bigint not null,
  name text not null,
  color text not null,
  sort bigint not null,
  is_editable bigint not null constraint status_is_editable check (is_editable in (0, 1)),
  constraint status_pkey primary key (account_id, pipeline_id, id),
  constraint status_pipeline foreign key (account_id, pipeline_id) references pipeline (account_id, id) on delete cascade
);

create table task_type (
  account_id bigint not null constraint task_type_account references account (id),
  id bigint not null,
  name text not null,
  constraint task_type_pkey primary key (account_id, id)
);
