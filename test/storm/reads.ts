import {
  type Account,
  checkItems,
  checkNotes,
  checkPage,
  checkPresence,
  checkTasks,
  isStable,
  type Kind,
  kinds,
  type Rec,
  typeWords,
} from './oracle.ts';
import { type Client, read, type Storm } from './storm.ts';
import { pickSome } from './writes.ts';

/** Everything that clients ask, each answer held against the oracle. */

/** One record by its id, mostly the client's own: what it wrote last is what any process shows. */
export async function getOne(storm: Storm, client: Client): Promise<void> {
  const { account, random } = client;
  const kind = random.pick(kinds);
  const rec = random.chance(0.7) ? pickSome(client, kind, 1)[0] : pickAny(client, account, kind);
  if (rec) await getByIds(storm, client, 'get by id', kind, [rec.id]);
}

/** Ids of all sorts: one's own, others', deleted ones, and those of other accounts. */
export async function getSome(storm: Storm, client: Client): Promise<void> {
  const { account, random } = client;
  const kind = random.pick(kinds);
  const others = storm.world.accounts.map((other) => pickAny(client, other, kind));
  const records = [...pickSome(client, kind, 1 + random.whole(10)), pickAny(client, account, kind), ...others];
  const ids = [...records.flatMap((rec) => rec?.id ?? []), ...client.bin.slice(0, 2).map(({ id }) => id)];
  if (ids.length > 0) await getByIds(storm, client, 'get by ids', kind, [...new Set(ids)]);
}

async function getByIds(storm: Storm, client: Client, sort: string, kind: Kind, ids: readonly number[]): Promise<void> {
  const { world } = storm;
  const { account } = client;
  const { items, since } = await read(storm, client, sort, `/api/v2/${kind}?id=${ids}`);
  const shown = new Set<number>(items.map(({ id }) => id));
  if (shown.size !== items.length || items.some(({ id }) => !ids.includes(id))) {
    world.violations.add('wrong items', `${account.mark} ${kind} ${[...shown]} were not asked for: ${ids}`);
  }
  checkItems(world, account, kind, items, since);
  checkPresence(world, account, kind, ids, shown, since);
}

function pickAny({ random }: Client, { order, records }: Account, kind: Kind): Rec | undefined {
  return order[kind].length === 0 ? undefined : records[kind].get(random.pick(order[kind]));
}

export async function listPage(storm: Storm, client: Client): Promise<void> {
  const { world } = storm;
  const { account, random } = client;
  const kind = random.pick(kinds);
  const limit = random.pick([5, 10, 20, 50]);
  const offset = random.whole(account.order[kind].length + 1);
  const path = `/api/v2/${kind}?limit_rows=${limit}&limit_offset=${offset}`;
  const { items, since } = await read(storm, client, 'list page', path);
  checkItems(world, account, kind, items, since);
  checkPage(world, account, kind, items, { offset, limit }, since);
}

/** By a word of its name, or its phone: it is found, and nothing else. */
export async function search(storm: Storm, client: Client): Promise<void> {
  const { world } = storm;
  const { account, random } = client;
  const [rec] = pickSome(client, random.pick(kinds), 1);
  if (rec === undefined) return;
  const word = rec.phone !== '' && random.chance(0.4) ? rec.phone.slice(2) : /k\d+m/.exec(rec.name)![0];
  const { items, since } = await read(storm, client, 'search', `/api/v2/${rec.kind}?query=${word}`);
  checkItems(world, account, rec.kind, items, since);
  const ids = items.map(({ id }) => id);
  if (isStable(rec, since) && ids.join() !== String(rec.id)) {
    world.violations.add('wrong search', `${account.mark} ${rec.kind} ${word} finds ${ids}, not ${rec.id}`);
  }
}

export async function listTasks(storm: Storm, client: Client): Promise<void> {
  const { account, random } = client;
  const [rec] = pickSome(client, random.pick(kinds), 1);
  if (rec === undefined) return;
  const path = `/api/v2/tasks?type=${typeWords[rec.kind]}&element_id=${rec.id}`;
  const { items, since } = await read(storm, client, 'list tasks', path);
  checkTasks(storm.world, account, rec, items, since);
}

export async function listNotes(storm: Storm, client: Client): Promise<void> {
  const { account, random } = client;
  const [rec] = pickSome(client, random.pick(kinds), 1);
  if (rec === undefined) return;
  const path = `/api/v2/notes?type=${typeWords[rec.kind]}&element_id=${rec.id}`;
  const { items, since } = await read(storm, client, 'list notes', path);
  checkNotes(storm.world, account, rec, items, since);
}
