import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { KindName } from '../api.ts';
import { Card } from '../card/card.tsx';
import { texts } from '../card/texts.ts';
import { recordQuery } from '../card/use-card.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { isSignedOut } from '../session.ts';
import { Notice, PageFailed } from './not-found.tsx';

export const companies = () => <CardPage kind="companies" />;
export const contacts = () => <CardPage kind="contacts" />;
export const leads = () => <CardPage kind="leads" />;
export const customers = () => <CardPage kind="customers" />;

/** The card of a record of a kind. */
function CardPage({ kind }: { readonly kind: KindName }) {
  const { t } = useLanguage();
  const c = useTexts(texts);
  const id = Number(useParams({ strict: false }).id);
  const queryClient = useQueryClient();
  const { data: record, error, refetch } = useQuery(recordQuery(queryClient, kind, id));
  if (record) return <Card key={id} kind={kind} record={record} />;
  if (error && !isSignedOut(error)) return <PageFailed error={error} reset={() => void refetch()} />;
  if (record === null) return <Notice text={c.gone} />;
  return (
    <main aria-busy="true" className="p-6">
      <h1 className="sr-only">{t.table.loading}</h1>
      <div className="h-6 w-64 rounded-sm bg-hover" />
    </main>
  );
}
