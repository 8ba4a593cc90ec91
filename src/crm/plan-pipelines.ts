import { closing, closingStatuses, type Pipeline, type Status, unsorted } from './pipeline.ts';
import type { Stage } from './store.ts';

/** A pipeline as a request has it. What is absent stays as it is, or gets its default. */
export interface PipelineDraft {
  /** Where it stands in the request, as in `add/0`. */
  readonly path: string;
  readonly name?: string | undefined;
  readonly sort?: number | undefined;
  /** It becomes the main one. It ceases to be that when another becomes it, and not otherwise. */
  readonly isMain: boolean;
  /** All its stages: those that it has and that are missing here are removed. */
  readonly statuses?: readonly StatusDraft[] | undefined;
}

export interface StatusDraft {
  readonly path: string;
  /** What may be the id of a stage that the pipeline has; otherwise the stage is a new one. */
  readonly ids: readonly number[];
  readonly name?: string | undefined;
  readonly sort?: number | undefined;
  readonly color?: string | undefined;
}

export interface PipelineBatch {
  readonly add: readonly PipelineDraft[];
  /** By id. */
  readonly update: ReadonlyMap<number, PipelineDraft>;
}

/** Why one pipeline of a request was refused while the rest went on. */
export interface Refusal {
  readonly path: string;
  readonly fault: PipelineFault;
}

export type PipelineFault =
  | 'not_found'
  | 'name_required'
  | 'stage_required'
  | 'stage_name_required'
  | 'stage_twice'
  | 'color_not_allowed'
  | 'too_many_stages'
  | 'too_many_pipelines'
  | 'stage_in_use'
  | 'in_use'
  | 'last';

/** With its stages in their order; new ones, and a new pipeline, have id 0 until they get theirs. */
export interface PlannedPipeline extends Omit<Pipeline, 'statuses'> {
  readonly statuses: readonly Status[];
}

/** What will become of the pipelines. */
export interface PipelinePlan {
  readonly add: readonly PlannedPipeline[];
  readonly update: readonly PlannedPipeline[];
  /** The one that was the main one before. */
  readonly demote: readonly PlannedPipeline[];
  readonly refused: { readonly add: readonly Refusal[]; readonly update: readonly Refusal[] };
}

/** With 142 and 143. doc: pipelines */
const maxStages = 100;
/** Of later versions; API v2 had ten. Settings are read with every request, so there has to be some bound. */
const maxPipelines = 50;

/** What a new stage may be coloured. source: reference §14 */
const colors: ReadonlySet<string> = new Set(
  [
    ...['fffeb2', 'fffd7f', 'fff000', 'ffeab2', 'ffdc7f', 'ffce5a', 'ffdbdb', 'ffc8c8', 'ff8f92', 'd6eaff', 'c1e0ff'],
    ...['98cbff', 'ebffb1', 'deff81', '87f2c0', 'f9deff', 'f3beff', 'ccc8f9', 'eb93ff', 'f2f3f4', 'e6e8ea'],
  ].map((digits) => `#${digits}`),
);
const [usualColor] = colors;

/** Each pipeline is saved or refused for itself; afterwards exactly one of the account is the main one. */
export function planPipelines(
  pipelines: ReadonlyMap<number, Pipeline>,
  inUse: readonly Stage[],
  batch: PipelineBatch,
): PipelinePlan {
  const add: PlannedPipeline[] = [];
  const update: PlannedPipeline[] = [];
  const refused: { add: Refusal[]; update: Refusal[] } = { add: [], update: [] };
  const keep = (to: 'add' | 'update', result: PlannedPipeline | Refusal) => {
    if ('fault' in result) refused[to].push(result);
    else (to === 'add' ? add : update).push(result);
  };
  const lastSort = [...pipelines.values()].at(-1)?.sort ?? 0;
  for (const draft of batch.add) {
    const isRoom = pipelines.size + add.length < maxPipelines;
    const refusal: Refusal = { path: draft.path, fault: 'too_many_pipelines' };
    keep('add', isRoom ? planOne(draft, null, lastSort + 1 + add.length, inUse) : refusal);
  }
  for (const [id, draft] of batch.update) {
    const before = pipelines.get(id);
    const refusal: Refusal = { path: draft.path, fault: 'not_found' };
    keep('update', before ? planOne(draft, before, before.sort, inUse) : refusal);
  }
  return { ...settleMain(pipelines, add, update), refused };
}

