import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Unlink } from 'lucide-react';
import { useState } from 'react';
import type { AnyRecord, KindName } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { types, valuesOf } from '../records/custom-fields.tsx';
import { refusalOf } from '../records/save-cells.ts';
import { useColumnsOf } from '../records/use-columns-of.ts';
import { accountQuery } from '../session.ts';
import { kindIcons } from '../shell/kind-icons.ts';
import { Button } from '../ui/button.tsx';
import { notify } from '../ui/toaster.tsx';
import { LinkBox } from './link-box.tsx';
import { changeLink, linkedIds, linkedKinds, linkedQuery } from './links.ts';
import { texts } from './texts.ts';
import type { Saving } from './use-card.ts';

/** Linked records that are shown before somebody asks for more. */
const shownFirst = 10;

interface LinkedRecordsProps {
  readonly kind: KindName;
  readonly record: AnyRecord;
  readonly isReadOnly: boolean;
  readonly saving: Saving;
}

export function LinkedRecords({ kind, ...props }: LinkedRecordsProps) {
  return linkedKinds[kind].map((other) => <Section key={other} kind={kind} other={other} {...props} />);
}

interface SectionProps extends LinkedRecordsProps {
  readonly other: KindName;
}

function Section({ kind, record, other, isReadOnly, saving }: SectionProps) {
  const { t, number } = useLanguage();
  const c = useTexts(texts);
  const queryClient = useQueryClient();
  const hintOf = useHint(other);
  const [most, setMost] = useState(shownFirst);
  const ids = linkedIds(record, other);
  const { data: found = [] } = useQuery(linkedQuery(other, ids.slice(0, most)));
  const records = found.filter(({ id }) => ids.includes(id));
  const title = other === 'companies' ? c.links.company : t.nav[other];
  const change = async (linked: Pick<AnyRecord, 'id' | 'name'>, isLinked: boolean) => {
    try {
      const refusal = await changeLink(queryClient, kind, record, other, linked.id, isLinked);
      if (refusal) saving.complain(refusalOf(t, record.name, refusal));
      else if (isLinked) {
        const now = queryClient.getQueryData<AnyRecord | null>(['record', kind, record.id]);
        if (now && !linkedIds(now, other).includes(linked.id)) saving.complain(c.links.refused(linked.name));
      } else {
        const undo = () => void change(linked, true);
        notify({ text: c.links.unlinked(linked.name), action: { text: c.undo, run: undo } });
      }
    } catch (error) {
      saving.fail(error);
    }
  };
  return (
    <section aria-label={title} className="grid grid-cols-[minmax(0,1fr)] gap-1">
      <div className="flex h-8 items-center gap-2">
        <h2 className="font-semibold">{title}</h2>
        {ids.length > 1 && <span className="text-muted tabular-nums">{number(ids.length)}</span>}
        {!isReadOnly && (
          <LinkBox {...{ kind, record, other, title, ids }} onLink={(linked) => void change(linked, true)} />
        )}
      </div>
      {ids.length === 0 && <p className="text-muted">{c.links.none}</p>}
      <ul className="grid grid-cols-[minmax(0,1fr)] gap-px">
        {records.map((linked) => (
          <LinkedRecord
            key={linked.id}
            kind={other}
            record={linked}
            hint={hintOf(linked)}
            isMain={
              'main_contact' in record &&
              other === 'contacts' &&
              record.main_contact?.id === linked.id &&
              ids.length > 1
            }
            onUnlink={isReadOnly ? undefined : () => void change(linked, false)}
          />
        ))}
      </ul>
      {ids.length > most && (
        <Button look="quiet" className="justify-self-start px-2" onClick={() => setMost(ids.length)}>
          {c.links.more(ids.length - most)}
        </Button>
      )}
    </section>
  );
}

interface LinkedRecordProps {
  readonly kind: KindName;
  readonly record: AnyRecord;
  readonly hint: string;
  /** Of several contacts. */
  readonly isMain: boolean;
  readonly onUnlink: (() => void) | undefined;
}

function LinkedRecord({ kind, record, hint, isMain, onUnlink }: LinkedRecordProps) {
  const c = useTexts(texts);
  const Icon = kindIcons[kind];
  return (
    <li className="group relative flex items-center gap-2.5 rounded-md px-2 hover:bg-hover">
      <Icon aria-hidden="true" className="size-4 shrink-0 text-muted" />
      <div className="min-w-0 flex-1 py-1.5">
        <Link
          to={`/${kind}/$id`}
          params={{ id: String(record.id) }}
          className="font-medium after:absolute after:inset-0 hover:underline"
        >
          <bdi>{record.name}</bdi>
        </Link>
        {isMain && <span className="ml-2 text-xs text-muted">{c.links.main}</span>}
        {hint && (
          <span className="block truncate text-xs text-muted">
            <bdi>{hint}</bdi>
          </span>
        )}
      </div>
      {onUnlink && (
        <Button
          look="quiet"
          icon
          aria-label={c.links.unlink(record.name)}
          className="relative shrink-0 text-muted sm:opacity-0 sm:group-hover:opacity-100 sm:focus-visible:opacity-100"
          onClick={onUnlink}
        >
          <Unlink />
        </Button>
      )}
    </li>
  );
}

/** What one wants to know of a linked record at a glance: how to reach a contact, where a lead stands. */
function useHint(kind: KindName): (record: AnyRecord) => string {
  const columns = useColumnsOf<KindName>(kind);
  const { data: account } = useSuspenseQuery(accountQuery);
  const shown = hints[kind].flatMap((id) => columns.find((column) => column.id === id) ?? []);
  const reached =
    kind === 'contacts' ? account.fieldsOf(kind).filter((field) => field.field_type === types.multitext) : [];
  return (record) =>
    [
      // These show a text, and no more.
      ...shown.map((column) => column.show?.(record) ?? column.text(record)),
      ...reached.slice(0, 2).map((field) => valuesOf(record, field)[0]?.value),
    ]
      .filter(Boolean)
      .join(' · ');
}

const hints: Readonly<Record<KindName, readonly string[]>> = {
  companies: [],
  contacts: [],
  leads: ['stage', 'sale'],
  customers: ['next_date', 'next_price'],
};
