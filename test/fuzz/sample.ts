import type { Dice } from '../model/dice.ts';
import { resolve } from '../support/api-description.ts';
import { texts } from './words.ts';

/** Ids of what there is, by the words of the API. */
export interface Known {
  readonly companies: readonly number[];
  readonly contacts: readonly number[];
  readonly leads: readonly number[];
  readonly customers: readonly number[];
  readonly tasks: readonly number[];
  readonly notes: readonly number[];
  readonly fields: readonly number[];
  readonly enums: readonly number[];
  readonly users: readonly number[];
  readonly pipelines: readonly number[];
  readonly statuses: readonly number[];
  /** A key and a login that may be locked out, and a program of its own. */
  readonly scapegoat: { readonly login: string; readonly key: string };
  readonly client: { readonly id: string; readonly secret: string; readonly redirectUri: string };
  /** Grows from request to request, and is later than whatever was saved before. */
  readonly time: number;
}

export type IdsOf = Exclude<keyof Known, 'scapegoat' | 'client' | 'time'>;

const events = ['add_company', 'update_lead', 'note_contact', 'delete_task', 'status_lead', 'restore_company'];
const withs = ['users', 'groups', 'custom_fields', 'pipelines', 'task_types', 'only_deleted', 'loss_reason_name'];

/** Values of properties and parameters whose names say what they want. */
const named: Readonly<Record<string, (dice: Dice, known: Known) => unknown>> = {
  contacts_id: someIds('contacts'),
  leads_id: someIds('leads'),
  customers_id: someIds('customers'),
  contacts: someIds('contacts'),
  companies: someIds('companies'),
  leads: someIds('leads'),
  customers: someIds('customers'),
  company_id: oneId('companies'),
  pipeline_id: oneId('pipelines'),
  status_id: oneId('statuses'),
  responsible_user_id: oneId('users'),
  created_by: oneId('users'),
  updated_at: (dice, { time }) => time - dice.whole(1) * 1e9,
  at: (dice, { time }) => time - dice.whole(1) * 5e8,
  enum: oneId('enums'),
  value: (dice) => dice.pick<unknown>(['79995551234', ...texts, 1, 1509028320]),
  values: (dice, known) =>
    Array.from({ length: 1 + dice.whole(2) }, () => ({
      value: dice.pick<unknown>(['x', known.enums[0], ...texts]),
      ...(dice.chance(0.5) && { enum: dice.pick(known.enums) }),
      ...(dice.chance(0.2) && { subtype: dice.pick(['city', '1', 'zip', 'x']) }),
    })),
  tags: (dice) => dice.pick<unknown>(['аренда, стройка', ['a', 'b'], [{ id: 1, name: 'a' }], 'x'.repeat(1000), null]),
  params: (dice) => ({ TEXT: dice.pick(texts), LINK: 'x', PHONE: '7', service: 's' }),
  statuses: (dice, known) => ({
    [dice.pick(known.statuses)]: { name: dice.pick(texts), sort: 10, color: '#fffeb2' },
    0: { name: 'новый', sort: 20, color: '#eee' },
  }),
  pipelines: (dice, known) => ({ add: [{ name: dice.pick(texts) }], update: { [dice.pick(known.pipelines)]: {} } }),
  result: (dice) => ({ text: dice.pick(texts) }),
  enums: (dice) => ['красный', dice.pick(texts), 'белый'],
  element_type: (dice) => dice.pick([3, 1, 2, 12, 4]),
  element_id: (dice, known) =>
    dice.pick(known[dice.pick(['companies', 'contacts', 'leads', 'customers', 'tasks'] as const)]),
  field_type: (dice) => 1 + dice.whole(16),
  origin: () => 'fuzz',
  url: (dice) => `http://127.0.0.1:9/${dice.whole(3)}`,
  events: (dice) => dice.some(events, 3),
  USER_LOGIN: (_, { scapegoat }) => scapegoat.login,
  login: (_, { scapegoat }) => scapegoat.login,
  USER_HASH: (_, { scapegoat }) => scapegoat.key,
  api_key: (_, { scapegoat }) => scapegoat.key,
  client_id: (_, { client }) => client.id,
  client_secret: (_, { client }) => client.secret,
  redirect_uri: (_, { client }) => client.redirectUri,
  query: (dice) => dice.pick(['ромашка', '555', 'аренда', 'а', 'ек', ...texts]),
  // Large pages would take the time of many requests.
  limit_rows: (dice) => 1 + dice.whole(9),
  limit_offset: (dice) => dice.pick([0, 1, 5, 500, 1e9]),
  with: (dice) => dice.some(withs, 3).join(),
  name: (dice) => dice.pick(['ООО Ромашка', ...texts]),
  text: (dice) => dice.pick(texts),
};

function oneId(of: IdsOf): (dice: Dice, known: Known) => number {
  return (dice, known) => dice.pick(known[of]);
}

function someIds(of: IdsOf): (dice: Dice, known: Known) => unknown {
  return (dice, known) => {
    const ids = dice.some(known[of], 3);
    return dice.chance(0.3) ? ids.join() : ids;
  };
}

const resolved = new Map<unknown, ReturnType<typeof resolve>>();

/** It is the same each time. */
function resolveOnce(schema: unknown): ReturnType<typeof resolve> {
  const known = resolved.get(schema) ?? resolve(schema);
  resolved.set(schema, known);
  return known;
}

/** A value as a schema describes it, of ids that there are. `of`: whose `id` an object tells. */
export function sample(schema: unknown, name: string, of: IdsOf, dice: Dice, known: Known): unknown {
  if (name === 'id' || name === 'ID' || name === 'ids') return dice.pick(known[of]);
  if (name === 'custom_fields') return Array.from({ length: dice.whole(3) }, () => sampleField(dice, known));
  const own = named[name];
  if (own) return own(dice, known);
  const { type, properties, required = [], anyOf, items, enum: options, const: only } = resolveOnce(schema);
  if (only !== undefined) return only;
  if (options) return dice.pick(options);
  if (anyOf) return sample(dice.pick(anyOf), name, of, dice, known);
  if (properties) {
    const names = Object.keys(properties).filter((key) => required.includes(key) || dice.chance(0.5));
    const some = names.length > 0 ? names : Object.keys(properties).slice(0, 1);
    return Object.fromEntries(some.map((key) => [key, sample(properties[key], key, of, dice, known)]));
  }
  if (items) return Array.from({ length: 1 + dice.whole(2) }, () => sample(items, '', of, dice, known));
  switch (Array.isArray(type) ? dice.pick(type) : type) {
    case 'integer':
    case 'number':
      return dice.pick([1, 0, known.time, dice.next()]);
    case 'string':
      return dice.pick(texts);
    case 'boolean':
      return dice.chance(0.5);
    case 'array':
    case 'object':
      return [dice.pick(texts)];
    default:
      return null;
  }
}

function sampleField(dice: Dice, known: Known): unknown {
  return { id: dice.pick(known.fields), values: named['values']!(dice, known) };
}
