import { Plus, X } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, type MouseEvent, type ReactNode, useId, useState } from 'react';
import type { AccountFieldJson, FieldValue } from '../api.ts';
import { useTexts } from '../i18n/language.tsx';
import { types } from '../records/custom-fields.tsx';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/input.tsx';
import { Select } from '../ui/select.tsx';
import { focusIfLost } from './editable.tsx';
import { sortName } from './field-value.tsx';
import { texts } from './texts.ts';

interface CompoundProps {
  readonly field: AccountFieldJson;
  readonly values: readonly FieldValue[];
  readonly onDone: (values: FieldValue[]) => void;
  readonly onCancel: () => void;
}

/** Editors of values that are more than a text. */
export function CompoundEditor(props: CompoundProps) {
  switch (props.field.field_type) {
    case types.multitext:
      return <PhonesEditor {...props} />;
    case types.address:
      return <AddressEditor {...props} />;
    default:
      return <LegalEditor {...props} />;
  }
}

interface FrameProps {
  readonly title: string;
  readonly onSave: () => void;
  readonly onCancel: () => void;
  readonly children: ReactNode;
}

/** Enter saves, Esc does not. */
function Frame({ title, onSave, onCancel, children }: FrameProps) {
  const c = useTexts(texts);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onCancel();
  };
  return (
    <form
      aria-label={title}
      onSubmit={submit}
      onKeyDown={onKeyDown}
      className="grid gap-2 rounded-md border border-line-strong bg-raised p-2.5"
    >
      {children}
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onCancel}>
          {c.cancel}
        </Button>
        <Button look="primary" type="submit">
          {c.save}
        </Button>
      </div>
    </form>
  );
}

/** A list that grows and shrinks; each with a key of its own while it is edited. */
function useList<T>(first: readonly T[], empty: T) {
  const [list, setList] = useState(() =>
    (first.length > 0 ? first : [empty]).map((value, index) => ({ key: index, value })),
  );
  return {
    list,
    values: list.map(({ value }) => value),
    add: () => setList((was) => [...was, { key: Math.max(-1, ...was.map(({ key }) => key)) + 1, value: empty }]),
    remove: (key: number) => setList((was) => was.filter((one) => one.key !== key)),
    change: (key: number, part: Partial<T>) =>
      setList((was) => was.map((one) => (one.key === key ? { key, value: { ...one.value, ...part } } : one))),
  };
}

/** The button goes with what it removes; the focus stays in the form, where Esc leaves it. */
function removing(remove: () => void) {
  return ({ currentTarget: { form } }: MouseEvent<HTMLButtonElement>) => {
    remove();
    focusIfLost(() => form?.querySelector<HTMLElement>('input, button'));
  };
}

function PhonesEditor({ field, values, onDone, onCancel }: CompoundProps) {
  const c = useTexts(texts);
  const options = Object.entries(field.enums ?? {});
  const before = values.map(({ value, enum: option }) => ({ value: String(value), option: option ?? '' }));
  const phones = useList(before, { value: '', option: options[0]?.[0] ?? '' });
  const save = () => {
    const filled = phones.values.filter(({ value }) => value.trim() !== '');
    onDone(filled.map(({ value, option }) => ({ value: value.trim(), ...(option && { enum: option }) })));
  };
  const type = field.code === 'EMAIL' ? 'email' : field.code === 'PHONE' ? 'tel' : 'text';
  return (
    <Frame title={field.name} onSave={save} onCancel={onCancel}>
      {phones.list.map(({ key, value: { value, option } }, index) => (
        <div key={key} className="grid grid-cols-[minmax(0,1fr)_auto] gap-1.5">
          <Input
            // What is no address may be kept as well: the server has it as a text.
            type={type === 'email' ? 'text' : type}
            inputMode={type}
            {...(options.length > 0 && { className: 'col-span-2' })}
            aria-label={field.name}
            autoFocus={index === phones.list.length - 1}
            value={value}
            onChange={(event) => phones.change(key, { value: event.target.value })}
          />
          {options.length > 0 && (
            <Select
              aria-label={c.sort}
              value={option}
              onChange={(event) => phones.change(key, { option: event.target.value })}
            >
              {options.map(([id, code]) => (
                <option key={id} value={id}>
                  {sortName(code, c)}
                </option>
              ))}
            </Select>
          )}
          <Button look="quiet" icon aria-label={`${c.remove} ${value}`} onClick={removing(() => phones.remove(key))}>
            <X />
          </Button>
        </div>
      ))}
      <Button look="quiet" className="justify-self-start px-2" onClick={phones.add}>
        <Plus />
        {c.add}
      </Button>
    </Frame>
  );
}

