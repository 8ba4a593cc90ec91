-- The records of a tag: to filter and count by it, to merge and delete it.
create index entity_tag_by_tag on entity_tag (account_id, kind, tag_id, entity_id);

-- Whose it is; null: the whole server's, made on the command line.
alter table integration add column owner_id bigint;
