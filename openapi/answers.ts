import { closed, constant, flag, listOf, mapOf, oneOf, ref, type Schema, text, time, told, whole } from './schema.ts';

const links = ref('Links');
const empty = ref('Empty');
const texts = mapOf(text);

/** Lists in `_embedded.items`. */
function items(item: Schema): Schema {
  return closed({ _links: links, _embedded: closed({ items: listOf(item, { minItems: 1 }) }) });
}

const orEmpty = (schema: Schema): Schema => oneOf(schema, empty);
/** The recorded profile has an object where nothing is; the documented one an empty list, which a list is anyway. */
const listOrEmpty = (item: Schema): Schema => oneOf(listOf(item), { type: 'object', maxProperties: 0 });

const record = {
  id: whole,
  name: text,
  responsible_user_id: whole,
  created_by: told('0 is the robot', whole),
  created_at: time,
  updated_at: time,
  account_id: whole,
  closest_task_at: told('When its nearest open task is due; 0: it has none', whole),
  tags: listOrEmpty(ref('Tag')),
  custom_fields: listOrEmpty(ref('CustomField')),
  _links: links,
};

const managedUser = {
  id: whole,
  login: text,
  name: text,
  last_name: { type: ['string', 'null'] },
  phone_number: text,
  language: { enum: ['ru', 'en'] },
  group_id: whole,
  is_active: flag,
  is_admin: flag,
  rights: told('By every key that there is', mapOf({ enum: ['A', 'G', 'M', 'D'] }, '^[a-z_]+$')),
};

const status = { id: whole, name: text, color: text, sort: whole };
const pipeline = { id: whole, name: text, sort: whole, is_main: flag };

/** Answers of API v2 that say which things were written. `errors`: texts by the id of what was refused. */
const saved = closed({
  _links: links,
  _embedded: closed({ items: listOf(ref('SavedItem')), 'errors?': closed({ update: texts }) }),
});

/** What the server answers; src/v2/wire.ts says the same in TypeScript. */
const task = {
  id: whole,
  responsible_user_id: whole,
  created_by: whole,
  created_at: time,
  updated_at: time,
  account_id: whole,
  group_id: whole,
  element_type: told('1 contact, 2 lead, 3 company, 12 customer; 0: it stands alone', { enum: [0, 1, 2, 3, 12] }),
  element_id: whole,
  is_completed: flag,
  task_type: whole,
  complete_till_at: told('Unix seconds; 23:59 of a day means any time of it', whole),
  text,
  result: orEmpty(told('The note that tells how it went', closed({ id: whole, text, _links: links }))),
  _links: links,
};

