import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { emptyAccount } from '../../seed/empty.ts';
import type { Actor } from '../../src/crm/account.ts';
import { deleteEntities, purgeEntities, restoreEntities } from '../../src/crm/bin.ts';
import { readEntities, saveEntities } from '../../src/crm/entities.ts';
import type { Batch, Draft, Entity, KindName, LinkRefs, Neighbour } from '../../src/crm/entity.ts';
import { entitiesAt, notesAt, tasksAt } from '../../src/crm/history.ts';
import { findRelation } from '../../src/crm/link.ts';
import { saveNotes } from '../../src/crm/note.ts';
import { scopeOf } from '../../src/crm/rights.ts';
import type { ReadTx, Store } from '../../src/crm/store.ts';
import { saveTasks, type TaskDraft } from '../../src/crm/task.ts';
import { aUser, everyKind, idsOf, someTime, span, wholeList } from '../store/builders.ts';
import { Random } from '../store/random.ts';
import { administrator, openTestStore } from '../support/server.ts';

const administratorId = 101;
/** He sees his group's contacts and his own leads, every company and no customer. */
const limited = aUser(102, { groupId: 5, rights: { contact_view: 'G', lead_view: 'M', customer_view: 'D' } });
const colleague = aUser(103, { groupId: 5 });
const users: readonly number[] = [administratorId, limited.id, colleague.id];

describe('records as they were are what was read of them then', () => {
  for (const seed of [31, 32, 33]) {
    test(`through the random history ${seed}`, { timeout: 60_000 }, () =>
      onOffice(async (office) => {
        const random = new Random(seed);
        const moments: { at: number; seen: Map<Actor, string[]>; tasks: string }[] = [];
        for (const step of span(1, 80)) {
          const at = someTime + step * 10;
          // What happens within one second is one moment.
          for (const _ of span(1, random.pick([1, 1, 1, 3]))) await randomStep(office, random, at);
          moments.push({
            at,
            seen: await readAll(office),
            tasks: await office.store.read((tx) => readTasks(tx, Infinity)),
          });
        }
        for (const { at, seen, tasks } of moments) {
          // A second that nothing happened in is like the one before it.
          const when = at + random.whole(0, 9);
          await office.store.read(async (tx) => {
            for (const actor of [office.boss, office.limited]) {
              const expected = await inSightNow(tx, actor, seen.get(actor)!);
              assert.deepEqual(await readAllAt(tx, actor, when), expected, `${actor.user.name} at ${when}`);
            }
            assert.equal(await readTasks(tx, when), tasks, `tasks at ${when}`);
          });
        }
        const sizes = moments.map(({ seen }) => seen.get(office.limited)!.length);
        assert.ok(Math.max(...sizes) > 20, 'the limited user never saw much');
      }),
    );
  }

  test('before anything was there, there was nothing', () =>
    onOffice(async ({ store, boss }) => {
      await saveEntities(store, boss, 'lead', { add: [draft({ name: 'x' })], update: [] }, someTime);
      assert.deepEqual(await store.read((tx) => entitiesAt(tx, boss, 'lead', [1], { at: someTime - 1 })), []);
      assert.deepEqual(idsOf(await store.read((tx) => entitiesAt(tx, boss, 'lead', [1, 1, 2], { at: someTime }))), [1]);
      assert.deepEqual(await store.read((tx) => entitiesAt(tx, boss, 'lead', [], { at: someTime })), []);
    }));

  test('what is out of his sight now is out of it in the past, and what was out of it then stays so', () =>
    onOffice(async ({ store, boss, limited }) => {
      const update = (id: number, responsibleUserId: number, at: number) => ({
        add: [],
        update: [{ ...draft({ responsibleUserId, updatedAt: at }), id }],
      });
      const add = [draft({ name: 'his', responsibleUserId: 102 }), draft({ name: 'not his', responsibleUserId: 103 })];
      await saveEntities(store, boss, 'lead', { add, update: [] }, someTime);
      await saveEntities(store, boss, 'lead', update(1, 103, someTime + 10), someTime + 10);
      await saveEntities(store, boss, 'lead', update(2, 102, someTime + 10), someTime + 10);
      const seen = (at: number) =>
        store.read(async (tx) => idsOf(await entitiesAt(tx, limited, 'lead', [1, 2], { at })));
      assert.deepEqual(await seen(someTime), []);
      assert.deepEqual(await seen(someTime + 10), [2]);
    }));

  test('a purged record was never there, and is no neighbour of others in the past', () =>
    onOffice(async ({ store, boss }) => {
      await saveEntities(store, boss, 'lead', { add: [draft({ name: 'x' })], update: [] }, someTime);
      const contact = draft({ name: 'y', link: { lead: [1] } });
      await saveEntities(store, boss, 'contact', { add: [contact], update: [] }, someTime);
      const past = (kind: KindName) => store.read((tx) => entitiesAt(tx, boss, kind, [1], { at: someTime }));
      assert.deepEqual(idsOf((await past('contact'))[0]!.links), [1]);
      await deleteEntities(store, boss, [{ kind: 'lead', ids: [1] }], someTime + 1);
      assert.deepEqual(idsOf((await past('contact'))[0]!.links), [1]);
      await purgeEntities(store, boss, [{ kind: 'lead', ids: [1] }], someTime + 2);
      assert.deepEqual(await past('lead'), []);
      assert.deepEqual((await past('contact'))[0]!.links, []);
    }));

  test('notes as they were', () =>
    onOffice(async ({ store, boss }) => {
      await saveEntities(store, boss, 'lead', { add: [draft({ name: 'x' })], update: [] }, someTime);
      const note = { path: '', element: { kind: 'lead', id: 1 }, noteType: 4, text: 'first' } as const;
      const { add } = await saveNotes(store, boss, { add: [note], update: [] }, someTime + 1);
      const { id } = add[0]!;
      const update = [{ path: '', id, text: 'second', updatedAt: someTime + 2 }];
      await saveNotes(store, boss, { add: [], update }, someTime + 2);
      const texts = (at: number) =>
        store.read(async (tx) => (await notesAt(tx, boss.account.id, [id], { at })).map(({ text }) => text));
      assert.deepEqual(await texts(someTime), []);
      assert.deepEqual(await texts(someTime + 1), ['first']);
      assert.deepEqual(await texts(someTime + 2), ['second']);
    }));
});

