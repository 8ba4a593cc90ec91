import { description, resolve } from './api-description.ts';
import { kindPaths } from './refusals.ts';

// Requests made from the description of the API: to every operation, with an id in every place that takes one. What a parameter or key
// means is told here; one that nobody has told yet fails the tests that use it.

// biome-ignore lint/suspicious/noExplicitAny: JSON schemas
type Json = any;

/** What an id or word can name. `… in bin` is a deleted record. */
export type Thing =
  | (typeof kindPaths)[number]
  | `${(typeof kindPaths)[number]} in bin`
  | ('tasks' | 'notes' | 'user' | 'tag' | 'field' | 'idle field' | 'origin' | 'enum')
  | (
      | 'pipeline'
      | 'idle pipeline'
      | 'status'
      | 'lossReason'
      | 'taskType'
      | 'url'
      | 'words'
      | 'change'
      | 'group'
      | 'password'
    )
  | ('integration' | 'delivery' | 'webhook');
export type Things = Readonly<Record<Thing, number | string>>;

/** A thing that a place can name, given what stands beside it. */
interface Naming {
  readonly thing: Thing;
  readonly beside?: Readonly<Record<string, unknown>>;
}

/** Ids of nothing, to see which requests there are. */
export const anything = new Proxy({}, { get: () => 1 }) as Things;

export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly description: Json;
}

export interface Probe {
  readonly operation: Operation;
  /** Where the id stands. */
  readonly place: string;
  readonly thing: Thing;
  readonly url: string;
  readonly body: unknown;
  readonly title: string;
}

export const operations: readonly Operation[] = Object.entries<Json>(description.paths).flatMap(([path, methods]) =>
  Object.entries<Json>(methods).map(
    ([method, operation]): Operation => ({
      id: operation.operationId,
      method: method.toUpperCase() as Operation['method'],
      path,
      description: operation,
    }),
  ),
);

/** Those that anybody may ask: they name no things of accounts. Their tests: oauth*.test.ts, sign-in*.test.ts. */
export const openOperations = [
  ...['signIn', 'signInByBody', 'showConsent', 'decideConsent', 'exchangeGrant', 'exchangeKey'],
  ...['signInByPassword', 'takePasswordLink'],
] as const;

const one = (thing: Thing): Naming[] => [{ thing }];
export const elementTypes = { contacts: 1, leads: 2, companies: 3, customers: 12 } as const;
const elements = kindPaths.map((thing) => ({ thing, beside: { element_type: elementTypes[thing] } }));
const typeNames = { contacts: 'contact', leads: 'lead', companies: 'company', customers: 'customer' } as const;
const elementsByName = kindPaths.map((thing) => ({ thing, beside: { type: typeNames[thing] } }));
const taskOfNote: Naming = { thing: 'tasks', beside: { element_type: 4, note_type: 13 } };
const byEntity = [...kindPaths, 'tasks', 'notes'].map((thing) => ({ thing, beside: { entity: thing } }) as Naming);
const binned = kindPaths.map((path): Naming => ({ thing: `${path} in bin`, beside: { entity: path } }));
const inBin = (path: (typeof kindPaths)[number]): Naming[] => [{ thing: `${path} in bin` }, { thing: path }];

