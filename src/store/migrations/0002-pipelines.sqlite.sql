create table pipeline (
  account_id integer not null references account (id),
  id integer not null,
  name text not null,
  sort integer not null,
  is_main integer not null check (is_main in (0, 1)),
  primary key (account_id, id)
) strict, without rowid;

-- The stages of a pipeline. 142 (won) and 143 (lost) have the same ids in every pipeline.
create table status (
  account_id integer not null references account (id),
  pipeline_id integer not null,
  id integer not null,
  name text not null,
  color text not null,
  sort integer not null,
  is_editable integer not null check (is_editable in (0, 1)),
  primary key (account_id, pipeline_id, id),
  constraint status_pipeline foreign key (account_id, pipeline_id) references pipeline (account_id, id) on delete cascade
) strict, without rowid;

create table task_type (
  account_id integer not null references account (id),
  id integer not null,
  name text not null,
  primary key (account_id, id)
) strict, without rowid;
