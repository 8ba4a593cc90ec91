import { type Expected, type Json, linksTo, plain, refused } from './answers.ts';
import { frame, requestIdOf } from './framing.ts';
import type { Kind } from './kinds.ts';
import { closing } from './stages.ts';
import { type Account, type Field, type Pipeline, type Status, takeId, type User } from './state.ts';

/** What administrators define. docs: fields, pipelines */

export interface NewField {
  readonly name: string;
  readonly type: number;
  readonly kind: Kind;
  readonly origin: string;
  readonly options: readonly string[];
  readonly isEditable?: boolean | undefined;
  readonly isRequired?: boolean | undefined;
  readonly isDeletable?: boolean | undefined;
  readonly isVisible?: boolean | undefined;
  readonly requestId?: number | string | undefined;
}

export interface FieldBatch {
  readonly add: readonly NewField[];
  readonly remove: readonly { readonly id: number; readonly origin: string }[];
}

const lists = [4, 5, 10];
const withOptions = [4, 5, 8, 10];

/** POST /api/v2/fields: deletions first. */
export function defineFields(account: Account, user: User, { add, remove }: FieldBatch): Expected {
  const reasons = add.flatMap(({ type, options }, index) =>
    lists.includes(type) && options.length === 0 ? [{ status: 400, code: 205, place: `add/${index}` }] : [],
  );
  if (!user.isAdmin) return refused({ status: 403, code: 244 });
  if (reasons.length > 0) return refused(...reasons);
  const isKnown = ({ id, origin }: FieldBatch['remove'][number]) =>
    account.fields.some((field) => field.id === id && field.origin === origin);
  const removed = [...new Set(remove.filter(isKnown).map(({ id }) => id))];
  const failed = [...new Set(remove.map(({ id }) => id))].filter((id) => !removed.includes(id));
  account.fields = account.fields.filter(({ id }) => !removed.includes(id));
  const last = account.fields.at(-1)?.sort ?? 0;
  const added = add.map((draft, index): Field => {
    const { name, type, origin, isEditable = true, isRequired = false, isDeletable = true, isVisible = true } = draft;
    const texts = withOptions.includes(type) ? draft.options : [];
    const options = texts.map((value) => ({ id: takeId(account, 'enum'), value }));
    const flags = { isEditable, isRequired, isDeletable, isVisible };
    const place = { id: takeId(account, 'field'), sort: last + 2 * (index + 1) };
    return { ...place, ...flags, name, type, origin, options, code: '', kinds: [draft.kind], isSystem: false };
  });
  account.fields.push(...added);
  const items = [
    ...added.map(({ id }, index) => ({
      id,
      ...requestIdOf(account.profile, true, add, index),
      _links: linksTo('fields', [id]),
    })),
    ...removed.map((id) => ({ id, _links: linksTo('fields', [id]) })),
  ];
  const texts = failed.map((id) => [id, 'Custom field not found']);
  return frame('fields', items, failed.length > 0 ? { delete: Object.fromEntries(texts) } : {});
}

export interface PipelineDraft {
  /** Of an update. */
  readonly id?: number;
  readonly name: string;
  readonly isMain: boolean;
  /** All its stages but those of the account; without an id it is a new one. Absent: they stay. */
  readonly statuses?: readonly { readonly id?: number; readonly name: string }[];
}

/** The first of the allowed colours. */
const usualColor = '#fffeb2';
/** docs: pipelines; more than 50 are refused */
const most = 50;

/** POST /private/api/v2/json/pipelines/set, with one pipeline. */
export function setPipeline(account: Account, user: User, draft: PipelineDraft, now: number): Expected {
  if (!user.isAdmin) return refused({ status: 403, code: 244, legacy: 'private' });
  const { id } = draft;
  const before = account.pipelines.find((pipeline) => pipeline.id === id);
  const done = id === undefined ? addPipeline(account, draft) : changePipeline(account, draft, before, id);
  const failed = typeof done === 'string' ? { errors: [done] } : {};
  if (typeof done !== 'string') settle(account, done, draft.isMain);
  const answer =
    id === undefined
      ? {
          add: {
            ...(typeof done !== 'string' && { pipelines: new Map([[done.id, showAdded(account, done)]]) }),
            ...failed,
          },
        }
      : { update: typeof done === 'string' ? failed : { [id]: true } };
  return plain({ response: { pipelines: answer, server_time: now } });
}

