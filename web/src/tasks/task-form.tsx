import { type FormEvent, type ReactNode, useState } from 'react';
import { crm } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import type { Account } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Input } from '../ui/input.tsx';
import { Select } from '../ui/select.tsx';
import { dueOf, fieldsOf, midnight } from './days.ts';
import { type Picked, RecordPicker } from './record-picker.tsx';
import { elementTypes, kindOf, type Task } from './tasks.ts';
import { texts } from './texts.ts';

/** What a task is, as the API takes it, and what its record is called. */
export interface TaskParts {
  readonly text: string;
  readonly task_type: number;
  readonly responsible_user_id: number;
  readonly complete_till_at: number;
  readonly element_type: number;
  readonly element_id: number;
  readonly element_name: string;
}

interface TaskFormProps {
  readonly account: Account;
  /** Undefined: a new one. */
  readonly task: Task | undefined;
  readonly about?: Picked;
  readonly onClose: () => void;
  readonly onSave: (parts: TaskParts) => void;
}

/** Everything about a task, for a new one or to change it. */
export function TaskForm({ account, task, about, onClose, onSave }: TaskFormProps) {
  const { t } = useLanguage();
  const x = useTexts(texts);
  const kind = task && kindOf(task);
  const before = task && kind ? { kind, id: task.element_id, name: task.element_name } : about;
  const [picked, setPicked] = useState<Picked | undefined>(before);
  const due = fieldsOf(task?.complete_till_at ?? midnight(crm.now(), 1) - 60);
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const at = dueOf(String(given.get('day')), String(given.get('time')));
    if (at === undefined) return;
    onSave({
      text: String(given.get('text')).trim(),
      task_type: Number(given.get('type')),
      responsible_user_id: Number(given.get('responsible')),
      complete_till_at: at,
      element_type: picked ? elementTypes[picked.kind] : 0,
      element_id: picked?.id ?? 0,
      element_name: picked?.name ?? '',
    });
  };
  const users = account.users.filter(({ id, is_active }) => is_active || id === task?.responsible_user_id);
  const title = task ? x.edit : x.add;
  return (
    <Dialog open onOpenChange={onClose} title={title}>
      <form onSubmit={save} className="grid max-h-[80vh] gap-4 overflow-y-auto p-5">
        <p aria-hidden="true" className="text-base font-semibold">
          {title}
        </p>
        <Field name="text" label={x.text}>
          <textarea
            id="task-text"
            name="text"
            rows={3}
            required
            defaultValue={task?.text ?? ''}
            className="rounded-md border border-line-strong bg-raised px-2.5 py-1.5 max-sm:text-base"
          />
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field name="day" label={x.day}>
            <Input id="task-day" type="date" name="day" required defaultValue={due.day} />
          </Field>
          <Field name="time" label={x.time}>
            <Input id="task-time" type="time" name="time" defaultValue={due.time} title={x.timeHint} />
          </Field>
          <Field name="type" label={x.type}>
            <Select id="task-type" name="type" defaultValue={task?.task_type ?? 1}>
              {Object.values(account.json._embedded.task_types).map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          </Field>
          <Field name="responsible" label={t.table.responsible}>
            <Select id="task-responsible" name="responsible" defaultValue={task?.responsible_user_id ?? account.me.id}>
              {users.map(({ id }) => (
                <option key={id} value={id}>
                  {account.nameOf(id)}
                </option>
              ))}
            </Select>
          </Field>
        </div>
        <div className="grid gap-1.5">
          <span className="text-muted">{x.record}</span>
          <RecordPicker picked={picked} isRequired={kind !== undefined} onPick={setPicked} />
        </div>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{x.cancel}</Button>
          <Button look="primary" type="submit">
            {task ? x.save : x.create}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly children: ReactNode;
}

/** A control with the id `task-NAME`, under its label. */
function Field({ name, label, children }: FieldProps) {
  return (
    <div className="grid gap-1.5">
      <label htmlFor={`task-${name}`} className="text-muted">
        {label}
      </label>
      {children}
    </div>
  );
}
