import { Tags, Trash2, UserRound, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { AnyRecord, KindName } from '../api.ts';
import { splitValues } from '../grid/split.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import type { Account } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/input.tsx';
import { Popover } from '../ui/popover.tsx';
import { notify } from '../ui/toaster.tsx';
import { changeMany, type Done, deleteMany } from './bulk.ts';
import { tagNames } from './columns.tsx';
import { UserList } from './filters.tsx';
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

/** What can be done with the selected rows; everything can be taken back. */
export function BulkBar({ kind, account, ids, onClear, onFail, onDone }: BulkBarProps) {
  const { t } = useLanguage();
  const r = useTexts(texts);
  const says = (text: (count: string) => string) => (n: number) => text(r.kinds[kind].count(n));
  const [isBusy, setBusy] = useState(false);
  const [open, setOpen] = useState<'tag' | 'responsible'>();
  const popover = (name: 'tag' | 'responsible') => ({
    open: open === name,
    onOpenChange: (isOpen: boolean) => setOpen(isOpen ? name : undefined),
  });
  const run = async (work: () => Promise<Done>, tells: (n: number) => string, undoTells: (n: number) => string) => {
    setOpen(undefined);
    setBusy(true);
    try {
      const done = await work();
      const undo = () => void run(done.undo, undoTells, tells);
      if (done.count > 0) notify({ text: tells(done.count), action: { text: t.bulk.undo, run: undo } });
      if (done.refusals.length > 0) {
        notify({ text: `${t.bulk.refused(ids.size - done.count)}: ${done.refusals[0]}`, isError: true });
      }
      if (done.count === ids.size) onClear();
    } catch (error) {
      onFail(error);
    }
    setBusy(false);
    onDone();
  };
  const list = [...ids];
  const tagsOf = (record: AnyRecord) => ({ tags: tagNames(record) });
  const submitTags = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const names = splitValues(String(new FormData(event.currentTarget).get('tags')));
    const isRemoval = (event.nativeEvent as SubmitEvent).submitter?.getAttribute('value') === 'remove';
    const patch = (record: AnyRecord) => {
      const others = tagNames(record).filter((name) => !names.includes(name));
      return { tags: isRemoval ? others : [...others, ...names] };
    };
    if (names.length > 0) void run(() => changeMany(kind, list, patch, tagsOf), says(r.changed), says(r.changed));
  };
  return (
    <section
      aria-label={t.bulk.selected(ids.size)}
      className="fixed bottom-5 left-1/2 z-20 flex max-w-[calc(100vw-1rem)] -translate-x-1/2 items-center gap-1 rounded-xl bg-raised p-1.5 shadow-float max-sm:bottom-16"
    >
      <span className="px-2 font-medium whitespace-nowrap tabular-nums" aria-live="polite">
        {t.bulk.selected(ids.size)}
      </span>
      <Popover
        label={t.bulk.tag}
        className="w-72 p-3"
        {...popover('tag')}
        trigger={
          <Button look="quiet" disabled={isBusy}>
            <Tags />
            <span className="max-sm:sr-only">{t.field.tags}</span>
          </Button>
        }
      >
        <form onSubmit={submitTags} className="grid gap-2">
          <Input
            name="tags"
            aria-label={t.bulk.tagPlaceholder}
            placeholder={t.bulk.tagPlaceholder}
            autoFocus
            required
          />
          <div className="flex gap-2">
            <Button look="primary" type="submit" value="add">
              {t.bulk.tag}
            </Button>
            <Button type="submit" value="remove">
              {t.bulk.untag}
            </Button>
          </div>
        </form>
      </Popover>
      <Popover
        label={t.bulk.responsible}
        className="w-64 p-0"
        {...popover('responsible')}
        trigger={
          <Button look="quiet" disabled={isBusy}>
            <UserRound />
            <span className="max-sm:sr-only">{t.field.responsible}</span>
          </Button>
        }
      >
        <UserList
          account={account}
          chosen={new Set()}
          onUser={(id) => {
            const back = ({ responsible_user_id }: AnyRecord) => ({ responsible_user_id });
            const work = () => changeMany(kind, list, () => ({ responsible_user_id: id }), back);
            void run(work, says(r.changed), says(r.changed));
          }}
        />
      </Popover>
      <Button
        look="danger"
        disabled={isBusy}
        onClick={() => run(() => deleteMany(kind, list), says(r.removed), says(r.restored))}
      >
        <Trash2 />
        <span className="max-sm:sr-only">{t.bulk.remove}</span>
      </Button>
      <Button look="quiet" icon aria-label={t.bulk.clear} onClick={onClear}>
        <X />
      </Button>
    </section>
  );
}
