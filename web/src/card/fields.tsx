import { useSuspenseQuery } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import type { AccountFieldJson, AnyRecord, FieldValue, KindName } from '../api.ts';
import type { GridColumn } from '../grid/column.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { fieldItem, valuesOf, withValues } from '../records/custom-fields.tsx';
import { accountQuery } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { CompoundEditor } from './compound-editors.tsx';
import { ColumnValue, Editable, focusIfLost } from './editable.tsx';
import { editedWhole, FieldValueView } from './field-value.tsx';
import { partOf } from './parts.tsx';
import { texts } from './texts.ts';
import type { Saving } from './use-card.ts';

/** Columns that a card shows elsewhere than among its fields. */
const elsewhere: ReadonlySet<string> = new Set([
  ...['name', 'company', 'contacts', 'leads', 'customers', 'task', 'updated', 'created', 'id'],
]);

/** So many empty fields do not hide what is linked. */
const fewEmpty = 4;

interface FieldsProps {
  readonly kind: KindName;
  readonly record: AnyRecord;
  /** The record of today, where `record` is one of the past: then nothing is edited, and what differs is marked. */
  readonly today: AnyRecord | undefined;
  readonly columns: readonly GridColumn<AnyRecord>[];
  readonly saving: Saving;
}

/** Everything that can be filled in. */
export function Fields({ kind, record, today, columns, saving }: FieldsProps) {
  const c = useTexts(texts);
  const { data: account } = useSuspenseQuery(accountQuery);
  const fields = useMemo(
    () => new Map(account.fieldsOf(kind).map((field) => [`field${field.id}`, field])),
    [account, kind],
  );
  const lossReason = 'loss_reason_name' in record ? record.loss_reason_name : undefined;
  const shown = columns
    .filter(({ id }) => !elsewhere.has(id))
    .filter((column) => column.edit !== undefined || fields.has(column.id) || column.text(record) !== '');
  const isEmpty = (column: GridColumn<AnyRecord>) =>
    fields.get(column.id)?.is_system === false &&
    column.text(record) === '' &&
    (today === undefined || column.text(today) === '');
  // Those that were empty when the card was opened: what is emptied stays where it is, what is filled does, too.
  const [empty] = useState(() => new Set(shown.filter(isEmpty).map(({ id }) => id)));
  const [isWhole, setWhole] = useState(empty.size <= fewEmpty || record.custom_fields.length === 0);
  return (
    <div>
      <dl className="grid gap-px">
        {shown
          .filter((column) => isWhole || !empty.has(column.id) || !isEmpty(column))
          .map((column) => (
            <FieldRow key={column.id} {...{ record, today, column, saving }} field={fields.get(column.id)} />
          ))}
        {lossReason && (
          <Labelled title={c.lossReason}>
            <div className="px-2.5 py-1.5">
              <bdi>{lossReason}</bdi>
            </div>
          </Labelled>
        )}
      </dl>
      {!isWhole && (
        <Button look="quiet" className="mt-1 -ml-2 px-2 text-muted" onClick={() => setWhole(true)}>
          <ChevronDown />
          {c.emptyFields(empty.size)}
        </Button>
      )}
    </div>
  );
}

export function Labelled({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    // Forms need all of the width.
    <div className="grid grid-cols-[8rem_minmax(0,1fr)] gap-1 has-[form]:block sm:grid-cols-[9rem_minmax(0,1fr)]">
      <dt className="py-1.5 break-words text-muted">
        <bdi>{title}</bdi>
      </dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

interface FieldRowProps extends Pick<FieldsProps, 'record' | 'today' | 'saving'> {
  readonly column: GridColumn<AnyRecord>;
  readonly field: AccountFieldJson | undefined;
}

function FieldRow({ record, today, column, field, saving }: FieldRowProps) {
  const { t } = useLanguage();
  const c = useTexts(texts);
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const close = () => {
    setOpen(false);
    focusIfLost(() => box.current?.querySelector<HTMLElement>('[data-edit]'));
  };
  const isWhole = field !== undefined && editedWhole.has(field.field_type);
  const { text: textOf } = partOf(column, field, c);
  const text = textOf(record);
  const value = text === '' ? <span className="text-muted">—</span> : <FieldValueView {...{ record, column, field }} />;
  const differs = today !== undefined && textOf(today) !== text;
  const save = (values: FieldValue[]) => {
    close();
    const item = (one: AnyRecord) => fieldItem(one, field!);
    const after = withValues(record, field!, values);
    if (JSON.stringify(item(after)) === JSON.stringify(item(record))) return;
    void saving.save({ before: record, after, parts: [{ text: textOf, item }] });
  };
  if (today !== undefined) {
    return (
      <Labelled title={column.title}>
        <div className={differs ? 'rounded-md bg-accent-soft px-2.5 py-1.5' : 'px-2.5 py-1.5'}>
          {value}
          {differs && (
            <div className="mt-0.5 text-xs text-muted">
              {c.past.now}: <bdi>{textOf(today) || t.field.empty}</bdi>
            </div>
          )}
        </div>
      </Labelled>
    );
  }
  return (
    <Labelled title={column.title}>
      {isWhole ? (
        <div ref={box}>
          {isOpen ? (
            <CompoundEditor field={field} values={valuesOf(record, field)} onDone={save} onCancel={close} />
          ) : (
            <Editable title={column.title} onEdit={field.is_editable ? () => setOpen(true) : undefined}>
              {value}
            </Editable>
          )}
        </div>
      ) : (
        <ColumnValue
          {...{ record, column }}
          isReadOnly={false}
          onText={(text) => void saving.saveText({ record, column, text })}
        >
          {value}
        </ColumnValue>
      )}
    </Labelled>
  );
}
