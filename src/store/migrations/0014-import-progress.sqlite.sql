-- Imports of files of items that are not finished. source: which file, as which kind.
-- place: the byte of the file up to which everything is here; state: what else the importer remembers, JSON.
create table import_progress (
  account_id integer not null references account (id),
  source text not null,
  place integer not null,
  state text not null,
  primary key (account_id, source)
) strict, without rowid;
