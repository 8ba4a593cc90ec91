import { useSyncExternalStore } from 'react';
import { foldName, Names } from '../../../src/crm/names.ts';
import type { Columns, Row } from '../../../src/v2/import-columns.ts';
import { linkByName, withoutIds } from '../../../src/v2/import-link.ts';
import { isRefusal, type Refusal } from '../../../src/v2/import-row.ts';
import { refusedTitle } from '../../../src/v2/import-titles.ts';
import { crm, type KindName, KontoraError } from '../api.ts';
import { byteOrderMark, csvLines } from '../csv.ts';
import { rulesKindOf } from './reading.ts';
import { readRows, type TableFile, type TableRow } from './table-file.ts';

/** Rows of one request. A browser sends a body of HTTP/1.1 as a whole: many such requests are one import. */
const rowsAtOnce = 2_000;
/** Rows that are read without a pause: some milliseconds. */
const rowsBetweenFrames = 200;
/** Rejects that are shown; the file has all. */
const mostShown = 100;

export interface Plan {
  readonly kind: KindName;
  readonly table: TableFile;
  readonly titles: readonly string[];
  readonly columns: Columns;
  /** Ids in the file are of another account: each row is a new record. */
  readonly isNew: boolean;
}

export interface Reject {
  readonly number: number;
  readonly row: string;
  readonly reason: string;
}

/** How an import stands. */
export interface Progress {
  readonly plan: Plan;
  readonly state: 'names' | 'running' | 'done' | 'stopped' | 'failed';
  /** Names that were read so far, of records that rows name. */
  readonly names: number;
  /** Bytes of the file that are done with. */
  readonly bytes: number;
  readonly added: number;
  readonly updated: number;
  readonly refused: number;
  readonly shown: readonly Reject[];
  /** The number of the last row that is done with: it goes on behind. */
  readonly lastRow: number;
  readonly error?: unknown;
  /** Milliseconds that it has been running, and rows in that time. */
  readonly time: number;
  readonly rows: number;
}

let progress: Progress | undefined;
let rejects: BlobPart[] = [];
let pending: (Reject & { readonly line: string })[] = [];
let abort: AbortController | undefined;
const listeners = new Set<() => void>();

