import { ArrowDown, ArrowUp, Ellipsis, Pencil, Plus, Star, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { PipelineJson, StatusJson } from '../api.ts';
import { useTexts } from '../i18n/language.tsx';
import { stagesOf } from '../session.ts';
import { NameDialog } from '../settings/name-dialog.tsx';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { texts } from './texts.ts';
import { isOwn, type SavePipelines, withStages } from './use-pipelines.ts';

interface CardProps {
  readonly pipeline: PipelineJson;
  readonly above: PipelineJson | undefined;
  readonly below: PipelineJson | undefined;
  readonly save: SavePipelines;
  readonly isBusy: boolean;
}

type Open = 'name' | 'stage' | 'delete' | { readonly edit: StatusJson } | { readonly remove: StatusJson };

/** A pipeline with its stages in their order. */
export function PipelineCard({ pipeline, above, below, save, isBusy }: CardProps) {
  const t = useTexts(texts);
  const [open, setOpen] = useState<Open>();
  const { id, name, sort, is_main } = pipeline;
  const stages = stagesOf(pipeline);
  const own = stages.filter(isOwn);
  const close = () => setOpen(undefined);
  const saveStages = (next: Parameters<typeof withStages>[1], names?: Record<number, string>) =>
    save({ update: { [id]: withStages(pipeline, next, names) } });
  const swap = (other: PipelineJson) =>
    save({ update: { [id]: { name, sort: other.sort }, [other.id]: { name: other.name, sort } } });
  const moveStage = (stage: StatusJson, by: 1 | -1) => {
    const next = own.filter((one) => one.id !== stage.id);
    next.splice(own.indexOf(stage) + by, 0, stage);
    return saveStages(next);
  };
  return (
    <section aria-label={name} className="rounded-xl border border-line">
      <header className="flex items-center gap-2 border-b border-line py-2 pr-2 pl-4">
        <h2 className="min-w-0 truncate text-base font-semibold">
          <bdi>{name}</bdi>
        </h2>
        {is_main && <span className="rounded-sm bg-accent-soft px-1.5 text-xs leading-5 text-accent">{t.main}</span>}
        <span className="flex-1" />
        <Menu
          align="end"
          trigger={
            <Button look="quiet" icon aria-label={t.more(name)} disabled={isBusy}>
              <Ellipsis />
            </Button>
          }
        >
          <MenuItem onSelect={() => setOpen('name')}>
            <Pencil />
            {t.rename}
          </MenuItem>
          {!is_main && (
            <MenuItem onSelect={() => save({ update: { [id]: { name, is_main: true } } })}>
              <Star />
              {t.makeMain}
            </MenuItem>
          )}
          <MenuItem disabled={!above} onSelect={() => above && swap(above)}>
            <ArrowUp />
            {t.up}
          </MenuItem>
          <MenuItem disabled={!below} onSelect={() => below && swap(below)}>
            <ArrowDown />
            {t.down}
          </MenuItem>
          <MenuSeparator />
          <MenuItem onSelect={() => setOpen('delete')}>
            <Trash2 />
            {t.delete}
          </MenuItem>
        </Menu>
      </header>
      <ol className="divide-y divide-line">
        {stages.map((stage) => {
          const place = own.indexOf(stage);
          return (
            <li key={stage.id} className="flex min-h-11 items-center gap-3 py-1 pr-2 pl-4">
              <span
                aria-hidden="true"
                className="size-3 shrink-0 rounded-full ring-1 ring-line-strong ring-inset"
                style={{ backgroundColor: stage.color }}
              />
              <bdi className={place < 0 ? 'min-w-0 flex-1 truncate text-muted' : 'min-w-0 flex-1 truncate'}>
                {stage.name}
              </bdi>
              <Menu
                align="end"
                trigger={
                  <Button look="quiet" icon aria-label={t.more(stage.name)} disabled={isBusy}>
                    <Ellipsis />
                  </Button>
                }
              >
                <MenuItem onSelect={() => setOpen({ edit: stage })}>
                  <Pencil />
                  {t.rename}
                </MenuItem>
                {place >= 0 && (
                  <>
                    <MenuItem disabled={place === 0} onSelect={() => void moveStage(stage, -1)}>
                      <ArrowUp />
                      {t.up}
                    </MenuItem>
                    <MenuItem disabled={place === own.length - 1} onSelect={() => void moveStage(stage, 1)}>
                      <ArrowDown />
                      {t.down}
                    </MenuItem>
                    <MenuSeparator />
                    <MenuItem onSelect={() => setOpen({ remove: stage })}>
                      <Trash2 />
                      {t.delete}
                    </MenuItem>
                  </>
                )}
              </Menu>
            </li>
          );
        })}
      </ol>
      <div className="border-t border-line p-2">
        <Button look="quiet" disabled={isBusy} onClick={() => setOpen('stage')}>
          <Plus />
          {t.addStage}
        </Button>
      </div>
      {open === 'name' && (
        <NameDialog
          title={t.rename}
          action={t.save}
          name={name}
          onClose={close}
          onSave={(given) => save({ update: { [id]: { name: given.name } } })}
        />
      )}
      {open === 'stage' && (
        <NameDialog
          title={t.addStage}
          action={t.create}
          color="#c1e0ff"
          onClose={close}
          onSave={(given) => saveStages([...own, given])}
        />
      )}
      {typeof open === 'object' && 'edit' in open && (
        <NameDialog
          title={t.stage(open.edit.name)}
          action={t.save}
          name={open.edit.name}
          {...(isOwn(open.edit) && { color: open.edit.color })}
          onClose={close}
          onSave={(given) =>
            saveStages(
              own.map((stage) => (stage.id === open.edit.id ? { ...stage, ...given } : stage)),
              { [open.edit.id]: given.name },
            )
          }
        />
      )}
      {open === 'delete' && (
        <Confirm
          title={t.deletePipeline(name)}
          text={t.deleteText}
          action={t.delete}
          cancel={t.cancel}
          onClose={close}
          onConfirm={() => save({ delete: [id] })}
        />
      )}
      {typeof open === 'object' && 'remove' in open && (
        <Confirm
          title={t.deleteStage(open.remove.name)}
          text={t.deleteText}
          action={t.delete}
          cancel={t.cancel}
          onClose={close}
          onConfirm={() => saveStages(own.filter((stage) => stage.id !== open.remove.id))}
        />
      )}
    </section>
  );
}
