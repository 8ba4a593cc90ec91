import type { Told } from './told.ts';
import type { Violations } from './violations.ts';

/** What the servers have to know: all that was acknowledged, kept so that every answer can be held against it. */

export type Kind = 'companies' | 'contacts' | 'leads';
export const kinds: readonly Kind[] = ['companies', 'contacts', 'leads'];
export const elementTypes: Readonly<Record<Kind, number>> = { contacts: 1, leads: 2, companies: 3 };
export const typeWords: Readonly<Record<Kind, string>> = { contacts: 'contact', leads: 'lead', companies: 'company' };

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
export type Json = any;

/** A moment of the driver: grows with every beginning and end of a write, and of a read. */
export type Tick = number;

export interface Rec {
  readonly kind: Kind;
  readonly id: number;
  name: string;
  updatedAt: number;
  /** Names, sorted. */
  tags: readonly string[];
  /** A phone, of companies and contacts; '': none. */
  phone: string;
  sale: number;
  status: number;
  /** Of contacts and leads; in the bin it is there and not shown. */
  company: Rec | null;
  /** The other ends of links: contacts and leads of a company, leads of a contact, contacts of a lead. */
  links: Set<Rec> | null;
  tasks: Task[];
  notes: Note[];
  /** How often its stage has changed: the server notes each. */
  moves: number;
  isDeleted: boolean;
  /** Writes under way that touch it. */
  busy: number;
  /** When a write that touches it last began or ended. */
  touched: Tick;
  /** Of records on which all clients race. */
  readonly hub: Hub | null;
}

export interface Task {
  readonly id: number;
  readonly element: Rec;
  text: string;
  till: number;
  updatedAt: number;
  isCompleted: boolean;
  isDeleted: boolean;
}

export interface Note {
  readonly id: number;
  readonly element: Rec;
  text: string;
  updatedAt: number;
}

/** The updates of one contended record. A name tells which of them is stored. */
export interface Hub {
  readonly writes: Map<string, HubWrite>;
  /** Running maxima over acknowledged writes, by the tick of the acknowledgement. */
  readonly acknowledged: { readonly at: Tick; readonly updatedAt: number; readonly began: Tick }[];
  /** The latest `updated_at` of all writes that ever began. */
  ceiling: number;
  /** Links to it that were begun and not yet answered, and that ever began; of the lead with a limit. */
  linking: number;
  linksBegun: number;
}

export interface HubWrite {
  readonly updatedAt: number;
  readonly began: Tick;
  /** Infinity until it is known. */
  ended: Tick;
  outcome: 'open' | 'acknowledged' | 'refused' | 'unknown';
}

export interface Account {
  readonly number: number;
  readonly id: number;
  readonly userId: number;
  /** A word that is in every name of this account and of no other. */
  readonly mark: string;
  /** The account's field for phones. */
  readonly phoneField: number;
  readonly pipelineId: number;
  readonly statuses: readonly number[];
  readonly records: Readonly<Record<Kind, Map<number, Rec>>>;
  /** Ids ever acknowledged, sorted. */
  readonly order: Readonly<Record<Kind, number[]>>;
  readonly tasks: Map<number, Task>;
  readonly notes: Map<number, Note>;
  /** Ids of tags, by kind and name. */
  readonly tagIds: Map<string, number>;
  readonly hubs: Rec[];
  /** Batches of adds of which no answer has come yet. */
  adding: number;
  /** What webhooks must be told; undefined: nobody has subscribed. */
  told: Told | undefined;
}

export interface World {
  readonly accounts: readonly Account[];
  readonly violations: Violations;
  tick: Tick;
  /** Unix seconds, far in the future, so that the servers' own clock is never later. Each write takes the next. */
  time: number;
  /** Makes words that occur once. */
  word: number;
}

export const firstTime = 2_000_000_000;
export const contactsOfLead = 40;

export function newAccount(
  parts: Pick<Account, 'number' | 'id' | 'userId' | 'phoneField' | 'pipelineId' | 'statuses'>,
): Account {
  const empty = <T>(make: () => T) => ({ companies: make(), contacts: make(), leads: make() });
  return {
    ...parts,
    mark: `а${parts.number}ф`,
    records: empty(() => new Map<number, Rec>()),
    order: empty((): number[] => []),
    tasks: new Map(),
    notes: new Map(),
    tagIds: new Map(),
    hubs: [],
    adding: 0,
    told: undefined,
  };
}

