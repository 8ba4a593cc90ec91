import { listOf, ref, type Schema, told, whole } from './schema.ts';

type Json = Readonly<Record<string, unknown>>;

const bracketForm: Schema = {
  type: 'object',
  description: 'The same keys with brackets, as in `add[0][name]=…`; multipart works too',
  additionalProperties: { type: 'string' },
};

const stamp = {
  'Runtime-Timestamp': { $ref: '#/components/headers/RuntimeTimestamp' },
  'X-Request-Id': { $ref: '#/components/headers/RequestId' },
};
const response = (name: string): Json => ({ $ref: `#/components/responses/${name}` });

function answer(schema: string, description = 'Done', type = 'application/hal+json'): Json {
  return { description, headers: stamp, content: { [type]: { schema: ref(schema) } } };
}

const json = (schema: string, description?: string): Json => answer(schema, description, 'application/json');
const none = { 204: response('NothingFound') };

/** How requests of signed-in users fail. */
const refused = {
  400: response('BadRequest'),
  401: response('NotSignedIn'),
  403: response('Forbidden'),
  default: response('Failed'),
};

/** In the older family of addresses every failure has its envelope. */
const legacyRefused = {
  400: response('LegacyFailed'),
  401: response('NotSignedIn'),
  403: response('LegacyFailed'),
  default: response('LegacyFailed'),
};

/** JSON, and the same as a form with brackets. */
function body(schema: string, example: unknown, form: Schema = bracketForm, formExample?: unknown): Json {
  return {
    required: true,
    content: {
      'application/json': { schema: ref(schema), example },
      'application/x-www-form-urlencoded': { schema: form, ...(formExample !== undefined && { example: formExample }) },
    },
  };
}

function query(name: string, schema: Schema, description?: string, required = false): Json {
  const isList = schema['type'] === 'array';
  return {
    name,
    in: 'query',
    ...(description && { description }),
    ...(required && { required }),
    ...(isList && { style: 'form', explode: false }),
    schema,
  };
}

const wholes = listOf(whole);
const string = { type: 'string' };
const words = (...list: string[]): Schema => listOf({ enum: list });
const parameter = (name: string): Json => ({ $ref: `#/components/parameters/${name}` });
const page = [parameter('limit_rows'), parameter('limit_offset')];

/** What all lists of records take. With `id` nothing else counts. */
const filters = [
  parameter('IfModifiedSince'),
  parameter('responsible_user_id'),
  query('query', string, 'Occurs in the name or any filled field'),
  query('filter[tag]', listOf(string), 'Ids or names: with any of these tags'),
  {
    ...query(
      'filter[custom_fields]',
      { type: 'object' },
      'By id of the field: `filter[custom_fields][5]=7,8`, options, numbers, dates, 0 or 1: one of these; 100 values at most',
    ),
    style: 'deepObject',
    explode: true,
  },
  ...times('date_create'),
  ...times('date_modify'),
];
const listParameters = [parameter('id'), ...page, ...filters];
const leadFilters = [
  query('status', wholes, 'Ids of stages'),
  query('filter[active]', { const: 1 }, 'Neither won nor lost'),
  query('filter[tasks]', { enum: [1, 2] }, '1 without, 2 with open tasks'),
];
/** Of lists of any kind, where they are counted and put in order. */
const stageFilters = [
  query('pipeline_id', whole, 'Of leads: those in this pipeline'),
  query('status', wholes, 'Of leads: those in these stages'),
];
const taskFilters = [
  parameter('IfModifiedSince'),
  query('type', { enum: ['lead', 'contact', 'company', 'customer'] }, 'What they are about'),
  query('element_id', wholes),
  parameter('responsible_user_id'),
  query('filter[status]', { enum: [0, 1] }, '0 open, 1 completed'),
  query('filter[task_type]', wholes),
  query('filter[created_by]', wholes),
  ...times('date_create'),
  ...times('date_modify'),
  {
    name: 'filter[pipe]',
    in: 'query',
    description: 'About leads in these stages: `filter[pipe][10104]=142,143`',
    style: 'deepObject',
    explode: true,
    schema: { type: 'object', additionalProperties: string },
  },
];

