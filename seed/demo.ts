import type { Account, Actor } from '../src/crm/account.ts';
import { type CustomField, type FieldDraft, fieldDefaults, type RawValue } from '../src/crm/custom-field.ts';
import { saveEntities } from '../src/crm/entities.ts';
import type { Draft, KindName, LinkRefs } from '../src/crm/entity.ts';
import { allKinds } from '../src/crm/kinds.ts';
import { addNewAccount } from '../src/crm/new-account.ts';
import { type NoteDraft, saveNotes } from '../src/crm/note.ts';
import { kindActions } from '../src/crm/rights.ts';
import { type Store, storeOf, type WriteTx } from '../src/crm/store.ts';
import { saveTasks, type TaskDraft } from '../src/crm/task.ts';
import * as data from './demo-data.ts';
import { accountDefaults, freshParts, type SeedParts } from './empty.ts';

const account: Account = { ...accountDefaults, id: 20_000_001, subdomain: 'demo', name: 'ООО Северный ветер' };
const administratorId = 101;

/** Fills a new store with a small sales team that sells ventilation. The same `now` gives the same records. */
export async function demo(store: Store, { login, keyHash, now }: SeedParts): Promise<void> {
  // One transaction: a start that is broken off leaves no half-filled account behind.
  await store.write(async (tx) => {
    await addNewAccount(tx, account, freshParts(), { id: administratorId, login, keyHash });
    const team = await addTeam(tx);
    const fields = await addFields(tx);
    // Ids far apart: a client that takes a lead's for a company's finds nothing rather than the wrong record.
    for (const { sequence, elementType } of allKinds) await tx.setCounter(account.id, sequence, elementType * 100_001);
    const settings = await tx.settings(account.id);
    const actor = { account, user: settings.users.get(administratorId)!, settings };
    await addRecords({ tx, actor, now, team, fields });
  });
}

interface Seeding {
  readonly tx: WriteTx;
  readonly actor: Actor;
  readonly now: number;
  readonly team: Readonly<Record<data.Owner, number>>;
  readonly fields: ReadonlyMap<string, number>;
}

async function addTeam(tx: WriteTx): Promise<Seeding['team']> {
  await tx.addGroups(account.id, [{ id: 1, name: 'Отдел партнёров' }]);
  const [head, sales, partner, assistant] = await tx.nextIds(account.id, 'user', 4);
  const ids = { head: head!, sales: sales!, partner: partner!, assistant: assistant! };
  for (const role of ['head', 'sales', 'partner', 'assistant'] as const) {
    const [login, name, lastName, groupId, phone, levels] = data.team[role];
    const rights = Object.fromEntries(
      allKinds.flatMap((kind) => kindActions.map((action, index) => [`${kind.name}_${action}`, levels[index]!])),
    );
    const user = { id: ids[role], login, name, lastName, groupId, phone, rights };
    // No key matches an empty hash: they sign in once the administrator makes them one with `kontora user key`.
    await tx.addUser(account.id, { ...user, language: account.language, isAdmin: false, isActive: true }, '');
  }
  return { ...ids, admin: administratorId };
}

/** Makes the account's own fields; the ids of all fields, by code or name. */
async function addFields(tx: WriteTx): Promise<Seeding['fields']> {
  const { fields: system } = await tx.settings(account.id);
  const wanted: [string, data.NewField][] = Object.entries(data.newFields);
  const ids = await tx.nextIds(account.id, 'field', wanted.length);
  const options = wanted.flatMap(([, { enums = [] }]) => enums);
  const enumIds = (await tx.nextIds(account.id, 'enum', options.length)).values();
  const made = wanted.map(
    ([name, { enums = [], ...parts }], index): CustomField => ({
      ...fieldDefaults,
      ...parts,
      id: ids[index]!,
      name,
      code: '',
      sort: 2 * (system.size + index + 1),
      isSystem: false,
      enums: enums.map((value) => ({ id: enumIds.next().value!, value })),
    }),
  );
  await tx.addFields(account.id, made);
  return new Map([...system.values(), ...made].map(({ code, name, id }) => [code || name, id]));
}

/** A record to be made; its age is in days. Which fields it has follows from its place in the list. */
interface Plan {
  readonly name: string;
  readonly owner: data.Owner;
  readonly age: number;
  readonly tags: string;
  readonly byRobot?: boolean;
  readonly values: Values;
  readonly link?: LinkRefs;
}

