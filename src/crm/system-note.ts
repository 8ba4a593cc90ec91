import type { Compound } from './custom-field.ts';
import type { EntityRow, KindName } from './entity.ts';
import type { Note } from './note.ts';
import type { EntityChange } from './store.ts';

const statusChanged = 3;
const createdTypes: Readonly<Record<KindName, number>> = { lead: 1, contact: 2, company: 12, customer: 22 };

/** The notes that the server itself writes about what happened to records. source: reference §12.2 */
export function systemNotes(changes: readonly EntityChange[], now: number): Omit<Note, 'id'>[] {
  return changes.flatMap(({ before, after }): Omit<Note, 'id'>[] => {
    if (before === null)
      return [systemNote(after, createdTypes[after.kind], { text: 'Добавлен новый объект', at: after.createdAt })];
    const moved = before.own.statusId !== after.own.statusId || before.own.pipelineId !== after.own.pipelineId;
    return moved ? [systemNote(after, statusChanged, { params: stages(before, after), at: now })] : [];
  });
}

function systemNote(
  { kind, id, responsibleUserId, updatedBy }: EntityRow,
  noteType: number,
  { text = null, params = null, at }: { text?: string | null; params?: Compound | null; at: number },
): Omit<Note, 'id'> {
  const times = { createdAt: at, updatedAt: at };
  return {
    element: { kind, id },
    noteType,
    text,
    params,
    responsibleUserId,
    createdBy: updatedBy,
    updatedBy,
    ...times,
  };
}

function stages(before: EntityRow, after: EntityRow): Compound {
  return {
    STATUS_NEW: String(after.own.statusId ?? ''),
    STATUS_OLD: String(before.own.statusId ?? ''),
    PIPELINE_ID_NEW: String(after.own.pipelineId ?? ''),
    PIPELINE_ID_OLD: String(before.own.pipelineId ?? ''),
    LOSS_REASON_ID: String(after.own.lossReasonId ?? 0),
  };
}
