import { mostCounted, readDueTasks } from '../crm/due-tasks.ts';
import { elementKey } from '../crm/element.ts';
import type { KindName } from '../crm/entity.ts';
import { elementTypeOf, findElementKind } from '../crm/kinds.ts';
import type { Note } from '../crm/note.ts';
import type { TaskFilter } from '../crm/store.ts';
import { readTasks, saveTasks, type Task, type TaskDraft } from '../crm/task.ts';
import type { Limits } from '../http/limits.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import { type BatchResource, type Item, readItemLists, readUpdateId, savedItems } from './batch-items.ts';
import { presentingOf, type Wire } from './entities.ts';
import { profileOf, WireError } from './errors.ts';
import { empty, halAnswer, hrefTo, jsonAnswer, nothingFound, selfLink } from './hal.ts';
import {
  at,
  idsInQuery,
  isBlank,
  isObject,
  Problems,
  readCount,
  readFlag,
  readId,
  readText,
  readTime,
  toInteger,
  toList,
} from './input.ts';
import { readPage, readRange } from './list-query.ts';
import { parseModifiedSince } from './modified-since.ts';
import type { Presenting } from './present-entity.ts';
import type { DueTasksJson, TaskJson } from './wire.ts';

const resource: BatchResource = {
  path: 'tasks',
  codes: { empty: 228, add: 227, update: 230, id: 231 },
  notFound: 'Task not found',
};
/** The element type is missing. doc: errors */
const noElementType = 235;

/** GET /api/v2/tasks: 200 with the items, 204 when there are none. doc: tasks; source: reference §11.2 */
export async function getTasks(wire: Wire, request: SignedRequest): Promise<Answer> {
  const how = presentingOf(wire, request.actor);
  const filter = readFilter(wire, request);
  const { tasks, results } = await readTasks(wire.store, request.actor, filter, readPage(request.query, filter.ids));
  if (tasks.length === 0) return nothingFound;
  const items = tasks.map((task) => presentTask(task, results.get(task.resultNoteId), how));
  return halAnswer(200, { _links: selfLink(request.url), _embedded: { items } }, how.profile);
}

/** POST /api/v2/tasks: 200 with an item for each task written and an error for each update refused. */
export async function postTasks(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  const lists = readItemLists(resource, await request.readBody(), wire.limits);
  const problems = new Problems(wire.limits);
  const add = lists.add.map((item, index) => readDraft(item, `add/${index}`, problems));
  const update = lists.update.map((item, index) => {
    const id = readUpdateId(resource, item, `update/${index}`, problems);
    return { ...readDraft(item, `update/${index}`, problems), id };
  });
  problems.throwAny();
  const outcomes = await saveTasks(wire.store, actor, { add, update }, request.now);
  const profile = profileOf(actor.account, wire.profile);
  return halAnswer(200, savedItems(resource, lists, outcomes, profile), profile);
}

/**
 * GET /api/kontora/tasks with the filters of the list and `filter[due]`: tasks in the order of their times, open ones if nothing else is
 * said, with the names of what they are about.
 */
export async function getDueTasks(wire: Wire, request: SignedRequest): Promise<Answer> {
  const how = presentingOf(wire, request.actor);
  const { ids, isCompleted = false, ...filter } = readFilter(wire, request);
  if (ids !== undefined) throw new WireError(400, 400, 'id здесь не принимается');
  const due = readRange(at(request.query, 'filter', 'due'));
  const sort = isBlank(request.query['sort']) ? 'due' : request.query['sort'];
  if (sort !== 'due' && sort !== '-due') throw new WireError(400, 400, 'sort — одно из due, -due');
  const page = readPage(request.query);
  const found = await readDueTasks(wire.store, request.actor, { ...filter, isCompleted, due }, sort === '-due', page);
  const body: DueTasksJson = {
    count: found.count,
    is_exact: found.count < mostCounted,
    items: found.tasks.map((task) => ({
      ...presentTask(task, found.results.get(task.resultNoteId), how),
      element_name: task.element ? (found.names.get(elementKey(task.element)) ?? '') : '',
    })),
  };
  return jsonAnswer(200, body, how.profile);
}

