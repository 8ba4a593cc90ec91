-- What customers have alone.

alter table entity add column next_date integer;

alter table entity add column next_price integer;

alter table entity add column periodicity integer;

alter table entity add column period_id integer;

-- The bin.
create index entity_deleted on entity (account_id, kind, id) where is_deleted = 1;
