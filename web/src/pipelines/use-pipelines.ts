import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { PipelineDraft, StatusDraft } from '../../../client/client.ts';
import { crm, type PipelineJson, type StatusJson } from '../api.ts';
import { useTexts } from '../i18n/language.tsx';
import { useFail } from '../records/use-fail.ts';
import { accountQuery, stagesOf } from '../session.ts';
import { notify } from '../ui/toaster.tsx';
import { texts } from './texts.ts';

export type SavePipelines = (drafts: {
  add?: readonly PipelineDraft[];
  update?: Readonly<Record<number, PipelineDraft>>;
  delete?: readonly number[];
}) => Promise<boolean>;

/** Changes pipelines and reads the account anew; why something is refused is told. */
export function usePipelines(): { save: SavePipelines; isBusy: boolean } {
  const t = useTexts(texts);
  const fail = useFail();
  const queryClient = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const save: SavePipelines = async ({ delete: ids, ...drafts }) => {
    setBusy(true);
    let isDone = false;
    try {
      const errors = ids
        ? (await crm.pipelines.delete(ids)).refused.map(({ error }) => error)
        : (await crm.pipelines.set(drafts)).errors;
      // Each begins with its place in the request.
      for (const error of errors) {
        const reason = error.replace(/^(?:add|update)\/[^:]*: /, '');
        notify({ text: t.reasons[reason] ?? reason, isError: true });
      }
      isDone = errors.length === 0;
    } catch (error) {
      fail(error);
    }
    await queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
    setBusy(false);
    return isDone;
  };
  return { save, isBusy };
}

/** Won and lost: in every pipeline, under the same ids. */
const closing: ReadonlySet<number> = new Set([142, 143]);

export function isOwn({ id, is_editable }: StatusJson): boolean {
  return is_editable && !closing.has(id);
}

/** All stages of a pipeline, its own ones in this order. What is not named is removed. */
export function withStages(
  pipeline: PipelineJson,
  own: readonly (StatusDraft & { readonly name: string })[],
  names: Readonly<Record<number, string>> = {},
): PipelineDraft {
  const fixed = stagesOf(pipeline).filter((stage) => !isOwn(stage));
  return {
    name: pipeline.name,
    statuses: [
      ...fixed.map(({ id, name }) => ({ id, name: names[id] ?? name })),
      ...own.map(({ id, name, color }, index) => ({
        ...(id !== undefined && { id }),
        ...(color !== undefined && { color }),
        name,
        sort: 20 + 10 * index,
      })),
    ],
  };
}
