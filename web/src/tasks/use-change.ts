import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { crm } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { refusalOf } from '../records/save-cells.ts';
import { useFail } from '../records/use-fail.ts';
import { notify } from '../ui/toaster.tsx';
import { putTask, type Task } from './tasks.ts';
import { texts } from './texts.ts';

export type Patch = Partial<
  Pick<
    Task,
    | 'is_completed'
    | 'complete_till_at'
    | 'text'
    | 'task_type'
    | 'responsible_user_id'
    | 'element_type'
    | 'element_id'
    | 'element_name'
  >
> & { readonly resultText?: string };

export interface Change {
  readonly patch: Patch;
  /** What is said when it is done, and undone. */
  readonly says?: string;
  readonly undo?: { readonly patch: Patch; readonly says: string };
}

/**
 * Shows a changed task at once, and then saves it. What somebody else has changed since it was read here, or the server refuses, becomes
 * again what the server has, and the reason is told. `onChanged` reads it again where tasks are shown besides the list of all.
 */
export function useTaskChange(onChanged?: () => Promise<void>) {
  const { t } = useLanguage();
  const x = useTexts(texts);
  const queryClient = useQueryClient();
  const complain = useCallback((text: string) => notify({ text, isError: true }), []);
  const fail = useFail();
  const refresh = useCallback(
    () => Promise.all([queryClient.invalidateQueries({ queryKey: ['tasks'] }), onChanged?.()]),
    [queryClient, onChanged],
  );

  const change = useCallback(
    async (task: Task, { patch, says, undo }: Change): Promise<void> => {
      const { resultText, ...keys } = patch;
      const name = task.text || x.nameless;
      putTask(queryClient, task.id, { ...task, ...keys });
      try {
        const current = await crm.tasks.find(task.id);
        if (current === undefined) complain(t.edit.gone(name));
        else if (current.updated_at !== task.updated_at) complain(x.conflict(name));
        else {
          const { element_name: _, ...sent } = keys;
          const result = resultText ? { result: { text: resultText } } : {};
          const updated_at = Math.max(crm.now(), current.updated_at);
          const [saved] = await crm.tasks.update([{ id: task.id, updated_at, ...sent, ...result }]);
          if ('error' in saved!) complain(refusalOf(t, name, saved));
          else if (says) {
            const after: Task = { ...task, ...keys, updated_at: saved!.updated_at ?? updated_at };
            const back = undo && { text: t.bulk.undo, run: () => void change(after, undo) };
            notify({ text: says, ...(back && { action: back }) });
          }
        }
      } catch (error) {
        putTask(queryClient, task.id, task);
        fail(error);
      }
      await refresh();
    },
    [queryClient, t, x, complain, fail, refresh],
  );

  const remove = useCallback(
    async (task: Task): Promise<void> => {
      const name = task.text || x.nameless;
      putTask(queryClient, task.id, undefined);
      try {
        const refused = await crm.tasks.delete([task.id]);
        if (refused.length > 0) complain(x.noRightToDelete(name));
        else notify({ text: x.removed(name) });
      } catch (error) {
        putTask(queryClient, task.id, task);
        fail(error);
      }
      await refresh();
    },
    [queryClient, x, complain, fail, refresh],
  );

  return { change, remove, refresh, fail };
}