function times(key: string): Json[] {
  return [
    query(`filter[${key}][from]`, whole, 'Unix seconds, as `to`; both ends are included'),
    query(`filter[${key}][to]`, whole, 'Counts only with `from`'),
  ];
}

function days(key: string): Json[] {
  return [
    query(`filter[${key}][from]`, string, 'A day, `2017-10-26`, `26.10.2017` or `10/26/2017`, or unix seconds'),
    query(`filter[${key}][to]`, string, 'The same; counts only with `from`'),
  ];
}

interface Kind {
  readonly path: string;
  readonly one: string;
  readonly many: string;
  readonly parameters: readonly Json[];
  readonly saved?: string;
  readonly add: Json;
}

const kinds: readonly Kind[] = [
  {
    path: 'companies',
    one: 'Company',
    many: 'Companies',
    parameters: [],
    add: { name: 'ООО Компания', tags: 'аренда, стройка' },
  },
  { path: 'contacts', one: 'Contact', many: 'Contacts', parameters: [], add: { name: 'Анна Смирнова' } },
  {
    path: 'leads',
    one: 'Lead',
    many: 'Leads',
    parameters: [
      ...leadFilters,
      query(
        'with',
        words('is_price_modified_by_robot', 'loss_reason_name', 'catalog_elements_links', 'only_deleted'),
        '`only_deleted`: what is in the bin, in short',
      ),
    ],
    add: { name: 'Аренда склада', sale: 5000 },
  },
  {
    path: 'customers',
    one: 'Customer',
    many: 'Customers',
    parameters: [
      query('filter[main_user]', wholes, 'Responsible users'),
      query('filter[date][type]', { enum: ['create', 'modify'] }, 'By default `create`'),
      ...days('date'),
      ...days('next_date'),
    ],
    saved: 'SavedCustomers',
    add: { name: 'Покупатель', next_date: 1510000000, next_price: 5000 },
  },
];

function kindPaths({ path, one, many, parameters, saved = 'SavedItems', add }: Kind): Json {
  const value = String(add['name']);
  return {
    [`/api/v2/${path}`]: {
      get: {
        operationId: `list${many}`,
        summary: `List ${path}`,
        tags: [many],
        parameters: [...listParameters, ...parameters],
        responses: { 200: answer(many, 'In the order of ids'), ...none, ...refused },
      },
      post: {
        operationId: `save${many}`,
        summary: `Add and update ${path}${one === 'Customer' ? ', or delete some' : ''}`,
        tags: [many],
        requestBody: body(`${one}Batch`, { add: [add] }, bracketForm, { 'add[0][name]': value }),
        responses: { 200: answer(saved), ...refused },
      },
    },
  };
}

/** Lines of JSON both ways: the schemas are those of one line. */
function importPaths({ path, one, many, add }: Kind): Json {
  return {
    [`/api/kontora/import/${path}`]: {
      post: {
        operationId: `import${many}`,
        summary: `Add and update any number of ${path}, an item a line. Answers while it reads`,
        tags: [many],
        parameters: [
          query('with', words('ids'), 'A line for each item that was written, too'),
          query('new', { enum: [0, 1] }, '1: ids in the items are of another account, and every item is a new record'),
        ],
        requestBody: {
          required: true,
          content: {
            'application/x-ndjson': {
              schema: told('One line; with `id` it is an update', {
                anyOf: [ref(`${one}Update`), ref(`${one}Add`)],
              }),
              example: add,
            },
          },
        },
        responses: { 200: answer('ImportLine', 'Lines, each of this schema', 'application/x-ndjson'), ...refused },
      },
    },
  };
}

const idForm: Schema = {
  type: 'object',
  properties: { ACTION: { const: 'DELETE' }, 'ID[]': listOf(whole) },
  additionalProperties: { type: 'string' },
};

function deletion(path: string, operationId: string, summary: string): Json {
  const responses = { 200: json('Deleted', '`error`: some he may not delete; the others are'), ...refused };
  const requestBody = body('Deletion', { ACTION: 'DELETE', ID: [5, 6] }, idForm, { ACTION: 'DELETE', 'ID[]': [5, 6] });
  return { [path]: { post: { operationId, summary, tags: ['Deletion'], requestBody, responses } } };
}

