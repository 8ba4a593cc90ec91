import type { QueryClient } from '@tanstack/react-query';
import {
  crm,
  type KindName,
  KontoraError,
  type Records,
  type Refused,
  type Saved,
  storeOf,
  type UpdateItem,
} from '../api.ts';
import type { CellChange } from '../grid/column.ts';
import { NotUnderstood } from '../grid/not-understood.ts';
import type { Messages } from '../i18n/en.ts';
import { putRecords } from './rows.ts';

/** Most records of one request. docs/api/companies.md */
export const mostItems = 500;

export interface Saving<K extends KindName> {
  readonly kind: K;
  readonly queryClient: QueryClient;
  readonly t: Messages;
  /** Says why something was not saved. */
  readonly complain: (reason: string) => void;
  /** A request failed as a whole. */
  readonly fail: (error: unknown) => void;
}

/** What is written by itself: a cell of the table, a field of the card. */
export interface Part<R> {
  /** All that somebody else may have changed. */
  readonly text: (record: R) => string;
  /** What the API is sent of it. */
  readonly item: (record: R) => object;
}

export interface Edited<R> {
  readonly before: R;
  readonly after: R;
  readonly parts: readonly Part<R>[];
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Shows changed cells at once and then saves them, one batch after the other. What somebody else has changed since it was read here,
 * or the server refuses, becomes again what the server has, and the reason is told. Gives the edits that undo what was saved.
 */
export function saveCells<K extends KindName>(
  saving: Saving<K>,
  changes: readonly CellChange<Records[K]>[],
): Promise<Edited<Records[K]>[]> {
  return saveEdits(saving, [...gather(saving, changes).values()]);
}

/** The same for what was not edited as a text. */
export function saveEdits<K extends KindName>(
  saving: Saving<K>,
  edits: readonly Edited<Records[K]>[],
): Promise<Edited<Records[K]>[]> {
  putRecords(
    saving.queryClient,
    saving.kind,
    edits.map(({ after }) => after),
  );
  const saved = last.then(async () => {
    const undoing: Edited<Records[K]>[] = [];
    for (let at = 0; at < edits.length; at += mostItems) {
      undoing.push(...(await saveBatch(saving, edits.slice(at, at + mostItems))));
    }
    return undoing;
  });
  last = saved;
  return saved;
}

/** The changes by record; those that mean nothing are left out, and told. */
function gather<K extends KindName>(
  { complain, t }: Saving<K>,
  changes: readonly CellChange<Records[K]>[],
): Map<number, Edited<Records[K]>> {
  const edits = new Map<number, Edited<Records[K]>>();
  const told = new Set<string>();
  for (const { record, column, text, like } of changes) {
    const edit = edits.get(record.id) ?? { before: record, after: record, parts: [] };
    if (column.edit === undefined || (column.text(edit.after) === text && like === undefined)) continue;
    try {
      const after = column.edit.set(edit.after, text, like);
      const { item } = column.edit;
      if (JSON.stringify(item(after)) === JSON.stringify(item(edit.after))) continue;
      const part = { text: column.text, item };
      edits.set(record.id, { before: edit.before, after, parts: [...edit.parts, part] });
    } catch (error) {
      if (!(error instanceof NotUnderstood)) throw error;
      if (!told.has(error.message)) complain(t.edit.refused(record.name, error.message));
      told.add(error.message);
    }
  }
  return edits;
}

async function saveBatch<K extends KindName>(
  saving: Saving<K>,
  edits: readonly Edited<Records[K]>[],
): Promise<Edited<Records[K]>[]> {
  const { kind, queryClient, complain, fail, t } = saving;
  const store = storeOf(kind);
  const ids = edits.map(({ before }) => before.id);
  const put = (records: readonly Records[K][]) => putRecords(queryClient, kind, records);
  try {
    const current = new Map((await store.find(ids)).map((record) => [record.id, record]));
    const sent = edits.filter(({ before, parts }) => {
      const record = current.get(before.id);
      const part = record && parts.find(({ text }) => text(record) !== text(before));
      if (record === undefined) complain(t.edit.gone(before.name));
      else if (part) complain(t.edit.conflict(record.name, part.text(record) || t.field.empty));
      return record !== undefined && part === undefined;
    });
    const results = await updateEach(
      kind,
      sent.map((edit) => itemOf(edit, current.get(edit.before.id)!)),
    );
    const refused = results.filter((result) => 'error' in result);
    for (const one of refused) complain(refusalOf(t, current.get(one.id)!.name, one));
    const found = new Map((await store.find(ids)).map((record) => [record.id, record]));
    // One that is gone is shown as it was.
    put(edits.map(({ before }) => found.get(before.id) ?? before));
    const kept = new Set(refused.map(({ id }) => id));
    return sent.flatMap(({ before, parts }) => {
      const saved = kept.has(before.id) ? undefined : found.get(before.id);
      return saved ? [{ before: saved, after: before, parts }] : [];
    });
  } catch (error) {
    put(edits.map(({ before }) => before));
    fail(error);
    return [];
  }
}

/** The server takes all items of a batch or none: those around one that it refuses are sent again without it. */
async function updateEach(kind: KindName, items: readonly UpdateItem[]): Promise<(Saved | Refused)[]> {
  try {
    return await storeOf(kind).update(items);
  } catch (error) {
    if (!(error instanceof KontoraError) || error.status !== 400) throw error;
    if (items.length === 1) return [{ id: items[0]!.id, error: error.message, reason: 'other' }];
    const half = Math.ceil(items.length / 2);
    return [...(await updateEach(kind, items.slice(0, half))), ...(await updateEach(kind, items.slice(half)))];
  }
}

function itemOf<R extends { id: number; updated_at: number }>(
  { after, parts: edited }: Edited<R>,
  current: R,
): UpdateItem {
  const parts = edited.map(({ item }) => item(after) as { custom_fields?: object[] });
  const fields = parts.flatMap(({ custom_fields }) => custom_fields ?? []);
  return {
    ...Object.assign({}, ...parts),
    ...(fields.length > 0 && { custom_fields: fields }),
    id: current.id,
    updated_at: Math.max(crm.now(), current.updated_at),
  };
}

/** The server's texts are those of amoCRM, whatever the language. */
export function refusalOf(t: Messages, name: string, { reason, error }: Refused): string {
  if (reason === 'stale') return t.edit.stale(name);
  if (reason === 'no_right') return t.edit.denied(name);
  return reason === 'not_found' ? t.edit.gone(name) : t.edit.refused(name, error);
}