/** A stage of the pipeline with what the request says of it. */
interface Match {
  readonly draft: StatusDraft;
  readonly before: Status | undefined;
}

function planOne(
  draft: PipelineDraft,
  before: Pipeline | null,
  sort: number,
  inUse: readonly Stage[],
): PlannedPipeline | Refusal {
  const known = before ? [...before.statuses.values()] : [unsorted(0), ...closing];
  const byId = new Map(known.map((status) => [status.id, status]));
  const matches = draft.statuses?.map((status): Match => {
    const id = status.ids.find((id) => id !== 0 && byId.has(id));
    return { draft: status, before: id === undefined ? undefined : byId.get(id) };
  });
  const statuses = matches ? mergeStages(known, matches) : known;
  const fault = findFault(draft, before, matches ?? [], statuses);
  if (fault) return fault;
  const leftBehind = before && findLeftBehind(before, statuses, inUse);
  if (leftBehind) return { path: `${draft.path}/statuses/${leftBehind}`, fault: 'stage_in_use' };
  return {
    id: before?.id ?? 0,
    name: draft.name || (before?.name ?? ''),
    sort: draft.sort ?? sort,
    isMain: draft.isMain,
    statuses,
  };
}

/** The account's own stages stay and take a name alone; the others come between them as they are sorted, and are numbered anew. */
function mergeStages(known: readonly Status[], matches: readonly Match[]): Status[] {
  const names = new Map(matches.map(({ draft, before }) => [before, draft.name]));
  const fixed = known.filter(({ isEditable }) => !isEditable);
  const renamed = fixed.map((status) => ({ ...status, name: names.get(status) || status.name }));
  const first = renamed.filter(({ id }) => !closingStatuses.has(id));
  const last = renamed.filter(({ id }) => closingStatuses.has(id));
  const open = matches
    .filter(({ before }) => before?.isEditable !== false)
    .map(({ draft, before }) => ({
      id: before?.id ?? 0,
      name: draft.name || (before?.name ?? ''),
      color: colorOf(draft.color, before) ?? '',
      sort: draft.sort ?? before?.sort ?? Number.MAX_SAFE_INTEGER,
      isEditable: true,
    }))
    .sort((one, other) => one.sort - other.sort)
    .map((status, index) => ({ ...status, sort: 10 * (first.length + 1 + index) }));
  return [...first, ...open, ...last];
}

/** Undefined: not allowed. What a stage has already it may keep, such as the colours of a fresh account. */
function colorOf(color: string | undefined, before: Status | undefined): string | undefined {
  if (!color) return before?.color ?? usualColor;
  const written = `#${color.trim().replace(/^#/, '').toLowerCase()}`;
  if (written === before?.color.toLowerCase()) return before.color;
  return colors.has(written) ? written : undefined;
}

function findFault(
  { path, name }: PipelineDraft,
  before: Pipeline | null,
  matches: readonly Match[],
  statuses: readonly Status[],
): Refusal | undefined {
  if (before === null && !name) return { path, fault: 'name_required' };
  if (!statuses.some(({ isEditable }) => isEditable)) return { path, fault: 'stage_required' };
  if (statuses.length > maxStages) return { path, fault: 'too_many_stages' };
  const seen = new Set<Status>();
  for (const { draft, before } of matches) {
    if (before === undefined && !draft.name) return { path: draft.path, fault: 'stage_name_required' };
    if (before && seen.has(before)) return { path: draft.path, fault: 'stage_twice' };
    if (before) seen.add(before);
    const isFixed = before?.isEditable === false;
    if (!isFixed && colorOf(draft.color, before) === undefined) return { path: draft.path, fault: 'color_not_allowed' };
  }
  return undefined;
}

