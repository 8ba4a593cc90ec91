import { type FormEvent, useState } from 'react';
import type { ManagedFieldJson } from '../../../client/client.ts';
import { crm, type KindName } from '../api.ts';
import { useTexts } from '../i18n/language.tsx';
import { useFail } from '../records/use-fail.ts';
import { admin } from '../settings/admin.ts';
import { FormDialog } from '../settings/frame.tsx';
import { Input } from '../ui/input.tsx';
import { Select } from '../ui/select.tsx';
import { type Option, OptionsEditor } from './options-editor.tsx';
import { texts } from './texts.ts';

interface FieldDialogProps {
  readonly kind: KindName;
  /** Undefined: a new one. */
  readonly field: ManagedFieldJson | undefined;
  readonly onClose: () => void;
  readonly onSaved: (name: string) => void;
}

const elementTypes: Readonly<Record<KindName, number>> = { contacts: 1, leads: 2, companies: 3, customers: 12 };
/** Those that people make; phones and the like are in every account. docs/api/companies.md, values */
const ownTypes = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17];
const listTypes: ReadonlySet<number> = new Set([4, 5, 10]);
/** By it a field of ours is known among those of integrations. */
const origin = 'kontora';

export function FieldDialog({ kind, field, onClose, onSaved }: FieldDialogProps) {
  const t = useTexts(texts);
  const fail = useFail();
  const [name, setName] = useState(field?.name ?? '');
  const [type, setType] = useState(field?.field_type ?? 1);
  const [options, setOptions] = useState<readonly Option[]>(field?.enums ?? [{ value: '' }]);
  const [isBusy, setBusy] = useState(false);
  const isList = listTypes.has(type);
  const filled = options.map(({ id, value }) => ({ ...(id !== undefined && { id }), value: value.trim() }));
  const given = filled.filter(({ id, value }) => id !== undefined || value !== '');
  const isWhole = name.trim() !== '' && (!isList || (given.length > 0 && given.every(({ value }) => value !== '')));
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (!isWhole) return;
    setBusy(true);
    try {
      if (field) {
        await admin.fields.update({ id: field.id, name: name.trim(), ...(isList && { enums: given }) });
      } else {
        const draft = { name: name.trim(), field_type: type, element_type: elementTypes[kind], origin };
        await crm.fields.add([{ ...draft, ...(isList && { enums: given.map(({ value }) => value) }) }]);
      }
      onSaved(name.trim());
      onClose();
    } catch (error) {
      fail(error);
      setBusy(false);
    }
  };
  const title = field ? t.edit(field.name) : t.add;
  return (
    <FormDialog
      title={title}
      cancel={t.cancel}
      action={field ? t.save : t.create}
      isDisabled={isBusy || !isWhole}
      onSubmit={save}
      onClose={onClose}
    >
      <div className="grid gap-1.5">
        <label htmlFor="field-name" className="text-muted">
          {t.name}
        </label>
        <Input
          id="field-name"
          value={name}
          required
          autoFocus
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      {!field && (
        <div className="grid gap-1.5">
          <label htmlFor="field-type" className="text-muted">
            {t.type}
          </label>
          <Select id="field-type" value={type} onChange={(event) => setType(Number(event.target.value))}>
            {ownTypes.map((one) => (
              <option key={one} value={one}>
                {t.types[one]}
              </option>
            ))}
          </Select>
        </div>
      )}
      {isList && <OptionsEditor options={options} onOptions={setOptions} isNew={!field} />}
    </FormDialog>
  );
}
