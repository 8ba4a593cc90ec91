-- What one kind has alone; others leave it empty.

alter table entity add column first_name text;

alter table entity add column last_name text;

alter table entity add column pipeline_id bigint;

alter table entity add column status_id bigint;

alter table entity add column sale bigint;

alter table entity add column closed_at bigint;

alter table entity add column loss_reason_id bigint;

create index entity_by_status on entity (account_id, kind, status_id, id) where is_deleted = 0 and status_id is not null;
