import type { Company, Contact, Customer, Lead } from './records.ts';

// What is sent, spelled as the API has it. What was read may be sent back.

export interface FieldDraft {
  id: number;
  /** Replaces the field; an empty list clears it. */
  values: readonly (string | number | { value?: unknown; enum?: string | number; subtype?: string | number })[];
}

interface RecordDraft {
  name?: string;
  /** Unix seconds, as all times. */
  created_at?: number;
  updated_at?: number;
  responsible_user_id?: number;
  created_by?: number;
  /** Replaces the whole set. */
  tags?: string | readonly (string | { id?: number; name: string })[];
  custom_fields?: readonly FieldDraft[];
}

/** Which record is meant, and the time of its change: older than the stored one, and the update is refused. */
export interface Stamp {
  id: number;
  updated_at: number;
}

type Ids = number | readonly number[];
interface CompanyLinks {
  contacts_id?: Ids;
  leads_id?: Ids;
  customers_id?: Ids;
}
interface ContactLinks {
  company_id?: Ids;
  leads_id?: Ids;
  customers_id?: Ids;
}
interface LeadLinks {
  company_id?: Ids;
  contacts_id?: Ids;
}
interface ContactKeys {
  first_name?: string;
  last_name?: string;
  /** Makes a new company and links it. */
  company_name?: string;
}
interface LeadKeys {
  status_id?: number;
  pipeline_id?: number;
  /** Budget. */
  sale?: number;
  loss_reason_id?: number;
}
interface CustomerKeys {
  next_date?: number;
  next_price?: number;
  periodicity?: number;
  period_id?: number;
}

export interface Range {
  from: number;
  to?: number;
}

export interface Page {
  /** 500 at most and by default. */
  limit_rows?: number;
  limit_offset?: number;
}

export interface RecordQuery extends Page {
  query?: string;
  responsible_user_id?: Ids;
  filter?: {
    date_create?: Range;
    date_modify?: Range;
    /** Kontora only: with any of these tags, by id or name. */
    tag?: number | string | readonly (number | string)[];
    /** Kontora only, by field: one of these options, numbers, dates, 0 or 1. */
    custom_fields?: Readonly<Record<number, number | string | readonly (number | string)[]>>;
  };
}

export interface LeadQuery extends RecordQuery {
  status?: Ids;
  filter?: RecordQuery['filter'] & { active?: 1; tasks?: 1 | 2 };
  with?: 'loss_reason_name' | 'is_price_modified_by_robot' | 'loss_reason_name,is_price_modified_by_robot';
}

/** Days as `2030-03-17`, or unix seconds. */
interface Days {
  from: string | number;
  to?: string | number;
}

export interface CustomerQuery extends RecordQuery {
  filter?: RecordQuery['filter'] & {
    main_user?: Ids;
    next_date?: Days;
    date?: Days & { type?: 'create' | 'modify' };
  };
}

interface KindOf<Item, Keys, Links, Query, Required = { name: string }> {
  item: Item;
  add: RecordDraft & Keys & Links & Required;
  update: RecordDraft & Keys & Links & Stamp & { unlink?: Links };
  links: Links;
  query: Query;
}

/** The four kinds of records: what is read, written, linked and asked for. */
export interface Kinds {
  companies: KindOf<Company, unknown, CompanyLinks, RecordQuery>;
  contacts: KindOf<Contact, ContactKeys, ContactLinks, RecordQuery, unknown>;
  leads: KindOf<Lead, LeadKeys, LeadLinks, LeadQuery>;
  customers: KindOf<Customer, CustomerKeys, LeadLinks, CustomerQuery>;
}
export type KindPath = keyof Kinds;

export interface TaskDraft {
  element_id?: number;
  /** 1 contact, 2 lead, 3 company, 12 customer. */
  element_type?: number;
  task_type?: number;
  text?: string;
  complete_till_at?: number;
  is_completed?: boolean;
  result?: { text: string } | null;
  responsible_user_id?: number;
  created_by?: number;
  created_at?: number;
  updated_at?: number;
}
export type TaskUpdate = TaskDraft & Stamp;

export interface TaskQuery extends Page {
  type?: 'contact' | 'lead' | 'company' | 'customer';
  element_id?: Ids;
  responsible_user_id?: Ids;
  filter?: {
    status?: 0 | 1;
    task_type?: Ids;
    created_by?: Ids;
    date_create?: Range;
    date_modify?: Range;
    /** Stages by pipeline. */
    pipe?: Record<number, readonly number[]>;
  };
}

export interface NoteDraft {
  element_id: number;
  /** 1 contact, 2 lead, 3 company, 4 task, 12 customer. */
  element_type: number;
  /** 4 is a text that can be changed; docs/api/notes.md has the others. */
  note_type: number;
  text?: string;
  params?: object;
  responsible_user_id?: number;
  created_by?: number;
  created_at?: number;
  updated_at?: number;
}
export type NoteUpdate = Stamp & { text?: string };

export interface NoteQuery extends Page {
  type: 'contact' | 'lead' | 'company' | 'customer' | 'task';
  element_id?: Ids;
  note_type?: Ids;
}

export interface NewField {
  name: string;
  field_type: number;
  /** 1 contacts, 2 leads, 3 companies, 12 customers. */
  element_type: number;
  /** Your own name for it, needed to delete it. */
  origin: string;
  enums?: readonly string[];
  is_editable?: boolean;
  is_required?: boolean;
  is_deletable?: boolean;
  is_visible?: boolean;
}

export interface StatusDraft {
  id?: number;
  name?: string;
  sort?: number;
  color?: string;
}

export interface PipelineDraft {
  name?: string;
  sort?: number;
  is_main?: boolean;
  /** All its stages: those that are missing are removed. Absent: they stay. */
  statuses?: readonly StatusDraft[] | Readonly<Record<number, StatusDraft>>;
}

export interface Subscription {
  url: string;
  events?: readonly string[];
}
