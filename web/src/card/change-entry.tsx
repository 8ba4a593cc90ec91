import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AnyRecord, ChangeJson, KindName } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { differencesOf } from './entries.ts';
import { linkedQuery } from './links.ts';
import type { TextPart } from './parts.tsx';
import { texts } from './texts.ts';

interface ChangeEntryProps {
  readonly change: ChangeJson;
  readonly record: AnyRecord;
  readonly parts: readonly TextPart[];
}

/** What somebody changed: each field with what it was and what it became, and links that came or went. */
export function ChangeEntry({ change, record, parts }: ChangeEntryProps) {
  const { t } = useLanguage();
  const c = useTexts(texts);
  if (change.action === 'delete') return <p className="text-muted">{c.feed.deleted}</p>;
  if (change.action === 'restore') return <p className="text-muted">{c.feed.restored}</p>;
  return (
    <ul className="grid gap-0.5">
      {differencesOf(change, record, parts).map(({ id, title, before, after }) => (
        <li key={id} className="break-words">
          <bdi className="text-muted">{title}:</bdi>{' '}
          {before && (
            <>
              <del className="text-muted">{before}</del> →{' '}
            </>
          )}
          {after ?? <span className="text-muted">{t.field.empty}</span>}
        </li>
      ))}
      {linksIn(change.after).map(([kind, ids]) => (
        <Links key={kind} title={c.feed.linked} kind={kind} ids={ids} />
      ))}
      {linksIn(change.before).map(([kind, ids]) => (
        <Links key={kind} title={c.feed.unlinked} kind={kind} ids={ids} />
      ))}
    </ul>
  );
}

function linksIn(state: ChangeJson['after']): [KindName, number[]][] {
  return Object.entries((state['links'] ?? {}) as Record<KindName, number[]>) as [KindName, number[]][];
}

/** Of many, the first few. */
const mostNamed = 5;

function Links({
  title,
  kind,
  ids,
}: {
  readonly title: string;
  readonly kind: KindName;
  readonly ids: readonly number[];
}) {
  const { t } = useLanguage();
  const shown = ids.slice(0, mostNamed);
  const { data: found = [] } = useQuery(linkedQuery(kind, shown));
  const names = new Map(found.map(({ id, name }) => [id, name]));
  return (
    <li className="break-words">
      <span className="text-muted">
        {title} ({t.nav[kind]}):
      </span>{' '}
      {shown.map((id, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Link to={`/${kind}/$id`} params={{ id: String(id) }} className="text-accent hover:underline">
            <bdi>{names.get(id) ?? id}</bdi>
          </Link>
        </span>
      ))}
      {ids.length > mostNamed && ` +${ids.length - mostNamed}`}
    </li>
  );
}
