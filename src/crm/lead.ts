import type { Settings } from './account.ts';
import type { Draft, EntityRow, Own } from './entity.ts';
import { CrmError } from './errors.ts';
import type { Kind } from './kinds.ts';
import { closingStatuses, lost, type Pipeline } from './pipeline.ts';

export const lead: Kind = { name: 'lead', path: 'leads', elementType: 2, sequence: 'lead', prepare };

/** The stage, and what follows from it: when it was closed, why it was lost. @throws CrmError pipeline_not_found, status_not_found */
function prepare(draft: Draft, before: EntityRow | null, settings: Settings, now: number): Own {
  const [pipelineId, statusId] = findStage(draft, before?.own ?? {}, settings);
  const isClosed = closingStatuses.has(statusId ?? 0);
  return {
    pipelineId,
    statusId,
    sale: draft.own.sale ?? before?.own.sale ?? 0,
    closedAt: isClosed ? before?.own.closedAt || now : 0,
    lossReasonId: statusId === lost ? (draft.own.lossReasonId ?? before?.own.lossReasonId ?? 0) : 0,
  };
}

/**
 * A status of its own tells the pipeline; won and lost are in every one, so there the pipeline may be said, or stays. A pipeline
 * alone, or nothing for a new lead, is its first editable stage. source: reference §9.1
 */
function findStage({ own, path }: Draft, before: Own, { pipelines }: Settings): [number | null, number | null] {
  const stays = before.pipelineId ?? [...pipelines.values()].find((pipeline) => pipeline.isMain)?.id;
  const named = own.pipelineId ?? stays;
  const pipeline = pipelines.get(named ?? 0);
  if (own.pipelineId && !pipeline) throw new CrmError('pipeline_not_found', `${path}/pipeline_id`, String(named));
  if (own.statusId) {
    const holder = pipeline?.statuses.has(own.statusId) ? pipeline : findHolder(own.statusId, pipelines);
    if (!holder) throw new CrmError('status_not_found', `${path}/status_id`, String(own.statusId));
    return [holder.id, own.statusId];
  }
  if (before.statusId && before.pipelineId === pipeline?.id) return [before.pipelineId ?? null, before.statusId];
  const first = [...(pipeline?.statuses.values() ?? [])].find((status) => status.isEditable);
  return [pipeline?.id ?? null, first?.id ?? null];
}

function findHolder(statusId: number, pipelines: ReadonlyMap<number, Pipeline>): Pipeline | undefined {
  return [...pipelines.values()].find((pipeline) => pipeline.statuses.has(statusId));
}
