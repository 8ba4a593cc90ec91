-- What one kind has alone; others leave it empty.

alter table entity add column first_name text;

alter table entity add column last_name text;

alter table entity add column pipeline_id integer;

alter table entity add column status_id integer;

alter table entity add column sale integer;

alter table entity add column closed_at integer;

alter table entity add column loss_reason_id integer;

create index entity_by_status on entity (account_id, kind, status_id, id) where is_deleted = 0 and status_id is not null;
