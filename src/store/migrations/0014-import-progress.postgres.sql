-- Imports of files of items that are not finished. source: which file, as which kind.
-- place: the byte of the file up to which everything is here; state: what else the importer remembers, JSON.
create table import_progress (
  account_id bigint not null constraint import_progress_account references account (id),
  source text not null,
  place bigint not null,
  state text not null,
  constraint import_progress_pkey primary key (account_id, source)
);
