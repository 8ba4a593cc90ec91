import {
  type Batches,
  type Company,
  type Contact,
  type Customer,
  createClient,
  type Lead,
  type LeadQuery,
  type List,
  type RecordQuery,
} from '../../client/client.ts';

import type { CountJson, DueTasksJson, GrowthJson, IdsJson, StagesJson, TagsJson } from '../../src/v2/wire.ts';

export {
  type Account as AccountParts,
  type Company,
  type Contact,
  type Customer,
  type CustomField,
  type FieldValue,
  KontoraError,
  type Lead,
  type Note,
  type Refused,
  type Saved,
  type Task,
} from '../../client/client.ts';
export type {
  AccountFieldJson,
  ChangeJson,
  DueTaskJson,
  DueTasksJson,
  GrowthJson,
  PipelineJson,
  StagesJson,
  StatusJson,
  UserJson,
} from '../../src/v2/wire.ts';

/** The server that the page came from, by the cookie of the session. */
export const crm = createClient({ baseUrl: '', auth: 'cookie', retry: { times: 1 } });

/** What each kind of record is listed as. */
export interface Records {
  companies: Company;
  contacts: Contact;
  leads: Lead;
  customers: Customer;
}
export type KindName = keyof Records;
export type AnyRecord = Records[KindName];

/** Each is a table and cards at the address of its name. */
export const kindNames = ['companies', 'contacts', 'leads', 'customers'] as const satisfies readonly KindName[];

export type AddItem = { readonly name: string } & Readonly<Record<string, unknown>>;
/** Keys that are not there stay as they are. */
export type UpdateItem = { readonly id: number; readonly updated_at: number } & Readonly<Record<string, unknown>>;

/** The calls of a kind, whichever it is. */
export function storeOf<K extends KindName>(kind: K) {
  return crm[kind] as unknown as List<Records[K], RecordQuery> & Batches<AddItem, UpdateItem>;
}

/** By tags and options of custom fields as well; those of leads pass over what is not of leads. docs/api/lists.md */
export type Filters = Omit<RecordQuery, 'limit_rows' | 'limit_offset' | 'filter'> &
  Pick<LeadQuery, 'status'> & {
    filter?: LeadQuery['filter'] & { tag?: string; custom_fields?: Readonly<Record<string, string>> };
  };

export async function countRecords(kind: KindName, filters: Filters, signal: AbortSignal): Promise<CountJson> {
  const call = { path: '/api/kontora/count', query: { entity: kind, ...filters }, signal };
  return (await crm.request<CountJson>(call))!;
}

/** A page of a list's ids, 500 at most; of leads also those of a stage. */
export async function listIds(
  kind: KindName,
  query: RecordQuery & { readonly sort: string; readonly pipeline_id?: number; readonly status?: Filters['status'] },
  signal?: AbortSignal,
): Promise<number[]> {
  const call = { path: '/api/kontora/ids', query: { entity: kind, ...query }, signal };
  return (await crm.request<IdsJson>(call))!.ids;
}

/** Names of a kind's tags that a text occurs in, the first hundred. */
export async function findTags(kind: KindName, text: string, signal?: AbortSignal): Promise<string[]> {
  const query = { entity: kind, limit_rows: 100, ...(text && { query: text }) };
  const { tags } = (await crm.request<TagsJson>({ path: '/api/kontora/tags', query, signal }))!;
  return tags.map(({ name }) => name);
}

/** Number and budgets of the leads in each stage of a pipeline. */
export async function totalStages(pipeline_id: number, filters: Filters, signal?: AbortSignal): Promise<StagesJson> {
  const call = { path: '/api/kontora/stages', query: { pipeline_id, ...filters }, signal };
  return (await crm.request<StagesJson>(call))!;
}

/** Tasks in the order of their times, with the names of what they are about. */
export async function dueTasks(query: object, signal?: AbortSignal): Promise<DueTasksJson> {
  return (await crm.request<DueTasksJson>({ path: '/api/kontora/tasks', query, signal }))!;
}

/** How many records were created in each of the last days, weeks or months. */
export async function readGrowth(entity: KindName, by: string, signal?: AbortSignal): Promise<GrowthJson> {
  return (await crm.request<GrowthJson>({ path: '/api/kontora/growth', query: { entity, by }, signal }))!;
}
