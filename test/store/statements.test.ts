import assert from 'node:assert/strict';
import { StatementSync } from 'node:sqlite';
import { describe, type TestContext, test } from 'node:test';
import pg from 'pg';
import type { Actor } from '../../src/crm/account.ts';
import { deleteEntities } from '../../src/crm/bin.ts';
import { atMost, Documents, keepDocuments, type Render } from '../../src/crm/documents.ts';
import { type Query, readEntities, saveEntities } from '../../src/crm/entities.ts';
import type { Draft, KindName, Outcomes, UpdateDraft } from '../../src/crm/entity.ts';
import { type NoteDraft, saveNotes } from '../../src/crm/note.ts';
import type { Store } from '../../src/crm/store.ts';
import { saveTasks, type TaskDraft } from '../../src/crm/task.ts';
import { openTestStore, type TestStore } from '../support/server.ts';
import { adding, aField, aLink, anAccount, aRecord, aTag, aUser, save, someTime, span } from './builders.ts';
import { home } from './store-test.ts';

const sizes = [1, 50, 500] as const;
const most = 500;
const administrator = aUser(1, { isAdmin: true });
const narrowed = aUser(1, { rights: { contact_view: 'G' } });
const rendering: Render = { version: 1, render: ({ id, name }) => `${id} ${name}` };

/** Several conditions each, so that every list of ids or users is one of many. */
const queries: Readonly<Record<string, Query>> = {
  'without filters': {},
  'by ids': { ids: span(1, most) },
  'by one responsible user': { responsibleUserIds: [1] },
  'by several responsible users': { responsibleUserIds: [1, 2, 3] },
  'by time of change': { updatedAfter: someTime - 1, created: { from: 0 } },
  'by a long text': { text: 'ромашка' },
  'by a short text': { text: 'ро' },
};

describe('the number of SQL statements does not depend on', () => {
  for (const [name, query] of Object.entries(queries)) {
    for (const user of [administrator, narrowed]) {
      const who = user.isAdmin ? 'an administrator' : 'a user with narrowed rights';
      onOffice(`the length of a page of companies ${name}, for ${who}`, user, async (store, actor, count) => {
        // What a search learns of the texts, once in a while, is not a page's.
        await store.read((tx) => readEntities(tx, actor, 'company', query, { limit: 1, offset: 0 }));
        const pages = await oneByOne(sizes, (limit) =>
          count(() => store.read((tx) => readEntities(tx, actor, 'company', query, { limit, offset: 0 }))),
        );
        for (const [index, { result }] of pages.entries()) {
          assert.equal(result.length, sizes[index]);
          assert.deepEqual([result[0]?.tags.length, result[0]?.links.length], [2, 2]);
        }
        return pages;
      });
    }
  }

  onOffice('the depth of a page', administrator, async (store, actor, count) => {
    const pages = await oneByOne([1, 50, 400], (offset) =>
      count(() => store.read((tx) => readEntities(tx, actor, 'company', {}, { limit: 50, offset }))),
    );
    assert.deepEqual(
      pages.map(({ result }) => result[0]?.id),
      [2, 51, 401],
    );
    return pages;
  });

  for (const [name, query] of Object.entries(queries)) {
    onOffice(`how many documents are rendered and kept: companies ${name}`, administrator, async (_, actor, count) =>
      oneByOne(sizes, async (limit) => {
        const { store: rendered, openAgain, remove } = await openOffice(actor.user);
        const find = (store: Store) =>
          new Documents(store, keepIn(store)).find(actor, 'company', query, { limit, offset: 0 }, rendering);
        const first = await count(async () => {
          const documents = await find(rendered);
          // Waits until what was rendered is kept.
          await rendered.close();
          return documents;
        });
        const store = await openAgain();
        const second = await count(() => find(store));
        assert.deepEqual([first.result.length, second.result.length], [limit, limit]);
        assert.ok(second.statements < first.statements);
        await store.close();
        await remove();
        return { statements: [first.statements, second.statements] };
      }),
    );
  }

  onOffice('how many companies are deleted', administrator, async (store, actor, count) => {
    const all = span(1, most);
    const parts = [all.slice(0, 1), all.slice(1, 51), all.slice(51)];
    const deletions = await oneByOne(parts, (ids) =>
      count(() => deleteEntities(store, actor, [{ kind: 'company', ids }], someTime + 10)),
    );
    assert.equal(await store.read((tx) => tx.count(home, 'company')), 0);
    return deletions;
  });

  const batches: readonly [string, KindName, (size: number) => { add: Draft[]; update: UpdateDraft[] }][] = [
    ['added companies', 'company', (size) => ({ add: span(1, size).map(addedCompany), update: [] })],
    ['updated companies', 'company', (size) => ({ add: [], update: span(1, size).map(updatedCompany) })],
    [
      'companies, some added and some updated',
      'company',
      (size) => ({ add: span(1, size).map(addedCompany), update: span(1, size).map(updatedCompany) }),
    ],
    ['added contacts with new companies', 'contact', (size) => ({ add: span(1, size).map(addedContact), update: [] })],
    ['contacts that change their company', 'contact', (size) => ({ add: [], update: span(1, size).map(movedContact) })],
  ];
  for (const [name, kind, batchOf] of batches) {
    onOffice(`the size of a batch of ${name}`, administrator, async (_, actor, count) =>
      oneByOne(sizes, async (size) => {
        const { store, remove } = await openOffice(actor.user);
        const batch = batchOf(size);
        const saved = await count(() => saveEntities(store, actor, kind, batch, someTime + 10));
        const outcomes = [...saved.result.add, ...saved.result.update];
        assert.equal(
          outcomes.filter(({ issue }) => issue === undefined).length,
          batch.add.length + batch.update.length,
        );
        await store.close();
        await remove();
        return saved;
      }),
    );
  }

  const activities: readonly [string, Activity][] = [
    [
      'added tasks with results',
      (store, actor, size) => saveTasks(store, actor, { add: span(1, size).map(addedTask), update: [] }, someTime + 10),
    ],
    [
      'updated tasks',
      (store, actor, size) =>
        saveTasks(store, actor, { add: [], update: span(1, size).map(updatedTask) }, someTime + 10),
    ],
    [
      'added notes',
      (store, actor, size) => saveNotes(store, actor, { add: span(1, size).map(addedNote), update: [] }, someTime + 10),
    ],
    [
      'updated notes',
      (store, actor, size) =>
        saveNotes(store, actor, { add: [], update: span(1, size).map(updatedNote) }, someTime + 10),
    ],
  ];
  for (const [name, save] of activities) {
    for (const user of [administrator, narrowed]) {
      const who = user.isAdmin ? 'an administrator' : 'a user with narrowed rights';
      onOffice(`the size of a batch of ${name}, for ${who}`, user, async (_, actor, count) =>
        oneByOne(sizes, async (size) => {
          const { store, remove } = await openOffice(actor.user);
          const add = span(1, most);
          await saveTasks(store, actor, { add: add.map(addedTask), update: [] }, someTime);
          await saveNotes(store, actor, { add: add.map(addedNote), update: [] }, someTime);
          const saved = await count(() => save(store, actor, size));
          const outcomes = [...saved.result.add, ...saved.result.update];
          assert.equal(outcomes.filter(({ issue }) => issue === undefined).length, size);
          await store.close();
          await remove();
          return saved;
        }),
      );
    }
  }
});