/** By the end of a place, or by an operation and that. */
const namings: Readonly<Record<string, readonly Naming[]>> = {
  ...{ contacts_id: one('contacts'), leads_id: one('leads'), customers_id: one('customers') },
  ...{ company_id: one('companies'), responsible_user_id: one('user'), created_by: one('user'), tags: one('tag') },
  ...{ 'filter[main_user]': one('user'), 'filter[created_by]': one('user'), query: one('words') },
  ...{ 'filter[tag]': one('words'), 'filter[custom_fields]': one('enum') },
  ...{
    'custom_fields.id': [{ thing: 'field', beside: { values: [] } }],
    values: one('enum'),
    status_id: one('status'),
    status: one('status'),
  },
  ...{ pipeline_id: one('pipeline'), loss_reason_id: one('lossReason'), 'filter[pipe]': one('status') },
  ...{ task_type: one('taskType'), 'filter[task_type]': one('taskType'), statuses: one('status') },
  ...{ url: [{ thing: 'url', beside: { events: ['add_company'] } }], after: one('change'), delete: one('customers') },
  ...{
    'listTasks element_id': elementsByName,
    'listDueTasks element_id': elementsByName,
    'saveTasks element_id': elements,
  },
  ...{ 'listNotes element_id': elementsByName, 'saveNotes element_id': [...elements, taskOfNote] },
  'listNotes id': ['contact', 'lead', 'company', 'customer', 'task'].map((type) => ({
    thing: 'notes',
    beside: { type },
  })),
  ...{ 'listTasks id': one('tasks'), 'saveTasks id': one('tasks'), 'saveNotes id': one('notes') },
  ...Object.fromEntries(
    ['list', 'save', 'import'].flatMap((verb) =>
      kindPaths.map((path) => [`${verb}${path[0]!.toUpperCase()}${path.slice(1)} id`, one(path)]),
    ),
  ),
  ...{ 'deleteCompanies ID': one('companies'), 'deleteContacts ID': one('contacts') },
  ...{ 'deleteLeads ID': one('leads'), 'deleteDeals ID': one('leads') },
  'runMultiactions ids': [
    { thing: 'leads', beside: { entity_type: 2 } },
    { thing: 'companies', beside: { entity_type: 3 } },
    { thing: 'tasks', beside: { entity_type: 4 } },
    { thing: 'contacts', beside: { entity_type: 17 } },
  ],
  ...{ 'listBin id': binned, 'listChanges id': byEntity, 'showPast id': byEntity },
  ...Object.fromEntries(
    ['restore', 'purge'].flatMap((verb) => kindPaths.map((path) => [`${verb} ${path}`, inBin(path)])),
  ),
  ...{ 'defineFields id': one('field'), 'defineFields origin': one('origin') },
  ...{ group_id: one('group'), 'updateUser id': one('user'), 'renewKey id': one('user') },
  ...{ 'renameTag id': one('tag'), ids: one('tag'), into: one('tag'), 'redeliver ids': one('delivery') },
  ...{ 'renewSecret id': one('integration'), 'dismissIntegration id': one('integration') },
  ...{ 'listDeliveries id': one('delivery'), webhook: one('webhook'), 'listDeliveries status': [] },
  ...{ 'addPasswordLink id': one('user'), old_password: one('password') },
  ...{ 'renameGroup id': one('group'), 'deleteGroup id': one('group') },
  ...{ 'updateField id': one('field'), 'deleteField id': one('idle field'), 'enums.id': one('enum') },
  ...{ 'listPipelines id': one('pipeline'), 'deletePipelines id': one('idle pipeline') },
  'definePipelines id': [
    { thing: 'pipeline' },
    { thing: 'pipeline', beside: { statuses: { 0: { name: 'Этап', color: '#fffeb2' } } } },
  ],
};

/** Places that name nothing, with a value for where one is required. */
const plain: Readonly<Record<string, unknown>> = {
  ...{ limit_rows: 10, limit_offset: 0, 'If-Modified-Since': '1', with: 'users', free_users: 'Y', new: 0 },
  ...{ 'filter[date_create][from]': 1, 'filter[date_create][to]': 1, 'filter[date_modify][from]': 1 },
  ...{ 'filter[date_modify][to]': 1, 'filter[active]': 1, 'filter[tasks]': 1, 'filter[status]': 0 },
  ...{ 'filter[date][type]': 'create', 'filter[date][from]': 1, 'filter[date][to]': 1 },
  ...{ 'filter[next_date][from]': 1, 'filter[next_date][to]': 1, type: 'company', entity: 'companies' },
  ...{ name: 'Новое имя', first_name: 'Имя', last_name: 'Фамилия', company_name: 'Новая' },
  ...{ created_at: 1_500_000_000, updated_at: 2_000_000_000, request_id: 7, sale: 1, price: 1, next_date: 1 },
  ...{ next_price: 1, periodicity: 1, period_id: 1, complete_till_at: 1, complete_till: 1, text: 'Текст' },
  ...{ is_completed: 0, result: null, params: null, element_type: 3, note_type: 4, ACTION: 'DELETE' },
  ...{ entity_type: 3, multiaction_type: 4, events: ['add_company'], at: 1_900_000_000, field_type: 1 },
  ...{ enums: ['а', 'б'], is_editable: 1, is_required: 0, is_deletable: 1, is_visible: 1, sort: 1, is_main: '' },
  ...{ by: 'month', 'filter[due][from]': 1, 'filter[due][to]': 4_000_000_000 },
  ...{ 'defineFields type': 1, 'updateField value': 'Вариант' },
  ...{ login: 'new@example.com', phone_number: '1', language: 'ru', is_active: 1, is_admin: 1, rights: {} },
  ...{ 'listTags query': '', 'renameTag name': 'Иной тег', redirect_uri: 'https://a.example/', before: 1 },
  'changePassword password': 'a new long password',
  ...{ 'addGroup name': 'Новый отдел', 'renameGroup name': 'Иной отдел' },
};

