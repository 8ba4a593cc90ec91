import {
  type Batches,
  type Company,
  type Contact,
  createClient,
  type Lead,
  type List,
  type RecordQuery,
} from '../../client/client.ts';
import type { CountJson, IdsJson } from '../../src/v2/wire.ts';

export {
  type Account as AccountParts,
  type Company,
  type CustomField,
  type FieldValue,
  KontoraError,
  type Refused,
} from '../../client/client.ts';
export type { AccountFieldJson, UserJson } from '../../src/v2/wire.ts';

/** The server that the page came from, by the cookie of the session. */
export const crm = createClient({ baseUrl: '', auth: 'cookie', retry: { times: 1 } });

/** What each kind of record is listed as. */
export interface Records {
  companies: Company;
  contacts: Contact;
  leads: Lead;
}

/** Keys that are not there stay as they are. */
export type UpdateItem = { readonly id: number; readonly updated_at: number } & Readonly<Record<string, unknown>>;

/** The calls of a kind, whichever it is. */
export function storeOf<K extends keyof Records>(kind: K) {
  return crm[kind] as unknown as List<Records[K], RecordQuery> & Batches<object, UpdateItem>;
}

export type Filters = Omit<RecordQuery, 'limit_rows' | 'limit_offset'>;

export async function countRecords(kind: keyof Records, filters: Filters, signal: AbortSignal): Promise<CountJson> {
  const call = { path: '/api/kontora/count', query: { entity: kind, ...filters }, signal };
  return (await crm.request<CountJson>(call))!;
}

/** A page of a list's ids, 500 at most. */
export async function listIds(
  kind: keyof Records,
  query: RecordQuery & { readonly sort: string },
  signal?: AbortSignal,
): Promise<number[]> {
  const call = { path: '/api/kontora/ids', query: { entity: kind, ...query }, signal };
  return (await crm.request<IdsJson>(call))!.ids;
}
