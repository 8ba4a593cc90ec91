import { MoreHorizontal } from 'lucide-react';
import { crm } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { Button } from '../ui/button.tsx';
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../ui/menu.tsx';
import { midnight, onDay } from './days.ts';
import type { Task } from './tasks.ts';
import { texts } from './texts.ts';
import type { Change } from './use-change.ts';

export interface TaskActions {
  readonly onChange: (task: Task, change: Change) => void;
  readonly onEdit: (task: Task) => void;
  readonly onRemove: (task: Task) => void;
}

interface TaskMenuProps extends TaskActions {
  readonly task: Task;
  readonly name: string;
}

/** Moves a task to another day, edits and deletes it. */
export function TaskMenu({ task, name, onChange, onEdit, onRemove }: TaskMenuProps) {
  const { date } = useLanguage();
  const x = useTexts(texts);
  const due = task.complete_till_at;
  const move = (day: number) => {
    const to = onDay(due, day);
    const undo = { patch: { complete_till_at: due }, says: x.moved(name, date(due)) };
    onChange(task, { patch: { complete_till_at: to }, says: x.moved(name, date(to)), undo });
  };
  return (
    <Menu
      align="end"
      trigger={
        <Button look="quiet" icon className="-my-1 text-muted" aria-label={x.actions(name)}>
          <MoreHorizontal />
        </Button>
      }
    >
      <MenuLabel>{x.moveTo}</MenuLabel>
      <MenuItem onSelect={() => move(midnight(crm.now()))}>{x.sections.today}</MenuItem>
      <MenuItem onSelect={() => move(midnight(crm.now(), 1))}>{x.sections.tomorrow}</MenuItem>
      <MenuItem onSelect={() => move(midnight(crm.now(), 7))}>{x.inAWeek}</MenuItem>
      <MenuSeparator />
      <MenuItem onSelect={() => onEdit(task)}>{x.editIt}</MenuItem>
      <MenuItem onSelect={() => onRemove(task)}>{x.remove}</MenuItem>
    </Menu>
  );
}