type Activity = (store: Store, actor: Actor, size: number) => Promise<Outcomes>;

/** Runs the work and counts what it sends to the database. */
type Count = <T>(work: () => Promise<T>) => Promise<{ result: T; statements: number }>;
type Office = (store: Store, actor: Actor, count: Count) => Promise<readonly { readonly statements: unknown }[]>;

/** A test of which all parts have to take the same number of statements, on a store with an office in it. */
function onOffice(title: string, user: Actor['user'], body: Office): void {
  test(title, async (t) => {
    const { store, remove, actor } = await openOffice(user);
    try {
      const counts = (await body(store, actor, counter(t))).map(({ statements }) => statements);
      assert.deepEqual(
        counts,
        sizes.map(() => counts[0]),
      );
      t.diagnostic(`${counts[0]} statements`);
    } finally {
      await store.close();
      await remove();
    }
  });
}

/**
 * Work is to be counted one after the other. What begins and ends transactions is not counted: it is always the same. On SQLite the
 * rows of one insert are one: there a statement that runs again is no message to anybody.
 */
function counter(t: TestContext): Count {
  const inSqlite = (['all', 'get', 'iterate'] as const).map(
    (name) => t.mock.method(StatementSync.prototype, name).mock,
  );
  const run = StatementSync.prototype.run;
  const texts: string[] = [];
  t.mock.method(StatementSync.prototype, 'run', function (this: StatementSync, ...params: Parameters<typeof run>) {
    texts.push(this.sourceSQL);
    return run.apply(this, params);
  });
  const toPostgres = t.mock.method(pg.Client.prototype, 'query').mock;
  return async (work) => {
    for (const mock of [...inSqlite, toPostgres]) mock.resetCalls();
    texts.length = 0;
    const result = await work();
    // Prepared statements are what has a name.
    // Whether tables have grown is looked at by the clock.
    const named = toPostgres.calls.filter(({ arguments: [query] }) => {
      const { name, text = '' } = query as { name?: string; text?: string };
      return name !== undefined && !/^analyze | from pg_class$/m.test(text);
    });
    const runs = texts.filter((text, index) => !(text.startsWith('insert ') && text === texts[index - 1]));
    const statements = inSqlite.reduce((sum, mock) => sum + mock.callCount(), named.length + runs.length);
    assert.ok(statements > 0);
    return { result, statements };
  };
}