/** With `id` nothing else filters, as everywhere. */
function readFilter({ limits }: Wire, { query, headers }: SignedRequest): Omit<TaskFilter, 'visible'> {
  const ids = idsInQuery(query['id'], limits);
  if (ids) return { ids };
  const filter = isObject(query['filter']) ? query['filter'] : {};
  const states = new Set((toList(filter['status']) ?? [filter['status']]).map(toInteger));
  return {
    elementKind: readKindWord(query['type']),
    elementIds: idsInQuery(query['element_id'], limits),
    responsible: idsInQuery(query['responsible_user_id'], limits),
    createdBy: idsInQuery(filter['created_by'], limits),
    types: idsInQuery(filter['task_type'], limits),
    // Both states are no filter.
    isCompleted: states.has(0) === states.has(1) ? undefined : states.has(1),
    created: readRange(filter['date_create']),
    updated: readRange(filter['date_modify']),
    updatedAfter: parseModifiedSince(headers['if-modified-since']),
    stages: readStages(filter['pipe'], limits),
  };
}

function readKindWord(word: unknown): KindName | undefined {
  // Sent along to any address. source: reference, what clients send
  if (word === 'json') return undefined;
  const kind = isBlank(word) ? undefined : findElementKind(word);
  if (!isBlank(word) && (kind === undefined || kind === 'task')) {
    throw new WireError(400, 400, 'type — lead, contact, company или customer');
  }
  return kind === 'task' ? undefined : kind;
}

/** `filter[pipe][<pipeline>][]=<status>` */
function readStages(pipe: unknown, limits: Limits): TaskFilter['stages'] {
  if (!isObject(pipe)) return undefined;
  return Object.entries(pipe).flatMap(([pipelineId, statuses]) =>
    (idsInQuery(statuses, limits) ?? []).map((statusId) => ({ pipelineId: toInteger(pipelineId) ?? 0, statusId })),
  );
}

function readDraft(item: Item, path: string, problems: Problems): TaskDraft {
  const till = isBlank(item['complete_till_at']) ? 'complete_till' : 'complete_till_at';
  return {
    path,
    element: readElement(item, path, problems),
    responsibleUserId: readId(item['responsible_user_id'], `${path}/responsible_user_id`, problems),
    createdBy: readCount(item['created_by'], `${path}/created_by`, problems),
    createdAt: readTime(item['created_at'], `${path}/created_at`, problems),
    updatedAt: readTime(item['updated_at'], `${path}/updated_at`, problems),
    taskType: readId(item['task_type'], `${path}/task_type`, problems),
    // Clients send either spelling. source: reference §11.1
    completeTill: readTime(item[till], `${path}/${till}`, problems),
    text: readText(item['text'], `${path}/text`, problems),
    isCompleted: readFlag(item['is_completed'], `${path}/is_completed`, problems),
    result: readResult(item['result'], `${path}/result`, problems),
  };
}

/** Its text, or the object that GET gives; an empty one comes back as a list from clients that send what they have read. */
function readResult(result: unknown, path: string, problems: Problems): TaskDraft['result'] {
  const given = isObject(result) ? result['text'] : result;
  const text = toList(given)?.length === 0 ? undefined : readText(given, path, problems);
  return text ? { id: isObject(result) ? toInteger(result['id']) : undefined, text } : undefined;
}

/** A task without an element stands alone. */
function readElement(item: Item, path: string, problems: Problems): TaskDraft['element'] {
  const id = readId(item['element_id'], `${path}/element_id`, problems);
  if (id === undefined) return undefined;
  if (isBlank(item['element_type']) || toInteger(item['element_type']) === 0) {
    throw new WireError(400, noElementType, `Не указан element_type (${path}/element_type)`);
  }
  const kind = findElementKind(item['element_type']);
  if (kind === undefined || kind === 'task') return problems.add(`${path}/element_type`, 'ожидается 1, 2, 3 или 12');
  return { kind, id };
}

/** doc: tasks, answer */
export function presentTask(
  task: Task,
  result: Note | undefined,
  { account, groupOfUser, profile }: Presenting,
): TaskJson {
  return {
    id: task.id,
    responsible_user_id: task.responsibleUserId,
    created_by: task.createdBy,
    created_at: task.createdAt,
    updated_at: task.updatedAt,
    account_id: account.id,
    group_id: groupOfUser(task.responsibleUserId),
    element_type: task.element ? elementTypeOf(task.element.kind) : 0,
    element_id: task.element?.id ?? 0,
    is_completed: task.isCompleted,
    task_type: task.taskType,
    complete_till_at: task.completeTill,
    text: task.text,
    result: result
      ? { id: result.id, text: result.text ?? '', _links: selfLink(`${hrefTo('notes', [result.id])}&type=task`) }
      : empty(profile),
    _links: selfLink(hrefTo(resource.path, [task.id])),
  };
}
