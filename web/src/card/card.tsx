import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ArrowLeft, Ellipsis, History, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { AnyRecord, KindName } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { deleteMany } from '../records/bulk.ts';
import { texts as bulkTexts } from '../records/bulk-texts.ts';
import { may } from '../records/rights.ts';
import { refreshRows } from '../records/rows.ts';
import { useColumnsOf } from '../records/use-columns-of.ts';
import { accountQuery } from '../session.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { notify } from '../ui/toaster.tsx';
import { ColumnValue, focusIfLost } from './editable.tsx';
import { Feed } from './feed.tsx';
import { Fields, Labelled } from './fields.tsx';
import { LinkedRecords } from './linked-records.tsx';
import { PastSlider, usePast } from './past.tsx';
import { texts } from './texts.ts';
import { useSaving } from './use-card.ts';

interface CardProps {
  readonly kind: KindName;
  readonly record: AnyRecord;
}

/** All of a record: its fields, what it is linked with, what happened; today, or as it was. */
export function Card({ kind, record }: CardProps) {
  const { t } = useLanguage();
  const c = useTexts(texts);
  const { data: account } = useSuspenseQuery(accountQuery);
  const columns = useColumnsOf<KindName>(kind);
  const saving = useSaving(kind);
  const [isLookingBack, setLookingBack] = useState(false);
  const [at, setAt] = useState<number>();
  const past = usePast(kind, record.id, at);
  const shown = past ?? record;
  const isPast = at !== undefined && past !== undefined && past !== null;
  const name = columns[0]!;
  useEffect(() => {
    document.title = `${record.name} · Kontora`;
  }, [record.name]);
  const heading = useRef<HTMLHeadingElement>(null);
  // Who comes from a table or a dialog that is gone would begin at the top of the page.
  useEffect(() => focusIfLost(() => heading.current), []);
  const lookingBack = useRef<HTMLButtonElement>(null);
  const endLookingBack = () => {
    setLookingBack(false);
    setAt(undefined);
    lookingBack.current?.focus();
  };
  return (
    <main className="flex h-full flex-col max-lg:overflow-y-auto">
      <header className="border-b border-line px-4 pt-3 pb-2 sm:px-6">
        <div className="flex items-center gap-1">
          <Link to={`/${kind}`} className={buttonClass({ look: 'quiet' }, '-ml-2 px-2 text-muted')} title={c.back}>
            <ArrowLeft />
            {t.nav[kind]}
          </Link>
          <Button
            look="quiet"
            ref={lookingBack}
            className="ml-auto"
            aria-pressed={isLookingBack}
            onClick={() => (isLookingBack ? endLookingBack() : setLookingBack(true))}
          >
            <History />
            <span className="max-sm:sr-only">{c.past.title}</span>
          </Button>
          {may('delete', kind, account) && <More kind={kind} record={record} />}
        </div>
        <h1 ref={heading} tabIndex={-1} className="-ml-2.5 max-w-4xl text-lg font-semibold outline-none">
          <ColumnValue
            record={shown}
            column={name}
            isReadOnly={isPast}
            onText={(text) => void saving.saveText({ record, column: name, text })}
          >
            <bdi>{shown.name}</bdi>
          </ColumnValue>
        </h1>
        {isPast && shown.name !== record.name && (
          <p className="text-xs text-muted">
            {c.past.now}: <bdi>{record.name}</bdi>
          </p>
        )}
      </header>
      {isLookingBack && (
        <PastSlider
          {...{ kind, record, at }}
          isAdmin={account.me.is_admin}
          isMissing={at !== undefined && past === null}
          onAt={setAt}
          onClose={endLookingBack}
        />
      )}
      <div className="lg:grid lg:min-h-0 lg:flex-1 lg:grid-cols-[minmax(22rem,28rem)_minmax(0,1fr)]">
        <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-6 px-4 py-4 sm:px-6 lg:overflow-y-auto lg:border-r lg:border-line">
          <Fields {...{ kind, columns, saving }} record={shown} today={isPast ? record : undefined} />
          <LinkedRecords {...{ kind, saving }} record={shown} isReadOnly={isPast} />
          <About record={shown} />
        </div>
        <div className="px-4 py-4 max-lg:border-t max-lg:border-line sm:px-6 lg:overflow-y-auto">
          <div className="mx-auto max-w-3xl">
            <Feed {...{ kind, record, columns, saving }} />
          </div>
        </div>
      </div>
    </main>
  );
}

function About({ record }: { readonly record: AnyRecord }) {
  const { t, dateTime } = useLanguage();
  const c = useTexts(texts);
  const { data: account } = useSuspenseQuery(accountQuery);
  const who = (id: number) => (id === 0 ? c.robot : account.nameOf(id));
  const rows = [
    [c.createdBy, c.by(dateTime(record.created_at), who(record.created_by))],
    [c.updatedBy, c.by(dateTime(record.updated_at), 'updated_by' in record ? who(record.updated_by) : '')],
    [t.field.id, String(record.id)],
  ] as const;
  return (
    <section aria-label={c.about} className="border-t border-line pt-4">
      <dl className="grid gap-px">
        {rows.map(([title, text]) => (
          <Labelled key={title} title={title}>
            <div className="px-2.5 py-1.5">
              <bdi>{text}</bdi>
            </div>
          </Labelled>
        ))}
      </dl>
    </section>
  );
}

function More({ kind, record }: CardProps) {
  const c = useTexts(texts);
  const b = useTexts(bulkTexts);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { complain, fail } = useSaving(kind);
  const refresh = () => {
    refreshRows(queryClient, kind);
    queryClient.invalidateQueries({ queryKey: ['record'] });
  };
  const remove = async () => {
    try {
      const { count, refusals, undo } = await deleteMany(kind, [record.id], b.denied);
      if (count === 0) return complain(refusals[0] ?? c.gone);
      const restore = async () => {
        await undo().catch(fail);
        refresh();
        navigate({ to: `/${kind}/$id`, params: { id: String(record.id) } });
      };
      notify({ text: c.deleted(record.name), action: { text: c.undo, run: () => void restore() } });
      await navigate({ to: `/${kind}` });
      refresh();
    } catch (error) {
      fail(error);
    }
  };
  return (
    <Menu
      align="end"
      trigger={
        <Button look="quiet" icon aria-label={c.more}>
          <Ellipsis />
        </Button>
      }
    >
      <MenuItem onSelect={() => void remove()}>
        <Trash2 />
        {c.delete}
      </MenuItem>
    </Menu>
  );
}
