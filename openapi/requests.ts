import { noteTypes } from '../src/crm/note-type.ts';
import { listOf, open, ref, type Schema, told } from './schema.ts';

const count = ref('Count');
const name = ref('Name');
const longText = ref('Text');
const ids = ref('Ids');
/** A list, or an object with numeric keys, of at most 500 things. */
const oneOrMore = (item: string): Schema => ({
  anyOf: [listOf(ref(item), { maxItems: 500 }), { type: 'object', additionalProperties: ref(item) }],
});

/** Keys that every item of a batch may have. */
const shared = {
  'created_at?': told('Unix seconds; by default now', count),
  'responsible_user_id?': told('By default who asks', count),
  'created_by?': told('By default who asks; 0 is the robot', count),
  'request_id?': told('Comes back in the answer', { type: ['integer', 'number', 'string', 'null'] }),
};

const updating = { id: count, updated_at: told('Not older than the stored one, or the item is refused', count) };

const record = {
  ...shared,
  'tags?': told('`"a, b"`, or a list of names, ids or `{id, name}`; replaces the whole set', {
    type: ['string', 'number', 'array', 'object', 'null'],
  }),
  'custom_fields?': { anyOf: [oneOrMore('FieldValuesDraft'), { type: ['null', 'string'], maxLength: 0 }] },
};

/** Keys of each kind alone, and the links that it takes and gives up. */
const kinds = {
  Company: { own: {}, links: { 'contacts_id?': ids, 'leads_id?': ids, 'customers_id?': ids } },
  Contact: {
    own: {
      'first_name?': name,
      'last_name?': name,
      'company_name?': told('Makes a new company and links it', name),
    },
    links: { 'company_id?': ids, 'leads_id?': ids, 'customers_id?': ids },
  },
  Lead: {
    own: {
      'status_id?': told('Tells the pipeline too, but for 142 and 143', count),
      'pipeline_id?': count,
      'sale?': told('Budget', count),
      'price?': told('Another name for `sale`', count),
      'loss_reason_id?': told('Kept while the lead is lost', count),
    },
    links: { 'company_id?': ids, 'contacts_id?': told('40 at most', ids) },
  },
  Customer: {
    own: {
      'next_date?': told('Unix seconds', count),
      'next_price?': count,
      'periodicity?': count,
      'period_id?': count,
    },
    links: { 'company_id?': ids, 'contacts_id?': ids },
  },
} satisfies Record<string, { own: Record<string, Schema>; links: Record<string, Schema> }>;

/** A batch and its items: at least one of the lists has something in it. */
function batch(
  thing: string,
  add: Readonly<Record<string, Schema>>,
  update: Readonly<Record<string, Schema>>,
  more: Readonly<Record<string, Schema>> = {},
): Readonly<Record<string, Schema>> {
  return {
    [`${thing}Batch`]: told(
      '500 items at most in all',
      open({ 'add?': oneOrMore(`${thing}Add`), 'update?': oneOrMore(`${thing}Update`), ...more }),
    ),
    [`${thing}Add`]: open(add),
    [`${thing}Update`]: open(update),
  };
}

function recordBatch(kind: keyof typeof kinds): Readonly<Record<string, Schema>> {
  const { own, links } = kinds[kind];
  const keys = { ...record, ...own, ...links };
  const add = { ...(kind === 'Contact' ? { 'name?': name } : { name }), 'updated_at?': count, ...keys };
  const update = { ...updating, 'name?': name, ...keys, 'unlink?': told('Applied before links', open(links)) };
  return batch(kind, add, update, kind === 'Customer' ? { 'delete?': ids } : {});
}

const taskKeys = {
  ...shared,
  'element_id?': told('Absent: it stands alone', count),
  'element_type?': told('1 contact, 2 lead, 3 company, 12 customer; with `element_id` required', {
    type: ['integer', 'string', 'null'],
  }),
  'task_type?': told('By default 1', count),
  'complete_till_at?': told('Unix seconds; by default now', count),
  'complete_till?': told('Another name for `complete_till_at`', count),
  'text?': longText,
  'is_completed?': ref('Flag'),
  'result?': told('`{"text": "…"}`: written as a note of type 13', { type: ['object', 'array', 'string', 'null'] }),
};