/** A stage that will be there no more although there are leads in it. */
function findLeftBehind({ id, statuses }: Pipeline, after: readonly Status[], inUse: readonly Stage[]) {
  const left = new Set(after.map((status) => status.id));
  const used = new Set(inUse.filter(({ pipelineId }) => pipelineId === id).map(({ statusId }) => statusId));
  return [...statuses.keys()].find((statusId) => !left.has(statusId) && used.has(statusId));
}

/** The last one that asks for it becomes the main one; where nobody asks it stays, and an account's first becomes it. */
function settleMain(
  pipelines: ReadonlyMap<number, Pipeline>,
  add: readonly PlannedPipeline[],
  update: readonly PlannedPipeline[],
): Omit<PipelinePlan, 'refused'> {
  const saved = [...add, ...update];
  const current = [...pipelines.values()].find(({ isMain }) => isMain);
  const next =
    saved.findLast(({ isMain }) => isMain) ?? (current ? saved.find(({ id }) => id === current.id) : saved[0]);
  const settle = (pipeline: PlannedPipeline) => ({ ...pipeline, isMain: pipeline === next });
  const isDemoted = current && next?.isMain && !saved.some(({ id }) => id === current.id);
  const demote = isDemoted ? [{ ...current, isMain: false, statuses: [...current.statuses.values()] }] : [];
  return { add: add.map(settle), update: update.map(settle), demote };
}

export function countPipelineIds({ add, update }: PipelinePlan): { pipelines: number; statuses: number } {
  const stages = [...add, ...update].flatMap(({ statuses }) => statuses);
  return { pipelines: add.length, statuses: stages.filter(({ id }) => id === 0).length };
}

/** The pipelines of a plan as they will be; `ids` are as many as `countPipelineIds` said. */
export function numberPipelines(
  { add, update, demote }: PipelinePlan,
  ids: { readonly pipelines: readonly number[]; readonly statuses: readonly number[] },
): { readonly added: readonly Pipeline[]; readonly changed: readonly Pipeline[] } {
  const pipelineIds = ids.pipelines.values();
  const statusIds = ids.statuses.values();
  const number = (pipeline: PlannedPipeline): Pipeline => {
    const statuses = pipeline.statuses.map((status) => ({ ...status, id: status.id || statusIds.next().value! }));
    const id = pipeline.id || pipelineIds.next().value!;
    return { ...pipeline, id, statuses: new Map(statuses.map((status) => [status.id, status])) };
  };
  return { added: add.map(number), changed: [...update, ...demote].map(number) };
}

/** What will be deleted; where that was the main pipeline, the first of those left becomes it. */
export interface RemovalPlan {
  readonly remove: readonly number[];
  readonly promote: readonly Pipeline[];
  readonly refused: ReadonlyMap<number, PipelineFault>;
}

export function planRemoval(
  pipelines: ReadonlyMap<number, Pipeline>,
  inUse: readonly Stage[],
  ids: readonly number[],
): RemovalPlan {
  const left = new Map(pipelines);
  const refused = new Map<number, PipelineFault>();
  for (const id of new Set(ids)) {
    if (!left.has(id)) refused.set(id, 'not_found');
    else if (left.size === 1) refused.set(id, 'last');
    else if (inUse.some(({ pipelineId }) => pipelineId === id)) refused.set(id, 'in_use');
    else left.delete(id);
  }
  const [first] = left.values();
  const hasMain = [...left.values()].some(({ isMain }) => isMain);
  const promote = first && !hasMain ? [{ ...first, isMain: true }] : [];
  return { remove: [...pipelines.keys()].filter((id) => !left.has(id)), promote, refused };
}
