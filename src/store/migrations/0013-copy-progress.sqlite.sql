-- Global and small: a copy into this database that is not finished. scope: the account that is copied; 0: a whole server.
-- source, place: where it comes from, and how far into it everything is here already.
create table copy_progress (
  scope integer primary key,
  source text not null,
  place text not null,
  copied integer not null
) strict;