const writable = noteTypes.filter(({ write }) => write).map(({ id }) => id);
const noteParams = told('Flat; 50 keys at most', { type: ['object', 'array', 'string', 'null'] });
const noteKeys = { ...shared, 'text?': longText, 'params?': noteParams };

const pipelineKeys = {
  'id?': told('Of an update, where the key does not tell it', count),
  'name?': name,
  'sort?': count,
  'is_main?': told('`"on"` makes it the main one', { type: ['string', 'boolean', 'integer', 'null'] }),
  'statuses?': told('A map or list of all its stages', { type: ['object', 'array', 'string', 'null'] }),
};

const entity = { enum: ['companies', 'contacts', 'leads', 'customers'] };
const newPassword = told('10 to 256 characters', { type: 'string' });
const login = told('The e-mail address', { type: 'string', maxLength: 254 });
const userKeys = {
  'name?': name,
  'last_name?': name,
  'phone_number?': name,
  'language?': { enum: ['ru', 'en', '', null] },
  'group_id?': count,
  'is_active?': ref('Flag'),
  'is_admin?': ref('Flag'),
  'rights?': told('A, G, M or D by key, such as `company_view`; those that are not named stay', {
    type: ['object', 'string', 'null'],
  }),
};

/** What clients send as JSON. */
export const requestSchemas: Readonly<Record<string, Schema>> = {
  Count: told('A number from 0, or its digits; null and empty text say nothing', {
    type: ['integer', 'string', 'null'],
    minimum: 0,
    pattern: '^\\s*\\d*\\s*$',
  }),
  Name: { type: ['string', 'number', 'null'], maxLength: 1000 },
  Text: { type: ['string', 'number', 'null'], maxLength: 10_000 },
  Ids: told('`5`, `"5,6"` or a list', { type: ['integer', 'string', 'array', 'object', 'null'] }),
  Flag: { enum: [true, false, 0, 1, '0', '1', 'true', 'false', '', null] },
  FieldValuesDraft: open({
    id: count,
    'values?': told('Replaces the field; an empty list clears it. Of `{value, enum, subtype}`, or bare values', {
      type: ['array', 'object', 'string', 'null'],
    }),
  }),
  ...recordBatch('Company'),
  ...recordBatch('Contact'),
  ...recordBatch('Lead'),
  ...recordBatch('Customer'),
  ...batch('Task', { ...taskKeys, 'updated_at?': count }, { ...taskKeys, ...updating }),
  ...batch(
    'Note',
    {
      ...noteKeys,
      element_id: count,
      element_type: told('1 contact, 2 lead, 3 company, 4 task, 12 customer', { type: ['integer', 'string'] }),
      note_type: told(`${writable.join(', ')}; 13 on tasks alone`, { enum: [...writable, ...writable.map(String)] }),
      'updated_at?': count,
    },
    { ...noteKeys, ...updating },
  ),
  FieldBatch: open({ 'add?': oneOrMore('FieldAdd'), 'delete?': oneOrMore('FieldDelete') }),
  FieldAdd: open({
    name,
    'field_type?': told('1 to 11, 13, 14, 15 or 17', count),
    'type?': told('Another name for `field_type`', count),
    element_type: told('1 contacts, 2 leads, 3 companies, 12 customers', count),
    origin: told("The client's own name for the field, needed to delete it", name),
    'enums?': { type: ['array', 'object', 'string', 'null'] },
    'is_editable?': ref('Flag'),
    'is_required?': ref('Flag'),
    'is_deletable?': ref('Flag'),
    'is_visible?': ref('Flag'),
    'request_id?': shared['request_id?'],
  }),
  FieldDelete: open({ id: count, origin: name }),
  Subscriptions: open({ subscribe: oneOrMore('Subscription') }),
  Unsubscriptions: open({ unsubscribe: oneOrMore('Subscription') }),
  Subscription: open({
    url: { type: 'string', maxLength: 2048 },
    'events?': told('Names, such as `add_company`; to unsubscribe from all of the address, none', {
      type: ['array', 'object', 'string', 'null'],
    }),
  }),
  PipelinesRequest: open({
    request: open({
      'pipelines?': open({
        'add?': oneOrMore('PipelineDraft'),
        'update?': told('By id, or a list of items with `id`', oneOrMore('PipelineDraft')),
      }),
      'update?': told('As in `pipelines`', oneOrMore('PipelineDraft')),
    }),
  }),
  PipelineDraft: open(pipelineKeys),
  PipelinesDeletion: open({ request: open({ id: ids }) }),
  UserAdd: told('What is left out is as with every new user', open({ login, ...userKeys })),
  UserUpdate: told('What is left out stays', open({ id: count, 'login?': login, ...userKeys })),
  UserId: open({ id: count }),
  PasswordCredentials: open({ login: { type: 'string' }, password: told('Or the API key', { type: 'string' }) }),
  PasswordChange: open({ old_password: told('Or the API key', { type: 'string' }), password: newPassword }),
  PasswordLinkUse: open({
    token: told('What stands behind # in the link', { type: 'string' }),
    'password?': newPassword,
  }),
  TagUpdate: open({ entity, id: count, name }),
  TagMerge: open({ entity, ids, into: count }),
  TagDeletion: open({ entity, ids }),
  IntegrationAdd: open({ name, redirect_uri: { type: 'string', maxLength: 2000 } }),
  IntegrationId: open({ id: told('The client id', { type: 'string' }) }),
  DeliveryIds: open({ ids }),
  GroupAdd: open({ name }),
  GroupUpdate: open({ id: count, name }),
  GroupId: open({ id: count }),
  FieldUpdate: told(
    'What is left out stays',
    open({
      id: count,
      'name?': name,
      'sort?': count,
      'enums?': told('All options in their order; without an id: a new one', {
        type: 'array',
        items: ref('FieldOption'),
      }),
    }),
  ),
  FieldOption: open({ 'id?': count, value: name }),
  FieldId: open({ id: count }),
  BinTargets: told(
    '500 ids at most in all',
    open({
      'contacts?': ids,
      'leads?': ids,
      'companies?': ids,
      'customers?': ids,
    }),
  ),
  Deletion: open({ ID: ids, 'ACTION?': told('DELETE, if given', { enum: ['DELETE'] }) }),
  Multiactions: open({
    request: open({
      multiactions: open({
        add: oneOrMore('Multiaction'),
      }),
    }),
  }),
  Multiaction: open({
    entity_type: told('2 leads, 3 companies, 4 tasks, 17 contacts', { enum: [2, 3, 4, 17, '2', '3', '4', '17'] }),
    multiaction_type: { enum: [4, '4'] },
    data: open({ data: open({ ACTION: { enum: ['DELETE'] } }) }),
    ids,
  }),
  Credentials: told(
    '`login` and `api_key` are other names for them',
    open({ USER_LOGIN: { type: 'string' }, USER_HASH: told('The API key', { type: 'string' }) }),
  ),
  TokenRequest: open({
    client_id: { type: 'string' },
    client_secret: { type: 'string' },
    redirect_uri: { type: 'string' },
    grant_type: { enum: ['authorization_code', 'refresh_token'] },
    'code?': told('With `authorization_code`', { type: 'string' }),
    'refresh_token?': told('With `refresh_token`', { type: 'string' }),
  }),
  KeyExchange: open({
    client_uuid: { type: 'string' },
    client_secret: { type: 'string' },
    login: { type: 'string' },
    api_key: { type: 'string' },
    'state?': { type: 'string' },
  }),
  ConsentForm: open({
    client_id: { type: 'string' },
    'state?': { type: 'string' },
    'redirect_uri?': { type: 'string' },
    'login?': told('To sign in', { type: 'string' }),
    'api_key?': { type: 'string' },
    'token?': told('Of the page, for the decision', { type: 'string' }),
    'decision?': { enum: ['approve', 'refuse'] },
  }),
};
