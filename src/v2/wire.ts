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
  /** These two only where they were ever given. */
  first_name?: string;
  last_name?: string;
  updated_by: number;
  company: LinkedCompany | Empty;
  leads: LinkedList | Empty;
  customers: LinkedList | Empty;
}

export interface LeadJson extends EntityJson {
  pipeline_id: number;
  status_id: number;
  /** Budget. */
  sale: number;
  /** 0 while open. */
  closed_at: number;
  loss_reason_id: number;
  pipeline: LinkedOne | Empty;
  is_deleted: boolean;
  main_contact: LinkedOne | Empty;
  company: LinkedCompany | Empty;
  contacts: LinkedList | Empty;
}

export interface CustomerJson extends Omit<EntityJson, 'group_id'> {
  next_price: number;
  period_id: number;
  periodicity: number;
  next_date: number;
  updated_by: number;
  is_deleted: boolean;
  main_contact: LinkedOne | Empty;
  contacts: LinkedList | Empty;
  company: LinkedCompany | Empty;
}

export interface TaskJson {
  id: number;
  responsible_user_id: number;
  created_by: number;
  created_at: number;
  updated_at: number;
  account_id: number;
  group_id: number;
  /** 1 contact, 2 lead, 3 company, 12 customer; 0: it stands alone. */
  element_type: number;
  element_id: number;
  is_completed: boolean;
  task_type: number;
  complete_till_at: number;
  text: string;
  /** The note that tells how it went. */
  result: { id: number; text: string; _links: Links } | Empty;
  _links: Links;
}