/** What a draft of a new record says; the rest has defaults. */
export type NewRec = Pick<Rec, 'kind' | 'id' | 'name' | 'updatedAt' | 'tags' | 'phone' | 'sale' | 'status'>;

/** Takes an acknowledged record in. An id that was given before is a violation. */
export function addRecord(world: World, account: Account, parts: NewRec, isHub: boolean): Rec {
  const { kind, id } = parts;
  // Contacts and companies share one sequence.
  const rivals: readonly Kind[] = kind === 'leads' ? ['leads'] : ['companies', 'contacts'];
  if (rivals.some((rival) => account.records[rival].has(id))) {
    world.violations.add('doubled id', `${account.mark} ${kind} ${id} was given before`);
  }
  const hub: Hub = { writes: new Map(), acknowledged: [], ceiling: parts.updatedAt, linking: 0, linksBegun: 0 };
  const began = world.tick;
  if (isHub) {
    hub.writes.set(parts.name, { updatedAt: parts.updatedAt, began, ended: began, outcome: 'acknowledged' });
    hub.acknowledged.push({ at: began, updatedAt: parts.updatedAt, began });
  }
  const rec: Rec = {
    ...parts,
    company: null,
    links: null,
    tasks: [],
    notes: [],
    moves: 0,
    isDeleted: false,
    busy: 0,
    touched: world.tick,
    hub: isHub ? hub : null,
  };
  account.records[kind].set(id, rec);
  insert(account.order[kind], id);
  if (isHub) account.hubs.push(rec);
  return rec;
}

/** Into a sorted list, mostly near its end. */
function insert(list: number[], id: number): void {
  let place = list.length;
  while (place > 0 && list[place - 1]! > id) place -= 1;
  list.splice(place, 0, id);
}

export function linksOf(rec: Rec): Set<Rec> {
  rec.links ??= new Set();
  return rec.links;
}

/** The other company loses it. */
export function setCompany(rec: Rec, company: Rec | null): void {
  rec.company?.links?.delete(rec);
  rec.company = company;
  if (company) linksOf(company).add(rec);
}

export function linkPair(one: Rec, other: Rec): void {
  linksOf(one).add(other);
  linksOf(other).add(one);
}

export function unlinkPair(one: Rec, other: Rec): void {
  one.links?.delete(other);
  other.links?.delete(one);
}

/** A write begins: until it ends, nobody knows what these records are like. */
export function beginWrite(world: World, touched: Iterable<Rec>): () => void {
  const records = [...new Set(touched)];
  world.tick += 1;
  for (const rec of records) {
    rec.busy += 1;
    rec.touched = world.tick;
  }
  return () => {
    world.tick += 1;
    for (const rec of records) {
      rec.busy -= 1;
      rec.touched = world.tick;
    }
  };
}

/** Whether nothing has happened to it since a read began, so that the read must show exactly what is known. */
export function isStable(rec: Rec, since: Tick): boolean {
  return rec.busy === 0 && rec.touched < since;
}

export function closestTask({ tasks }: Rec): number {
  let closest = 0;
  for (const { till, isCompleted, isDeleted } of tasks) {
    if (!isCompleted && !isDeleted && (closest === 0 || till < closest)) closest = till;
  }
  return closest;
}

/** The shown ends of links of one kind. */
export function shownLinks(rec: Rec, kind: Kind): number[] {
  const ids: number[] = [];
  for (const other of rec.links ?? []) if (other.kind === kind && !other.isDeleted) ids.push(other.id);
  return ids.sort((one, other) => one - other);
}

/** Holds a list's items against what is known. @param since when the request was sent */
export function checkItems(world: World, account: Account, kind: Kind, items: readonly Json[], since: Tick): void {
  for (const item of items) checkItem(world, account, kind, item, since);
}

function checkItem(world: World, account: Account, kind: Kind, item: Json, since: Tick): void {
  const fail = (sort: string, detail: string) =>
    world.violations.add(sort, `${account.mark} ${kind} ${item.id}: ${detail}`);
  if (item.account_id !== account.id || !String(item.name).startsWith(`${account.mark} `)) {
    fail('another account', `account ${item.account_id}, name ${item.name}`);
    return;
  }
  for (const { id, name } of item.tags) checkTag(world, account, kind, id, name);
  const rec = account.records[kind].get(item.id);
  if (rec === undefined) {
    if (account.adding === 0) fail('unknown record', `it is shown and was never added: ${item.name}`);
    return;
  }
  if (rec.hub) checkHub(rec.hub, item, since, fail);
  if (kind === 'leads' && item.contacts.id?.length > contactsOfLead)
    fail('limit passed', `${item.contacts.id.length} contacts`);
  if (!isStable(rec, since)) return;
  const wrong = differences(account, rec, item, since);
  if (rec.isDeleted) fail('deleted record shown', String(item.name));
  else if (wrong.length > 0) fail('wrong state', wrong.join('; '));
}