export const answerSchemas: Readonly<Record<string, Schema>> = {
  Links: closed({ self: closed({ href: text, method: { enum: ['get', 'post'] } }) }),
  Empty: told('Where nothing is linked or filled: `[]`; `{}` in the recorded profile', {
    oneOf: [
      { type: 'array', maxItems: 0 },
      { type: 'object', maxProperties: 0 },
    ],
  }),
  LinkedList: closed({ id: listOf(whole, { minItems: 1 }), _links: links }),
  LinkedCompany: closed({ id: whole, name: text, _links: links }),
  LinkedOne: closed({ id: whole, _links: links }),
  Tag: closed({ id: whole, name: text }),
  CustomField: closed({
    id: whole,
    name: text,
    'type_id?': told('Recorded profile only', whole),
    'code?': told('Recorded profile only, system fields only', text),
    values: listOf(
      closed({
        value: told('Of fields of types 15 to 17 an object', { type: ['string', 'object'] }),
        'enum?': told("An enum's id; an integer in the recorded profile", { type: ['string', 'integer'] }),
        'subtype?': told('Part of an address, "1" to "6"', text),
      }),
    ),
    is_system: flag,
  }),
  Company: closed({
    ...record,
    updated_by: whole,
    group_id: whole,
    leads: orEmpty(ref('LinkedList')),
    contacts: orEmpty(ref('LinkedList')),
    customers: orEmpty(ref('LinkedList')),
  }),
  Contact: closed({
    ...record,
    'first_name?': told('Where it was ever given', text),
    'last_name?': told('Where it was ever given', text),
    updated_by: whole,
    group_id: whole,
    company: orEmpty(ref('LinkedCompany')),
    leads: orEmpty(ref('LinkedList')),
    customers: orEmpty(ref('LinkedList')),
  }),
  Lead: closed({
    ...record,
    group_id: whole,
    pipeline_id: whole,
    status_id: told('142 is won and 143 is lost in every pipeline', whole),
    sale: told('Budget', whole),
    closed_at: told('0 while open', whole),
    loss_reason_id: told('0: none', whole),
    is_deleted: flag,
    pipeline: orEmpty(ref('LinkedOne')),
    main_contact: orEmpty(ref('LinkedOne')),
    company: orEmpty(ref('LinkedCompany')),
    contacts: orEmpty(ref('LinkedList')),
    'is_price_modified_by_robot?': told('By `with`', constant(false)),
    'loss_reason_name?': told('By `with`', text),
    '_embedded?': told('By `with`', closed({ catalog_elements_links: { type: 'array', maxItems: 0 } })),
  }),
  DeletedLead: closed({
    id: whole,
    updated_at: time,
    updated_by: whole,
    account_id: whole,
    is_deleted: constant(true),
    _links: links,
  }),
  Customer: closed({
    ...record,
    updated_by: whole,
    is_deleted: flag,
    main_contact: orEmpty(ref('LinkedOne')),
    contacts: orEmpty(ref('LinkedList')),
    company: orEmpty(ref('LinkedCompany')),
    next_price: whole,
    period_id: whole,
    periodicity: whole,
    next_date: told('Unix seconds; 0: none', whole),
  }),
  Task: closed(task),
  Note: closed({
    id: whole,
    responsible_user_id: whole,
    created_by: whole,
    created_at: time,
    updated_at: time,
    account_id: whole,
    group_id: whole,
    is_editable: told('Only notes of type 4 are', flag),
    element_id: whole,
    element_type: told('1 contact, 2 lead, 3 company, 4 task, 12 customer', { enum: [1, 2, 3, 4, 12] }),
    attachment: constant(''),
    note_type: whole,
    'text?': text,
    'params?': told('Instead of the text, of types that have them', { type: 'object' }),
    _links: links,
  }),
  Companies: items(ref('Company')),
  Contacts: items(ref('Contact')),
  Leads: items(told('In short with `with=only_deleted`', oneOf(ref('Lead'), ref('DeletedLead')))),
  Customers: items(ref('Customer')),
  Tasks: items(ref('Task')),
  Notes: items(ref('Note')),
  Past: items(oneOf(ref('Company'), ref('Contact'), ref('Lead'), ref('Customer'), ref('Task'), ref('Note'))),
  SavedItem: closed({
    id: whole,
    'updated_at?': told('Of updates', whole),
    'request_id?': { type: ['integer', 'number', 'string'] },
    _links: links,
  }),
  SavedItems: told('Adds first; refused updates are missing and stand in `errors.update`', saved),
  SavedCustomers: oneOf(
    ref('SavedItems'),
    told(
      'Answer to `delete`: the others have their positions as keys',
      closed({
        _links: links,
        _embedded: closed({
          items: {
            type: 'object',
            required: ['deleted'],
            properties: { deleted: listOf(closed({ id: whole, name: text })) },
            patternProperties: { '^\\d+$': ref('SavedItem') },
            additionalProperties: false,
          },
          'errors?': closed({ 'update?': texts, 'delete?': texts }),
        }),
      }),
    ),
  ),
  Webhooks: items(closed({ id: whole, url: text, events: listOf(text) })),
  ChangedWebhooks: closed({
    _links: links,
    _embedded: closed({
      items: listOf(closed({ url: text, result: flag, 'notice?': told('Why the result is false', text) })),
    }),
  }),
  DefinedFields: closed({
    _links: links,
    _embedded: closed({ items: listOf(ref('SavedItem')), 'errors?': closed({ delete: texts }) }),
  }),
  Account: closed({
    _links: links,
    id: whole,
    name: text,
    subdomain: text,
    currency: text,
    timezone: text,
    timezone_offset: { type: 'string', pattern: '^[+-]\\d{2}:\\d{2}$' },
    language: text,
    date_pattern: closed({ date: text, time: text, date_time: text, time_full: text }),
    current_user: whole,
    '_embedded?': told(
      'What `with` asked for',
      closed({
        'users?': mapOf(ref('User')),
        'custom_fields?': closed({
          contacts: mapOf(ref('AccountField')),
          leads: mapOf(ref('AccountField')),
          companies: mapOf(ref('AccountField')),
          customers: oneOf(mapOf(ref('AccountField')), { type: 'array', maxItems: 0 }),
          catalogs: { type: 'object', maxProperties: 0 },
        }),
        'groups?': mapOf(closed({ id: whole, name: text })),
        'note_types?': mapOf(closed({ id: whole, code: text, is_editable: flag })),
        'task_types?': mapOf(closed({ id: whole, name: text, color: { type: 'null' }, icon_id: { type: 'null' } })),
        'pipelines?': mapOf(closed({ ...pipeline, statuses: mapOf(ref('Status')) })),
      }),
    ),
  }),
  User: closed({
    id: whole,
    name: text,
    last_name: { type: ['string', 'null'] },
    login: text,
    language: text,
    group_id: whole,
    is_active: flag,
    is_free: constant(false),
    is_admin: flag,
    phone_number: text,
    rights: told('A all, G of the own group, M own, D none', mapOf({ enum: ['A', 'G', 'M', 'D'] }, '^[a-z_]+$')),
  }),
  AccountField: closed({
    id: whole,
    name: text,
    field_type: whole,
    sort: whole,
    code: text,
    is_multiple: flag,
    is_system: flag,
    is_editable: flag,
    is_required: flag,
    is_deletable: flag,
    is_visible: flag,
    params: { type: 'object', maxProperties: 0 },
    'enums?': told('Texts (of phones and the like: codes) by enum id', texts),
  }),
  Status: closed({ ...status, is_editable: flag }),
  Pipelines: closed({
    _links: links,
    _embedded: closed({
      items: told(
        'Unlike in other lists, a map by id',
        mapOf(closed({ ...pipeline, statuses: mapOf(ref('Status')), _links: links })),
      ),
    }),
  }),
  PipelinesSet: closed({
    response: closed({
      pipelines: closed({
        'add?': closed({
          'pipelines?': mapOf(
            closed({
              ...pipeline,
              value: whole,
              label: text,
              statuses: mapOf(closed({ ...status, editable: { enum: ['Y', 'N'] }, pipeline_id: whole })),
              leads: whole,
            }),
          ),
          'errors?': listOf(text),
        }),
        'update?': {
          type: 'object',
          properties: { errors: listOf(text) },
          patternProperties: { '^\\d+$': constant(true) },
          additionalProperties: false,
        },
      }),
      server_time: time,
    }),
  }),
  PipelinesDeleted: closed({ response: mapOf(oneOf(constant(true), closed({ errors: text }))) }),
  RecordCount: closed({
    count: whole,
    is_exact: told('False: a search found so many that no more were counted', { type: 'boolean' }),
  }),
  RecordIds: closed({ ids: listOf(whole) }),
  Stages: closed({
    pipeline_id: whole,
    stages: told(
      'In their order, with how many leads they have and the sum of their budgets',
      listOf(closed({ id: whole, count: whole, sum: { type: 'number' } })),
    ),
    is_exact: told('False: a search found so many that no more were counted', { type: 'boolean' }),
  }),
  Growth: closed({
    before: told('How many were created before the first period', whole),
    periods: told(
      'When each began, by the clock of the account, and how many were created in it; the last one is not over',
      listOf(closed({ from: time, count: whole })),
    ),
  }),
  DueTasks: closed({
    count: whole,
    is_exact: told('False: there are so many that no more were counted', { type: 'boolean' }),
    items: listOf(
      closed({ ...task, element_name: told('What the record is called; empty of tasks that stand alone', text) }),
    ),
  }),
  Bin: closed({
    items: listOf(closed({ id: whole, name: text, responsible_user_id: whole, updated_at: time, updated_by: whole })),
  }),
  Disposed: closed({
    'contacts?': listOf(whole),
    'leads?': listOf(whole),
    'companies?': listOf(whole),
    'customers?': listOf(whole),
    'refused?': told('Ids that this user sees and may not restore', listOf(whole)),
  }),
  Users: closed({ users: listOf(closed({ ...managedUser, has_password: flag })) }),
  ManagedUser: closed(managedUser),
  NewPasswordLink: closed({ path: told('Of a page of the server, told once', text), expires_at: time }),
  PasswordLink: closed({
    login: text,
    name: text,
    language: { enum: ['ru', 'en'] },
    is_set: told('The password is set', flag),
  }),
  PasswordChanged: closed({ changed: constant(true) }),
  SavedUser: closed({ user: ref('ManagedUser'), 'api_key?': told('Of a new user, told once', text) }),
  ApiKey: closed({ api_key: told('Told once', text) }),
  Tags: closed({ tags: listOf(closed({ id: whole, name: text, 'count?': told('Told to administrators', whole) })) }),
  SavedTag: closed({ tag: closed({ id: whole, name: text }) }),
  RemovedTags: closed({ records: told('That were changed', whole), is_done: told('False: ask again', flag) }),
  Integrations: closed({
    integrations: listOf(
      closed({
        id: text,
        name: text,
        redirect_uri: text,
        created_at: time,
        is_own: flag,
        has_access: told('It has codes or tokens', flag),
      }),
    ),
  }),
  IntegrationSecret: closed({ id: text, secret: told('Told once', text) }),
  DismissedIntegration: closed({ id: text, is_deleted: flag }),
  Deliveries: closed({
    deliveries: listOf(
      closed({
        id: whole,
        webhook_id: whole,
        event: text,
        entity: text,
        entity_id: whole,
        status: { enum: ['pending', 'done', 'failed'] },
        attempts: whole,
        created_at: time,
        next_at: told('Of a pending one; else 0', whole),
        'body?': { type: ['string', 'null'] },
        'log?': listOf(closed({ at: time, code: whole, error: text })),
      }),
    ),
  }),
  Redelivered: closed({ ids: listOf(whole) }),
  Groups: closed({ groups: listOf(closed({ id: whole, name: text, users: told('How many are in it', whole) })) }),
  SavedGroup: closed({ group: closed({ id: whole, name: text }) }),
  DeletedGroup: closed({ id: whole, moved: told('Users that came to group 0', whole) }),
  ManagedFields: closed({ fields: listOf(ref('ManagedField')) }),
  ManagedField: closed({
    id: whole,
    name: text,
    field_type: whole,
    code: text,
    entities: listOf({ enum: ['companies', 'contacts', 'leads', 'customers'] }),
    sort: whole,
    origin: told('What the client that made it calls it', { type: ['string', 'null'] }),
    is_system: flag,
    is_editable: flag,
    is_required: flag,
    is_deletable: flag,
    is_visible: flag,
    enums: told('In their order', listOf(closed({ id: whole, value: text }))),
  }),
  SavedField: closed({ field: ref('ManagedField') }),
  DeletedField: closed({ id: whole }),
  Changes: closed({
    changes: listOf(
      closed({
        id: told('Its place in the log', whole),
        at: time,
        user_id: whole,
        entity: { enum: ['contacts', 'leads', 'companies', 'customers', 'tasks', 'notes'] },
        entity_id: whole,
        action: { enum: ['add', 'update', 'delete', 'restore', 'purge'] },
        before: told('The keys that differ', { type: 'object' }),
        after: told('The keys that differ', { type: 'object' }),
      }),
    ),
    after: told('What to ask with next', whole),
  }),
  ImportLine: told(
    'A line of the answer to an import: an item that was refused or, with `with=ids`, written; how far it is; the last one has `end`, or is an error',
    {
      anyOf: [
        closed({ line: whole, error: text, 'code?': told("amoCRM's number", whole) }),
        closed({ line: whole, id: whole }),
        closed({ line: whole, added: whole, updated: whole, refused: whole, 'end?': constant(true) }),
        ref('Problem'),
        ref('LegacyError'),
      ],
    },
  ),
  Deleted: closed({ status: { enum: ['success', 'error'] }, message: text }),
  MultiactionsSet: closed({
    response: closed({ multiactions: closed({ set: closed({ errors: listOf(text) }) }) }),
  }),
  SignedOut: closed({ auth: constant(false) }),
  SignedIn: closed({
    response: closed({
      auth: constant(true),
      accounts: listOf(closed({ id: whole, name: text, subdomain: text, language: text, timezone: text })),
      user: closed({ id: whole, language: text }),
      server_time: time,
    }),
  }),
  Tokens: closed({
    token_type: constant('Bearer'),
    expires_in: told('Seconds', whole),
    access_token: text,
    refresh_token: text,
  }),
  Domain: closed({ id: whole, subdomain: text, domain: text, top_level_domain: text }),
  Problem: told(
    'A request that failed as a whole',
    closed({
      title: constant('Error'),
      type: text,
      status: whole,
      detail: told('Begins with `Код ошибки` and the code', text),
    }),
  ),
  LegacyError: told(
    'What fails at sign-in, and in the older family of addresses',
    closed({
      response: closed({
        'auth?': constant(false),
        error: text,
        error_code: { type: 'string', pattern: '^\\d+$' },
        ip: text,
        domain: text,
        server_time: time,
      }),
    }),
  ),
  OAuthProblem: told(
    'What fails at /oauth2',
    closed({ hint: text, title: text, type: text, status: whole, detail: text }),
  ),
};