function subscription(key: string, schema: string, summary: string): Json {
  const requestBody = body(schema, { [key]: [{ url: 'https://example.com/hook', events: ['add_company'] }] });
  const responses = { 200: answer('ChangedWebhooks'), ...refused };
  return {
    [`/api/v2/webhooks/${key}`]: { post: { operationId: key, summary, tags: ['Webhooks'], requestBody, responses } },
  };
}

const subjects = ['contacts', 'leads', 'companies', 'customers', 'tasks', 'notes'];
const entity = (list: readonly string[], required: boolean): Json =>
  query('entity', { enum: list }, undefined, required);

const page400 = (status: string): Json => ({ description: status, content: { 'text/html': { schema: string } } });
const consentPages = {
  400: page400('A wrong link: leads nowhere'),
  401: page400('Wrong login or key, or nobody is signed in'),
  403: page400('Not an administrator, or a form of somebody else'),
  default: response('Failed'),
};
const redirect = (description: string): Json => ({ description, headers: { Location: { schema: string } } });
const pair = [
  query('USER_LOGIN', string, 'May be in the body instead; `login` is another name'),
  query('USER_HASH', string, 'The API key; `api_key` is another name'),
  query('type', { const: 'json' }, 'Passed over: the answer is always JSON'),
];
const signIn = {
  tags: ['Sign-in'],
  security: [],
  parameters: pair,
  responses: {
    200: {
      ...json('SignedIn', 'With the cookies `session_id` and `BITRIX_SM_LOGIN`'),
      headers: { ...stamp, 'Set-Cookie': { schema: string } },
    },
    400: response('BadRequest'),
    401: response('NotSignedIn'),
    403: response('NotSignedIn'),
    default: response('Failed'),
  },
};
const example = { USER_LOGIN: 'example@example.com', USER_HASH: '…' };

