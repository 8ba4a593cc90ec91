import type { NewField, PipelineDraft, Subscription } from './drafts.ts';
import { type Refused, refused, type Saved } from './error.ts';
import { partsOf } from './lists.ts';
import { isEmpty } from './records.ts';
import type { Options, Transport } from './transport.ts';
import type {
  AccountFieldJson,
  AccountJson,
  AddedPipelineJson,
  DefinedFieldsJson,
  PipelineJson,
  PipelinesDeletedJson,
  PipelinesSetJson,
  WebhookChangedJson,
  WebhookJson,
} from './wire.ts';

type Parts = Omit<Required<NonNullable<AccountJson['_embedded']>>, 'custom_fields'> & {
  custom_fields: Record<string, Record<string, AccountFieldJson>>;
};
/** The account, with those parts that were asked for: maps by id. */
export type Account<Part extends keyof Parts> = Omit<AccountJson, '_embedded'> & { _embedded: Pick<Parts, Part> };

/** Settings of the account: all may read them, administrators change them. */
export interface SettingsResources {
  /** Users with their rights, groups, custom fields, pipelines, types of notes and tasks are parts of the account. */
  account<Part extends keyof Parts = never>(parts?: readonly Part[], options?: Options): Promise<Account<Part>>;
  readonly pipelines: {
    /** In their order. */
    list(options?: Options): Promise<PipelineJson[]>;
    /** Each is saved or refused for itself; `errors` begin with its place, as `add/1: …`. */
    set(
      drafts: { add?: readonly PipelineDraft[]; update?: Readonly<Record<number, PipelineDraft>> },
      options?: Options,
    ): Promise<{ added: AddedPipelineJson[]; updated: number[]; errors: string[] }>;
    delete(ids: readonly number[], options?: Options): Promise<{ done: number[]; refused: Refused[] }>;
  };
  /** They are read as a part of the account, and never changed. */
  readonly fields: {
    add(fields: readonly NewField[], options?: Options): Promise<Saved[]>;
    /** The origin is what the field was made with. */
    delete(
      fields: readonly { id: number; origin: string }[],
      options?: Options,
    ): Promise<{ done: number[]; refused: Refused[] }>;
  };
  readonly webhooks: {
    list(options?: Options): Promise<WebhookJson[]>;
    /** `result` tells whether it was done, `notice` why not. */
    subscribe(subscriptions: readonly Required<Subscription>[], options?: Options): Promise<WebhookChangedJson[]>;
    /** Without events all of the address. */
    unsubscribe(subscriptions: readonly Subscription[], options?: Options): Promise<WebhookChangedJson[]>;
  };
}

interface Embedded<Items> {
  _embedded: { items: Items };
}

export function createSettings({ json }: Transport): SettingsResources {
  const post = async <T>(path: string, body: unknown, options?: Options) =>
    (await json<T>({ method: 'POST', path, body, ...options }))!;

  async function account<Part extends keyof Parts>(parts: readonly Part[] = [], options?: Options) {
    const query = parts.length > 0 ? { with: parts.join(',') } : {};
    const answer = (await json<AccountJson>({ path: '/api/v2/account', query, ...options }))!;
    const embedded = answer._embedded ?? {};
    const fields = embedded.custom_fields ?? {};
    for (const [kind, map] of Object.entries(fields)) if (isEmpty(map)) fields[kind] = {};
    return { ...answer, _embedded: embedded } as Account<Part>;
  }

  const pipelines: SettingsResources['pipelines'] = {
    async list(options) {
      const answer = await json<Embedded<Record<string, PipelineJson>>>({ path: '/api/v2/pipelines', ...options });
      return Object.values(answer?._embedded.items ?? {}).sort((a, b) => a.sort - b.sort);
    },
    async set(drafts, options) {
      const body = { request: { pipelines: drafts } };
      const answer = await post<PipelinesSetJson>('/private/api/v2/json/pipelines/set', body, options);
      const { add, update } = answer.response.pipelines;
      const { errors = [], ...updated } = update ?? {};
      return {
        added: Object.values(add?.pipelines ?? {}),
        updated: Object.keys(updated).map(Number),
        errors: [...(add?.errors ?? []), ...errors],
      };
    },
    async delete(ids, options) {
      const body = { request: { id: ids } };
      const { response } = await post<PipelinesDeletedJson>('/private/api/v2/json/pipelines/delete', body, options);
      return {
        done: ids.filter((id) => response[id] === true),
        refused: Object.entries(response).flatMap(([id, told]) => (told === true ? [] : [refused(id, told.errors)])),
      };
    },
  };

  const fieldsPath = '/api/v2/fields';
  const fields: SettingsResources['fields'] = {
    async add(drafts, options) {
      const saved: Saved[] = [];
      for (const part of partsOf(drafts)) {
        const answer = await post<DefinedFieldsJson>(fieldsPath, { add: part }, options);
        saved.push(...answer._embedded.items.map(({ id }) => ({ id })));
      }
      return saved;
    },
    async delete(named, options) {
      const all: { done: number[]; refused: Refused[] } = { done: [], refused: [] };
      for (const part of partsOf(named)) {
        const { _embedded } = await post<DefinedFieldsJson>(fieldsPath, { delete: part }, options);
        all.done.push(..._embedded.items.map(({ id }) => id));
        all.refused.push(...Object.entries(_embedded.errors?.delete ?? {}).map(([id, error]) => refused(id, error)));
      }
      return all;
    },
  };

  const changeWebhooks = async (
    how: 'subscribe' | 'unsubscribe',
    items: readonly Subscription[],
    options?: Options,
  ) => {
    if (items.length === 0) return [];
    const answer = await post<Embedded<WebhookChangedJson[]>>(`/api/v2/webhooks/${how}`, { [how]: items }, options);
    return answer._embedded.items;
  };
  const webhooks: SettingsResources['webhooks'] = {
    async list(options) {
      const answer = await json<Embedded<WebhookJson[]>>({ path: '/api/v2/webhooks', ...options });
      return answer?._embedded.items ?? [];
    },
    subscribe: (items, options) => changeWebhooks('subscribe', items, options),
    unsubscribe: (items, options) => changeWebhooks('unsubscribe', items, options),
  };
  return { account, pipelines, fields, webhooks };
}