function addPipeline(account: Account, { name, isMain, statuses = [] }: PipelineDraft): Pipeline | string {
  if (account.pipelines.length >= most) return 'add/0: Too many pipelines';
  if (name === '') return 'add/0: Pipeline name is required';
  if (statuses.length === 0) return 'add/0: At least one status besides 142 and 143 is required';
  const sort = (account.pipelines.at(-1)?.sort ?? 0) + 1;
  const [first, ...stages] = [0, ...statuses.keys()].map(() => takeId(account, 'status'));
  const unsorted: Status = { id: first!, name: 'Неразобранное', color: '#c1c1c1', sort: 10, isEditable: false };
  const own = statuses.map((status, index) => newStage(stages[index]!, status.name, index));
  return { id: takeId(account, 'pipeline'), name, sort, isMain, statuses: [unsorted, ...own, ...closing] };
}

function newStage(id: number, name: string, index: number): Status {
  return { id, name, color: usualColor, sort: 20 + 10 * index, isEditable: true };
}

function changePipeline(
  account: Account,
  draft: PipelineDraft,
  before: Pipeline | undefined,
  id: number,
): Pipeline | string {
  if (before === undefined) return `update/${id}: Pipeline not found`;
  const named = { ...before, name: draft.name || before.name, isMain: draft.isMain };
  if (draft.statuses === undefined) return named;
  if (draft.statuses.length === 0) return `update/${id}: At least one status besides 142 and 143 is required`;
  const own = before.statuses.filter(({ isEditable }) => isEditable);
  const gone = own.find(
    (status) => !draft.statuses!.some((kept) => kept.id === status.id) && hasLeads(account, id, status.id),
  );
  if (gone) return `update/${id}/statuses/${gone.id}: Impossible to delete status with leads`;
  // Without a sort a stage keeps its place, and new ones come last.
  const kept = own.flatMap((status) => {
    const found = draft.statuses!.find((other) => other.id === status.id);
    return found ? [{ ...status, name: found.name || status.name }] : [];
  });
  // Those that are gone since, too: what names no stage of the pipeline is a new one. Ids are larger than the keys of new ones.
  const unknown = draft.statuses.filter(({ id }) => !before.statuses.some((status) => status.id === id));
  const added = unknown.toSorted((one, other) => (one.id ?? 0) - (other.id ?? 0));
  const stages = [...kept, ...added.map((status) => newStage(takeId(account, 'status'), status.name, 0))];
  const numbered = stages.map((status, index) => ({ ...status, sort: 20 + 10 * index }));
  const [unsorted] = before.statuses;
  return { ...named, statuses: [unsorted!, ...numbered, ...before.statuses.slice(-2)] };
}

/** Also leads in the bin. adr/0002 */
function hasLeads({ records }: Account, pipeline: number, status?: number): boolean {
  return [...records.lead.values()].some(
    ({ own }) => own.pipeline === pipeline && (status === undefined || own.status === status),
  );
}

/** Exactly one pipeline is the main one: the last that asked for it. */
function settle(account: Account, saved: Pipeline, asks: boolean): void {
  const wasMain = account.pipelines.find(({ isMain }) => isMain)!.id;
  const main = asks ? saved.id : wasMain;
  const all = [...account.pipelines.filter(({ id }) => id !== saved.id), saved];
  account.pipelines = all
    .map((pipeline) => ({ ...pipeline, isMain: pipeline.id === main }))
    .sort((one, other) => one.sort - other.sort || one.id - other.id);
}

function showAdded(account: Account, { id }: Pipeline): Json {
  const { name, sort, isMain, statuses } = account.pipelines.find((pipeline) => pipeline.id === id)!;
  const stages = statuses.map(
    (status) =>
      [
        status.id,
        {
          ...{ id: status.id, name: status.name, color: status.color, sort: status.sort },
          ...{ editable: status.isEditable ? 'Y' : 'N', pipeline_id: id },
        },
      ] as const,
  );
  return { id, value: id, label: name, name, sort, is_main: isMain, statuses: new Map(stages), leads: 0 };
}

/** POST /private/api/v2/json/pipelines/delete */
export function deletePipelines(account: Account, user: User, ids: readonly number[]): Expected {
  if (!user.isAdmin) return refused({ status: 403, code: 244, legacy: 'private' });
  const told = [...new Set(ids)].map((id) => [id, removePipeline(account, id)] as const);
  const main = account.pipelines.find(({ isMain }) => isMain) ?? account.pipelines[0]!;
  account.pipelines = account.pipelines.map((pipeline) => ({ ...pipeline, isMain: pipeline.id === main.id }));
  return plain({ response: new Map<number, Json>(told) });
}

function removePipeline(account: Account, id: number): Json {
  if (!account.pipelines.some((pipeline) => pipeline.id === id)) return { errors: 'Pipeline not found' };
  if (account.pipelines.length === 1) return { errors: 'Impossible to delete last pipeline' };
  if (hasLeads(account, id)) return { errors: 'Impossible to delete pipeline with leads' };
  account.pipelines = account.pipelines.filter((pipeline) => pipeline.id !== id);
  return true;
}
