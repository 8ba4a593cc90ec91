/** What the list of tasks shows: all of it stands in the address. */
export interface TasksView {
  /** Ids of responsible users, with commas. */
  readonly users?: string;
  /** An id of a type. */
  readonly type?: string;
  /** `done`; without it what is to do. */
  readonly show?: 'done';
}

/** What an address holds and nobody understands is passed over. */
export function readTasksView({ users, type, show }: Record<string, unknown>): TasksView {
  return {
    ...(typeof users === 'string' && /^\d+(,\d+)*$/.test(users) && { users }),
    ...(typeof type === 'string' && /^\d+$/.test(type) && { type }),
    ...(show === 'done' && { show }),
  };
}