export const paths: Json = {
  '/private/api/auth.php': {
    get: { operationId: 'signIn', summary: 'Sign in', ...signIn },
    post: {
      operationId: 'signInByBody',
      summary: 'Sign in',
      ...signIn,
      requestBody: { ...body('Credentials', example, ref('Credentials'), example), required: false },
    },
  },
  '/api/kontora/sign-in': {
    post: {
      operationId: 'signInByPassword',
      summary: 'Begin a session by password',
      tags: ['Sign-in'],
      security: [],
      requestBody: body('PasswordCredentials', { login: 'example@example.com', password: 'a long password' }),
      responses: { 200: json('SignedIn', 'With the cookies of sign-in'), ...refused },
    },
  },
  '/api/kontora/password': {
    post: {
      operationId: 'changePassword',
      summary: "Change one's own password",
      tags: ['Sign-in'],
      requestBody: body('PasswordChange', { old_password: 'a long password', password: 'a longer password' }),
      responses: { 200: json('PasswordChanged', 'The other sessions have ended'), ...refused },
    },
  },
  '/api/kontora/password-link': {
    post: {
      operationId: 'takePasswordLink',
      summary: 'Whose password a link sets; with `password` it is set',
      tags: ['Sign-in'],
      security: [],
      requestBody: body('PasswordLinkUse', { token: '8.0000000000000000000000000000000000000000' }),
      responses: { 200: json('PasswordLink'), ...refused },
    },
  },
  '/api/kontora/sign-out': {
    post: {
      operationId: 'signOut',
      summary: 'End the session of the cookie',
      tags: ['Sign-in'],
      responses: { 200: json('SignedOut', 'Both cookies are taken back'), ...refused },
    },
  },
  '/oauth': {
    get: {
      operationId: 'showConsent',
      summary: 'The page on which a user gives an integration access',
      tags: ['OAuth 2.0'],
      security: [],
      parameters: [
        query('client_id', string, undefined, true),
        query('state', string, 'Comes back'),
        query('redirect_uri', string, 'The registered one, if given'),
        query('mode', string, 'Changes nothing'),
      ],
      responses: { 200: page400('The page'), ...consentPages },
    },
    post: {
      operationId: 'decideConsent',
      summary: 'The forms of that page',
      tags: ['OAuth 2.0'],
      security: [],
      requestBody: {
        required: true,
        content: { 'application/x-www-form-urlencoded': { schema: ref('ConsentForm') } },
      },
      responses: {
        302: redirect('To the integration, with `code` or `error`'),
        303: redirect('Signed in: back to the page'),
        ...consentPages,
      },
    },
  },
  '/oauth2/access_token': {
    post: {
      operationId: 'exchangeGrant',
      summary: 'Tokens for a code or a refresh token',
      tags: ['OAuth 2.0'],
      security: [],
      requestBody: body(
        'TokenRequest',
        {
          client_id: '…',
          client_secret: '…',
          redirect_uri: 'http://127.0.0.1:9000/callback',
          grant_type: 'authorization_code',
          code: '…',
        },
        ref('TokenRequest'),
      ),
      responses: {
        200: json('Tokens'),
        400: response('OAuthRefused'),
        401: response('OAuthRefused'),
        default: response('Failed'),
      },
    },
  },
  '/oauth2/exchange_api_key': {
    post: {
      operationId: 'exchangeKey',
      summary: "A code for a user's API key",
      tags: ['OAuth 2.0'],
      security: [],
      requestBody: body(
        'KeyExchange',
        { login: 'example@example.com', api_key: '…', client_uuid: '…', client_secret: '…' },
        ref('KeyExchange'),
      ),
      responses: {
        202: { description: 'The code goes to the redirect URI by a GET', headers: stamp },
        400: response('OAuthRefused'),
        401: {
          description: 'A wrong client, or a wrong login or key',
          headers: stamp,
          content: {
            'application/problem+json': { schema: ref('OAuthProblem') },
            'application/json': { schema: ref('LegacyError') },
          },
        },
        403: response('NotSignedIn'),
        default: response('Failed'),
      },
    },
  },
  '/oauth2/account/subdomain': {
    get: {
      operationId: 'getDomain',
      summary: 'Which account a token is for',
      tags: ['OAuth 2.0'],
      responses: { 200: json('Domain'), ...refused },
    },
  },
  ...Object.assign({}, ...kinds.map(kindPaths)),
  ...Object.assign({}, ...kinds.map(importPaths)),
  '/api/v2/tasks': {
    get: {
      operationId: 'listTasks',
      summary: 'List tasks',
      tags: ['Tasks'],
      parameters: [parameter('id'), ...page, ...taskFilters],
      responses: { 200: answer('Tasks', 'In the order of ids'), ...none, ...refused },
    },
    post: {
      operationId: 'saveTasks',
      summary: 'Add and update tasks',
      tags: ['Tasks'],
      requestBody: body(
        'TaskBatch',
        { add: [{ element_id: 5, element_type: 3, text: 'Позвонить', complete_till_at: 1510000000 }] },
        bracketForm,
        { 'add[0][text]': 'Позвонить' },
      ),
      responses: { 200: answer('SavedItems'), ...refused },
    },
  },
  '/api/v2/notes': {
    get: {
      operationId: 'listNotes',
      summary: 'List notes',
      tags: ['Notes'],
      parameters: [
        query('type', { enum: ['contact', 'lead', 'company', 'customer', 'task'] }, 'What they are about', true),
        parameter('id'),
        ...page,
        parameter('IfModifiedSince'),
        query('element_id', wholes),
        query('note_type', wholes),
      ],
      responses: { 200: answer('Notes', 'In the order of ids'), ...none, ...refused },
    },
    post: {
      operationId: 'saveNotes',
      summary: 'Add and update notes',
      tags: ['Notes'],
      requestBody: body(
        'NoteBatch',
        { add: [{ element_id: 5, element_type: 3, note_type: 4, text: 'Просили перезвонить' }] },
        bracketForm,
        {
          'add[0][element_id]': '5',
          'add[0][element_type]': '3',
          'add[0][note_type]': '4',
          'add[0][text]': 'Просили перезвонить',
        },
      ),
      responses: { 200: answer('SavedItems'), ...refused },
    },
  },
  ...deletion('/ajax/companies/multiple/delete', 'deleteCompanies', 'Move companies to the bin'),
  ...deletion('/ajax/contacts/multiple/delete', 'deleteContacts', 'Move contacts to the bin'),
  ...deletion('/ajax/leads/multiple/delete', 'deleteLeads', 'Move leads to the bin'),
  ...deletion('/private/deals/delete.php', 'deleteDeals', 'Move leads to the bin'),
  '/ajax/v1/multiactions/set': {
    post: {
      operationId: 'runMultiactions',
      summary: 'Move records to the bin, delete tasks',
      tags: ['Deletion'],
      requestBody: body('Multiactions', {
        request: {
          multiactions: {
            add: [{ entity_type: 3, multiaction_type: 4, data: { data: { ACTION: 'DELETE' } }, ids: [5, 6] }],
          },
        },
      }),
      responses: { 200: json('MultiactionsSet', 'An error for each id that he may not delete'), ...refused },
    },
  },
  '/api/v2/webhooks': {
    get: {
      operationId: 'listWebhooks',
      summary: 'The addresses that are told of events. Administrators only',
      tags: ['Webhooks'],
      responses: { 200: answer('Webhooks'), ...none, ...refused },
    },
  },
  ...subscription('subscribe', 'Subscriptions', 'Subscribe addresses to events. Administrators only'),
  ...subscription('unsubscribe', 'Unsubscriptions', 'End subscriptions. Administrators only'),
  '/api/kontora/count': {
    get: {
      operationId: 'countRecords',
      summary: 'How many records a list has',
      tags: ['Lists'],
      parameters: [entity(subjects.slice(0, 4), true), ...filters, ...stageFilters],
      responses: { 200: json('RecordCount'), ...refused },
    },
  },
  '/api/kontora/ids': {
    get: {
      operationId: 'listIds',
      summary: 'The ids of a list, in an order',
      tags: ['Lists'],
      parameters: [
        entity(subjects.slice(0, 4), true),
        query('sort', { enum: ['id', '-id', 'updated_at', '-updated_at'] }, 'By default `id`; `-`: the last first'),
        ...page,
        ...filters,
        ...stageFilters,
      ],
      responses: { 200: json('RecordIds'), ...refused },
    },
  },
  '/api/kontora/stages': {
    get: {
      operationId: 'totalStages',
      summary: 'How many leads there are in each stage of a pipeline, and the sum of their budgets',
      tags: ['Lists'],
      parameters: [query('pipeline_id', whole, 'By default the main one'), ...filters, ...leadFilters],
      responses: { 200: json('Stages'), ...refused },
    },
  },
  '/api/kontora/growth': {
    get: {
      operationId: 'showGrowth',
      summary: 'How many records were created in each of the last days, weeks or months',
      tags: ['Lists'],
      parameters: [
        entity(subjects.slice(0, 4), true),
        query('by', { enum: ['day', 'week', 'month'] }, '30 days, 26 weeks or, by default, 12 months'),
      ],
      responses: { 200: json('Growth'), ...refused },
    },
  },
  '/api/kontora/tasks': {
    get: {
      operationId: 'listDueTasks',
      summary: 'Tasks in the order of the times until which they are to be done',
      tags: ['Tasks'],
      parameters: [
        query('sort', { enum: ['due', '-due'] }, 'By default `due`; `-`: the last first'),
        ...page,
        ...taskFilters,
        ...times('due'),
      ],
      responses: { 200: json('DueTasks'), ...refused },
    },
  },
  '/api/kontora/bin': {
    get: {
      operationId: 'listBin',
      summary: 'Deleted records of a kind',
      tags: ['Deletion'],
      parameters: [entity(subjects.slice(0, 4), true), parameter('id'), ...page],
      responses: { 200: json('Bin'), ...refused },
    },
  },
  '/api/kontora/bin/restore': {
    post: {
      operationId: 'restore',
      summary: 'Take records out of the bin',
      tags: ['Deletion'],
      requestBody: body('BinTargets', { companies: [5, 6] }),
      responses: { 200: json('Disposed', 'The ids that were restored'), ...refused },
    },
  },
  '/api/kontora/bin/purge': {
    post: {
      operationId: 'purge',
      summary: 'Erase records that are in the bin. Administrators only',
      tags: ['Deletion'],
      requestBody: body('BinTargets', { companies: [5, 6] }),
      responses: { 200: json('Disposed', 'The ids that were erased'), ...refused },
    },
  },
  '/api/kontora/tags': {
    get: {
      operationId: 'listTags',
      summary: 'Tags of a kind by name; administrators see how many records have each',
      tags: ['Tags'],
      parameters: [entity(subjects.slice(0, 4), true), query('query', string, 'Occurs in the name'), ...page],
      responses: { 200: json('Tags'), ...refused },
    },
  },
  '/api/kontora/tags/update': {
    post: {
      operationId: 'renameTag',
      summary: 'Rename a tag. Administrators only',
      tags: ['Tags'],
      requestBody: body('TagUpdate', { entity: 'companies', id: 5, name: 'Аренда' }),
      responses: { 200: json('SavedTag'), ...refused },
    },
  },
  '/api/kontora/tags/merge': {
    post: {
      operationId: 'mergeTags',
      summary: 'Put a tag in the place of others, which are deleted, 500 records at a time. Administrators only',
      tags: ['Tags'],
      requestBody: body('TagMerge', { entity: 'companies', ids: [5, 6], into: 7 }),
      responses: { 200: json('RemovedTags'), ...refused },
    },
  },
  '/api/kontora/tags/delete': {
    post: {
      operationId: 'deleteTags',
      summary: 'Delete tags, 500 records at a time. Administrators only',
      tags: ['Tags'],
      requestBody: body('TagDeletion', { entity: 'companies', ids: [5] }),
      responses: { 200: json('RemovedTags'), ...refused },
    },
  },
  '/api/kontora/integrations': {
    get: {
      operationId: 'listIntegrations',
      summary: "The account's own integrations, and those of the server that have access. Administrators only",
      tags: ['OAuth 2.0'],
      responses: { 200: json('Integrations'), ...refused },
    },
  },
  '/api/kontora/integrations/add': {
    post: {
      operationId: 'addIntegration',
      summary: 'Add an integration of the account; its secret is told once. Administrators only',
      tags: ['OAuth 2.0'],
      requestBody: body('IntegrationAdd', { name: 'Магазин', redirect_uri: 'https://shop.example/oauth' }),
      responses: { 200: json('IntegrationSecret'), ...refused },
    },
  },
  '/api/kontora/integrations/secret': {
    post: {
      operationId: 'renewSecret',
      summary: 'A new secret of an integration of the account, told once. Administrators only',
      tags: ['OAuth 2.0'],
      requestBody: body('IntegrationId', { id: 'a1b2c3d4-0000-4000-8000-000000000000' }),
      responses: { 200: json('IntegrationSecret'), ...refused },
    },
  },
  '/api/kontora/integrations/delete': {
    post: {
      operationId: 'dismissIntegration',
      summary: 'End the access of an integration; one of the account is deleted. Administrators only',
      tags: ['OAuth 2.0'],
      requestBody: body('IntegrationId', { id: 'a1b2c3d4-0000-4000-8000-000000000000' }),
      responses: { 200: json('DismissedIntegration'), ...refused },
    },
  },
  '/api/kontora/deliveries': {
    get: {
      operationId: 'listDeliveries',
      summary: 'What webhooks were told, the newest first. Administrators only',
      tags: ['Webhooks'],
      parameters: [
        query('id', whole, 'One delivery, with its body and attempts'),
        query('webhook', whole, 'To one webhook'),
        query('status', { enum: ['pending', 'done', 'failed'] }),
        query('before', whole, 'Those of lower ids: the last one of the page before'),
        parameter('limit_rows'),
      ],
      responses: { 200: json('Deliveries'), ...refused },
    },
  },
  '/api/kontora/deliveries/redeliver': {
    post: {
      operationId: 'redeliver',
      summary: 'Deliver once more, with the bodies that there were. Administrators only',
      tags: ['Webhooks'],
      requestBody: body('DeliveryIds', { ids: [7] }),
      responses: { 200: json('Redelivered'), ...refused },
    },
  },
  '/api/kontora/users': {
    get: {
      operationId: 'listUsers',
      summary: 'Users with what administrators set. Administrators only',
      tags: ['Users'],
      responses: { 200: json('Users'), ...refused },
    },
  },
  '/api/kontora/users/add': {
    post: {
      operationId: 'addUser',
      summary: 'Add a user; his API key is told once. Administrators only',
      tags: ['Users'],
      requestBody: body('UserAdd', {
        login: 'olga@example.com',
        name: 'Ольга',
        group_id: 0,
        rights: { company_view: 'M', company_delete: 'D' },
      }),
      responses: { 200: json('SavedUser'), ...refused },
    },
  },
  '/api/kontora/users/update': {
    post: {
      operationId: 'updateUser',
      summary: 'Change a user, his rights, or switch him off. Administrators only',
      tags: ['Users'],
      requestBody: body('UserUpdate', { id: 504141, is_active: true }),
      responses: { 200: json('SavedUser'), ...refused },
    },
  },
  '/api/kontora/users/key': {
    post: {
      operationId: 'renewKey',
      summary: 'A new API key of a user, told once. Administrators only',
      tags: ['Users'],
      requestBody: body('UserId', { id: 504141 }),
      responses: { 200: json('ApiKey'), ...refused },
    },
  },
  '/api/kontora/users/password-link': {
    post: {
      operationId: 'addPasswordLink',
      summary: 'A link by which a user sets his password, once, in 48 hours; told once. Administrators only',
      tags: ['Users'],
      requestBody: body('UserId', { id: 504141 }),
      responses: { 200: json('NewPasswordLink'), ...refused },
    },
  },
  '/api/kontora/groups': {
    get: {
      operationId: 'listGroups',
      summary: 'Groups with their numbers of users. Administrators only',
      tags: ['Users'],
      responses: { 200: json('Groups'), ...refused },
    },
  },
  '/api/kontora/groups/add': {
    post: {
      operationId: 'addGroup',
      summary: 'Add a group. Administrators only',
      tags: ['Users'],
      requestBody: body('GroupAdd', { name: 'Опт' }),
      responses: { 200: json('SavedGroup'), ...refused },
    },
  },
  '/api/kontora/groups/update': {
    post: {
      operationId: 'renameGroup',
      summary: 'Rename a group. Administrators only',
      tags: ['Users'],
      requestBody: body('GroupUpdate', { id: 0, name: 'Продажи' }),
      responses: { 200: json('SavedGroup'), ...refused },
    },
  },
  '/api/kontora/groups/delete': {
    post: {
      operationId: 'deleteGroup',
      summary: 'Delete a group; its users come to group 0. Administrators only',
      tags: ['Users'],
      requestBody: body('GroupId', { id: 1 }),
      responses: { 200: json('DeletedGroup'), ...refused },
    },
  },
  '/api/kontora/fields': {
    get: {
      operationId: 'listFields',
      summary: 'Custom fields with their origins, and options in their order. Administrators only',
      tags: ['Account'],
      responses: { 200: json('ManagedFields'), ...refused },
    },
  },
  '/api/kontora/fields/update': {
    post: {
      operationId: 'updateField',
      summary: 'Rename a field, move it, rename, add and reorder its options. Administrators only',
      tags: ['Account'],
      requestBody: body('FieldUpdate', { id: 4400117, name: 'Источник', enums: [{ id: 4500213, value: 'Сайт' }] }),
      responses: { 200: json('SavedField'), ...refused },
    },
  },
  '/api/kontora/fields/delete': {
    post: {
      operationId: 'deleteField',
      summary: 'Delete a field, whoever has made it. Administrators only',
      tags: ['Account'],
      requestBody: body('FieldId', { id: 4400117 }),
      responses: { 200: json('DeletedField'), ...refused },
    },
  },
  '/api/kontora/changes': {
    get: {
      operationId: 'listChanges',
      summary: 'The change log behind a cursor. Administrators only',
      tags: ['History'],
      parameters: [
        query('after', { type: 'integer', minimum: 0 }, 'The `after` of the last answer; by default 0'),
        entity(subjects, false),
        query('id', whole, 'One thing; counts only with `entity`'),
        parameter('limit_rows'),
      ],
      responses: { 200: json('Changes', 'In the order of writing'), ...refused },
    },
  },
  '/api/kontora/history': {
    get: {
      operationId: 'showPast',
      summary: 'Records, tasks or notes as they were at a time',
      tags: ['History'],
      parameters: [
        entity(subjects, true),
        query('id', listOf(whole, { minItems: 1, maxItems: 500 }), undefined, true),
        query('at', whole, 'Unix seconds', true),
      ],
      responses: { 200: answer('Past'), ...none, ...refused },
    },
  },
  '/api/v2/account': {
    get: {
      operationId: 'getAccount',
      summary: 'The account and its settings',
      tags: ['Account'],
      parameters: [
        query(
          'with',
          words('users', 'groups', 'custom_fields', 'pipelines', 'note_types', 'task_types'),
          'Other words are passed over',
        ),
        query('free_users', { const: 'Y' }, 'Adds nobody'),
      ],
      responses: { 200: answer('Account'), ...refused },
    },
  },
  '/api/v2/fields': {
    post: {
      operationId: 'defineFields',
      summary: 'Add and delete custom fields. Administrators only',
      tags: ['Account'],
      requestBody: body(
        'FieldBatch',
        { add: [{ name: 'Цвет', field_type: 4, element_type: 3, origin: 'my_1', enums: ['чёрный', 'белый'] }] },
        bracketForm,
        {
          'add[0][name]': 'VIP',
          'add[0][field_type]': '3',
          'add[0][element_type]': '3',
          'add[0][origin]': 'my_2',
        },
      ),
      responses: { 200: answer('DefinedFields'), ...refused },
    },
  },
  '/api/v2/pipelines': {
    get: {
      operationId: 'listPipelines',
      summary: 'The pipelines',
      tags: ['Account'],
      parameters: [parameter('id')],
      responses: { 200: answer('Pipelines'), ...none, ...refused },
    },
  },
  '/private/api/v2/json/pipelines/set': {
    post: {
      operationId: 'definePipelines',
      summary: 'Add and update pipelines. Administrators only',
      tags: ['Account'],
      requestBody: body('PipelinesRequest', {
        request: {
          pipelines: { add: [{ name: 'Партнёры', statuses: { 0: { name: 'Знакомство', color: '#fffeb2' } } }] },
        },
      }),
      responses: { 200: json('PipelinesSet', 'Each pipeline is saved or refused for itself'), ...legacyRefused },
    },
  },
  '/private/api/v2/json/pipelines/delete': {
    post: {
      operationId: 'deletePipelines',
      summary: 'Delete pipelines. Administrators only',
      tags: ['Account'],
      requestBody: body('PipelinesDeletion', { request: { id: [10105] } }),
      responses: { 200: json('PipelinesDeleted'), ...legacyRefused },
    },
  },
};

