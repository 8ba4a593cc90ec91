-- Fields that clients define: origin is what a client calls its field, and has to tell to delete it.

alter table field add column origin text;

alter table field add column is_editable bigint not null default 1;

alter table field add constraint field_is_editable check (is_editable in (0, 1));

alter table field add column is_required bigint not null default 0;

alter table field add constraint field_is_required check (is_required in (0, 1));

alter table field add column is_deletable bigint not null default 1;

alter table field add constraint field_is_deletable check (is_deletable in (0, 1));

alter table field add column is_visible bigint not null default 1;

alter table field add constraint field_is_visible check (is_visible in (0, 1));

-- A deleted field stays: what was written under it can still be named.
alter table field add column is_deleted bigint not null default 0;

alter table field add constraint field_is_deleted check (is_deleted in (0, 1));

-- The flags of earlier fields, which the SQLite migration sets, have no counterpart: no PostgreSQL database is older than this.
