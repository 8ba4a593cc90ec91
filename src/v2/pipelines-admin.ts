import { definePipelines, deletePipelines } from '../crm/define-pipelines.ts';
import type { Pipeline, Status } from '../crm/pipeline.ts';
import type { PipelineBatch, PipelineDraft, PipelineFault, Refusal, StatusDraft } from '../crm/plan-pipelines.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import { checkItems, type Item, readItems } from './batch-items.ts';
import type { Wire } from './entities.ts';
import { profileOf, WireError } from './errors.ts';
import { jsonAnswer, mapById } from './hal.ts';
import { at, isBlank, isObject, Problems, readCount, readId, readIds, readText, toInteger } from './input.ts';
import type { AddedPipelineJson, AddedStatusJson, PipelinesDeletedJson, PipelinesSetJson } from './wire.ts';

/** The last one is documented, the others are ours in its style. */
const faultTexts: Readonly<Record<PipelineFault, string>> = {
  not_found: 'Pipeline not found',
  name_required: 'Pipeline name is required',
  stage_required: 'At least one status besides 142 and 143 is required',
  stage_name_required: 'Status name is required',
  stage_twice: 'Status is given twice',
  color_not_allowed: 'Status color is not allowed',
  too_many_stages: 'Too many statuses in pipeline',
  too_many_pipelines: 'Too many pipelines',
  stage_in_use: 'Impossible to delete status with leads',
  in_use: 'Impossible to delete pipeline with leads',
  last: 'Impossible to delete last pipeline',
};

/** POST /private/api/v2/json/pipelines/set, for administrators. source: reference §14 */
export async function postPipelines(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { account } = request.actor;
  const problems = new Problems(wire.limits);
  const batch = readPipelineBatch(await request.readBody(), problems);
  throwIfWrong(problems);
  const { added, updated, refused } = await definePipelines(wire.store, request.actor, batch);
  const things = updated.map((id) => ({ id }));
  const body: PipelinesSetJson = {
    response: {
      pipelines: {
        ...(batch.add.length > 0 && {
          add: { ...(added.length > 0 && { pipelines: mapById(added, presentAdded) }), ...errorsOf(refused.add) },
        }),
        ...(batch.update.size > 0 && {
          update: { ...mapById(things, (): true => true), ...errorsOf(refused.update) },
        }),
      },
      server_time: request.now,
    },
  };
  return jsonAnswer(200, body, profileOf(account, wire.profile));
}

/** POST /private/api/v2/json/pipelines/delete, for administrators. source: reference §14 */
export async function postPipelineDeletion(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { account } = request.actor;
  const problems = new Problems(wire.limits);
  const ids = readIds(at(await request.readBody(), 'request', 'id'), 'request/id', problems);
  throwIfWrong(problems);
  if (ids.length === 0) throw new WireError(400, 103, 'Не указан request/id');
  const { refused } = await deletePipelines(wire.store, request.actor, ids);
  const things = [...new Set(ids)].map((id) => ({ id, fault: refused.get(id) }));
  const body: PipelinesDeletedJson = {
    response: mapById(things, ({ fault }) => (fault ? { errors: faultTexts[fault] } : true)),
  };
  return jsonAnswer(200, body, profileOf(account, wire.profile));
}

function throwIfWrong(problems: Problems): void {
  problems.throwAny();
}

function errorsOf(refused: readonly Refusal[]): { errors?: string[] } {
  if (refused.length === 0) return {};
  return { errors: refused.map(({ path, fault }) => `${path}: ${faultTexts[fault]}`) };
}

function presentAdded({ id, name, sort, isMain, statuses }: Pipeline): AddedPipelineJson {
  const shown = mapById(statuses.values(), (status) => presentStatus(status, id));
  return { id, value: id, label: name, name, sort, is_main: isMain, statuses: shown, leads: 0 };
}

function presentStatus({ id, name, color, sort, isEditable }: Status, pipelineId: number): AddedStatusJson {
  return { id, name, color, sort, editable: isEditable ? 'Y' : 'N', pipeline_id: pipelineId };
}

/** One sample of the documentation has `update` inside `pipelines`, another beside it. source: reference §14 */
function readPipelineBatch(body: unknown, problems: Problems): PipelineBatch {
  const request = at(body, 'request');
  const pipelines = at(request, 'pipelines');
  if (!isBlank(pipelines) && !isObject(pipelines)) throw new WireError(400, 103, 'request/pipelines — не объект');
  const add = readItems(at(pipelines, 'add'), 'add', 201) ?? [];
  const updates = [at(request, 'update'), at(pipelines, 'update')].flatMap((value) => readUpdates(value, problems));
  if (add.length === 0 && updates.length === 0) throw new WireError(400, 103, 'Нет ни add, ни update');
  checkItems(add.length + updates.length, problems.limits);
  return {
    add: add.map((item, index) => readPipeline(item, `add/${index}`, problems)),
    update: new Map(updates.map(([id, item]) => [id, readPipeline(item, `update/${id}`, problems)])),
  };
}

/** By id; an item of a list has to hold its own. */
function readUpdates(value: unknown, problems: Problems): [number, Item][] {
  return keyed(value, 'update', problems).map(([key, item]) => {
    const path = `update/${key}`;
    const id = readId(item['id'], `${path}/id`, problems);
    return [id ?? (Array.isArray(value) ? undefined : readId(key, path, problems)) ?? 0, item];
  });
}

/** The objects in a map or list by their keys; those of a list tell nothing. */
function keyed(value: unknown, path: string, problems: Problems): [string, Item][] {
  if (isBlank(value)) return [];
  if (!Array.isArray(value) && !isObject(value)) return problems.add(path, 'ожидается объект') ?? [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]): [string, Item][] =>
    isObject(item) ? [[key, item]] : (problems.add(`${path}/${key}`, 'ожидается объект') ?? []),
  );
}

function readPipeline(item: Item, path: string, problems: Problems): PipelineDraft {
  return {
    path,
    name: readText(item['name'], `${path}/name`, problems, problems.limits.name)?.trim(),
    sort: readCount(item['sort'], `${path}/sort`, problems),
    isMain: readMain(item['is_main'], `${path}/is_main`, problems),
    statuses: readStatuses(item['statuses'], `${path}/statuses`, problems),
  };
}

/** "on" is what the documentation wants; clients also send back what GET gave. Anything else says nothing. */
function readMain(value: unknown, path: string, problems: Problems): boolean {
  if (typeof value === 'object' && value !== null) return problems.add(path, 'ожидается on') ?? false;
  return /^(on|true|1)$/i.test(String(value).trim());
}

function readStatuses(value: unknown, path: string, problems: Problems): StatusDraft[] | undefined {
  if (isBlank(value)) return undefined;
  const statuses = keyed(value, path, problems);
  if (statuses.length > problems.limits.elements) problems.add(path, `не больше ${problems.limits.elements} элементов`);
  return statuses.map(([key, item]) =>
    readStatus(item, Array.isArray(value) ? [] : [toInteger(key) ?? 0], `${path}/${key}`, problems),
  );
}

/** An id inside says more than the key: form data and lists with gaps have keys that only count. */
function readStatus(item: Item, keys: readonly number[], path: string, problems: Problems): StatusDraft {
  const id = readId(item['id'], `${path}/id`, problems);
  return {
    path,
    ids: id === undefined ? keys : [id, ...keys],
    name: readText(item['name'], `${path}/name`, problems, problems.limits.name)?.trim(),
    sort: readCount(item['sort'], `${path}/sort`, problems),
    color: readText(item['color'], `${path}/color`, problems, problems.limits.name)?.trim(),
  };
}
