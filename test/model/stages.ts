import type { Account, Own, Pipeline, Status } from './state.ts';

/** Where a lead is. docs: contacts-leads-customers; source: reference §9.1 */
export interface Stage {
  readonly pipeline: number;
  readonly status: number;
}

export const won = 142;
export const lost = 143;
/** Every pipeline ends with these. source: reference §6 */
export const closing: readonly Status[] = [
  { id: won, name: 'Успешно реализовано', color: '#CCFF66', sort: 10000, isEditable: false },
  { id: lost, name: 'Закрыто и не реализовано', color: '#D5D8DB', sort: 11000, isEditable: false },
];

/**
 * A status tells its pipeline; 142 and 143 are in every one, so there the pipeline may be said, or stays. A pipeline alone, or nothing
 * for a new lead, is its first editable stage.
 */
export function findStage(
  account: Account,
  before: Own | undefined,
  asked: { readonly pipeline?: number | undefined; readonly status?: number | undefined },
): Stage | 'unknown' {
  const stays = before?.pipeline ?? account.pipelines.find(({ isMain }) => isMain)!.id;
  const pipeline = account.pipelines.find(({ id }) => id === (asked.pipeline ?? stays));
  if (pipeline === undefined) return 'unknown';
  const { status } = asked;
  if (status !== undefined) {
    const holder = has(pipeline, status) ? pipeline : account.pipelines.find((other) => has(other, status));
    return holder ? { pipeline: holder.id, status } : 'unknown';
  }
  if (before && before.pipeline === pipeline.id) return { pipeline: pipeline.id, status: before.status! };
  return { pipeline: pipeline.id, status: pipeline.statuses.find(({ isEditable }) => isEditable)!.id };
}

function has({ statuses }: Pipeline, id: number): boolean {
  return statuses.some((status) => status.id === id);
}

export function ownOfLead(before: Own | undefined, asked: Own, stage: Stage, now: number): Own {
  const isClosed = stage.status === won || stage.status === lost;
  return {
    pipeline: stage.pipeline,
    status: stage.status,
    sale: asked.sale ?? before?.sale ?? 0,
    closedAt: isClosed ? before?.closedAt || now : 0,
    lossReason: stage.status === lost ? (asked.lossReason ?? before?.lossReason ?? 0) : 0,
  };
}
