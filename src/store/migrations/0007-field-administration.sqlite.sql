-- Fields that clients define: origin is what a client calls its field, and has to tell to delete it.

alter table field add column origin text;

alter table field add column is_editable integer not null default 1 check (is_editable in (0, 1));

alter table field add column is_required integer not null default 0 check (is_required in (0, 1));

alter table field add column is_deletable integer not null default 1 check (is_deletable in (0, 1));

alter table field add column is_visible integer not null default 1 check (is_visible in (0, 1));

-- A deleted field stays: what was written under it can still be named.
alter table field add column is_deleted integer not null default 0 check (is_deleted in (0, 1));

update field set is_deletable = 0 where is_system = 1;
