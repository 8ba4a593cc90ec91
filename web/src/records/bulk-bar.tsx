import { useQuery } from '@tanstack/react-query';
import { Tags, Trash2, UserRound, X } from 'lucide-react';
import { useState } from 'react';
import type { AnyRecord, KindName } from '../api.ts';
import { splitValues } from '../grid/split.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import type { Account } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Popover } from '../ui/popover.tsx';
import { notify } from '../ui/toaster.tsx';
import { useDebounced } from '../ui/use-debounced.ts';
import { changeMany, type Done, deleteMany } from './bulk.ts';
import { texts as bulkTexts } from './bulk-texts.ts';
import { tagNames } from './columns.tsx';
import { OptionList, UserList } from './filters.tsx';
import { tagsQuery } from './own-filters.tsx';
import { may } from './rights.ts';
import { texts } from './texts.ts';

interface BulkBarProps {
  readonly kind: KindName;
  readonly account: Account;
  readonly ids: ReadonlySet<number>;
  readonly onClear: () => void;
  readonly onFail: (error: unknown) => void;
  /** Records have changed, some of them maybe not. */
  readonly onDone: () => void;
}

/** So many are deleted without a question: there is Undo. */
const mostUnasked = 100;

/** What can be done with the selected rows; everything can be taken back. */
export function BulkBar({ kind, account, ids, onClear, onFail, onDone }: BulkBarProps) {
  const { t } = useLanguage();
  const r = useTexts(texts);
  const b = useTexts(bulkTexts);
  const counted = r.kinds[kind].count;
  const [isBusy, setBusy] = useState(false);
  const [isRemoving, setRemoving] = useState(false);
  const [open, setOpen] = useState<'tag' | 'responsible'>();
  const popover = (name: 'tag' | 'responsible') => ({
    open: open === name,
    onOpenChange: (isOpen: boolean) => setOpen(isOpen ? name : undefined),
  });
  /** Tells what was done, and the way back, by which it is not done once more. */
  const run = async (work: () => Promise<Done>, tells: (n: number) => string, undone?: (n: number) => string) => {
    setOpen(undefined);
    setBusy(true);
    try {
      const done = await work();
      const undo = undone && { text: t.bulk.undo, run: () => void run(done.undo, undone) };
      if (done.count > 0) notify({ text: tells(done.count), ...(undo && { action: undo }) });
      if (done.refused > 0) {
        const text = [b.refused(done.refused), ...done.refusals.slice(0, 1)].join(': ');
        notify({ text, isError: true });
      }
      if (done.count === ids.size) onClear();
    } catch (error) {
      onFail(error);
    }
    setBusy(false);
    onDone();
  };
  const list = [...ids];
  const change = (work: () => Promise<Done>, tells: (count: string) => string) =>
    run(
      work,
      (n) => tells(counted(n)),
      (n) => b.undone(tells(counted(n))),
    );
  const tag = (names: readonly string[], isRemoval: boolean) => {
    const patch = (record: AnyRecord) => {
      const others = tagNames(record).filter((name) => !names.includes(name));
      return { tags: isRemoval ? others : [...others, ...names] };
    };
    const back = (record: AnyRecord) => ({ tags: tagNames(record) });
    const tells = isRemoval ? b.untagged : b.tagged;
    void change(
      () => changeMany(kind, list, patch, back),
      (count) => tells(names, count),
    );
  };
  const give = (id: number) => {
    const back = ({ responsible_user_id }: AnyRecord) => ({ responsible_user_id });
    void change(
      () => changeMany(kind, list, () => ({ responsible_user_id: id }), back),
      (count) => b.given(account.nameOf(id), count),
    );
  };
  const remove = () =>
    run(
      () => deleteMany(kind, list, b.denied),
      (n) => b.removed(counted(n)),
      (n) => b.restored(counted(n)),
    );
  return (
    <section
      aria-label={b.selected(ids.size)}
      className="fixed bottom-5 left-1/2 z-20 flex max-w-[calc(100vw-1rem)] -translate-x-1/2 items-center gap-1 rounded-xl bg-raised p-1.5 shadow-float max-sm:bottom-16"
    >
      <span className="px-2 font-medium whitespace-nowrap tabular-nums" aria-live="polite">
        {b.selected(ids.size)}
      </span>
      {may('edit', kind, account) && (
        <>
          <Popover
            label={b.tag}
            className="w-72 p-0"
            {...popover('tag')}
            trigger={
              <Button look="quiet" disabled={isBusy}>
                <Tags />
                <span className="max-sm:sr-only">{t.field.tags}</span>
              </Button>
            }
          >
            <TagChoice kind={kind} onTags={tag} />
          </Popover>
          <Popover
            label={b.responsible}
            className="w-64 p-0"
            {...popover('responsible')}
            trigger={
              <Button look="quiet" disabled={isBusy}>
                <UserRound />
                <span className="max-sm:sr-only">{t.field.responsible}</span>
              </Button>
            }
          >
            <UserList account={account} chosen={new Set()} onUser={give} />
          </Popover>
        </>
      )}
      {may('delete', kind, account) && (
        <Button
          look="danger"
          disabled={isBusy}
          onClick={() => (ids.size > mostUnasked ? setRemoving(true) : void remove())}
        >
          <Trash2 />
          <span className="max-sm:sr-only">{b.remove}</span>
        </Button>
      )}
      <Button look="quiet" icon aria-label={b.clear} onClick={onClear}>
        <X />
      </Button>
      {isRemoving && (
        <Confirm
          title={b.removeTitle(counted(ids.size))}
          text={b.removeText}
          action={b.remove}
          cancel={r.cancel}
          onClose={() => setRemoving(false)}
          onConfirm={remove}
        />
      )}
    </section>
  );
}

interface TagChoiceProps {
  readonly kind: KindName;
  readonly onTags: (names: readonly string[], isRemoval: boolean) => void;
}

/** Tags that there are, and new ones. */
function TagChoice({ kind, onTags }: TagChoiceProps) {
  const b = useTexts(bulkTexts);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const query = useDebounced(text.trim(), 120);
  const { data: found = [] } = useQuery(tagsQuery(kind, query));
  const typed = splitValues(text);
  const toggle = (name: string) =>
    setChosen((was) => (was.includes(name) ? was.filter((one) => one !== name) : [...was, name]));
  const names = chosen.length > 0 ? chosen : typed;
  // One that is not there yet is offered as it is typed.
  const offered = new Set([...chosen, ...found, ...(typed.length === 1 ? typed : [])]);
  return (
    <>
      <OptionList
        label={b.tagPlaceholder}
        onText={setText}
        options={[...offered].map((name) => ({
          ...{ id: name, text: name, isChosen: chosen.includes(name) },
          onPick: () => toggle(name),
        }))}
      />
      <div className="flex gap-2 border-t border-line p-2">
        <Button look="primary" disabled={names.length === 0} onClick={() => onTags(names, false)}>
          {b.tag}
        </Button>
        <Button disabled={names.length === 0} onClick={() => onTags(names, true)}>
          {b.untag}
        </Button>
      </div>
    </>
  );
}
