import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { crm, KontoraError, type Lead } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { refreshRows } from '../records/rows.ts';
import { refusalOf } from '../records/save-cells.ts';
import { useFail } from '../records/use-fail.ts';
import { isSignedOut } from '../session.ts';
import { notify } from '../ui/toaster.tsx';
import { type BoardOf, holdReads, putLead, totalsQuery } from './leads.ts';
import { texts } from './texts.ts';

/**
 * Shows a lead in another stage at once, and then moves it. Before that it is read again: where somebody else has moved it, or the
 * server refuses, it goes where the server has it, and the reason is told.
 */
export function useMove(
  board: BoardOf,
  nameOfStage: (lead: Lead) => string,
): (lead: Lead, status: number) => Promise<void> {
  const { t } = useLanguage();
  const b = useTexts(texts);
  const queryClient = useQueryClient();
  const fail = useFail();
  return useCallback(
    async (lead, status) => {
      const moved: Lead = { ...lead, status_id: status, updated_at: Math.max(crm.now(), lead.updated_at) };
      const complain = (text: string) => notify({ text, isError: true });
      const readAgain = await holdReads(queryClient, board);
      putLead(queryClient, board, lead, moved);
      try {
        const current = await crm.leads.find(lead.id);
        const isWhereItWas = current?.status_id === lead.status_id && current.pipeline_id === lead.pipeline_id;
        if (current === undefined) complain(t.edit.gone(lead.name));
        else if (!isWhereItWas) complain(b.conflict(current.name, nameOfStage(current)));
        if (current === undefined || !isWhereItWas) {
          queryClient.invalidateQueries({ queryKey: ['board'] });
          return;
        }
        const stage = { pipeline_id: board.pipeline, status_id: status };
        const item = { id: lead.id, updated_at: Math.max(crm.now(), current.updated_at), ...stage };
        const [result] = await crm.leads.update([item]);
        const isRefused = 'error' in result!;
        if (isRefused) complain(refusalOf(t, lead.name, result));
        const now = await crm.leads.find(lead.id);
        if (now) putLead(queryClient, board, moved, now);
        else queryClient.invalidateQueries({ queryKey: ['board'] });
        refreshRows(queryClient, 'leads');
        queryClient.invalidateQueries({ queryKey: totalsQuery(board).queryKey });
      } catch (error) {
        putLead(queryClient, board, moved, lead);
        const isRefused = error instanceof KontoraError && error.status !== 0 && !isSignedOut(error);
        if (isRefused) complain(t.edit.refused(lead.name, error.message));
        else fail(error);
      } finally {
        readAgain();
      }
    },
    [queryClient, board, nameOfStage, t, b, fail],
  );
}
