-- account_id comes first in every key, so that accounts can be spread over machines (docs/adr/0003-schema.md).
-- One statement ends at a line that ends with a semicolon.
-- Every constraint has a name, and what is added to a table comes column first, then constraint: so it can also be done to a table
-- that is spread over machines.

create table account (
  id bigint constraint account_pkey primary key constraint account_id check (id between 1 and 134217727),
  subdomain text not null constraint account_subdomain unique,
  name text not null,
  currency text not null,
  timezone text not null,
  language text not null,
  wire text constraint account_wire check (wire in ('documented', 'recorded')),
  -- JSON list; null: from everywhere
  allowed_ips text,
  settings_version bigint not null default 0
);

-- Global and small: in which accounts a login is known.
create table login (
  login text not null,
  account_id bigint not null constraint login_account references account (id),
  constraint login_pkey primary key (login, account_id)
);

create table id_counter (
  account_id bigint not null constraint id_counter_account references account (id),
  sequence text not null,
  next_id bigint not null,
  constraint id_counter_pkey primary key (account_id, sequence)
);

create table user_group (
  account_id bigint not null constraint user_group_account references account (id),
  id bigint not null,
  name text not null,
  constraint user_group_pkey primary key (account_id, id)
);

create table account_user (
  account_id bigint not null constraint account_user_account references account (id),
  id bigint not null,
  login text not null,
  name text not null,
  last_name text,
  group_id bigint not null,
  language text not null,
  phone text not null,
  is_admin bigint not null constraint account_user_is_admin check (is_admin in (0, 1)),
  is_active bigint not null constraint account_user_is_active check (is_active in (0, 1)),
  rights text not null,
  key_hash text not null,
  constraint account_user_pkey primary key (account_id, id),
  constraint account_user_login unique (account_id, login)
);

create table session (
  account_id bigint not null constraint session_account references account (id),
  hash text not null,
  user_id bigint not null,
  expires_at bigint not null,
  constraint session_pkey primary key (account_id, hash)
);

create index session_expiry on session (account_id, expires_at);

create table token (
  account_id bigint not null constraint token_account references account (id),
  hash text not null,
  user_id bigint not null,
  created_at bigint not null,
  constraint token_pkey primary key (account_id, hash)
);

create table field (
  account_id bigint not null constraint field_account references account (id),
  id bigint not null,
  name text not null,
  type bigint not null,
  code text not null,
  kinds text not null,
  sort bigint not null,
  is_system bigint not null constraint field_is_system check (is_system in (0, 1)),
  constraint field_pkey primary key (account_id, id)
);

create table field_enum (
  account_id bigint not null constraint field_enum_account references account (id),
  id bigint not null,
  field_id bigint not null,
  value text not null,
  sort bigint not null,
  constraint field_enum_pkey primary key (account_id, id),
  constraint field_enum_field foreign key (account_id, field_id) references field (account_id, id)
);

-- Contacts (1), leads (2), companies (3) and customers (12). fields: JSON, crm/custom-field.ts FieldValue[].
create table entity (
  account_id bigint not null constraint entity_account references account (id),
  kind bigint not null constraint entity_kind check (kind in (1, 2, 3, 12)),
  id bigint not null constraint entity_id check (id between 1 and 17179869183),
  name text not null,
  responsible_user_id bigint not null,
  created_by bigint not null,
  updated_by bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  closest_task_at bigint not null,
  is_deleted bigint not null constraint entity_is_deleted check (is_deleted in (0, 1)),
  fields text not null,
  constraint entity_pkey primary key (account_id, kind, id)
);

-- Everything that a list can filter by without reading the rows themselves.
create index entity_live on entity (account_id, kind, id, responsible_user_id, updated_at, created_at) where is_deleted = 0;

create index entity_by_responsible on entity (account_id, kind, responsible_user_id, id) where is_deleted = 0;

create index entity_by_updated on entity (account_id, kind, updated_at, id) where is_deleted = 0;

-- The answer's JSON of a record for users who see everything, as bytes. Derived: what may make it untrue deletes it in the same
-- transaction; version names the settings and the wire profile that it was made with.
create table entity_document (
  account_id bigint not null constraint entity_document_account references account (id),
  kind bigint not null,
  id bigint not null,
  version bigint not null,
  document bytea not null,
  constraint entity_document_pkey primary key (account_id, kind, id)
);

-- How many undeleted records each range of 2^8 (level 0) and 2^16 (level 1) ids holds: deep offsets skip by it.
create table entity_count (
  account_id bigint not null constraint entity_count_account references account (id),
  kind bigint not null,
  level bigint not null,
  bucket bigint not null,
  n bigint not null,
  constraint entity_count_pkey primary key (account_id, kind, level, bucket)
);

create table entity_search (
  account_id bigint not null constraint entity_search_account references account (id),
  kind bigint not null,
  id bigint not null,
  text text not null,
  constraint entity_search_pkey primary key (account_id, kind, id)
);

create table tag (
  account_id bigint not null constraint tag_account references account (id),
  id bigint not null,
  kind bigint not null,
  name text not null,
  folded text not null,
  constraint tag_pkey primary key (account_id, id),
  constraint tag_folded unique (account_id, kind, folded)
);

create table entity_tag (
  account_id bigint not null constraint entity_tag_account references account (id),
  kind bigint not null,
  entity_id bigint not null,
  position bigint not null,
  tag_id bigint not null,
  constraint entity_tag_pkey primary key (account_id, kind, entity_id, position)
);

-- A link is stored once; position orders the links of either end. crm/link.ts says which kinds link, and which end is the first.
create table link (
  account_id bigint not null constraint link_account references account (id),
  first_kind bigint not null,
  first_id bigint not null,
  second_kind bigint not null,
  second_id bigint not null,
  position bigint not null,
  constraint link_pkey primary key (account_id, first_kind, first_id, second_kind, second_id)
);

create index link_by_second on link (account_id, second_kind, second_id, first_kind, first_id, position);

-- A contact, a lead or a customer has one company at most.
create unique index link_single_company on link (account_id, second_kind, second_id) where first_kind = 3;

-- PostgreSQL only: trigrams of the texts, by account and kind (btree_gin) in the same index.
create extension if not exists pg_trgm;

create extension if not exists btree_gin;

create index entity_search_trigram on entity_search using gin (account_id, kind, text gin_trgm_ops);
