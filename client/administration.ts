import type { Client } from './client.ts';
import type { KindPath } from './drafts.ts';
import type { Options } from './transport.ts';
import type {
  ApiKeyJson,
  DeletedGroupJson,
  DeliveriesJson,
  DeliveryJson,
  DismissedIntegrationJson,
  GroupJson,
  GroupsJson,
  IntegrationSecretJson,
  IntegrationsJson,
  ManagedFieldJson,
  ManagedFieldsJson,
  ManagedUserJson,
  NewPasswordLinkJson,
  RedeliveredJson,
  RemovedTagsJson,
  SavedFieldJson,
  SavedGroupJson,
  SavedTagJson,
  SavedUserJson,
  TagsJson,
  UsersJson,
} from './wire.ts';

export interface DeliveryQuery {
  webhook?: number;
  status?: DeliveryJson['status'];
  before?: number;
  limit_rows?: number;
}

export interface UserDraft {
  login?: string;
  name?: string;
  last_name?: string;
  phone_number?: string;
  language?: 'ru' | 'en';
  group_id?: number;
  is_active?: boolean;
  is_admin?: boolean;
  /** A, G, M or D by key, such as `company_view`; those that are not named stay. */
  rights?: Readonly<Record<string, string>>;
}

export interface FieldUpdate {
  id: number;
  name?: string;
  /** Fields stand in the order of these. */
  sort?: number;
  enums?: readonly { id?: number; value: string }[];
}

/** What Kontora has for administrators of an account, and amoCRM's API v2 has not. What is refused rejects with a KontoraError. */
export interface Administration {
  readonly users: {
    list(options?: Options): Promise<UsersJson['users']>;
    /** The API key is told here and never again. */
    add(draft: UserDraft & { login: string }, options?: Options): Promise<{ user: ManagedUserJson; apiKey: string }>;
    /** Changes what is named. */
    update(draft: UserDraft & { id: number }, options?: Options): Promise<ManagedUserJson>;
    /** A new API key; the old one ends, and the user's sessions but this one. */
    renewKey(id: number, options?: Options): Promise<string>;
    /** A page of the server on which the user sets his password, once. */
    addPasswordLink(id: number, options?: Options): Promise<NewPasswordLinkJson>;
  };
  /** To add one, and to read them as a part of the account: `client.fields` and `client.account`. */
  readonly fields: {
    /** In their order, with what made them, and their options in order. */
    list(options?: Options): Promise<ManagedFieldJson[]>;
    /** Changes what is named. `enums`: all options in their order; without an id, a new one. */
    update(change: FieldUpdate, options?: Options): Promise<ManagedFieldJson>;
    /** Whoever has made it. */
    delete(id: number, options?: Options): Promise<void>;
  };
  /** Those of a kind. */
  readonly tags: {
    /** In the order of their names, with how many records have each; `limit_rows` is 500 at most. */
    list(
      entity: KindPath,
      query?: { query?: string; limit_rows?: number; limit_offset?: number },
      options?: Options,
    ): Promise<TagsJson['tags']>;
    rename(entity: KindPath, id: number, name: string, options?: Options): Promise<SavedTagJson['tag']>;
    /** To the end, 500 records a request. @returns how many records were changed */
    merge(entity: KindPath, ids: readonly number[], into: number, options?: Options): Promise<number>;
    delete(entity: KindPath, ids: readonly number[], options?: Options): Promise<number>;
  };
  readonly integrations: {
    list(options?: Options): Promise<IntegrationsJson['integrations']>;
    /** The client secret is told here and never again. */
    add(draft: { name: string; redirect_uri: string }, options?: Options): Promise<IntegrationSecretJson>;
    renewSecret(id: string, options?: Options): Promise<string>;
    /** Its tokens end. @returns whether it is gone: one of the server stays for other accounts */
    delete(id: string, options?: Options): Promise<boolean>;
  };
  readonly deliveries: {
    /** The newest first; go on with `before`, the lowest id. */
    list(query?: DeliveryQuery, options?: Options): Promise<DeliveryJson[]>;
    /** With its body and attempts. */
    find(id: number, options?: Options): Promise<DeliveriesJson['deliveries'][number] | undefined>;
    redeliver(ids: readonly number[], options?: Options): Promise<number[]>;
  };
  readonly groups: {
    list(options?: Options): Promise<GroupsJson['groups']>;
    add(name: string, options?: Options): Promise<GroupJson>;
    rename(id: number, name: string, options?: Options): Promise<GroupJson>;
    /** Its users come to group 0. @returns how many did */
    delete(id: number, options?: Options): Promise<number>;
  };
}

