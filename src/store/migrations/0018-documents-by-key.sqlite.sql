-- Kept in the order of one number, made of account, kind and id (sqlite-dialect.ts, recordKey): one is found without an index, and those of a
-- page lie side by side. Derived, so they are made again by who reads them next.
drop table entity_document;

create table entity_document (
  key integer primary key,
  account_id integer not null references account (id),
  kind integer not null,
  id integer not null,
  version integer not null,
  document blob not null,
  unique (account_id, kind, id)
) strict;