interface Office {
  readonly store: Store;
  readonly boss: Actor;
  readonly limited: Actor;
}

/** A new account with three users. */
async function onOffice(work: (office: Office) => Promise<void>): Promise<void> {
  const { store, remove } = await openTestStore();
  try {
    await emptyAccount(store, administrator);
    const account = (await store.read((tx) => tx.accounts()))[0]!;
    await store.write(async (tx) => {
      await tx.addGroups(account.id, [{ id: 5, name: 'Отдел' }]);
      for (const user of [limited, colleague]) await tx.addUser(account.id, user, 'key');
    });
    const settings = await store.read((tx) => tx.settings(account.id));
    const actor = (id: number): Actor => ({ account, settings, user: settings.users.get(id)! });
    await work({ store, boss: actor(administratorId), limited: actor(limited.id) });
  } finally {
    await store.close();
    await remove();
  }
}

function draft(parts: Partial<Draft>): Draft {
  return { path: '', fields: [], link: {}, unlink: {}, own: {}, ...parts };
}

const everyId = span(1, 400);

/** Something happens to a few records: most often they are written, now and then deleted or brought back, or get tasks. */
async function randomStep({ store, boss, limited }: Office, random: Random, now: number): Promise<void> {
  const actor = random.chance(0.75) ? boss : limited;
  const kind = random.pick(everyKind);
  const ids = await store.read(async (tx) => idsOf(await tx.entities(boss.account.id, kind, everyId)));
  const some = random.some(ids, Math.min(ids.length, random.whole(1, 5)));
  const action = random.next();
  if (action < 0.12) await deleteEntities(store, actor, [{ kind, ids: some }], now);
  else if (action < 0.25) await restoreEntities(store, actor, [{ kind, ids }], now);
  else if (action < 0.4)
    await randomTasks(
      store,
      actor,
      random,
      some.map((id) => ({ kind, id })),
      now,
    );
  else {
    const neighbours = await store.read((tx) => idsByKind(tx, boss));
    const batch: Batch = {
      add: span(1, random.whole(0, 2)).map((number) => ({
        ...randomDraft(actor, kind, neighbours, random),
        name: `${kind} ${now} ${number}`,
      })),
      update: some.map((id) => ({ ...randomDraft(actor, kind, neighbours, random), id, updatedAt: now })),
    };
    await saveEntities(store, actor, kind, batch, now);
  }
}

async function randomTasks(
  store: Store,
  actor: Actor,
  random: Random,
  elements: readonly { kind: KindName; id: number }[],
  now: number,
): Promise<void> {
  const visible = await store.read(async (tx) => {
    const kind = elements[0]?.kind ?? 'lead';
    return idsOf(await readEntities(tx, actor, kind, { ids: idsOf(elements) }, wholeList));
  });
  const drafts: TaskDraft[] = elements
    .filter(({ id }) => visible.includes(id))
    .map((element) => ({ path: '', element, completeTill: now + random.whole(-50, 50) }));
  const update = span(1, random.whole(1, 20)).map((id) => ({
    ...random.pick(drafts.length > 0 ? drafts : [{ path: '' }]),
    id,
    updatedAt: now,
    isCompleted: random.chance(0.5),
  }));
  const alone = random.chance(0.5) ? [{ path: '', text: 'alone' }] : [];
  await saveTasks(store, actor, { add: [...drafts, ...alone], update }, now);
  if (random.chance(0.3))
    await deleteEntities(store, actor, [{ kind: 'task', ids: [random.whole(1, 20), random.whole(1, 60)] }], now);
}

type IdsByKind = Readonly<Record<KindName, readonly number[]>>;

