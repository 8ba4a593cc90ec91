-- A pipeline's leads by stage, the last changed ones first: lists, numbers and sums without reading the rows themselves.
create index entity_by_stage on entity (account_id, kind, pipeline_id, status_id, updated_at, id, responsible_user_id, created_at, sale)
  where is_deleted = 0 and pipeline_id is not null;

-- How many came in a time. A new record goes to its end, a changed one stays where it is.
create index entity_by_created on entity (account_id, kind, created_at, responsible_user_id) where is_deleted = 0;

-- Open and done tasks by the time until which they are to be done.
create index task_by_due on task (account_id, is_completed, complete_till, id, responsible_user_id, task_type, element_type, element_id)
  where is_deleted = 0;