type FieldKey = keyof typeof data.newFields | 'PHONE' | 'EMAIL' | 'WEB' | 'ADDRESS' | 'POSITION' | 'IM';
type Values = Readonly<Partial<Record<FieldKey, string | number | readonly RawValue[] | undefined>>>;

/** Whom a record is for: a company with its people, or somebody who has none. */
interface Party extends Pick<Plan, 'owner' | 'age'> {
  readonly company?: readonly number[];
  readonly contacts: number[];
}

async function addRecords(seeding: Seeding): Promise<void> {
  const { now } = seeding;
  const parties = new Map<string, Party>();
  const companies = data.companies.map((company, index) => planCompany(company, index, now));
  for (const [index, id] of (await save(seeding, 'company', companies)).entries()) {
    const { owner, age } = companies[index]!;
    parties.set(data.companies[index]![1], { owner, age, company: [id], contacts: [] });
  }
  const contacts = data.contacts.map((row, index) => planContact(row, index, parties.get(row[3])));
  for (const [index, id] of (await save(seeding, 'contact', contacts)).entries()) {
    const [name, , , company] = data.contacts[index]!;
    const { owner, age } = contacts[index]!;
    if (company) parties.get(company)!.contacts.push(id);
    else parties.set(name, { owner, age, contacts: [id] });
  }
  const leads = data.leads.map((row, index) => planLead(row, index, parties.get(row[1])!, now));
  await save(seeding, 'lead', leads);
  const customers = data.customers.map((row, index) => planCustomer(row, index, parties.get(row[1])!, now));
  await save(seeding, 'customer', customers);
  await addActivity(seeding, parties);
}

/** What is to be done about each party, and what was said: the older half of the tasks is done. */
async function addActivity(seeding: Seeding, parties: ReadonlyMap<string, Party>): Promise<void> {
  const { tx, actor, now, team } = seeding;
  const all = [...parties.values()];
  const elementOf = ({ company, contacts }: Party) =>
    company ? ({ kind: 'company', id: company[0]! } as const) : ({ kind: 'contact', id: contacts[0]! } as const);
  const tasks = all.map((party, index): TaskDraft => {
    const isCompleted = index % 2 === 0;
    const createdAt = workTime(now, Math.min(party.age, isCompleted ? 40 : 3), index);
    return {
      path: `add/${index}`,
      element: elementOf(party),
      responsibleUserId: team[party.owner],
      createdBy: team[party.owner],
      createdAt,
      updatedAt: createdAt,
      taskType: 1 + (index % 3),
      completeTill: isCompleted ? createdAt + day : now + ((index % 14) + 1) * day,
      text: pick(data.tasks, index),
      isCompleted,
      result: isCompleted && index % 4 === 0 ? { text: pick(data.results, index) } : undefined,
    };
  });
  await saveTasks(storeOf(tx), actor, { add: tasks, update: [] }, now);
  const notes = all.flatMap((party, index): NoteDraft[] => {
    if (index % 3 !== 0) return [];
    const at = workTime(now, Math.floor(party.age / 2), index);
    const by = team[party.owner];
    const note = { path: `add/${index}`, element: elementOf(party), noteType: 4, text: pick(data.comments, index) };
    return [{ ...note, responsibleUserId: by, createdBy: by, createdAt: at, updatedAt: at }];
  });
  await saveNotes(storeOf(tx), actor, { add: notes, update: [] }, now);
}

/** @returns the ids of the new records */
async function save({ tx, actor, now, team, fields }: Seeding, kind: KindName, plans: readonly Plan[]) {
  const stages = [...freshParts().pipeline.statuses.values()].slice(1).map((status) => status.id);
  const add = plans.map((plan, index): Draft => {
    const path = `add/${index}`;
    const createdAt = workTime(now, plan.age, index);
    const updatedAt = workTime(now, Math.floor((plan.age * ((index * 7) % 10)) / 10), index + 3);
    return {
      path,
      name: plan.name,
      createdAt,
      updatedAt: Math.max(createdAt, updatedAt),
      responsibleUserId: team[plan.owner],
      createdBy: plan.byRobot ? 0 : team[plan.owner],
      tags: plan.tags === '' ? [] : plan.tags.split(', ').map((name) => ({ name })),
      fields: draftFields(plan.values, fields, path),
      link: plan.link ?? {},
      unlink: {},
      own: kind === 'lead' ? { sale: 15_000 * (1 + ((index * 7) % 40)), statusId: stages[index % stages.length] } : {},
    };
  });
  const outcomes = await saveEntities(storeOf(tx), actor, kind, { add, update: [] }, now);
  return outcomes.add.map(({ id }) => id);
}

