import type { ReactNode } from 'react';
import type { AccountFieldJson, AnyRecord } from '../api.ts';
import type { GridColumn } from '../grid/column.ts';
import { editedWhole, FieldValueView, wholeText } from './field-value.tsx';
import type { CardTexts } from './texts.ts';

/** A part of a record as a text that tells all of it. */
export interface TextPart {
  readonly id: string;
  readonly title: string;
  readonly text: (record: AnyRecord) => string;
  /** The same as a card shows it. */
  readonly show: (record: AnyRecord) => ReactNode;
}

export function partOf(column: GridColumn<AnyRecord>, field: AccountFieldJson | undefined, c: CardTexts): TextPart {
  const { id, title } = column;
  const isWhole = field !== undefined && editedWhole.has(field.field_type);
  const text = isWhole ? (record: AnyRecord) => wholeText(field, record, c) : column.text;
  // In a table the name is a link to the record itself.
  const isText = isWhole || id === 'name';
  return {
    id,
    title,
    text,
    show: (record) => (isText ? <bdi>{text(record)}</bdi> : <FieldValueView {...{ record, column, field }} />),
  };
}
