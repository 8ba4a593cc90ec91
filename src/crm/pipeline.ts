export interface Pipeline {
  readonly id: number;
  readonly name: string;
  readonly sort: number;
  /** The one that leads come into when nothing else is said. */
  readonly isMain: boolean;
  /** By id, in the order of their sort. */
  readonly statuses: ReadonlyMap<number, Status>;
}

export interface Status {
  readonly id: number;
  readonly name: string;
  /** #rrggbb */
  readonly color: string;
  readonly sort: number;
  readonly isEditable: boolean;
}

/** Every pipeline ends with these two, under the same ids. source: reference §6 */
export const won = 142;
export const lost = 143;
/** A lead in one of these is closed. */
export const closingStatuses: ReadonlySet<number> = new Set([won, lost]);
export const closing: readonly Status[] = [
  { id: won, name: 'Успешно реализовано', color: '#CCFF66', sort: 10_000, isEditable: false },
  { id: lost, name: 'Закрыто и не реализовано', color: '#D5D8DB', sort: 11_000, isEditable: false },
];

/** Every pipeline begins with it: what comes in by itself waits there. source: reference §6 */
export function unsorted(id: number): Status {
  return { id, name: 'Неразобранное', color: '#c1c1c1', sort: 10, isEditable: false };
}

const firstStages: readonly (readonly [name: string, color: string])[] = [
  ['Первичный контакт', '#99ccff'],
  ['Переговоры', '#ffff99'],
  ['Принимают решение', '#ffcc66'],
  ['Согласование договора', '#ffcccc'],
];

/** The pipeline of a fresh account, its stages with ids from this one on. */
export function makeMainPipeline(id: number, firstStatusId: number): Pipeline {
  const stages = firstStages.map(([name, color], index) => ({
    id: firstStatusId + 1 + index,
    name,
    color,
    sort: 20 + 10 * index,
    isEditable: true,
  }));
  const statuses = new Map([unsorted(firstStatusId), ...stages, ...closing].map((status) => [status.id, status]));
  return { id, name: 'Воронка', sort: 1, isMain: true, statuses };
}
