-- What customers have alone.

alter table entity add column next_date integer;

alter table entity add column next_price integer;

alter table entity add column periodicity integer;

alter table entity add column period_id integer;

create index entity_by_next_date on entity (account_id, kind, next_date, id) where is_deleted = 0 and next_date is not null;

-- The bin.
create index entity_deleted on entity (account_id, kind, id) where is_deleted = 1;
