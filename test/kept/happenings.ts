import assert from 'node:assert/strict';
import type { CustomField } from '../../src/crm/custom-field.ts';
import type { KindName } from '../../src/crm/entity.ts';
import { elementTypeOf, kinds } from '../../src/crm/kinds.ts';
import { findRelation } from '../../src/crm/link.ts';
import { everyKind, idsOf, span } from '../store/builders.ts';
import type { Random } from '../store/random.ts';
import { administrate, done } from './administration.ts';
import type { Act, Office } from './office.ts';
import { type AccountState, readState } from './state.ts';

/** What is going to happen in an account: all dice are thrown, so that several can be done at once. Undefined: nothing can. */
export type Happening = (office: Office, account: number, state: AccountState) => Act | undefined;

/** How often of a hundred times what happens. */
const happenings: readonly (readonly [share: number, name: string, happening: Happening])[] = [
  [14, 'add', add],
  [30, 'update', update],
  [3, 'other tags', retag],
  [11, 'delete', remove],
  [11, 'restore', restore],
  [4, 'purge', purge],
  [13, 'tasks', tasks],
  [14, 'administration', administrate],
];

export interface Something {
  readonly name: string;
  /** @param alone whether nothing else happens meanwhile, so that nothing can be refused */
  readonly act: (alone: boolean) => Promise<void>;
}

export async function something(office: Office, account: number): Promise<Something> {
  const state = await readState(office, account);
  for (;;) {
    const dice = office.random.whole(1, 100);
    let sum = 0;
    const [, name, happening] = happenings.find(([share]) => {
      sum += share;
      return dice <= sum;
    })!;
    const act = happening(office, account, state);
    if (act) return { name: `${name} in ${account}`, act: (alone) => check(name, act, alone) };
  }
}

async function check(name: string, act: Act, alone: boolean): Promise<void> {
  const { status, text } = (await act()) ?? { status: 200, text: '' };
  assert.ok(status === 200 || (!alone && status === 400), `${name}: ${status} ${text}`);
}

function add(office: Office, account: number, state: AccountState): Act {
  const { random } = office;
  const kind = random.pick(everyKind);
  const items = span(1, random.whole(1, 3)).map((number) => ({
    name: `${kind} ${office.now} ${number}`,
    ...item(office, state, kind),
    ...(kind === 'contact' && random.chance(0.15) && { company_name: `company of ${number}` }),
  }));
  return office.post(random.pick(office.people(account)), `/api/v2/${kinds[kind].path}`, { add: items });
}

/** What is read of a record may be older than the record: then the server refuses the item. */
function update(office: Office, account: number, state: AccountState): Act | undefined {
  const { random, now } = office;
  const kind = random.pick(everyKind);
  const records = pickSome(random, state.live[kind], 4);
  if (records.length === 0) return undefined;
  const items = records.map(({ id, updatedAt }) => ({
    id,
    updated_at: Math.max(now, updatedAt) - (random.chance(0.1) ? 100 : 0),
    ...item(office, state, kind),
  }));
  return office.post(random.pick(office.people(account)), `/api/v2/${kinds[kind].path}`, { update: items });
}

const linkKeys: Readonly<Record<KindName, string>> = {
  company: 'company_id',
  contact: 'contacts_id',
  lead: 'leads_id',
  customer: 'customers_id',
};

function item({ random }: Office, state: AccountState, kind: KindName): object {
  const links = (share: number) =>
    Object.fromEntries(
      everyKind
        .filter((other) => findRelation(kind, other) !== undefined && random.chance(share))
        .map((other) => [linkKeys[other], idsOf(pickSome(random, state.live[other], other === 'company' ? 1 : 3))]),
    );
  const fields = pickSome(
    random,
    state.fields.filter((field) => field.kinds.includes(kind)),
    4,
  );
  const stages = [...state.settings.pipelines.values()].flatMap(({ id, statuses }) =>
    [...statuses.keys()].map((status) => ({ pipeline_id: id, status_id: status })),
  );
  return {
    ...(random.chance(0.4) && { name: `${random.pick(['имя', 'name', 'Ёлка "/"'])} ${random.whole(1, 99)}` }),
    ...(random.chance(0.25) && { responsible_user_id: random.pick([...state.settings.users.keys()]) }),
    ...(random.chance(0.4) && { tags: pickSome(random, ['а', 'б', 'Ёж', 'г/д'], 3) }),
    ...(random.chance(0.5) && {
      custom_fields: fields.map((field) => ({ id: field.id, values: valuesOf(random, field) })),
    }),
    ...(random.chance(0.5) && links(0.5)),
    ...(random.chance(0.3) && { unlink: links(0.5) }),
    ...(kind === 'contact' && random.chance(0.2) && { first_name: random.pick(['Анна', 'Ivan']) }),
    ...(kind === 'lead' && random.chance(0.4) && { ...random.pick(stages), sale: random.whole(0, 9) }),
    ...(kind === 'lead' &&
      random.chance(0.2) && { loss_reason_id: random.pick([...state.settings.lossReasons.keys()]) }),
    ...(kind === 'customer' && random.chance(0.4) && { next_date: random.whole(1, 9), next_price: random.whole(1, 9) }),
  };
}

