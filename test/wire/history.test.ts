import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { documentAccountId } from '../../seed/document.ts';
import type { Actor } from '../../src/crm/account.ts';
import { deleteEntities, restoreEntities } from '../../src/crm/bin.ts';
import { readEntities, saveEntities } from '../../src/crm/entities.ts';
import type { Draft, Entity, KindName } from '../../src/crm/entity.ts';
import { entitiesAt } from '../../src/crm/history.ts';
import { allKinds } from '../../src/crm/kinds.ts';
import { saveTasks } from '../../src/crm/task.ts';
import { Random } from '../store/random.ts';
import { addUser } from '../support/accounts.ts';
import { startServer, type TestServer, testNow } from '../support/server.ts';

const steps = 120;

async function actorOf(server: TestServer, userId: number): Promise<Actor> {
  return server.store.read(async (tx) => {
    const settings = await tx.settings(documentAccountId);
    const account = (await tx.findAccount(documentAccountId))!;
    return { account, settings, user: settings.users.get(userId)! };
  });
}

type Snapshot = ReadonlyMap<string, Entity>;

/** All that somebody sees of some records. */
function snapshot(read: (kind: KindName) => Promise<Entity[]>): Promise<Snapshot> {
  return allKinds.reduce<Promise<Map<string, Entity>>>(async (all, { name }) => {
    const known = await all;
    for (const entity of await read(name)) known.set(`${name} ${entity.id}`, entity);
    return known;
  }, Promise.resolve(new Map()));
}

/** What counts: the order of links is not kept by the past. */
function plain(records: Snapshot): unknown[] {
  return [...records].map(([key, { links, own, tags, ...entity }]) => ({
    ...entity,
    key,
    tags: tags.map(({ id, name }) => `${id} ${name}`),
    own: Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null && value !== undefined)),
    links: links.map((link) => `${link.kind} ${link.id} ${link.name} ${link.responsibleUserId}`).sort(),
  }));
}

describe('what a record was at a time is what was read then', () => {
  for (const seed of [1, 2, 3]) {
    test(`over a random history (${seed}), for an administrator and for somebody with limited rights`, async () => {
      const server = await startServer();
      try {
        await play(server, new Random(seed));
      } finally {
        await server.close();
      }
    });
  }
});

async function play(server: TestServer, random: Random): Promise<void> {
  const person = await addUser(server.store, 'historian', { contact_view: 'M', lead_view: 'G' });
  const [admin, limited] = [await actorOf(server, 504141), await actorOf(server, person.id)];
  const ids: Record<KindName, number[]> = { company: [], contact: [], lead: [], customer: [] };
  const moments: { at: number; seen: readonly Snapshot[] }[] = [];
  for (let step = 1; step <= steps; step += 1) {
    const now = testNow + step * 10;
    await change(server, admin, ids, random, now, person.id);
    const all = (kind: KindName) => ({ ids: ids[kind] });
    const page = { limit: 10_000, offset: 0 };
    const seen = [admin, limited].map((actor) =>
      server.store.read((tx) => snapshot((kind) => readEntities(tx, actor, kind, all(kind), page))),
    );
    moments.push({ at: now, seen: await Promise.all(seen) });
  }
  for (const { at, seen } of moments) {
    const then = await server.store.read((tx) => snapshot((kind) => entitiesAt(tx, admin, kind, ids[kind], { at })));
    assert.deepEqual(plain(then), plain(seen[0]!), `at ${at}`);
  }
  // Looking back shows nobody what he did not see then; and of what he sees wholly, all of it.
  for (const { at, seen } of moments) {
    const then = await server.store.read((tx) => snapshot((kind) => entitiesAt(tx, limited, kind, ids[kind], { at })));
    for (const key of then.keys()) assert.ok(seen[1]!.has(key), `${key} at ${at}`);
    for (const key of seen[1]!.keys()) assert.ok(then.has(key) || /^(contact|lead) /.test(key), `${key} at ${at}`);
  }
}

async function change(
  server: TestServer,
  actor: Actor,
  ids: Record<KindName, number[]>,
  random: Random,
  now: number,
  otherUser: number,
): Promise<void> {
  const { store } = server;
  const kind = random.pick(allKinds).name;
  const known = ids[kind];
  const some = known.length > 0 ? [random.pick(known)] : [];
  const linkable: Record<KindName, KindName[]> = {
    company: ['contact', 'lead', 'customer'],
    contact: ['company', 'lead', 'customer'],
    lead: ['company', 'contact'],
    customer: ['company', 'contact'],
  };
  const target = random.pick(linkable[kind]);
  const refs = ids[target].length > 0 ? { [target]: [random.pick(ids[target])] } : {};
  const draft: Draft = {
    path: 'add/0',
    name: `имя ${random.whole(0, 999)}`,
    ...(random.whole(0, 2) === 0 && { tags: [{ name: `метка ${random.whole(0, 4)}` }] }),
    ...(random.whole(0, 2) === 0 && { responsibleUserId: random.pick([actor.user.id, otherUser]) }),
    fields:
      kind === 'company' || kind === 'contact'
        ? [
            {
              path: 'f',
              fieldId: 4396818,
              values: random.whole(0, 2) === 0 ? [] : [{ value: String(random.whole(0, 98)) }],
            },
          ]
        : [],
    link: random.whole(0, 1) === 0 ? refs : {},
    unlink: random.whole(0, 3) === 0 ? refs : {},
    own: kind === 'lead' && random.whole(0, 1) === 0 ? { statusId: random.pick([8550001, 8550002, 142, 143]) } : {},
  };
  const action = random.whole(0, 9);
  if (action < 4 || some.length === 0) {
    const { add } = await saveEntities(store, actor, kind, { add: [draft], update: [] }, now);
    known.push(add[0]!.id);
  } else if (action < 7) {
    await saveEntities(store, actor, kind, { add: [], update: [{ ...draft, id: some[0]!, updatedAt: now }] }, now);
  } else if (action === 7) {
    await deleteEntities(store, actor, [{ kind, ids: some }], now);
  } else if (action === 8) {
    await restoreEntities(store, actor, [{ kind, ids: known }], now);
  } else {
    const seen = await store.read((tx) => readEntities(tx, actor, kind, { ids: some }, { limit: 1, offset: 0 }));
    if (seen.length === 0) return;
    const task = {
      path: 'add/0',
      element: { kind, id: some[0]! },
      completeTill: now + random.whole(0, 999),
      text: 'x',
    };
    await saveTasks(store, actor, { add: [task], update: [] }, now);
  }
}
