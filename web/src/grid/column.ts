import type { ReactNode } from 'react';
import { NotUnderstood } from './not-understood.ts';

/** A column of a table of records. Everything goes by text: what is copied, pasted and typed. */
export interface GridColumn<R> {
  readonly id: string;
  readonly title: string;
  /** Pixels, until somebody has chosen another width. */
  readonly width: number;
  readonly isNumber?: boolean;
  /** Shown, unless somebody has chosen otherwise. */
  readonly isShown: boolean;
  readonly text: (record: R) => string;
  /** How it is shown, where that is more than its text. */
  readonly show?: (record: R) => ReactNode;
  /** Without it the column is only read. */
  readonly edit?: Edit<R>;
}

export interface Edit<R> {
  readonly editor: Editor;
  /** The record with another value here; `like`: one whose value the text was copied from. @throws NotUnderstood */
  readonly set: (record: R, text: string, like?: R) => R;
  /** What the API is sent of the value that a record has here. */
  readonly item: (record: R) => object;
}

export type Editor =
  | { readonly type: 'text' | 'long' | 'date' | 'flag' }
  | {
      readonly type: 'choice';
      readonly options: () => readonly string[];
      readonly isMultiple: boolean;
      /** What is no option yet may become one. */
      readonly isFree?: boolean;
      /** Further options that a text occurs in. */
      readonly find?: (text: string) => Promise<readonly string[]>;
      /** None of them is no choice. */
      readonly isRequired?: boolean;
    };

/** A cell that is to have another value. */
export interface CellChange<R> {
  readonly record: R;
  readonly column: GridColumn<R>;
  readonly text: string;
  /** The text was copied from this record's value of the same column. */
  readonly like?: R;
}

/** Why a text is no value of a record here; undefined: it is one. */
export function faultOf<R>(column: GridColumn<R>, record: R, text: string): string | undefined {
  try {
    column.edit?.set(record, text);
    return undefined;
  } catch (error) {
    if (error instanceof NotUnderstood) return error.message;
    throw error;
  }
}
