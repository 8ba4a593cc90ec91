import assert from 'node:assert/strict';
import { type Query, readEntities } from '../../src/crm/entities.ts';
import type { KindName } from '../../src/crm/entity.ts';
import { kinds } from '../../src/crm/kinds.ts';
import { closingStatuses } from '../../src/crm/pipeline.ts';
import type { Page } from '../../src/crm/store.ts';
import { encode, selfLink } from '../../src/v2/hal.ts';
import { extrasOf, presentEntity } from '../../src/v2/present-entity.ts';
import { everyKind } from '../store/builders.ts';
import type { Reply } from '../support/server.ts';
import type { Office, Person } from './office.ts';

/** What is asked for, as an address and as the rules know it. */
export interface View {
  readonly kind: KindName;
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers?: Record<string, string>;
  readonly query: Query;
  readonly page: Page;
  readonly extras?: typeof extrasOf.lead;
}

export const wholePage: Page = { limit: 500, offset: 0 };

export function wholeList(kind: KindName): View {
  return { kind, parameters: {}, query: {}, page: wholePage };
}

/** A page, records by their ids, a search or a filtered list. */
export async function randomView({ random, ...office }: Office, person: Person): Promise<View> {
  const kind = random.pick(everyKind);
  const view = wholeList(kind);
  const records = await office.outside.read(async (tx) =>
    readEntities(tx, await office.actor(tx, office.boss(person.account)), kind, {}, wholePage),
  );
  const some = random.some(records, Math.min(records.length, random.whole(1, 12)));
  const one = some[0];
  const page = { limit: random.whole(1, 9), offset: random.whole(1, 12) };
  const paged = { limit_rows: String(page.limit), limit_offset: String(page.offset) };
  switch (random.whole(0, kind === 'lead' ? 7 : 4)) {
    case 0:
      return { ...view, parameters: paged, page };
    case 1: {
      const ids = some.map(({ id }) => id);
      return { ...view, parameters: { id: ids.join(',') || '1' }, query: { ids: ids.length > 0 ? ids : [1] } };
    }
    case 2: {
      const text = one?.name.slice(0, random.whole(1, 12)).trim() || 'а';
      return { ...view, parameters: { query: text, ...paged }, query: { text }, page };
    }
    case 3: {
      const id = one?.responsibleUserId ?? 1;
      return { ...view, parameters: { responsible_user_id: String(id) }, query: { responsibleUserIds: [id] } };
    }
    case 4: {
      const updatedAfter = office.now - random.whole(1, 300);
      return {
        ...view,
        parameters: {},
        headers: { 'if-modified-since': String(updatedAfter) },
        query: { updatedAfter },
      };
    }
    case 5:
      return { ...view, parameters: { 'filter[active]': '1' }, query: { notStatuses: [...closingStatuses] } };
    case 6:
      return { ...view, parameters: { 'filter[tasks]': '2' }, query: { hasOpenTask: true } };
    default:
      return { ...view, parameters: { with: extrasOf.lead.join(',') }, extras: extrasOf.lead };
  }
}

/** An answer that nobody looks at: it fills what is kept. */
export async function look(office: Office, person: Person, server: number, view: View): Promise<void> {
  const { status } = await office.get(person, server, addressOf(view), view.headers);
  assert.ok(status === 200 || status === 204, `${addressOf(view)}: ${status}`);
}

/** Asks twice: the second time there is nothing left that the server could not have kept. */
export async function compare(office: Office, person: Person, server: number, view: View): Promise<Compared> {
  // While it still keeps what others have missed, it would pass over what is missing here.
  await office.settled(server);
  const first = await read(office, person, server, view);
  const expected = await truth(office, person, server, view);
  check(first, expected, 'asked once');
  const before = office.writesOf(server);
  const second = await read(office, person, server, view);
  check(second, expected, 'asked again');
  assert.equal(office.writesOf(server), before, `${addressOf(view)}: the server had something left to keep`);
  return { wrote: first.wrote };
}

export interface Compared {
  /** Whether the server wrote for it, which a read does only to keep what it had to render. */
  readonly wrote: boolean;
}

type Read = Pick<Reply, 'status' | 'text'> & Compared;

async function read(office: Office, person: Person, server: number, view: View): Promise<Read> {
  const before = office.writesOf(server);
  const { status, text } = await office.get(person, server, addressOf(view), view.headers);
  await office.settled(server);
  return { status, text, wrote: office.writesOf(server) > before };
}

export function addressOf({ kind, parameters }: View): string {
  const query = new URLSearchParams(parameters).toString();
  return `/api/v2/${kinds[kind].path}${query && '?'}${query}`;
}

/** The answer as the records themselves give it. A writing transaction remembers no settings: it reads them. */
async function truth(office: Office, person: Person, server: number, view: View): Promise<string> {
  return office.outside.write(async (tx) => {
    const actor = await office.actor(tx, person);
    const { account, settings } = actor;
    const profile = office.profile(actor, server);
    const groupOfUser = (userId: number) => settings.users.get(userId)?.groupId ?? 0;
    const how = { account, fields: settings.fields, lossReasons: settings.lossReasons, groupOfUser, profile };
    const entities = await readEntities(tx, actor, view.kind, view.query, view.page);
    if (entities.length === 0) return '';
    const items = entities.map((entity) => presentEntity(entity, how, view.extras));
    return encode({ _links: selfLink(addressOf(view)), _embedded: { items } }, profile);
  });
}

function check({ status, text }: Read, expected: string, when: string): void {
  assert.equal(status, expected === '' ? 204 : 200, when);
  if (text === expected) return;
  // One line of half a megabyte says nothing: only the first items that differ.
  const [got, wanted] = [itemsOf(text), itemsOf(expected)];
  const index = wanted.findIndex((item, index) => item !== got[index]);
  assert.equal(got[index], wanted[index], `${when}, item ${index}: ${got[index]} instead of ${wanted[index]}`);
  assert.equal(text, expected, when);
}

function itemsOf(text: string): string[] {
  if (text === '') return [];
  return (JSON.parse(text) as { _embedded: { items: unknown[] } })._embedded.items.map((item) => JSON.stringify(item));
}