/** A name has one tag, however many clients use it first at the same time. */
function checkTag(world: World, account: Account, kind: Kind, id: number, name: string): void {
  const key = `${kind} ${name}`;
  const known = account.tagIds.get(key);
  if (known === undefined) account.tagIds.set(key, id);
  else if (known !== id) world.violations.add('doubled tag', `${account.mark} ${key}: ids ${known} and ${id}`);
}

/** An older state than one that was acknowledged before the read began must not be shown. */
function checkHub(hub: Hub, item: Json, since: Tick, fail: (sort: string, detail: string) => void): void {
  const write = hub.writes.get(item.name);
  if (write === undefined || write.updatedAt !== item.updated_at || write.outcome === 'refused') {
    fail('wrong contended state', `nobody wrote ${item.name} with updated_at ${item.updated_at}`);
    return;
  }
  const floor = floorOf(hub, since);
  if (write.updatedAt < floor.updatedAt || write.ended < floor.began) {
    fail(
      'stale contended state',
      `${item.name} of ${item.updated_at}, though ${floor.updatedAt} was acknowledged before`,
    );
  }
}

/** The latest of what was acknowledged before. */
export function floorOf({ acknowledged }: Hub, since: Tick): { readonly updatedAt: number; readonly began: Tick } {
  let low = 0;
  let high = acknowledged.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (acknowledged[middle]!.at < since) low = middle;
    else high = middle - 1;
  }
  return acknowledged[low]!;
}

/** A write of a contended record is answered. The rule: it counts unless its `updated_at` is older than the stored one. */
export function endHubWrite(world: World, hub: Hub, write: HubWrite, outcome: HubWrite['outcome'], what: string): void {
  write.outcome = outcome;
  world.tick += 1;
  if (outcome === 'unknown') return;
  write.ended = world.tick;
  if (outcome === 'acknowledged') {
    const floor = floorOf(hub, write.began);
    if (write.updatedAt < floor.updatedAt) {
      world.violations.add('older update accepted', `${what}: ${write.updatedAt} after ${floor.updatedAt}`);
    }
    const last = hub.acknowledged.at(-1)!;
    hub.acknowledged.push({
      at: world.tick,
      updatedAt: Math.max(last.updatedAt, write.updatedAt),
      began: Math.max(last.began, write.began),
    });
  } else if (write.updatedAt >= hub.ceiling) {
    world.violations.add('newer update refused', `${what}: ${write.updatedAt}, nothing is later than ${hub.ceiling}`);
  }
}

/** What an item shows otherwise than it is known. */
function differences(account: Account, rec: Rec, item: Json, since: Tick): string[] {
  const wrong: string[] = [];
  const expect = (key: string, shown: unknown, known: unknown) => {
    if (shown !== known) wrong.push(`${key} is ${String(shown)}, not ${String(known)}`);
  };
  const ids = (key: string, kind: Kind) => {
    const shown: readonly number[] = item[key].id ?? [];
    expect(key, [...shown].sort((one, other) => one - other).join(), shownLinks(rec, kind).join());
  };
  if (!rec.hub) {
    expect('name', item.name, rec.name);
    expect('updated_at', item.updated_at, rec.updatedAt);
  }
  expect('responsible_user_id', item.responsible_user_id, account.userId);
  expect('closest_task_at', item.closest_task_at, closestTask(rec));
  expect(
    'tags',
    item.tags
      .map(({ name }: Json) => name)
      .sort()
      .join(),
    rec.tags.join(),
  );
  expect('custom_fields', item.custom_fields.map(({ values }: Json) => values[0].value).join(), rec.phone);
  if (rec.kind === 'companies') ids('contacts', 'contacts');
  if (rec.kind !== 'leads') ids('leads', 'leads');
  else {
    ids('contacts', 'contacts');
    expect('sale', item.sale, rec.sale);
    expect('status_id', item.status_id, rec.status);
    expect(
      'main_contact',
      shownLinks(rec, 'contacts').includes(item.main_contact.id),
      !Array.isArray(item.main_contact),
    );
  }
  if (rec.kind !== 'companies') {
    const company = rec.company?.isDeleted ? null : rec.company;
    expect('company', item.company.id, company?.id);
    if (company?.hub && !company.hub.writes.has(item.company.name))
      expect('company/name', item.company.name, company.name);
    if (company && !company.hub && isStable(company, since)) expect('company/name', item.company.name, company.name);
  }
  return wrong;
}

