import type { Actor } from './account.ts';
import type { Pipeline } from './pipeline.ts';
import {
  countPipelineIds,
  numberPipelines,
  type PipelineBatch,
  planPipelines,
  planRemoval,
  type Refusal,
  type RemovalPlan,
} from './plan-pipelines.ts';
import { requireAdministrator } from './rights.ts';
import type { Store } from './store.ts';

export interface DefinedPipelines {
  readonly added: readonly Pipeline[];
  /** Ids. */
  readonly updated: readonly number[];
  readonly refused: { readonly add: readonly Refusal[]; readonly update: readonly Refusal[] };
}

/** Adds and changes pipelines, those that can be, in one transaction. @throws CrmError administrators_only */
export function definePipelines(store: Store, actor: Actor, batch: PipelineBatch): Promise<DefinedPipelines> {
  requireAdministrator(actor);
  const { id } = actor.account;
  return store.write(async (tx) => {
    const { pipelines } = await tx.settings(id);
    const inUse = batch.update.size > 0 ? await tx.stagesInUse(id) : [];
    const plan = planPipelines(pipelines, inUse, batch);
    const count = countPipelineIds(plan);
    const { added, changed } = numberPipelines(plan, {
      pipelines: await tx.nextIds(id, 'pipeline', count.pipelines),
      statuses: await tx.nextIds(id, 'status', count.statuses),
    });
    const saved = [...added, ...changed];
    if (saved.length > 0) await tx.savePipelines(id, saved);
    return { added, updated: plan.update.map((pipeline) => pipeline.id), refused: plan.refused };
  });
}

/** Deletes pipelines, those that can be, in one transaction. @throws CrmError administrators_only */
export function deletePipelines(store: Store, actor: Actor, ids: readonly number[]): Promise<RemovalPlan> {
  requireAdministrator(actor);
  const { id } = actor.account;
  return store.write(async (tx) => {
    const { pipelines } = await tx.settings(id);
    const plan = planRemoval(pipelines, await tx.stagesInUse(id), ids);
    if (plan.remove.length > 0) await tx.removePipelines(id, plan.remove);
    if (plan.promote.length > 0) await tx.savePipelines(id, plan.promote);
    return plan;
  });
}