function draftFields(values: Values, fields: Seeding['fields'], path: string): FieldDraft[] {
  return Object.entries(values).flatMap(([key, value], index): FieldDraft[] => {
    if (value === undefined) return [];
    const list = typeof value === 'object' ? value : [{ value }];
    return [{ path: `${path}/custom_fields/${index}`, fieldId: fields.get(key)!, values: list }];
  });
}

function planCompany([name, key, city, industry, roles, owner, tags]: data.Company, index: number, now: number): Plan {
  const [code, , zip, region] = data.cities[city];
  const age = 725 - 18 * index;
  const street = `${pick(data.streets, index)}, ${1 + ((index * 11) % 70)}`;
  const domain = index % 3 === 0 ? 'example.org' : 'example.com';
  const hasFax = index % 4 === 1;
  const buys = roles.includes('Клиент');
  const partner = roles.includes('Партнёр');
  const vatId = taxNumber(city, index, name.startsWith('ИП ') || name.startsWith('КФХ '));
  const legal = { name, entity_type: vatId.length === 12 ? 1 : 2, vat_id: vatId };
  return {
    name,
    owner,
    age,
    tags,
    values: {
      PHONE: index % 13 === 12 ? undefined : phones(code, index, hasFax ? 'FAX' : 'OTHER', hasFax || index % 5 === 0),
      EMAIL: index % 9 === 8 ? undefined : [{ value: `${key}@${domain}`, enum: 'WORK' }],
      WEB: index % 6 === 5 ? undefined : `${index % 4 === 0 ? '' : 'https://'}${key}.${domain}`,
      ADDRESS: index % 3 === 0 ? `${zip}${100 + index}, г. ${city}, ${street}` : undefined,
      ИНН: index % 10 === 7 ? undefined : vatId,
      Отрасль: [{ value: industry }],
      Роль: roles.split(', ').map((value) => ({ value })),
      'Число сотрудников': index % 3 === 2 ? undefined : 4 + ((index * index * 3) % 640),
      'Дата договора': buys || partner ? date(workTime(now, age - 10, index)) : undefined,
      'День рождения компании': index % 3 === 1 ? date((8900 + index * 263) * day) : undefined,
      VIP: tags.includes('VIP') ? 1 : index % 4 === 0 ? 0 : undefined,
      'Тип оплаты': buys ? [{ value: pick(data.newFields['Тип оплаты'].enums, index) }] : undefined,
      'Юридический адрес': index % 5 === 4 ? undefined : smartAddress(street, city, region, `${zip}${100 + index}`),
      'Фактический адрес': index % 3 === 2 ? `${city}, ${street}, склад ${1 + (index % 9)}` : undefined,
      'Юр. лицо': buys && index % 2 === 0 ? [{ value: { ...legal, address: `${city}, ${street}` } }] : undefined,
      Организация: partner ? [{ value: { ...legal, line1: street, city, state: region, country: 'RU' } }] : undefined,
      Позиции: buys && index % 4 === 3 ? items(index) : undefined,
      Комментарий: index % 4 === 2 ? pick(data.comments, index) : undefined,
    },
  };
}

function planContact(contact: data.Contact, index: number, party: Party | undefined): Plan {
  const [name, mail, position, company, tags] = contact;
  const owner = party?.owner ?? (index % 2 === 0 ? 'sales' : 'admin');
  return {
    name,
    owner,
    age: party ? Math.max(1, party.age - (index % 5) * 3) : 3 + ((index * 53) % 600),
    tags,
    link: party?.company ? { company: party.company } : {},
    values: {
      POSITION: position || undefined,
      PHONE: index % 7 === 6 ? undefined : phones('943', 100 + index, 'MOB', index % 4 === 0),
      EMAIL: index % 8 === 7 ? undefined : [{ value: `${mail}@example.com`, enum: company ? 'WORK' : 'PRIV' }],
      IM: index % 6 === 2 ? [{ value: `${mail}@example.org`, enum: 'JABBER' }] : undefined,
      'День рождения': index % 3 === 1 ? date((index * 211 - 1900) * day) : undefined,
      'Роль в сделке': company ? [{ value: pick(data.newFields['Роль в сделке'].enums, index) }] : undefined,
      'Согласие на рассылку': index % 2 === 0 ? 1 : index % 5 === 0 ? 0 : undefined,
      Комментарий: index % 9 === 4 ? pick(data.comments, index) : undefined,
    },
  };
}