/** Values that the field takes, or none: then it is emptied. */
function valuesOf(random: Random, { type, enums }: CustomField): unknown[] {
  if (random.chance(0.2)) return [];
  const number = random.whole(1, 999);
  switch (type) {
    case 3:
      return [{ value: random.whole(0, 1) }];
    case 4:
    case 10:
      return [{ value: random.pick(enums).id }];
    case 5:
      return idsOf(pickSome(random, enums, 3));
    case 6:
    case 14:
      return [{ value: `2017-10-${random.whole(10, 28)}` }];
    case 13:
      return [{ value: `дом ${number}`, subtype: random.pick(['city', 'zip', '1']) }];
    case 15:
    case 17:
      return [{ value: { name: `ООО ${number}`, vat_id: number } }];
    default:
      return [{ value: String(number) }];
  }
}

/** The store's own promise: in the product tags become others only together with their record. */
function retag({ random, outside }: Office, account: number, { live }: AccountState): Act | undefined {
  const kind = random.pick(everyKind);
  const records = pickSome(random, live[kind], 3);
  const tagged = live[kind].flatMap(({ tags }) => tags);
  const sets = records.map(({ id }) => ({ ownerId: id, tagIds: [...new Set(idsOf(pickSome(random, tagged, 2)))] }));
  return records.length === 0 ? undefined : done(() => outside.write((tx) => tx.setTags(account, kind, sets)));
}

/** One record by the address of its kind, or many of several kinds at once. */
function remove(office: Office, account: number, state: AccountState): Act | undefined {
  const { random } = office;
  const boss = office.boss(account);
  const kind = random.pick(everyKind);
  const ids = idsOf(pickSome(random, state.live[kind], random.chance(0.3) ? 10 : 2));
  if (ids.length === 0) return undefined;
  const path = kinds[kind].path;
  if (kind === 'customer') return office.post(boss, '/api/v2/customers', { delete: ids });
  if (kind === 'lead' && random.chance(0.3)) return office.post(boss, '/private/deals/delete.php', `ID=${ids}`);
  if (random.chance(0.5)) return office.post(boss, `/ajax/${path}/multiple/delete`, { ID: ids });
  const other = kind === 'contact' ? 'lead' : 'contact';
  const numbers = { lead: 2, company: 3, contact: 17 };
  const action = (which: 'lead' | 'company' | 'contact', targets: number[]) => ({
    entity_type: numbers[which],
    multiaction_type: 4,
    data: { data: { ACTION: 'DELETE' } },
    ids: targets,
  });
  const actions = [action(kind, ids), action(other, idsOf(pickSome(random, state.live[other], 2)))];
  return office.post(boss, '/ajax/v1/multiactions/set', { request: { multiactions: { add: actions } } });
}

function restore(office: Office, account: number, { deleted }: AccountState): Act | undefined {
  const targets = binTargets(office.random, deleted, 9);
  return targets && office.post(office.boss(account), '/api/kontora/bin/restore', targets);
}

function purge(office: Office, account: number, { deleted }: AccountState): Act | undefined {
  const targets = binTargets(office.random, deleted, 2);
  return targets && office.post(office.boss(account), '/api/kontora/bin/purge', targets);
}

function binTargets(random: Random, deleted: AccountState['deleted'], most: number): object | undefined {
  const targets = everyKind.map((kind) => [kinds[kind].path, idsOf(pickSome(random, deleted[kind], most))] as const);
  const some = targets.filter(([, ids]) => ids.length > 0);
  return some.length > 0 ? Object.fromEntries(some) : undefined;
}

/** Tasks come, are done, put off, given to other records, deleted: the nearest one of a record becomes another. */
function tasks(office: Office, account: number, state: AccountState): Act {
  const { random, now } = office;
  const boss = office.boss(account);
  const element = () => {
    const kind = random.pick(everyKind);
    const [record] = pickSome(random, state.live[kind], 1);
    return record ? { element_id: record.id, element_type: elementTypeOf(kind) } : {};
  };
  const till = () => now + random.whole(-50, 50);
  const ids = idsOf(pickSome(random, state.tasks, 3));
  if (ids.length > 0 && random.chance(0.25)) {
    const action = { entity_type: 4, multiaction_type: 4, data: { data: { ACTION: 'DELETE' } }, ids };
    return office.post(boss, '/ajax/v1/multiactions/set', { request: { multiactions: { add: [action] } } });
  }
  const add = span(1, random.whole(1, 2)).map(() => ({ ...element(), complete_till: till(), text: 'позвонить' }));
  const update = ids.map((id) => ({
    id,
    updated_at: now + 1000,
    ...(random.chance(0.4) && { is_completed: random.chance(0.6) }),
    ...(random.chance(0.4) && { complete_till: till() }),
    ...(random.chance(0.3) && element()),
  }));
  return office.post(boss, '/api/v2/tasks', { add, update });
}

function pickSome<T>(random: Random, list: readonly T[], most: number): T[] {
  return random.some(list, Math.min(list.length, random.whole(1, most)));
}