async function idsByKind(tx: ReadTx, { account }: Actor): Promise<IdsByKind> {
  const ids: Partial<Record<KindName, number[]>> = {};
  for (const kind of everyKind) ids[kind] = idsOf(await tx.entities(account.id, kind, everyId));
  return ids as IdsByKind;
}

function randomDraft(actor: Actor, kind: KindName, ids: IdsByKind, random: Random): Draft {
  const refs = (most: number): LinkRefs =>
    Object.fromEntries(
      everyKind
        .filter((other) => findRelation(kind, other) !== undefined && random.chance(0.5))
        .map((other) => [other, random.some(ids[other], Math.min(ids[other].length, random.whole(0, most)))]),
    );
  const phone = [...actor.settings.fields.values()].find((field) => field.code === 'PHONE')!;
  const [option] = phone.enums;
  const hasPhone = kind === 'contact' || kind === 'company';
  const values = random.chance(0.3) ? [] : [{ value: `+7${random.whole(1, 9)}`, enum: String(option!.id) }];
  const stages = [...actor.settings.pipelines.values()].flatMap(({ statuses }) => [...statuses.keys()]);
  return draft({
    ...(random.chance(0.3) && { name: `renamed ${random.whole(1, 9)}` }),
    ...(random.chance(0.3) && { responsibleUserId: random.pick(users) }),
    ...(random.chance(0.4) && {
      tags: random.some(['a', 'b', 'c', 'd'], random.whole(0, 3)).map((name) => ({ name })),
    }),
    ...(random.chance(0.1) && kind === 'contact' && { newCompanyName: 'new' }),
    fields: hasPhone && random.chance(0.4) ? [{ path: '', fieldId: phone.id, values }] : [],
    link: random.chance(0.5) ? refs(kind === 'lead' ? 3 : 2) : {},
    unlink: random.chance(0.4) ? refs(3) : {},
    own: {
      ...(kind === 'contact' && random.chance(0.3) && { firstName: random.pick(['Анна', '']) }),
      ...(kind === 'lead' && random.chance(0.4) && { statusId: random.pick(stages), sale: random.whole(0, 3) }),
      ...(kind === 'customer' && random.chance(0.4) && { nextDate: random.whole(1, 3) }),
    },
  });
}

/** All that each of them sees, as lines. */
function readAll({ store, boss, limited }: Office): Promise<Map<Actor, string[]>> {
  return store.read(async (tx) => {
    const seen = new Map<Actor, string[]>();
    for (const actor of [boss, limited]) {
      const lines: string[] = [];
      for (const kind of everyKind) {
        lines.push(...(await readEntities(tx, actor, kind, {}, wholeList)).map(lineOf));
      }
      seen.set(actor, lines);
    }
    return seen;
  });
}

async function readAllAt(tx: ReadTx, actor: Actor, at: number): Promise<string[]> {
  const lines: string[] = [];
  for (const kind of everyKind) lines.push(...(await entitiesAt(tx, actor, kind, everyId, { at })).map(lineOf));
  return lines;
}

/** A record with its tags and links; the order of keys and of links says nothing. */
function lineOf({ tags, links, ...entity }: Entity): string {
  const ends = links.map(({ kind, id, name, responsibleUserId }) => ({ kind, id, name, responsibleUserId }));
  const linked = ends.sort((one, other) => one.kind.localeCompare(other.kind) || one.id - other.id);
  return JSON.stringify(
    sorted({ ...entity, own: sorted(entity.own), tags: tags.map(({ id, name }) => [id, name]), links: linked }),
  );
}

function entityOf(line: string): Entity {
  const { tags, ...entity } = JSON.parse(line) as Omit<Entity, 'tags'> & { tags: [number, string][] };
  return { ...entity, tags: tags.map(([id, name]) => ({ id, name })) };
}

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Without the records and links whose other owner hides them from him by now. */
async function inSightNow(tx: ReadTx, actor: Actor, lines: readonly string[]): Promise<string[]> {
  const visible = new Set<string>();
  for (const kind of everyKind) {
    const scope = scopeOf(actor, kind, 'view');
    for (const { id, responsibleUserId } of await tx.neighbours(actor.account.id, kind, everyId)) {
      if (scope === 'all' || scope.has(responsibleUserId)) visible.add(`${kind} ${id}`);
    }
  }
  const isVisible = ({ kind, id }: Pick<Neighbour, 'kind' | 'id'>) => visible.has(`${kind} ${id}`);
  return lines
    .map(entityOf)
    .filter(isVisible)
    .map((entity) => lineOf({ ...entity, links: entity.links.filter(isVisible) }));
}

/** All tasks as they were, those that are there no more among them. */
async function readTasks(tx: ReadTx, at: number): Promise<string> {
  const { id: account } = (await tx.accounts())[0]!;
  const tasks = at === Infinity ? await tx.tasks(account, everyId) : await tasksAt(tx, account, everyId, { at });
  return JSON.stringify(tasks.map(sorted));
}
