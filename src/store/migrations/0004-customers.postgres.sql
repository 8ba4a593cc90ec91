-- What customers have alone.

alter table entity add column next_date bigint;

alter table entity add column next_price bigint;

alter table entity add column periodicity bigint;

alter table entity add column period_id bigint;

-- The bin.
create index entity_deleted on entity (account_id, kind, id) where is_deleted = 1;
