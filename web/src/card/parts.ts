import type { AccountFieldJson, AnyRecord } from '../api.ts';
import type { GridColumn } from '../grid/column.ts';
import { editedWhole, wholeText } from './field-value.tsx';
import type { CardTexts } from './texts.ts';

/** A part of a record as a text that tells all of it. */
export interface TextPart {
  readonly id: string;
  readonly title: string;
  readonly text: (record: AnyRecord) => string;
}

export function partOf(column: GridColumn<AnyRecord>, field: AccountFieldJson | undefined, c: CardTexts): TextPart {
  const { id, title, text } = column;
  return {
    id,
    title,
    text: field && editedWhole.has(field.field_type) ? (record) => wholeText(field, record, c) : text,
  };
}
