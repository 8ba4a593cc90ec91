import type { Account, Actor, User } from '../../src/crm/account.ts';
import { type CustomField, fieldDefaults, type RawValue, type StoredValue } from '../../src/crm/custom-field.ts';
import type { Draft, EntityRow, KindName, UpdateDraft } from '../../src/crm/entity.ts';
import { fieldTypes } from '../../src/crm/field-type.ts';
import type { LoadedBatch } from '../../src/crm/load-batch.ts';
import type { Rights } from '../../src/crm/rights.ts';

// An account with its people, fields and records, for tests of the rules. Every builder makes a new value.

export const moscow = 'Europe/Moscow';

export function account(parts: Partial<Account> = {}): Account {
  return {
    id: 13667499,
    subdomain: 'test',
    name: 'Test',
    currency: 'RUB',
    timezone: moscow,
    language: 'ru',
    wire: null,
    allowedIps: null,
    ...parts,
  };
}

function user(parts: Pick<User, 'id' | 'name'> & Partial<User>): User {
  const defaults = { lastName: null, groupId: 0, language: 'ru', phone: '', isAdmin: false, isActive: true } as const;
  return { ...defaults, login: `user${parts.id}@example.com`, rights: {}, ...parts };
}

/** Anna and Boris work in one group, Vera in another; Galina is the administrator. */
export const anna = (rights: Rights = {}) => user({ id: 504141, name: 'Anna', groupId: 10, rights });
export const boris = (rights: Rights = {}) => user({ id: 504142, name: 'Boris', groupId: 10, rights });
export const vera = (rights: Rights = {}) => user({ id: 504143, name: 'Vera', groupId: 20, rights });
export const galina = (rights: Rights = {}) => user({ id: 504144, name: 'Galina', groupId: 0, isAdmin: true, rights });

/** The id of somebody who is not in the account. */
export const strangerId = 999999;

export function field(type: number, parts: Partial<CustomField> = {}): CustomField {
  const name = fieldTypes.get(type)?.name ?? 'unknown';
  return {
    ...fieldDefaults,
    id: 4400000 + type,
    name,
    type,
    code: '',
    kinds: ['company'],
    sort: 2,
    isSystem: false,
    enums: [],
    ...parts,
  };
}

/** The phone field of the companies document. */
export const phone = () =>
  field(8, {
    id: 4396818,
    name: 'Телефон',
    code: 'PHONE',
    kinds: ['contact', 'company'],
    isSystem: true,
    enums: [
      { id: 3685087, value: 'WORK' },
      { id: 3685088, value: 'WORKDD' },
      { id: 3685089, value: 'MOB' },
    ],
  });

export const email = () =>
  field(8, {
    id: 4396819,
    name: 'Email',
    code: 'EMAIL',
    kinds: ['contact', 'company'],
    isSystem: true,
    enums: [
      { id: 3685093, value: 'WORK' },
      { id: 3685094, value: 'PRIV' },
    ],
  });

export const web = () => field(7, { id: 4396820, name: 'Web', code: 'WEB', isSystem: true });
export const position = () => field(1, { id: 4396817, name: 'Должность', code: 'POSITION', kinds: ['contact'] });

/** The options of a field of a list type. */
export const supplier = { id: 2615948, value: 'Поставщик' } as const;
export const partner = { id: 2648159, value: 'Партнёр' } as const;
export const client = { id: 2653867, value: 'Клиент' } as const;
export const role = (type: 4 | 5 | 10) => field(type, { name: 'Роль', enums: [supplier, partner, client] });

/** What a field keeps of the values that a request gives it. */
export function readField(target: CustomField, values: readonly RawValue[], timezone = moscow): StoredValue[] {
  return fieldTypes.get(target.type)!.read(values, target, timezone);
}

export function byId<T extends { readonly id: number }>(...things: readonly T[]): ReadonlyMap<number, T> {
  return new Map(things.map((thing) => [thing.id, thing]));
}

/** One of the account's people at work. */
export function actor(who: User, fields: readonly CustomField[] = [phone(), email(), web(), position()]): Actor {
  const others = [anna(), boris(), vera(), galina()].filter(({ id }) => id !== who.id);
  return {
    account: account(),
    user: who,
    settings: {
      version: 1,
      users: byId(...others, who),
      pipelines: new Map(),
      taskTypes: new Map(),
      lossReasons: new Map(),
      groups: new Map(),
      fields: byId(...fields),
    },
  };
}

/** The time of a record's last change, unless a test says another, and the time at which batches are saved. */
export const changedAt = 1508965200;
export const now = 1509028320;

function record(parts: Pick<EntityRow, 'kind' | 'id' | 'name'>, more: Partial<EntityRow>): EntityRow {
  return {
    ...parts,
    responsibleUserId: anna().id,
    createdBy: boris().id,
    updatedBy: boris().id,
    createdAt: 1500000000,
    updatedAt: changedAt,
    closestTaskAt: 0,
    isDeleted: false,
    values: [],
    own: {},
    ...more,
  };
}

export const romashka = (parts: Partial<EntityRow> = {}) =>
  record({ kind: 'company', id: 41389, name: 'ООО Ромашка' }, parts);
export const acme = (parts: Partial<EntityRow> = {}) => record({ kind: 'company', id: 41390, name: 'Acme' }, parts);
export const ivan = (parts: Partial<EntityRow> = {}) =>
  record({ kind: 'contact', id: 1099181, name: 'Иван Петров' }, parts);

export function addDraft(parts: Partial<Draft> = {}): Draft {
  return { path: 'add/0', name: 'ООО Компания', fields: [], link: {}, unlink: {}, own: {}, ...parts };
}

/** Changes a record, at the time of its last change. */
export function updateDraft({ id, updatedAt }: EntityRow, parts: Partial<Draft> = {}): UpdateDraft {
  return { path: 'update/0', id, updatedAt, fields: [], link: {}, unlink: {}, own: {}, ...parts };
}

/** What was loaded for a batch: the records to update, and what else the parts say. */
export function loaded(rows: readonly EntityRow[] = [], parts: Partial<Omit<LoadedBatch, 'rows'>> = {}): LoadedBatch {
  return {
    rows: byId(...rows),
    tags: [],
    tagsBefore: new Map(),
    targets: new Set(),
    links: [],
    hiddenLinks: new Set(),
    ...parts,
  };
}

/** The name by which a loaded batch knows a link target. */
export function target(kind: KindName, id: number): string {
  return `${kind} ${id}`;
}