/** What a new thing has to have, as a change its id, though not by its schema. */
const wantedInNew = new Set(['name', 'text', 'field_type']);

type Path = readonly string[];

/** The things that a place can name; none if it is a plain one. @throws if nobody has told what it is */
function namingsOf(operation: Operation, path: Path): readonly Naming[] {
  const end = path.at(-1)!;
  const keys = path.filter((key) => key !== '*').slice(-2);
  const names = [...(keys.length > 1 ? [keys.join('.')] : []), `${operation.id} ${end}`, end];
  for (const name of names) {
    const found = namings[name];
    if (found) return found;
  }
  if (names.some((name) => name in plain)) return [];
  throw new Error(`test/support/probes.ts: what does ${operation.id} take as ${path.join('.')}?`);
}

function* leavesOf(schema: Json, path: Path = []): Generator<Path> {
  const { anyOf, items, properties } = resolve(schema);
  if (anyOf) yield* leavesOf(anyOf[0], path);
  else if (items) yield* leavesOf(items, [...path, '*']);
  else if (!properties) yield path;
  for (const [key, part] of Object.entries<Json>(properties ?? {})) yield* leavesOf(part, [...path, key]);
}

/** What a body has in the place of a leaf that has to be there. */
function needed(operation: Operation, path: Path, own: Things): unknown {
  const [naming] = namingsOf(operation, path);
  if (naming) return own[naming.thing];
  const end = path.at(-1)!;
  return plain[`${operation.id} ${end}`] ?? plain[end];
}

/** A value with all that has to be there, and `value` at `path`, with things beside it. */
function build(
  operation: Operation,
  own: Things,
  schema: Json,
  at: Path,
  left: Path,
  value: unknown,
  beside: Readonly<Record<string, unknown>> = {},
): unknown {
  const { anyOf, items, properties, required = [], enum: words } = resolve(schema);
  if (anyOf) return build(operation, own, anyOf[0], at, left, value, beside);
  if (items) return [build(operation, own, items, [...at, '*'], left.slice(1), value, beside)];
  if (!properties) return left.length === 0 && value !== undefined ? value : (words?.[0] ?? needed(operation, at, own));
  const [next, ...rest] = left;
  const isWanted = (key: string) => (at.includes('add') ? wantedInNew.has(key) : key === 'id' && at.includes('update'));
  const keys = Object.keys(properties).filter((key) => key === next || required.includes(key) || isWanted(key));
  const parts = keys.map((key) => {
    const isOn = key === next;
    const inner = isOn
      ? build(operation, own, properties[key], [...at, key], rest, value, beside)
      : build(operation, own, properties[key], [...at, key], [], undefined);
    return [key, inner];
  });
  return { ...Object.fromEntries(parts), ...(left.length === 1 && beside) };
}

