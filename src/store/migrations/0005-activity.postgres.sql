-- Tasks and notes point at an element: a record of some kind (1, 2, 3, 12), a task (4, notes only) or, of tasks, nothing (0).
create table task (
  account_id bigint not null constraint task_account references account (id),
  id bigint not null,
  element_type bigint not null constraint task_element_type check (element_type in (0, 1, 2, 3, 12)),
  element_id bigint not null,
  responsible_user_id bigint not null,
  created_by bigint not null,
  updated_by bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  task_type bigint not null,
  complete_till bigint not null,
  text text not null,
  is_completed bigint not null constraint task_is_completed check (is_completed in (0, 1)),
  -- The note with the task's result; 0: none.
  result_note_id bigint not null,
  is_deleted bigint not null constraint task_is_deleted check (is_deleted in (0, 1)),
  constraint task_pkey primary key (account_id, id)
);

create index task_by_element on task (account_id, element_type, element_id, is_completed, complete_till) where is_deleted = 0;

create index task_by_responsible on task (account_id, responsible_user_id, id) where is_deleted = 0;

create table note (
  account_id bigint not null constraint note_account references account (id),
  id bigint not null,
  element_type bigint not null constraint note_element_type check (element_type in (1, 2, 3, 4, 12)),
  element_id bigint not null,
  note_type bigint not null,
  text text,
  -- JSON object, of types that have no text
  params text,
  responsible_user_id bigint not null,
  created_by bigint not null,
  updated_by bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint note_pkey primary key (account_id, id)
);

create index note_by_element on note (account_id, element_type, element_id, id);
