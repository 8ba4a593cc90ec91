/** The JSON of API v2 as clients see it, in the documented profile. Imports nothing, so that a client or a page can import it. */

export interface Links {
  self: { href: string; method: 'get' | 'post' };
}

/** Where nothing is linked or filled: `[]`; the recorded profile sends `{}`. */
export type Empty = [] | Record<string, never>;

export interface LinkedList {
  id: number[];
  _links: Links;
}

export interface LinkedCompany {
  id: number;
  name: string;
  _links: Links;
}

export interface LinkedOne {
  id: number;
  _links: Links;
}

export interface TagJson {
  id: number;
  name: string;
}

export interface FieldValueJson {
  value: string | object;
  /** An enum's id; an integer in the recorded profile. */
  enum?: string | number;
  /** Part of an address, "1"…"6". */
  subtype?: string;
}

export interface CustomFieldJson {
  id: number;
  name: string;
  /** Recorded profile only. */
  type_id?: number;
  /** Recorded profile only, system fields only. */
  code?: string;
  values: FieldValueJson[];
  is_system: boolean;
}

interface EntityJson {
  id: number;
  name: string;
  responsible_user_id: number;
  created_by: number;
  /** Unix seconds, as all times. */
  created_at: number;
  updated_at: number;
  account_id: number;
  group_id: number;
  closest_task_at: number;
  tags: TagJson[] | Empty;
  custom_fields: CustomFieldJson[] | Empty;
  _links: Links;
}

export interface CompanyJson extends EntityJson {
  updated_by: number;
  leads: LinkedList | Empty;
  contacts: LinkedList | Empty;
  customers: LinkedList | Empty;
}

export interface ContactJson extends EntityJson {
  updated_by: number;
  company: LinkedCompany | Empty;
  leads: LinkedList | Empty;
  customers: LinkedList | Empty;
}

export interface LeadJson extends EntityJson {
  is_deleted: boolean;
  main_contact: LinkedOne | Empty;
  company: LinkedCompany | Empty;
  contacts: LinkedList | Empty;
}

export interface CustomerJson extends Omit<EntityJson, 'group_id'> {
  updated_by: number;
  is_deleted: boolean;
  main_contact: LinkedOne | Empty;
  contacts: LinkedList | Empty;
  company: LinkedCompany | Empty;
}

/** A list; where nothing is found there is no body but status 204. */
export interface ItemsJson<Item> {
  _links: Links;
  _embedded: { items: Item[] };
}

export interface SavedItemJson {
  id: number;
  /** Answers to `update` only. */
  updated_at?: number;
  request_id?: number | string;
  _links: Links;
}

export interface SavedItemsJson {
  _links: Links;
  _embedded: {
    items: SavedItemJson[];
    /** Only where an item was refused: texts by the id of the record. */
    errors?: { update: Record<string, string> };
  };
}

/** A request that failed as a whole. */
export interface ProblemJson {
  title: 'Error';
  type: string;
  status: number;
  detail: string;
}

/** What fails before or at sign-in. */
export interface LegacyErrorJson {
  response: {
    auth?: false;
    error: string;
    error_code: string;
    ip: string;
    domain: string;
    server_time: number;
  };
}