/** The import that is under way, or the last one: it goes on while other pages are looked at. */
export function useImport(): Progress | undefined {
  return useSyncExternalStore(subscribe, () => progress);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function set(next: Progress | undefined): void {
  progress = next;
  for (const tell of listeners) tell();
}

function change(parts: Partial<Progress>): void {
  set({ ...progress!, ...parts });
}

export function forgetImport(): void {
  rejects = [];
  set(undefined);
}

export function stopImport(): void {
  abort?.abort();
}

export function isRunning(one: Progress | undefined): boolean {
  return one?.state === 'names' || one?.state === 'running';
}

/** Refused rows as they stand in the file, each with its reason: put right, they can be imported like the first ones. */
export function rejectsFile({ plan }: Progress): BlobPart[] {
  return [byteOrderMark + csvLines([[...plan.titles, refusedTitle]], plan.table.delimiter), ...rejects];
}

/** Leaving the page for good would break it off. */
function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/** Begins, or goes on behind what is done with. */
export async function runImport(plan: Plan, before?: Progress): Promise<void> {
  abort = new AbortController();
  if (!before) rejects = [];
  const nothing = { names: 0, bytes: 0, added: 0, updated: 0, refused: 0, shown: [], lastRow: 1, rows: 0, time: 0 };
  pending = [];
  set({ ...nothing, ...before, plan, names: 0, state: 'names', rows: 0, time: 0, error: undefined });
  addEventListener('beforeunload', warn);
  try {
    await importAll(plan, abort.signal);
    change({ state: 'done', bytes: plan.table.file.size });
  } catch (error) {
    change(abort.signal.aborted ? { state: 'stopped' } : { state: 'failed', error });
  } finally {
    removeEventListener('beforeunload', warn);
  }
}

async function importAll(plan: Plan, signal: AbortSignal): Promise<void> {
  const { names: wanted } = plan.columns;
  const names = {
    company: wanted.company ? await loadNames('companies', signal) : undefined,
    contact: wanted.contact ? await loadNames('contacts', signal) : undefined,
  };
  change({ state: 'running' });
  const start = performance.now();
  const behind = progress!.lastRow;
  for await (const { rows, bytes } of inParts(plan.table, behind)) {
    signal.throwIfAborted();
    const before = progress!;
    await importPart(plan, rows, names, signal, (counted, lastRow) => {
      const done = rows.findLastIndex(({ number }) => number <= lastRow) + 1;
      const read = before.bytes + ((bytes - before.bytes) * done) / rows.length;
      settle(lastRow);
      change({ ...counted, lastRow, bytes: read, rows: before.rows + done, time: performance.now() - start });
    });
  }
}

/** Rows behind a row, some thousands at once. */
async function* inParts(table: TableFile, behind: number) {
  let part: TableRow[] = [];
  let isTitles = true;
  let end = 0;
  for await (const { rows, bytes } of readRows(table)) {
    end = bytes;
    for (const row of rows) {
      if (isTitles) isTitles = false;
      else if (row.number > behind) part.push(row);
      if (part.length < rowsAtOnce) continue;
      yield { rows: part, bytes };
      part = [];
    }
  }
  if (part.length > 0) yield { rows: part, bytes: end };
}

async function loadNames(kind: 'companies' | 'contacts', signal: AbortSignal): Promise<Names> {
  const names = new Names();
  for await (const records of crm[kind].pages({}, { signal })) {
    for (const { id, name } of records) names.add(name, id);
    change({ names: progress!.names + records.length });
  }
  return names;
}

interface NamesHere {
  readonly company: Names | undefined;
  readonly contact: Names | undefined;
}

interface Sent {
  readonly row: TableRow;
  readonly read: Row;
  readonly item: Record<string, unknown>;
  readonly newCompany?: string;
}

async function importPart(
  plan: Plan,
  rows: readonly TableRow[],
  names: NamesHere,
  signal: AbortSignal,
  onDone: (counted: Partial<Progress>, lastRow: number) => void,
): Promise<void> {
  const readRow = (row: TableRow): Sent[] => {
    const thing = row.refused === undefined ? plan.columns.read(row.cells) : { refused: row.refused };
    if (isRefusal(thing)) return refuse(plan, row, thing) ?? [];
    const own = plan.isNew ? { ...thing, item: withoutIds(thing.item) } : thing;
    const linked = linkByName(rulesKindOf(plan.kind), own, names);
    if (isRefusal(linked)) return refuse(plan, row, linked) ?? [];
    return [{ row, read: thing, ...linked }];
  };
  const read: Sent[] = [];
  for (let at = 0; at < rows.length; at += rowsBetweenFrames) {
    read.push(...rows.slice(at, at + rowsBetweenFrames).flatMap(readRow));
    // The page goes on being drawn, and answers.
    await new Promise((resolve) => setTimeout(resolve));
  }
  const sent = names.company ? await withCompanies(plan, read, names.company, signal) : read;
  const { added, updated } = progress!;
  const last = rows.at(-1)!.number;
  if (sent.length === 0) return onDone({}, last);
  const items = sent.map(({ item }) => item);
  for await (const line of crm[plan.kind].import(items, { signal })) {
    if ('error' in line) {
      const { row, read } = sent[line.line - 1]!;
      refuse(plan, row, plan.columns.inTitles({ refused: line.error }, read));
    } else if ('added' in line) {
      const counted = { added: added + line.added, updated: updated + line.updated };
      onDone(counted, line.line === sent.length ? last : sent[line.line - 1]!.row.number);
    }
  }
}

/** Companies that contacts name and that are not there are made, one for each name, as the command does it. */
async function withCompanies(
  plan: Plan,
  sent: readonly Sent[],
  companies: Names,
  signal: AbortSignal,
): Promise<readonly Sent[]> {
  const missing = new Map<string, { name: string; responsible_user_id?: number }>();
  for (const { newCompany, item } of sent) {
    if (newCompany === undefined || missing.has(foldName(newCompany))) continue;
    const responsible = item['responsible_user_id'];
    const own = typeof responsible === 'number' ? { responsible_user_id: responsible } : {};
    missing.set(foldName(newCompany), { name: newCompany.trim(), ...own });
  }
  if (missing.size === 0) return sent;
  const reasons = await addCompanies([...missing.values()], companies, signal);
  return sent.flatMap((one): Sent[] => {
    if (one.newCompany === undefined) return [one];
    const id = companies.find(one.newCompany);
    if (typeof id === 'number') return [{ ...one, item: { ...one.item, company_id: id } }];
    return refuse(plan, one.row, { refused: reasons.get(foldName(one.newCompany)) ?? '' }) ?? [];
  });
}

/** @returns why some were not added, by their names */
async function addCompanies(
  drafts: readonly { readonly name: string }[],
  companies: Names,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  try {
    const saved = await crm.companies.add(drafts, { signal });
    for (const [index, { id }] of saved.entries()) companies.add(drafts[index]!.name, id);
    return new Map();
  } catch (error) {
    if (!(error instanceof KontoraError) || error.status < 400 || error.status > 403 || error.status === 401)
      throw error;
    const [one] = drafts;
    if (drafts.length === 1) return new Map([[foldName(one!.name), error.message]]);
    // All or none of a request: each by itself tells which it was. What was done before stays.
    const reasons: [string, string][] = [];
    for (const [index, draft] of drafts.entries()) {
      const done = error.done[index];
      if (done) companies.add(draft.name, done.id);
      else reasons.push(...(await addCompanies([draft], companies, signal)));
    }
    return new Map(reasons);
  }
}

/** @returns undefined, for the convenience of its callers */
function refuse({ table, titles }: Plan, { number, cells }: TableRow, { refused: reason }: Refusal): undefined {
  const filled = [...cells, ...Array.from({ length: Math.max(0, titles.length - cells.length) }, () => '')];
  const line = csvLines([[...filled, reason]], table.delimiter);
  pending.push({ line, number, row: cells.filter((cell) => cell !== '').join(' · '), reason });
}

/** What was refused up to a row is told once its batch is written: who goes on behind it is told the rest again. */
function settle(lastRow: number): void {
  const settled = pending.filter(({ number }) => number <= lastRow).sort((a, b) => a.number - b.number);
  pending = pending.filter(({ number }) => number > lastRow);
  if (settled.length === 0) return;
  rejects.push(...settled.map(({ line }) => line));
  // A million of strings would stay in memory; what is in a Blob need not.
  if (rejects.length > 1_000) rejects = [new Blob(rejects)];
  const { shown, refused } = progress!;
  change({ refused: refused + settled.length, shown: [...shown, ...settled].slice(0, mostShown) });
}
