-- Global and small: a copy into this database that is not finished. scope: the account that is copied; 0: a whole server.
-- source, place: where it comes from, and how far into it everything is here already.
create table copy_progress (
  scope bigint constraint copy_progress_pkey primary key,
  source text not null,
  place text not null,
  copied bigint not null
);