/** The ways in which a place can name a thing. */
function spellings(thing: Thing, place: string, foreign: Things, own: Things): unknown[] {
  const id = foreign[thing];
  if (place.endsWith('tags')) return [[id], [{ id, name: 'тег' }]];
  if (place.endsWith('values')) return [[{ value: id, enum: id }], [String(id)]];
  if (place.endsWith('statuses')) return [{ [id]: { name: 'Этап', color: '#fffeb2' } }];
  if (typeof id === 'string') return [id];
  const isOne = /(responsible_user_id|created_by|status_id|pipeline_id|loss_reason_id|task_type|element_id|into)$/.test(
    place,
  );
  return isOne || place.endsWith('.id') || thing === 'delivery' ? [id] : [id, [own[thing], id]];
}

/** Requests with a thing of `foreign` in every place of an operation that takes one, and things of `own` wherever else one is needed. */
export function probesOf(operation: Operation, own: Things, foreign: Partial<Things>): Probe[] {
  const isForeign = ({ thing }: Naming) => foreign[thing] !== undefined;
  const probe = (place: string, thing: Thing, url: string, body?: unknown): Probe => {
    const title = `${operation.method} ${url} ${body === undefined ? '' : JSON.stringify(body)}`;
    return { operation, place, thing, url, body, title };
  };
  const parameters: Json[] = (operation.description.parameters ?? []).map(resolve);
  const inQuery = parameters.flatMap(({ name }) =>
    namingsOf(operation, [name])
      .filter(isForeign)
      .flatMap(({ thing, beside }) =>
        spellings(thing, name, foreign as Things, own).map((value) =>
          probe(name, thing, urlOf(operation, own, parameters, { ...beside, [name]: value }), bodyOf(operation, own)),
        ),
      ),
  );
  const schema = schemaOf(operation);
  const inBody = [...(schema ? leavesOf(schema) : [])].flatMap((path) =>
    namingsOf(operation, path)
      .filter(isForeign)
      .flatMap(({ thing, beside }) =>
        spellings(thing, path.join('.'), foreign as Things, own).map((value) =>
          probe(
            path.join('.'),
            thing,
            urlOf(operation, own, parameters, {}),
            wrapped(operation, build(operation, own, schema, [], path, value, beside)),
          ),
        ),
      ),
  );
  const probes = [...inQuery, ...inBody];
  // Where no place takes an id, what is shown or done may still be another's.
  if (namesNothing(operation))
    return [probe('', 'words', urlOf(operation, own, parameters, {}), bodyOf(operation, own))];
  return probes.filter(({ title }, index) => probes.findIndex((other) => other.title === title) === index);
}

function namesNothing(operation: Operation): boolean {
  const parameters: Path[] = (operation.description.parameters ?? []).map((one: Json) => [resolve(one).name]);
  const schema = schemaOf(operation);
  return [...parameters, ...(schema ? leavesOf(schema) : [])].every((path) => namingsOf(operation, path).length === 0);
}

function urlOf(operation: Operation, own: Things, parameters: readonly Json[], given: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const { name, required } of parameters) {
    const value = given[name] ?? (required ? needed(operation, [name], own) : undefined);
    if (value === undefined) continue;
    if (name === 'filter[pipe]') query.set(`filter[pipe][${own.pipeline}]`, String(value));
    else if (name === 'filter[custom_fields]') query.set(`filter[custom_fields][${own.field}]`, String(value));
    else query.set(name, String(value));
  }
  return query.size === 0 ? operation.path : `${operation.path}?${query}`;
}

function bodyOf(operation: Operation, own: Things): unknown {
  const schema = schemaOf(operation);
  return schema && wrapped(operation, build(operation, own, schema, [], firstOf(schema), undefined));
}

/** A batch needs something in it. */
function firstOf(schema: Json): Path {
  const { required, properties } = resolve(schema);
  return required || !properties ? [] : [Object.keys(properties)[0]!];
}

function schemaOf({ description: { requestBody } }: Operation): Json {
  return requestBody && (Object.values(requestBody.content) as Json[])[0].schema;
}

/** Streams are lines. */
function wrapped({ description: { requestBody } }: Operation, value: unknown): unknown {
  return Object.keys(requestBody.content)[0] === 'application/x-ndjson' ? `${JSON.stringify(value)}\n` : value;
}