function planLead([name, , sum, source, tags]: data.Lead, index: number, party: Party, now: number): Plan {
  const { owner, company, contacts } = party;
  const age = Math.floor((party.age * (1 + ((index * 29) % 88))) / 100);
  return {
    name,
    owner,
    age,
    tags,
    byRobot: source === 'Сайт',
    link: { ...(company && { company }), contact: index % 3 === 0 ? contacts : contacts.slice(0, 1) },
    values: {
      'Сумма сделки': sum,
      Источник: [{ value: source }],
      'Желаемая дата монтажа': index % 2 === 0 ? date(now - (age - 60) * day) : undefined,
      Комментарий: index % 6 === 3 ? pick(data.comments, index) : undefined,
    },
  };
}

function planCustomer([name, , often, tags]: data.Customer, index: number, party: Party, now: number): Plan {
  const { owner, age, company, contacts } = party;
  return {
    name,
    owner,
    age: Math.floor(age / 2),
    tags,
    link: { ...(company && { company }), contact: contacts },
    values: {
      'Номер договора': `СВ-${two(index + 1)}/${date(workTime(now, age - 10, index)).slice(2, 4)}`,
      Обслуживание: [{ value: often }],
      'Следующий визит': date(now + (3 + index * 5) * day),
    },
  };
}

const day = 24 * 60 * 60;

/** A moment between nine and six o'clock in Moscow, so many days ago, today never. */
function workTime(now: number, age: number, index: number): number {
  const midnight = now - ((now + 3 * 3600) % day);
  return midnight - Math.max(1, age) * day + 9 * 3600 + ((index * 1237) % (9 * 3600));
}

function date(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

/** One or two numbers, spelled as people do. No Russian number goes on with 0 after the code, nor is 943 given out. */
function phones(code: string, index: number, second: string, both: boolean): RawValue[] {
  const [a, b, c] = [`0${two(index % 100)}`, two((index * 37) % 100), two((index * 73 + 11) % 100)];
  const spellings = [
    `+7 (${code}) ${a}-${b}-${c}`,
    `8 ${code} ${a} ${b} ${c}`,
    `+7${code}${a}${b}${c}`,
    `+7 ${code} ${a}-${b}-${c}`,
    `8${code}${a}${b}${c}`,
    ...(second === 'MOB' ? [] : [`8 (${code}) ${a}-${b}-${c} доб. ${101 + index}`]),
  ];
  const first = { value: pick(spellings, index), enum: second === 'MOB' ? 'MOB' : 'WORK' };
  return both ? [first, { value: `+7 (${code}) ${a}-${b}-${two(index % 100)}`, enum: second }] : [first];
}

/** An ИНН, of ten digits or a person's twelve, with a wrong check digit on purpose: nobody has it. */
function taxNumber(city: keyof typeof data.cities, index: number, isPerson: boolean): string {
  const digits = `${data.cities[city][1]}${10_403 + index * 1_777}${isPerson ? '45' : ''}`;
  const weights = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8].slice(-digits.length);
  const sum = weights.reduce((total, weight, place) => total + weight * Number(digits[place]), 0);
  return `${digits}${((sum % 11) + 5) % 10}`;
}

function smartAddress(line: string, city: string, state: string, zip: string): RawValue[] {
  const parts = { address_line_1: line, city, state, zip, country: 'RU' };
  return Object.entries(parts).map(([subtype, value]) => ({ value, subtype }));
}

function items(index: number): RawValue[] {
  return [index, index + 2].map((position) => {
    const [description, unitPrice, unitType] = pick(data.goods, position);
    const discount = { type: 'percentage', value: 5 * (position % 3) };
    const value = { description, unit_price: unitPrice, unit_type: unitType, quantity: 1 + (position % 7), discount };
    return { value };
  });
}

function pick<T>(list: readonly T[], index: number): T {
  return list[index % list.length]!;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
