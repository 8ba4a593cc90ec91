import type { Account, Settings } from '../crm/account.ts';
import type { RawValue } from '../crm/custom-field.ts';
import type { KindName } from '../crm/entity.ts';

/** What reading a cell needs besides the cell. */
export interface Reading {
  readonly kind: KindName;
  readonly account: Pick<Account, 'timezone'>;
  readonly settings: Pick<Settings, 'users' | 'fields' | 'pipelines' | 'lossReasons'>;
}

/** Why an item is not written, in the words of the API. `code`: amoCRM's number, where it has one. */
export interface Refusal {
  readonly refused: string;
  readonly code?: number | undefined;
}

export function isRefusal(thing: object): thing is Refusal {
  return 'refused' in thing;
}

/** What a row is while its cells are read. */
export interface OpenRow {
  readonly item: Record<string, unknown>;
  readonly fields: Map<number, { readonly title: string; readonly values: RawValue[] }>;
  companyName?: string;
  contactName?: string;
  pipeline?: string;
  status?: string;
  readonly wrong: string[];
}

/** Puts a cell that is not empty into its row. `finish`: called once, when all cells are in. */
export interface CellReader {
  (cell: string, row: OpenRow): void;
  finish?: (row: OpenRow) => void;
}