/** Parameters that several operations share. */
export const parameters: Json = {
  id: query('id', wholes, '`5,6`, or `id[]=5&id[]=6`; everything else is then passed over'),
  limit_rows: query('limit_rows', { type: 'integer', minimum: 1, maximum: 500, default: 500 }),
  limit_offset: query('limit_offset', { type: 'integer', minimum: 0 }, 'Counts only with `limit_rows`'),
  responsible_user_id: query('responsible_user_id', wholes),
  IfModifiedSince: {
    name: 'If-Modified-Since',
    in: 'header',
    description: 'Changed later than; `Mon, 01 Aug 2017 07:07:23 UTC`, or unix seconds. Never answered by 304',
    schema: string,
  },
};

/** Answers that several operations share. */
export const responses: Json = {
  NothingFound: { description: 'Nothing found: no body', headers: stamp },
  BadRequest: answer('Problem', 'Nothing was written', 'application/problem+json'),
  NotSignedIn: json('LegacyError', 'Codes 101, 110, 111, 112, 113'),
  Forbidden: {
    description: 'No right (202, 244), or not from this address (113)',
    headers: stamp,
    content: {
      'application/problem+json': { schema: ref('Problem') },
      'application/json': { schema: ref('LegacyError') },
    },
  },
  OAuthRefused: answer('OAuthProblem', 'Refused', 'application/problem+json'),
  LegacyFailed: json('LegacyError', 'Nothing was written'),
  Failed: answer('Problem', '404, 405, 413, 429, 431, 500, 503, 507', 'application/problem+json'),
};