export interface NoteJson {
  id: number;
  responsible_user_id: number;
  created_by: number;
  created_at: number;
  updated_at: number;
  account_id: number;
  group_id: number;
  is_editable: boolean;
  element_id: number;
  /** 1 contact, 2 lead, 3 company, 4 task, 12 customer. */
  element_type: number;
  attachment: string;
  note_type: number;
  text?: string;
  params?: object;
  _links: Links;
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

/** GET /api/kontora/fields: in their order. */
export interface ManagedFieldsJson {
  fields: ManagedFieldJson[];
}

export interface ManagedFieldJson {
  id: number;
  name: string;
  field_type: number;
  code: string;
  /** companies, contacts, leads, customers. */
  entities: string[];
  sort: number;
  /** What the client that made it over API v2 calls it. */
  origin: string | null;
  is_system: boolean;
  is_editable: boolean;
  is_required: boolean;
  is_deletable: boolean;
  is_visible: boolean;
  /** In their order; empty where the type has none. */
  enums: { id: number; value: string }[];
}

/** POST /api/kontora/fields/update */
export interface SavedFieldJson {
  field: ManagedFieldJson;
}

/** POST /api/kontora/fields/delete */
export interface DeletedFieldJson {
  id: number;
}

/** POST /api/v2/fields: an item for each field added or deleted. */
export interface DefinedFieldsJson {
  _links: Links;
  _embedded: {
    items: SavedItemJson[];
    /** Only where a field was not deleted: texts by the id that was sent. */
    errors?: { delete: Record<string, string> };
  };
}

/** A request that failed as a whole. */
export interface ProblemJson {
  title: 'Error';
  type: string;
  status: number;
  detail: string;
}

/** What fails before or at sign-in, and in the older family of addresses. */
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

/** GET /api/v2/account; each part of `_embedded` only when `with` asks for it. */
export interface AccountJson {
  _links: Links;
  id: number;
  name: string;
  subdomain: string;
  currency: string;
  timezone: string;
  /** `+03:00` */
  timezone_offset: string;
  language: string;
  /** PHP's date patterns. */
  date_pattern: { date: string; time: string; date_time: string; time_full: string };
  current_user: number;
  _embedded?: {
    users?: Record<string, UserJson>;
    custom_fields?: Record<string, Record<string, AccountFieldJson> | []>;
    groups?: Record<string, { id: number; name: string }>;
    note_types?: Record<string, { id: number; code: string; is_editable: boolean }>;
    task_types?: Record<string, { id: number; name: string; color: null; icon_id: null }>;
    pipelines?: Record<string, PipelineJson>;
  };
}

export interface UserJson {
  id: number;
  name: string;
  last_name: string | null;
  login: string;
  language: string;
  group_id: number;
  is_active: boolean;
  is_free: boolean;
  is_admin: boolean;
  phone_number: string;
  /** A, G, M or D by key, such as `company_view`. */
  rights: Record<string, string>;
}

/** GET /api/kontora/users */
export interface UsersJson {
  users: (ManagedUserJson & { has_password: boolean })[];
}

/** A user as administrators see him. */
export interface ManagedUserJson {
  id: number;
  login: string;
  name: string;
  last_name: string | null;
  phone_number: string;
  language: 'ru' | 'en';
  group_id: number;
  is_active: boolean;
  is_admin: boolean;
  /** A, G, M or D by every key that there is, such as `company_view`; an administrator may do everything all the same. */
  rights: Record<string, string>;
}

/** POST /api/kontora/users/add and update. */
export interface SavedUserJson {
  user: ManagedUserJson;
  /** Of a new user: it is told once. */
  api_key?: string;
}

/** POST /api/kontora/users/key: a new key, told once. */
export interface ApiKeyJson {
  api_key: string;
}

/** POST /api/kontora/users/password-link: an address of the pages, told once, by which the user sets his password. */
export interface NewPasswordLinkJson {
  /** `/password#…` */
  path: string;
  expires_at: number;
}

/** POST /api/kontora/password-link: whose password it sets, and whether it is set now. */
export interface PasswordLinkJson {
  login: string;
  name: string;
  language: 'ru' | 'en';
  is_set: boolean;
}

/** POST /api/kontora/password */
export interface PasswordChangedJson {
  changed: true;
}

/** GET /api/kontora/groups */
export interface GroupsJson {
  groups: (GroupJson & {
    /** How many are in it. */
    users: number;
  })[];
}

export interface GroupJson {
  id: number;
  name: string;
}

/** POST /api/kontora/groups/add and update. */
export interface SavedGroupJson {
  group: GroupJson;
}

/** POST /api/kontora/groups/delete */
export interface DeletedGroupJson {
  id: number;
  /** Users that came to group 0. */
  moved: number;
}

export interface AccountFieldJson {
  id: number;
  name: string;
  field_type: number;
  sort: number;
  code: string;
  is_multiple: boolean;
  is_system: boolean;
  is_editable: boolean;
  is_required: boolean;
  is_deletable: boolean;
  is_visible: boolean;
  params: Record<string, never>;
  /** Texts (of phones and the like: codes) by enum id. */
  enums?: Record<string, string>;
}

export interface PipelineJson {
  id: number;
  name: string;
  sort: number;
  is_main: boolean;
  statuses: Record<string, StatusJson>;
}

export interface StatusJson {
  id: number;
  name: string;
  color: string;
  sort: number;
  is_editable: boolean;
}

/** POST /private/api/v2/json/pipelines/set; each part only where the request had it. */
export interface PipelinesSetJson {
  response: {
    pipelines: {
      add?: { pipelines?: Record<string, AddedPipelineJson>; errors?: string[] };
      /** true by id; texts of what was refused. */
      update?: { [id: string]: true | string[] | undefined; errors?: string[] };
    };
    server_time: number;
  };
}

export interface AddedPipelineJson {
  id: number;
  /** The id again, and the name. */
  value: number;
  label: string;
  name: string;
  sort: number;
  is_main: boolean;
  statuses: Record<string, AddedStatusJson>;
  /** How many leads are in it. */
  leads: number;
}

export interface AddedStatusJson {
  id: number;
  name: string;
  color: string;
  sort: number;
  editable: 'Y' | 'N';
  pipeline_id: number;
}

/** POST /private/api/v2/json/pipelines/delete, by the ids that were sent. */
export interface PipelinesDeletedJson {
  response: Record<string, true | { errors: string }>;
}

/** /private/api/auth.php, inside of `response` */
export interface SignedInJson {
  auth: true;
  accounts: { id: number; name: string; subdomain: string; language: string; timezone: string }[];
  user: { id: number; language: string };
  server_time: number;
}

/** What signing out answers. */
export interface SignedOutJson {
  readonly auth: false;
}

/** POST /oauth2/access_token */
export interface TokensJson {
  token_type: 'Bearer';
  /** Seconds. */
  expires_in: number;
  access_token: string;
  refresh_token: string;
}

/** What fails at /oauth2. */
export interface OAuthProblemJson {
  hint: string;
  title: string;
  type: string;
  status: number;
  detail: string;
}

/** GET /oauth2/account/subdomain */
export interface DomainJson {
  id: number;
  subdomain: string;
  domain: string;
  top_level_domain: string;
}

/** GET /api/kontora/bin */
export interface BinJson {
  items: { id: number; name: string; responsible_user_id: number; updated_at: number; updated_by: number }[];
}

/** GET /api/kontora/tags */
export interface TagsJson {
  /** `count`: how many records have it, those in the bin among them; told to administrators. */
  tags: { id: number; name: string; count?: number | undefined }[];
}

/** POST /api/kontora/tags/update */
export interface SavedTagJson {
  tag: { id: number; name: string };
}

/** POST /api/kontora/tags/merge and delete. */
export interface RemovedTagsJson {
  /** How many records were changed. */
  records: number;
  /** False: more records have these tags, and the same request goes on with them. */
  is_done: boolean;
}

/** GET /api/kontora/integrations */
export interface IntegrationsJson {
  integrations: {
    /** The client id. */
    id: string;
    name: string;
    redirect_uri: string;
    created_at: number;
    /** Of this account; others are the server's. */
    is_own: boolean;
    /** It has codes or tokens. */
    has_access: boolean;
  }[];
}

/** POST /api/kontora/integrations/add and secret: the client secret, told once. */
export interface IntegrationSecretJson {
  id: string;
  secret: string;
}

/** POST /api/kontora/integrations/delete */
export interface DismissedIntegrationJson {
  id: string;
  /** False: it is the server's, and stays for other accounts. */
  is_deleted: boolean;
}

/** GET /api/kontora/deliveries */
export interface DeliveriesJson {
  deliveries: (DeliveryJson & {
    /** Of one delivery: what was sent; null: nothing yet. */
    body?: string | null;
    /** `code`: HTTP; 0: there was no answer. */
    log?: { at: number; code: number; error: string }[];
  })[];
}

export interface DeliveryJson {
  id: number;
  webhook_id: number;
  /** As `add_company`. */
  event: string;
  entity: string;
  entity_id: number;
  status: 'pending' | 'done' | 'failed';
  attempts: number;
  created_at: number;
  /** Of a pending one: when it is tried next. */
  next_at: number;
}

/** POST /api/kontora/deliveries/redeliver: those that were there. */
export interface RedeliveredJson {
  ids: number[];
}

/** GET /api/kontora/count */
export interface CountJson {
  count: number;
  /** False: a search found so many that no more were counted. */
  is_exact: boolean;
}

/** GET /api/kontora/ids */
export interface IdsJson {
  ids: number[];
}

/** GET /api/kontora/stages */
export interface StagesJson {
  pipeline_id: number;
  /** In their order, with the number and the sum of the budgets of their leads. */
  stages: { id: number; count: number; sum: number }[];
  /** False: a search found so many that no more were counted. */
  is_exact: boolean;
}

/** GET /api/kontora/growth */
export interface GrowthJson {
  /** How many were created before the first period. */
  before: number;
  /** By the clock of the account; the last one is not over. */
  periods: readonly { readonly from: number; readonly count: number }[];
}

/** GET /api/kontora/tasks */
export interface DueTasksJson {
  count: number;
  /** False: there are so many that no more were counted. */
  is_exact: boolean;
  items: DueTaskJson[];
}

export interface DueTaskJson extends TaskJson {
  /** What the record is called; '' of tasks that stand alone. */
  element_name: string;
}

/** POST /api/kontora/bin/restore and purge: ids that are out of the bin now, by kind, and those that lack the right. */
export interface DisposedJson {
  companies?: number[];
  contacts?: number[];
  leads?: number[];
  customers?: number[];
  refused?: number[];
}

/** GET /api/v2/webhooks: an item. */
export interface WebhookJson {
  id: number;
  url: string;
  events: readonly string[];
}

/** POST /api/v2/webhooks/subscribe and unsubscribe: an item for each that was sent. */
export interface WebhookChangedJson {
  url: string;
  result: boolean;
  /** Why not. */
  notice?: string;
}

/** GET /api/kontora/changes */
export interface ChangesJson {
  changes: ChangeJson[];
  /** What to ask with next. */
  after: number;
}

export interface ChangeJson {
  id: number;
  at: number;
  user_id: number;
  /** companies, contacts, leads, customers, tasks or notes. */
  entity: string;
  entity_id: number;
  action: 'add' | 'update' | 'delete' | 'restore' | 'purge';
  /** The keys that differ. */
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

/** POST /api/kontora/import/<kind>: what became of one line. */
export type ImportLineJson = { line: number; id: number } | { line: number; error: string; code?: number };

/** The same, of all lines up to this one. */
export interface ImportedJson {
  line: number;
  added: number;
  updated: number;
  refused: number;
  /** The last line of the answer. */
  end?: true;
}