async function oneByOne<A, B>(values: readonly A[], work: (value: A) => Promise<B>): Promise<B[]> {
  const results: B[] = [];
  for (const value of values) results.push(await work(value));
  return results;
}

function keepIn(store: Store) {
  return atMost(2, (account, kind, ids) => keepDocuments(store, account, kind, ids, () => rendering));
}

/** 500 companies, contacts and leads with tags, fields and links, and one who works with them. */
async function openOffice(user: Actor['user']): Promise<TestStore & { readonly actor: Actor }> {
  const opened = await openTestStore();
  const { store } = opened;
  await store.write(async (tx) => {
    await tx.addAccount(anAccount(home));
    await tx.addUser(home, user, 'key');
    await tx.addFields(home, [aField(1, { kinds: ['company', 'contact'] })]);
    await tx.addTags(home, 'company', [aTag(1, 'Аренда'), ...span(2, most + 1).map((id) => aTag(id, `tag ${id}`))]);
  });
  for (const kind of ['company', 'contact', 'lead'] as const) {
    const first = firstIds[kind];
    const values = [{ fieldId: 1, values: [{ value: 'Москва' }] }];
    const rows = span(first, first + most - 1).map((id) => aRecord(kind, id, { values }));
    await save(store, home, ...rows.map((row) => adding(row, 'ромашка', 'москва')));
  }
  await store.write(async (tx) => {
    const companies = span(1, most);
    await tx.setTags(
      home,
      'company',
      companies.map((id) => ({ ownerId: id, tagIds: [1, id + 1] })),
    );
    await tx.addLinks(
      home,
      companies.flatMap((id) => [
        aLink('company', id, 'contact', firstIds.contact + id - 1),
        aLink('company', id, 'lead', firstIds.lead + id - 1),
      ]),
    );
    await tx.setCounter(home, 'contact', 10_000);
    await tx.setCounter(home, 'tag', 10_000);
    // A sequence that has not begun costs two statements more, once.
    await tx.setCounter(home, 'change', 1);
  });
  const actor = await store.read(async (tx) => ({
    account: (await tx.findAccount(home))!,
    user,
    settings: await tx.settings(home),
  }));
  return { ...opened, actor };
}

const firstIds = { company: 1, contact: 1001, lead: 1 } as const;

function addedCompany(number: number): Draft {
  return {
    path: `add/${number}`,
    name: `Added ${number}`,
    tags: [{ name: 'Аренда' }, { name: `new ${number}` }],
    fields: [{ path: '', fieldId: 1, values: [{ value: `Улица ${number}` }] }],
    link: { contact: [firstIds.contact + number - 1], lead: [number] },
    unlink: {},
    own: {},
  };
}

function updatedCompany(number: number): UpdateDraft {
  return {
    ...addedCompany(number),
    path: `update/${number}`,
    id: number,
    name: `Updated ${number}`,
    updatedAt: someTime + 1,
    // the next company's lead; the last one takes that of the first
    link: { lead: [(number % most) + 1] },
    unlink: { contact: [firstIds.contact + number - 1] },
  };
}

/** On the lead of that number; every task has a result, which takes a note before those of addedNote. */
function addedTask(number: number): TaskDraft {
  return { path: '', element: { kind: 'lead', id: number }, completeTill: number, text: 'x', result: { text: 'done' } };
}

/** Moves the task to the company of that number. */
function updatedTask(number: number) {
  return {
    ...addedTask(number),
    element: { kind: 'company', id: number } as const,
    id: number,
    updatedAt: someTime + 1,
  };
}

function addedNote(number: number): NoteDraft {
  return { path: '', element: { kind: 'lead', id: number }, noteType: 4, text: 'x' };
}

function updatedNote(number: number) {
  return { path: '', id: most + number, text: 'y', updatedAt: someTime + 1 };
}

function addedContact(number: number): Draft {
  const link = { lead: [number] };
  return { ...addedCompany(number), newCompanyName: `New company ${number}`, link };
}

function movedContact(number: number): UpdateDraft {
  return {
    ...addedContact(number),
    path: `update/${number}`,
    id: firstIds.contact + number - 1,
    updatedAt: someTime + 1,
  };
}
