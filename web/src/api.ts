import type {
  AccountJson,
  CompanyJson,
  ContactJson,
  CountJson,
  IdsJson,
  ItemsJson,
  LeadJson,
  LegacyErrorJson,
  ProblemJson,
  SavedItemsJson,
} from '../../src/v2/wire.ts';

export type { AccountFieldJson, AccountJson, CompanyJson, CustomFieldJson, UserJson } from '../../src/v2/wire.ts';

/** What each kind of record is listed as. */
export interface Records {
  companies: CompanyJson;
  contacts: ContactJson;
  leads: LeadJson;
}

/** The server refused a request, and said why; status 0: it was not reached. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

type Parameters = Readonly<Record<string, string | number | undefined>>;

interface Reply<T> {
  /** Undefined: an answer without a body, as of lists in which nothing is. */
  readonly body: T | undefined;
  /** The server's clock, unix seconds. */
  readonly now: number;
}

/** @throws ApiError; DOMException AbortError */
async function call<T>(path: string, body?: object, signal?: AbortSignal): Promise<Reply<T>> {
  const init = body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  let response: Response;
  try {
    response = await fetch(path, { ...init, ...(signal && { signal }) });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, '');
  }
  const text = await response.text();
  if (!response.ok) throw new ApiError(response.status, reasonIn(text));
  return {
    body: text === '' ? undefined : (JSON.parse(text) as T),
    now: Number(response.headers.get('Runtime-Timestamp')),
  };
}

function reasonIn(text: string): string {
  try {
    const problem = JSON.parse(text) as Partial<ProblemJson & LegacyErrorJson>;
    return problem.response?.error ?? problem.detail ?? '';
  } catch {
    return '';
  }
}

function withQuery(path: string, parameters: Parameters): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return query === '' ? path : `${path}?${query}`;
}

export async function signIn(login: string, key: string): Promise<void> {
  await call('/private/api/auth.php?type=json', { USER_LOGIN: login, USER_HASH: key });
}

export async function signOut(): Promise<void> {
  await call('/api/kontora/sign-out', {});
}

export async function getAccount(signal?: AbortSignal): Promise<AccountJson> {
  const { body } = await call<AccountJson>('/api/v2/account?with=users,custom_fields,groups', undefined, signal);
  return body!;
}

/** The filters of a list, as its address spells them. */
export type Filters = Readonly<
  Partial<Record<'query' | 'responsible_user_id' | 'filter[date_modify][from]', string | number>>
>;

/** A page in the order of ids. */
export async function listRecords<K extends keyof Records>(
  kind: K,
  filters: Filters,
  page: { readonly limit: number; readonly offset: number },
  signal?: AbortSignal,
): Promise<Records[K][]> {
  const path = withQuery(`/api/v2/${kind}`, { ...filters, limit_rows: page.limit, limit_offset: page.offset });
  const { body } = await call<ItemsJson<Records[K]>>(path, undefined, signal);
  return body?._embedded.items ?? [];
}

/** Up to 500 records by their ids, in the order of these; those that are gone are left out. */
export async function getRecords<K extends keyof Records>(
  kind: K,
  ids: readonly number[],
  signal?: AbortSignal,
): Promise<{ records: Records[K][]; now: number }> {
  if (ids.length === 0) return { records: [], now: 0 };
  const path = withQuery(`/api/v2/${kind}`, { id: ids.join(',') });
  const { body, now } = await call<ItemsJson<Records[K]>>(path, undefined, signal);
  const found = new Map((body?._embedded.items ?? []).map((record) => [record.id, record]));
  return { records: ids.flatMap((id) => found.get(id) ?? []), now };
}

export async function countRecords(kind: keyof Records, filters: Filters, signal?: AbortSignal): Promise<CountJson> {
  const path = withQuery('/api/kontora/count', { entity: kind, ...filters });
  return (await call<CountJson>(path, undefined, signal)).body!;
}

export async function listIds(
  kind: keyof Records,
  filters: Filters,
  page: { readonly limit: number; readonly offset: number; readonly sort: string },
  signal?: AbortSignal,
): Promise<number[]> {
  const { limit, offset, sort } = page;
  const parameters = { entity: kind, ...filters, sort, limit_rows: limit, limit_offset: offset };
  return (await call<IdsJson>(withQuery('/api/kontora/ids', parameters), undefined, signal)).body!.ids;
}

/** An item of an update; unlisted keys stay as they are. */
export interface UpdateItem {
  id: number;
  updated_at: number;
  [key: string]: unknown;
}

/** Up to 500; gives the reason of each that was refused, by id. */
export async function updateRecords(
  kind: keyof Records,
  update: readonly UpdateItem[],
): Promise<ReadonlyMap<number, string>> {
  const { body } = await call<SavedItemsJson>(`/api/v2/${kind}`, { update });
  return new Map(Object.entries(body?._embedded.errors?.update ?? {}).map(([id, reason]) => [Number(id), reason]));
}

/** Up to 500 at once into the bin; undefined, or what the server says of those that stay. */
export async function deleteRecords(kind: keyof Records, ids: readonly number[]): Promise<string | undefined> {
  const { body } = await call<{ status: string; message: string }>(`/ajax/${kind}/multiple/delete/`, { ID: ids });
  return body?.status === 'success' ? undefined : body?.message;
}

/** Out of the bin; gives the ids that are back. */
export async function restoreRecords(kind: keyof Records, ids: readonly number[]): Promise<number[]> {
  const { body } = await call<Record<string, number[]>>('/api/kontora/bin/restore', { [kind]: ids });
  return body?.[kind] ?? [];
}
