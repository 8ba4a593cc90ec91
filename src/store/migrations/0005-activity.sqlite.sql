-- Tasks and notes point at an element: a record of some kind (1, 2, 3, 12), a task (4, notes only) or, of tasks, nothing (0).
create table task (
  account_id integer not null references account (id),
  id integer not null,
  element_type integer not null check (element_type in (0, 1, 2, 3, 12)),
  element_id integer not null,
  responsible_user_id integer not null,
  created_by integer not null,
  updated_by integer not null,
  created_at integer not null,
  updated_at integer not null,
  task_type integer not null,
  complete_till integer not null,
  text text not null,
  is_completed integer not null check (is_completed in (0, 1)),
  -- The note with the task's result; 0: none.
  result_note_id integer not null,
  is_deleted integer not null check (is_deleted in (0, 1)),
  primary key (account_id, id)
) strict, without rowid;

create index task_by_element on task (account_id, element_type, element_id, is_completed, complete_till) where is_deleted = 0;

create index task_by_responsible on task (account_id, responsible_user_id, id) where is_deleted = 0;

create table note (
  account_id integer not null references account (id),
  id integer not null,
  element_type integer not null check (element_type in (1, 2, 3, 4, 12)),
  element_id integer not null,
  note_type integer not null,
  text text,
  -- JSON object, of types that have no text
  params text,
  responsible_user_id integer not null,
  created_by integer not null,
  updated_by integer not null,
  created_at integer not null,
  updated_at integer not null,
  primary key (account_id, id)
) strict, without rowid;

create index note_by_element on note (account_id, element_type, element_id, id);