function AddressEditor({ field, values, onDone, onCancel }: CompoundProps) {
  const c = useTexts(texts);
  const [parts, setParts] = useState(
    () => new Map(values.map(({ value, subtype }) => [subtype ?? '1', String(value)])),
  );
  const save = () => {
    const filled = [...parts].filter(([, value]) => value.trim() !== '');
    onDone(filled.map(([subtype, value]) => ({ value: value.trim(), subtype })));
  };
  return (
    <Frame title={field.name} onSave={save} onCancel={onCancel}>
      {c.address.map((label, index) => (
        <Labelled
          key={label}
          label={label}
          isFirst={index === 0}
          value={parts.get(String(index + 1)) ?? ''}
          onValue={(value) => setParts((was) => new Map([...was, [String(index + 1), value]]))}
        />
      ))}
    </Frame>
  );
}

/** Keys that everybody fills; what an integration has added besides stays, and is edited too where it is a text. */
const legalKeys = ['name', 'vat_id', 'kpp', 'address'];
const organisationKeys = ['name', 'vat_id', 'kpp', 'bank_code', 'line1', 'city', 'state', 'zip', 'country'];

type Legal = Readonly<Record<string, unknown>>;

function LegalEditor({ field, values, onDone, onCancel }: CompoundProps) {
  const c = useTexts(texts);
  const usual = field.field_type === types.legal ? legalKeys : organisationKeys;
  const all = useList<Legal>(
    values.map(({ value }) => value as Legal),
    {},
  );
  const isEmpty = (legal: Legal) => Object.values(legal).every((value) => value === '' || value === undefined);
  const save = () => onDone(all.values.filter((legal) => !isEmpty(legal)).map((value) => ({ value })));
  return (
    <Frame title={field.name} onSave={save} onCancel={onCancel}>
      {all.list.map(({ key, value: legal }, index) => {
        const more = Object.keys(legal).filter((one) => !usual.includes(one) && one !== 'entity_type');
        const texts = [...usual, ...more].filter((one) => typeof (legal[one] ?? '') === 'string');
        return (
          <div key={key} className="grid gap-2 border-line not-first:border-t not-first:pt-2">
            {texts.map((one, at) => (
              <Labelled
                key={one}
                label={c.legal[one] ?? one}
                isFirst={index === 0 && at === 0}
                isRequired={one === 'name' && !isEmpty(legal)}
                value={String(legal[one] ?? '')}
                onValue={(value) => all.change(key, { [one]: value })}
              />
            ))}
            <LegalType value={legal['entity_type']} onValue={(value) => all.change(key, { entity_type: value })} />
            <Button look="quiet" className="justify-self-start px-2" onClick={removing(() => all.remove(key))}>
              <X />
              {c.remove}
            </Button>
          </div>
        );
      })}
      <Button look="quiet" className="justify-self-start px-2" onClick={all.add}>
        <Plus />
        {c.add}
      </Button>
    </Frame>
  );
}

interface LegalTypeProps {
  readonly value: unknown;
  readonly onValue: (value: number | undefined) => void;
}

function LegalType({ value, onValue }: LegalTypeProps) {
  const c = useTexts(texts);
  const id = useId();
  return (
    <div className="grid grid-cols-[6.5rem_minmax(0,1fr)] items-center gap-2">
      <label htmlFor={id} className="text-muted">
        {c.legal['entity_type']}
      </label>
      <Select id={id} value={String(value ?? '')} onChange={({ target }) => onValue(Number(target.value) || undefined)}>
        <option value="" />
        {Object.entries(c.entityTypes).map(([type, text]) => (
          <option key={type} value={type}>
            {text}
          </option>
        ))}
      </Select>
    </div>
  );
}

interface LabelledProps {
  readonly label: string;
  readonly value: string;
  readonly isFirst: boolean;
  readonly isRequired?: boolean;
  readonly onValue: (value: string) => void;
}

function Labelled({ label, value, isFirst, isRequired = false, onValue }: LabelledProps) {
  const id = useId();
  return (
    <div className="grid grid-cols-[6.5rem_minmax(0,1fr)] items-center gap-2">
      <label htmlFor={id} className="text-muted">
        {label}
      </label>
      <Input
        id={id}
        value={value}
        autoFocus={isFirst}
        required={isRequired}
        onChange={(event) => onValue(event.target.value)}
      />
    </div>
  );
}
