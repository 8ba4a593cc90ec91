-- account_id comes first in every key, so that accounts can be spread over machines (docs/adr/0003-schema.md).
-- One statement ends at a line that ends with a semicolon.

create table account (
  id integer primary key check (id between 1 and 134217727),
  subdomain text not null unique,
  name text not null,
  currency text not null,
  timezone text not null,
  language text not null,
  wire text check (wire in ('documented', 'recorded')),
  -- JSON list; null: from everywhere
  allowed_ips text,
  settings_version integer not null default 0
) strict;

-- Global and small: in which accounts a login is known.
create table login (
  login text not null,
  account_id integer not null references account (id),
  primary key (login, account_id)
) strict, without rowid;

create table id_counter (
  account_id integer not null references account (id),
  sequence text not null,
  next_id integer not null,
  primary key (account_id, sequence)
) strict, without rowid;

create table user_group (
  account_id integer not null references account (id),
  id integer not null,
  name text not null,
  primary key (account_id, id)
) strict, without rowid;

create table account_user (
  account_id integer not null references account (id),
  id integer not null,
  login text not null,
  name text not null,
  last_name text,
  group_id integer not null,
  language text not null,
  phone text not null,
  is_admin integer not null check (is_admin in (0, 1)),
  is_active integer not null check (is_active in (0, 1)),
  rights text not null,
  key_hash text not null,
  primary key (account_id, id),
  constraint account_user_login unique (account_id, login)
) strict, without rowid;

create table session (
  account_id integer not null references account (id),
  hash text not null,
  user_id integer not null,
  expires_at integer not null,
  primary key (account_id, hash)
) strict, without rowid;

create index session_expiry on session (account_id, expires_at);

create table token (
  account_id integer not null references account (id),
  hash text not null,
  user_id integer not null,
  created_at integer not null,
  primary key (account_id, hash)
) strict, without rowid;

create table field (
  account_id integer not null references account (id),
  id integer not null,
  name text not null,
  type integer not null,
  code text not null,
  kinds text not null,
  sort integer not null,
  is_system integer not null check (is_system in (0, 1)),
  primary key (account_id, id)
) strict, without rowid;

create table field_enum (
  account_id integer not null references account (id),
  id integer not null,
  field_id integer not null,
  value text not null,
  sort integer not null,
  primary key (account_id, id),
  constraint field_enum_field foreign key (account_id, field_id) references field (account_id, id)
) strict, without rowid;

-- Contacts (1), leads (2), companies (3) and customers (12). fields: JSON, crm/custom-field.ts FieldValue[].
create table entity (
  account_id integer not null references account (id),
  kind integer not null check (kind in (1, 2, 3, 12)),
  id integer not null check (id between 1 and 17179869183),
  name text not null,
  responsible_user_id integer not null,
  created_by integer not null,
  updated_by integer not null,
  created_at integer not null,
  updated_at integer not null,
  closest_task_at integer not null,
  is_deleted integer not null check (is_deleted in (0, 1)),
  fields text not null,
  primary key (account_id, kind, id)
) strict;

-- Everything that a list can filter by without reading the rows themselves.
create index entity_live on entity (account_id, kind, id, responsible_user_id, updated_at, created_at) where is_deleted = 0;

create index entity_by_responsible on entity (account_id, kind, responsible_user_id, id) where is_deleted = 0;

create index entity_by_updated on entity (account_id, kind, updated_at, id) where is_deleted = 0;

-- The answer's JSON of a record for users who see everything, as bytes. Derived: what may make it untrue deletes it in the same
-- transaction; version names the settings and the wire profile that it was made with.
create table entity_document (
  account_id integer not null references account (id),
  kind integer not null,
  id integer not null,
  version integer not null,
  document blob not null,
  primary key (account_id, kind, id)
) strict;

-- How many undeleted records each range of 2^8 (level 0) and 2^16 (level 1) ids holds: deep offsets skip by it.
create table entity_count (
  account_id integer not null references account (id),
  kind integer not null,
  level integer not null,
  bucket integer not null,
  n integer not null,
  primary key (account_id, kind, level, bucket)
) strict, without rowid;

create table entity_search (
  account_id integer not null references account (id),
  kind integer not null,
  id integer not null,
  text text not null,
  primary key (account_id, kind, id)
) strict, without rowid;

create table tag (
  account_id integer not null references account (id),
  id integer not null,
  kind integer not null,
  name text not null,
  folded text not null,
  primary key (account_id, id),
  constraint tag_folded unique (account_id, kind, folded)
) strict, without rowid;

create table entity_tag (
  account_id integer not null references account (id),
  kind integer not null,
  entity_id integer not null,
  position integer not null,
  tag_id integer not null,
  primary key (account_id, kind, entity_id, position)
) strict, without rowid;

-- A link is stored once; position orders the links of either end. crm/link.ts says which kinds link, and which end is the first.
create table link (
  account_id integer not null references account (id),
  first_kind integer not null,
  first_id integer not null,
  second_kind integer not null,
  second_id integer not null,
  position integer not null,
  primary key (account_id, first_kind, first_id, second_kind, second_id)
) strict, without rowid;

create index link_by_second on link (account_id, second_kind, second_id, first_kind, first_id, position);

-- A contact, a lead or a customer has one company at most.
create unique index link_single_company on link (account_id, second_kind, second_id) where first_kind = 3;

-- SQLite only: trigrams of entity_search.text. The rowid holds account, kind and id, so that one account's hits come in the order of ids.
create virtual table entity_trigram using fts5 (
  text, content = '', contentless_delete = 1, detail = 'none', tokenize = 'trigram case_sensitive 1'
);

-- Otherwise updates stall now and then while tombstones are merged away.
insert into entity_trigram (entity_trigram, rank) values ('deletemerge', 0);

create virtual table entity_trigram_term using fts5vocab (entity_trigram, 'row');
