import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { type AnyRecord, crm, type KindName, storeOf } from '../api.ts';

/** What a kind is linked with, in the order of the card. */
export const linkedKinds: Readonly<Record<KindName, readonly KindName[]>> = {
  companies: ['contacts', 'leads', 'customers'],
  contacts: ['companies', 'leads', 'customers'],
  leads: ['contacts', 'companies'],
  customers: ['contacts', 'companies'],
};

/** The key under which links to a kind are sent. */
export const linkKeys: Readonly<Record<KindName, string>> = {
  companies: 'company_id',
  contacts: 'contacts_id',
  leads: 'leads_id',
  customers: 'customers_id',
};

/** Ids of the records of a kind that a record is linked with. */
export function linkedIds(record: AnyRecord, kind: KindName): readonly number[] {
  if (kind === 'companies') return 'company' in record && record.company ? [record.company.id] : [];
  return kind in record ? (record as unknown as Record<KindName, { id: number[] }>)[kind].id : [];
}

/** Records by id, kept among the rows of tables, so that an edit is seen here as well. */
export function linkedQuery(kind: KindName, ids: readonly number[]) {
  return queryOptions<AnyRecord[]>({
    queryKey: ['rows', kind, 'linked', ids.join()],
    queryFn: ({ signal }) => storeOf(kind).find(ids, {}, { signal }),
    enabled: ids.length > 0,
    placeholderData: (before) => before,
  });
}

/** Links or unlinks; the record is read again, since one link may have replaced another. @returns the server's refusal */
export async function changeLink(
  queryClient: QueryClient,
  kind: KindName,
  record: AnyRecord,
  other: KindName,
  otherId: number,
  isLinked: boolean,
) {
  const links = { [linkKeys[other]]: [otherId] };
  // A company is one: alone, it is no list.
  const one = other === 'companies' ? { [linkKeys[other]]: otherId } : links;
  const stamp = { id: record.id, updated_at: Math.max(crm.now(), record.updated_at) };
  const [result] = await storeOf(kind).update([{ ...stamp, ...(isLinked ? one : { unlink: one }) }]);
  await Promise.all(
    [['record'], ['rows', other], ['rows', kind], ['feed']].map((queryKey) =>
      queryClient.invalidateQueries({ queryKey }),
    ),
  );
  return result && 'error' in result ? result : undefined;
}