/** Its own function, so that pages without it do not load it: `createAdministration(createClient(…))`. */
export function createAdministration({ request }: Pick<Client, 'request'>): Administration {
  const get = async <T>(path: string, options?: Options, query?: object) =>
    (await request<T>({ path: `/api/kontora/${path}`, query, ...options }))!;
  const post = async <T>(path: string, body: object, options?: Options) =>
    (await request<T>({ method: 'POST', path: `/api/kontora/${path}`, body, ...options }))!;
  async function removeTags(how: 'merge' | 'delete', body: object, options?: Options): Promise<number> {
    for (let records = 0; ; ) {
      const part = await post<RemovedTagsJson>(`tags/${how}`, body, options);
      records += part.records;
      if (part.is_done) return records;
    }
  }
  return {
    users: {
      list: async (options) => (await get<UsersJson>('users', options)).users,
      async add(draft, options) {
        const { user, api_key } = await post<SavedUserJson>('users/add', draft, options);
        return { user, apiKey: api_key! };
      },
      update: async (draft, options) => (await post<SavedUserJson>('users/update', draft, options)).user,
      addPasswordLink: (id, options) => post<NewPasswordLinkJson>('users/password-link', { id }, options),
      renewKey: async (id, options) => (await post<ApiKeyJson>('users/key', { id }, options)).api_key,
    },
    fields: {
      list: async (options) => (await get<ManagedFieldsJson>('fields', options)).fields,
      update: async (change, options) => (await post<SavedFieldJson>('fields/update', change, options)).field,
      delete: async (id, options) => void (await post('fields/delete', { id }, options)),
    },
    tags: {
      list: async (entity, query = {}, options) => (await get<TagsJson>('tags', options, { entity, ...query })).tags,
      rename: async (entity, id, name, options) =>
        (await post<SavedTagJson>('tags/update', { entity, id, name }, options)).tag,
      merge: (entity, ids, into, options) => removeTags('merge', { entity, ids, into }, options),
      delete: (entity, ids, options) => removeTags('delete', { entity, ids }, options),
    },
    integrations: {
      list: async (options) => (await get<IntegrationsJson>('integrations', options)).integrations,
      add: (draft, options) => post<IntegrationSecretJson>('integrations/add', draft, options),
      renewSecret: async (id, options) =>
        (await post<IntegrationSecretJson>('integrations/secret', { id }, options)).secret,
      delete: async (id, options) =>
        (await post<DismissedIntegrationJson>('integrations/delete', { id }, options)).is_deleted,
    },
    deliveries: {
      list: async (query = {}, options) => (await get<DeliveriesJson>('deliveries', options, query)).deliveries,
      find: async (id, options) => (await get<DeliveriesJson>('deliveries', options, { id })).deliveries[0],
      redeliver: async (ids, options) => (await post<RedeliveredJson>('deliveries/redeliver', { ids }, options)).ids,
    },
    groups: {
      list: async (options) => (await get<GroupsJson>('groups', options)).groups,
      add: async (name, options) => (await post<SavedGroupJson>('groups/add', { name }, options)).group,
      rename: async (id, name, options) => (await post<SavedGroupJson>('groups/update', { id, name }, options)).group,
      delete: async (id, options) => (await post<DeletedGroupJson>('groups/delete', { id }, options)).moved,
    },
  };
}
