import { type InfiniteData, infiniteQueryOptions, type QueryClient } from '@tanstack/react-query';
import type { Range } from '../../../client/client.ts';
import { type DueTaskJson, type DueTasksJson, dueTasks, type KindName } from '../api.ts';

export type Task = DueTaskJson;

const pageSize = 50;

/** What a section of the list holds. */
export interface TasksOf {
  readonly isDone: boolean;
  readonly due?: Range | undefined;
  readonly users?: readonly number[] | undefined;
  readonly type?: number | undefined;
}

type Pages = InfiniteData<DueTasksJson, number>;

/** The next ones first; of those that are done the last ones. */
export function tasksQuery(of: TasksOf, limit = pageSize) {
  return infiniteQueryOptions({
    queryKey: ['tasks', of, limit] as const,
    queryFn: ({ signal, pageParam }) => {
      const filter = {
        status: of.isDone ? 1 : 0,
        ...(of.due && { due: of.due }),
        ...(of.type !== undefined && { task_type: of.type }),
      };
      const page = { limit_rows: limit, limit_offset: pageParam };
      const users = of.users && { responsible_user_id: of.users };
      return dueTasks({ filter, ...users, ...page, sort: of.isDone ? '-due' : 'due' }, signal);
    },
    // Cards have tasks, too.
    refetchOnMount: 'always',
    initialPageParam: 0,
    getNextPageParam: (last: DueTasksJson, pages: DueTasksJson[]) =>
      last.items.length < limit ? undefined : pages.length * limit,
  });
}

/** Each once: what is done meanwhile pulls others up from the next page. */
export function itemsOf(pages: readonly DueTasksJson[]): Task[] {
  return [...new Map(pages.flatMap(({ items }) => items).map((task) => [task.id, task])).values()];
}

/** Shows a task where it belongs now, in every section that was read; undefined: nowhere. */
export function putTask(queryClient: QueryClient, id: number, task: Task | undefined): void {
  for (const [key, data] of queryClient.getQueriesData<Pages>({ queryKey: ['tasks'] })) {
    const of = key[1] as TasksOf;
    if (!data) continue;
    const was = data.pages.some(({ items }) => items.some((item) => item.id === id));
    const is = task !== undefined && holds(of, task);
    if (!was && !is) continue;
    const change = Number(is) - Number(was);
    const pages = data.pages.map((page) => ({
      ...page,
      count: page.count + change,
      items: page.items.filter((item) => item.id !== id),
    }));
    queryClient.setQueryData<Pages>(key, { ...data, pages: is ? withTask(pages, of, task) : pages });
  }
}

function holds({ isDone, due, users, type }: TasksOf, task: Task): boolean {
  const at = task.complete_till_at;
  return (
    task.is_completed === isDone &&
    (due === undefined || (at >= due.from && at <= (due.to ?? at))) &&
    (users === undefined || users.includes(task.responsible_user_id)) &&
    (type === undefined || task.task_type === type)
  );
}

function withTask(pages: readonly DueTasksJson[], { isDone }: TasksOf, task: Task): DueTasksJson[] {
  const way = isDone ? -1 : 1;
  const isBehind = (other: Task) => (other.complete_till_at - task.complete_till_at || other.id - task.id) * way > 0;
  const found = pages.findIndex(({ items }) => items.some(isBehind));
  const at = found < 0 ? pages.length - 1 : found;
  return pages.map((page, index) => {
    const place = page.items.findIndex(isBehind);
    const items = place < 0 ? [...page.items, task] : page.items.toSpliced(place, 0, task);
    return index === at ? { ...page, items } : page;
  });
}

const kindOfType: Readonly<Record<number, KindName>> = { 1: 'contacts', 2: 'leads', 3: 'companies', 12: 'customers' };

/** The kind of the record that a task is about; undefined: it stands alone. */
export function kindOf({ element_type }: Pick<Task, 'element_type'>): KindName | undefined {
  return kindOfType[element_type];
}

export const elementTypes: Readonly<Record<KindName, number>> = { contacts: 1, leads: 2, companies: 3, customers: 12 };

export function resultOf({ result }: Task): string {
  return 'text' in result ? result.text : '';
}
