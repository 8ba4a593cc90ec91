import { type Batches, createBatches } from './batches.ts';
import type { KindPath, Kinds, NoteDraft, NoteQuery, NoteUpdate, TaskDraft, TaskQuery, TaskUpdate } from './drafts.ts';
import type { Refused } from './error.ts';
import { createRecords, deleteByAction, type Records } from './kinds.ts';
import { createList, embeddedItems, type List, partsOf } from './lists.ts';
import { type Note, showRecord, type Task } from './records.ts';
import { createSettings, type SettingsResources } from './settings.ts';
import {
  type Auth,
  type Call,
  type Credentials,
  createTransport,
  type Options,
  type PasswordCredentials,
  type TransportOptions,
} from './transport.ts';
import type { ChangeJson, ChangesJson, DomainJson, SignedInJson } from './wire.ts';

export { type Administration, createAdministration, type FieldUpdate, type UserDraft } from './administration.ts';
export type { Batches } from './batches.ts';
export type * from './drafts.ts';
export { KontoraError, type Refused, type Saved } from './error.ts';
export type { ImportOptions, ImportSource } from './import.ts';
export type { Bin, Disposed, Records } from './kinds.ts';
export type { List, ListOptions } from './lists.ts';
export { createOAuth, type OAuth, type OAuthOptions } from './oauth.ts';
export { createPasswords, type Passwords } from './passwords.ts';
export type { Company, Contact, Customer, CustomField, FieldValue, Lead, LinkedIds, Note, Task } from './records.ts';
export type { Account } from './settings.ts';
export type { Auth, Call, Credentials, Options, PasswordCredentials, TransportOptions } from './transport.ts';
export type * from './wire.ts';

export interface ClientOptions extends TransportOptions {
  auth: Auth;
}

/** What the change log tells of. */
export type Things = { [K in KindPath]: Kinds[K]['item'] } & { tasks: Task; notes: Note };

export interface ChangesFrom {
  /** The `id` of the last change that is known; by default from the beginning. */
  after?: number;
  entity?: keyof Things;
  /** With `entity`. */
  id?: number;
}

export interface Client extends SettingsResources {
  readonly companies: Records<'companies'>;
  readonly contacts: Records<'contacts'>;
  readonly leads: Records<'leads'>;
  readonly customers: Records<'customers'>;
  readonly tasks: List<Task, TaskQuery> &
    Batches<TaskDraft, TaskUpdate> & {
      /** For good. @returns those that the user sees and may not delete */
      delete(ids: readonly number[], options?: Options): Promise<Refused[]>;
    };
  readonly notes: List<Note, NoteQuery> & Batches<NoteDraft, NoteUpdate>;
  /** The change log to its present end: keep the last `id`, and ask again later. Administrators only. */
  changes(from?: ChangesFrom, options?: Options): AsyncGenerator<ChangeJson, void>;
  /** Things as they were at a time (unix seconds); what was not there then is missing. */
  history<Entity extends keyof Things>(
    entity: Entity,
    ids: readonly number[],
    at: number,
    options?: Options,
  ): Promise<Things[Entity][]>;
  /** Which account a token is of, and where. */
  domain(options?: Options): Promise<DomainJson>;
  /** Begins a session, which `auth: 'cookie'` goes on with. With a login and key this happens by itself. */
  signIn(credentials: Credentials | PasswordCredentials, options?: Options): Promise<SignedInJson>;
  /** Ends the session. */
  signOut(options?: Options): Promise<void>;
  /** Unix seconds by the server's clock, as far as its last answer told: what an `updated_at` should be. */
  now(): number;
  /** Anything else that the server answers with JSON; undefined: nothing (204). */
  request<T>(call: Call): Promise<T | undefined>;
}

/** The API of Kontora, and of amoCRM where Kontora has it from there. What fails rejects with a KontoraError, or the reason of its signal. */
export function createClient(options: ClientOptions): Client {
  const transport = createTransport(options);
  const { json, signIn, signOut, now } = transport;

  async function* changes(from: ChangesFrom = {}, options?: Options): AsyncGenerator<ChangeJson, void> {
    for (let after = from.after ?? 0; ; ) {
      const page = (await json<ChangesJson>({ path: '/api/kontora/changes', query: { ...from, after }, ...options }))!;
      if (page.changes.length === 0) return;
      yield* page.changes;
      after = page.after;
    }
  }

  async function history<Entity extends keyof Things>(
    entity: Entity,
    ids: readonly number[],
    at: number,
    options?: Options,
  ) {
    const found: Things[Entity][] = [];
    for (const part of partsOf(ids)) {
      const call = { path: '/api/kontora/history', query: { entity, id: part.join(','), at }, ...options };
      const body = await json(call);
      if (body !== undefined) found.push(...embeddedItems(body).map(showRecord<Things[Entity]>));
    }
    return found;
  }

  return {
    companies: createRecords(transport, 'companies'),
    contacts: createRecords(transport, 'contacts'),
    leads: createRecords(transport, 'leads'),
    customers: createRecords(transport, 'customers'),
    tasks: {
      ...createList(transport, { path: '/api/v2/tasks', read: (body) => embeddedItems(body).map(showRecord<Task>) }),
      ...createBatches<TaskDraft, TaskUpdate>(transport, '/api/v2/tasks'),
      delete: (ids, options) => deleteByAction(transport, 'tasks', ids, options),
    },
    notes: {
      ...createList(transport, { path: '/api/v2/notes', read: (body) => embeddedItems(body) as Note[] }),
      ...createBatches<NoteDraft, NoteUpdate>(transport, '/api/v2/notes'),
    },
    ...createSettings(transport),
    changes,
    history,
    domain: async (options) => (await json<DomainJson>({ path: '/oauth2/account/subdomain', ...options }))!,
    signIn,
    signOut,
    now,
    request: json,
  };
}