/** Those of these ids that must be there and are not. */
export function checkPresence(
  world: World,
  account: Account,
  kind: Kind,
  asked: Iterable<number>,
  shown: ReadonlySet<number>,
  since: Tick,
): void {
  for (const id of asked) {
    if (shown.has(id)) continue;
    const rec = account.records[kind].get(id);
    if (rec && !rec.isDeleted && isStable(rec, since)) {
      world.violations.add('record missing', `${account.mark} ${kind} ${id} (${rec.name})`);
    }
  }
}

/** A page of a list: ids grow, and nothing between its first and its last is left out. */
export function checkPage(
  world: World,
  account: Account,
  kind: Kind,
  items: readonly Json[],
  { offset, limit }: { readonly offset: number; readonly limit: number },
  since: Tick,
): void {
  const ids: number[] = items.map(({ id }) => id);
  if (ids.some((id, place) => place > 0 && id <= ids[place - 1]!)) {
    world.violations.add('wrong order', `${account.mark} ${kind} ${ids.join()}`);
  }
  if (ids.length === 0 && offset > 0) return;
  const from = offset === 0 ? 0 : ids[0]!;
  const to = ids.length < limit ? Number.POSITIVE_INFINITY : ids.at(-1)!;
  const order = account.order[kind];
  const between: number[] = [];
  for (let place = lowerBound(order, from); place < order.length && order[place]! <= to; place += 1) {
    between.push(order[place]!);
  }
  checkPresence(world, account, kind, between, new Set(ids), since);
}

function lowerBound(list: readonly number[], value: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** All tasks of one record. */
export function checkTasks(world: World, account: Account, rec: Rec, items: readonly Json[], since: Tick): void {
  if (!isStable(rec, since)) return;
  const known = rec.isDeleted ? [] : rec.tasks.filter(({ isDeleted }) => !isDeleted);
  const what = `${account.mark} tasks of ${rec.kind} ${rec.id}`;
  if (items.length !== known.length) {
    world.violations.add('wrong tasks', `${what}: ${items.length} are shown, not ${known.length}`);
  }
  for (const item of items) checkTask(world, account, item);
}

/** @param item a task whose record is stable */
export function checkTask(world: World, account: Account, item: Json): void {
  const task = account.tasks.get(item.id);
  const shown = [
    item.account_id,
    item.element_id,
    item.element_type,
    item.text,
    item.complete_till_at,
    item.is_completed,
  ];
  const known = task && [
    account.id,
    task.element.id,
    elementTypes[task.element.kind],
    task.text,
    task.till,
    task.isCompleted,
  ];
  if (!task || task.isDeleted || String([...shown, item.updated_at]) !== String([...known!, task.updatedAt])) {
    world.violations.add('wrong task', `${account.mark} ${item.id} shows ${shown}, not ${known}`);
  }
}

const ownType = 4;
const movedType = 3;
const addedTypes: Readonly<Record<Kind, number>> = { leads: 1, contacts: 2, companies: 12 };

/** All notes of one record: those of the clients, and those that the server writes itself. */
export function checkNotes(world: World, account: Account, rec: Rec, items: readonly Json[], since: Tick): void {
  if (!isStable(rec, since)) return;
  const count = (type: number) => items.filter((item) => item.note_type === type).length;
  const known = rec.isDeleted ? [0, 0, 0] : [rec.notes.length, 1, rec.moves];
  const shown = [count(ownType), count(addedTypes[rec.kind]), count(movedType)];
  if (String(shown) !== String(known) || shown[0]! + shown[1]! + shown[2]! !== items.length) {
    world.violations.add('wrong notes', `${account.mark} notes of ${rec.kind} ${rec.id}: ${shown}, not ${known}`);
  }
  for (const item of items) if (item.note_type === ownType) checkNote(world, account, item);
}

function checkNote(world: World, account: Account, item: Json): void {
  const note = account.notes.get(item.id);
  const shown = [item.account_id, item.element_id, item.text, item.updated_at];
  const known = note && [account.id, note.element.id, note.text, note.updatedAt];
  if (String(shown) !== String(known)) {
    world.violations.add('wrong note', `${account.mark} ${item.id} shows ${shown}, not ${known}`);
  }
}
